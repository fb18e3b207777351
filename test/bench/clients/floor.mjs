// The least work that a sign-in needs: no Express, no session library, no template, one signature check with a cached key.

import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { Pool } from 'undici';
import { CLIENT_ID, CLIENT_SECRET, ISSUER, PROVIDER, page, SCOPE } from '../settings.mjs';

const port = Number(process.env.PORT);
const redirectUri = `http://localhost:${port}/callback`;
const path = new URL(ISSUER).pathname;
const pool = new Pool(PROVIDER);
const keys = createRemoteJWKSet(new URL(`${ISSUER}/jwks`));
const sessions = new Map();
const pending = new Map();
const random = () => randomBytes(32).toString('base64url');
const cookieOf = (req) => req.headers.cookie?.match(/(?:^|; )sid=([\w-]+)/)?.[1];

async function callback(url, res) {
  const { nonce } = pending.get(url.searchParams.get('state'));
  pending.delete(url.searchParams.get('state'));
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code: url.searchParams.get('code'),
    redirect_uri: redirectUri,
    client_id: CLIENT_ID,
    client_secret: CLIENT_SECRET,
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const token = await pool.request({ path: `${path}/token`, method: 'POST', headers, body: form.toString() });
  const tokens = await token.body.json();
  const { payload } = await jwtVerify(tokens.id_token, keys, { issuer: ISSUER, audience: CLIENT_ID });
  if (payload.nonce !== nonce) throw new Error('nonce');
  const authorization = `Bearer ${tokens.access_token}`;
  const userinfo = await pool.request({
    path: `${path}/userinfo`,
    method: 'GET',
    headers: { authorization },
  });
  const sid = random();
  sessions.set(sid, { tokens, claims: { ...payload, ...(await userinfo.body.json()) } });
  res
    .writeHead(303, { location: '/profile', 'set-cookie': `sid=${sid}; HttpOnly; Path=/; SameSite=Lax` })
    .end();
}

const server = createServer((req, res) => {
  const url = new URL(req.url, redirectUri);
  if (url.pathname === '/login') {
    const [state, nonce] = [random(), random()];
    pending.set(state, { nonce });
    const query = {
      response_type: 'code',
      client_id: CLIENT_ID,
      redirect_uri: redirectUri,
      scope: SCOPE,
      state,
      nonce,
    };
    res.writeHead(302, { location: `${ISSUER}/authorize?${new URLSearchParams(query)}` }).end();
  } else if (url.pathname === '/callback') {
    callback(url, res).catch(() => res.writeHead(500).end());
  } else if (url.pathname === '/profile') {
    const session = sessions.get(cookieOf(req));
    if (session) res.writeHead(200, { 'content-type': 'text/html' }).end(page(session.claims));
    else res.writeHead(302, { location: '/login' }).end();
  } else {
    res.writeHead(200, { 'content-type': 'text/html' }).end(page({}));
  }
});
server.listen(port, 'localhost');
