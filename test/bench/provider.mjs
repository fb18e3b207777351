// A provider that does no more than it must: PingOne's paths, real RS256 signatures, an ID token for each code with its
// nonce and at_hash. The code is the nonce, so that nothing has to be remembered.

import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { exportJWK, SignJWT } from 'jose';
import { CLIENT_ID, EMAIL, ISSUER, PROVIDER, PROVIDER_PORT, reportTo } from './settings.mjs';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
/** Not published: whoever checks signatures refuses what it has signed. */
const { privateKey: anotherKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
let signingKey = privateKey;
const KEYS = JSON.stringify({
  keys: [{ ...(await exportJWK(publicKey)), kid: 'default', use: 'sig', alg: 'RS256' }],
});
const METADATA = JSON.stringify({
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/authorize`,
  token_endpoint: `${ISSUER}/token`,
  userinfo_endpoint: `${ISSUER}/userinfo`,
  jwks_uri: `${ISSUER}/jwks`,
  end_session_endpoint: `${ISSUER}/signoff`,
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
  code_challenge_methods_supported: ['S256'],
});
const ACCESS_TOKEN = `eyJ${'a'.repeat(960)}`;
const AT_HASH = createHash('sha256').update(ACCESS_TOKEN).digest().subarray(0, 16).toString('base64url');
const USERINFO = JSON.stringify({
  sub: 'b7a9a7c4-2f0e-4f0b-8d0e-1c51c9a7f001',
  name: 'Ada Example',
  given_name: 'Ada',
  family_name: 'Example',
  preferred_username: 'ada',
  email: EMAIL,
  locale: 'en',
  updated_at: 1_700_000_000,
});
const SUBJECT = JSON.parse(USERINFO).sub;
/** Requests by their endpoint, since they were last asked for. */
let counts = {};

async function tokens(body) {
  const nonce = new URLSearchParams(body).get('code');
  const claims = {
    ...(nonce && nonce !== 'none' && { nonce }),
    at_hash: AT_HASH,
    acr: 'Single_Factor',
    env: 'e',
    org: 'o',
    sid: 's',
  };
  const idToken = new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'default' });
  idToken.setIssuer(ISSUER).setAudience(CLIENT_ID).setSubject(SUBJECT).setIssuedAt().setExpirationTime('1h');
  return JSON.stringify({
    access_token: ACCESS_TOKEN,
    token_type: 'Bearer',
    expires_in: 3600,
    refresh_token: 'r'.repeat(60),
    scope: 'openid profile email',
    id_token: await idToken.sign(signingKey),
  });
}

const server = createServer(async (req, res) => {
  const url = new URL(req.url, PROVIDER);
  const endpoint = url.pathname.split('/').at(-1);
  if (endpoint === 'counts') {
    res.end(JSON.stringify(counts));
    counts = {};
    return;
  }
  counts[endpoint] = (counts[endpoint] ?? 0) + 1;
  if (endpoint === 'authorize') {
    const back = new URL(url.searchParams.get('redirect_uri'));
    back.searchParams.set('code', url.searchParams.get('nonce') ?? 'none');
    if (url.searchParams.has('state')) back.searchParams.set('state', url.searchParams.get('state'));
    res.writeHead(302, { location: back.href }).end();
    return;
  }
  let body = '';
  for await (const chunk of req) body += chunk;
  const answers = { 'openid-configuration': METADATA, jwks: KEYS, userinfo: USERINFO };
  const answer = endpoint === 'token' ? await tokens(body) : answers[endpoint];
  res.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' }).end(answer ?? '{}');
});

process.on('message', (order) => {
  if (!order.startsWith('sign with ')) return;
  signingKey = order === 'sign with another key' ? anotherKey : privateKey;
  process.send(order);
});
server.listen(PROVIDER_PORT, '127.0.0.1', () => reportTo(process));
