// A minimal provider: it has PingOne's paths, real RS256 signatures, and an ID token for each code with its nonce and
// at_hash. The code is the nonce, so that the provider has to remember nothing.

import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { exportJWK, SignJWT, UnsecuredJWT } from 'jose';
import { CLIENT_ID, EMAIL, ISSUER, PROVIDER, PROVIDER_PORT } from './settings.mjs';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
/** This key is not published, so a client that checks signatures refuses its tokens. */
const { privateKey: anotherKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEYS = { keys: [{ ...(await exportJWK(publicKey)), kid: 'default', use: 'sig', alg: 'RS256' }] };
const METADATA = {
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
};
/** The start of each access token. The end is the number of the user. */
const ACCESS_TOKEN = `eyJ${'a'.repeat(957)}`;
const USERINFO = {
  sub: subjectOf('001'),
  name: 'Ada Example',
  given_name: 'Ada',
  family_name: 'Example',
  preferred_username: 'ada',
  email: EMAIL,
  locale: 'en',
  updated_at: 1_700_000_000,
};
/** The number of requests by endpoint, and of requests with PKCE, since the last request to /counts. */
let counts = {};

/** The error in the responses: one of FORGERIES, or nothing. */
let forgery = 'nothing';
/** More fields for each endpoint, the status for each endpoint, and claims, header and signature for the ID token. */
let more = {};
const FORGED_CLAIMS = {
  at_hash: { at_hash: 'A'.repeat(22) },
  iss: { iss: 'https://another-issuer.example.com' },
  aud: { aud: 'another-client' },
  nonce: { nonce: 'of-another-sign-in' },
  exp: { iat: seconds() - 7_200, exp: seconds() - 3_600 },
};

/** One of a thousand users, because the app limits the sessions of one user. @returns three digits */
function userOf(nonce = '') {
  return String(createHash('sha256').update(nonce).digest().readUInt16BE() % 1_000).padStart(3, '0');
}

function subjectOf(user) {
  return `user-${user}`.padEnd(36, '0');
}

async function tokens(body) {
  // Text after a dot only makes the code longer.
  const [nonce] = new URLSearchParams(body).get('code').split('.');
  const user = userOf(nonce);
  const access_token = ACCESS_TOKEN + user;
  const claims = {
    iss: ISSUER,
    aud: CLIENT_ID,
    sub: subjectOf(user),
    iat: seconds(),
    exp: seconds() + 3_600,
    ...(nonce && nonce !== 'none' && { nonce }),
    at_hash: createHash('sha256').update(access_token).digest().subarray(0, 16).toString('base64url'),
    acr: 'Single_Factor',
    env: 'e',
    org: 'o',
    sid: 's',
    ...FORGED_CLAIMS[forgery],
    ...more.claims,
  };
  return {
    access_token,
    token_type: 'Bearer',
    expires_in: 3600,
    refresh_token: 'r'.repeat(60),
    scope: 'openid profile email',
    id_token: withSignature(await signed(claims)),
  };
}

async function signed(claims) {
  if (forgery === 'alg none') return new UnsecuredJWT(claims).encode();
  const key = forgery === 'signature' ? anotherKey : privateKey;
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'default', ...more.header }).sign(key);
}

function withSignature(token) {
  return more.signature ? token.replace(/[^.]+$/, more.signature) : token;
}

function seconds() {
  return Math.floor(Date.now() / 1_000);
}

function count(name) {
  counts[name] = (counts[name] ?? 0) + 1;
}

const server = createServer(async (req, res) => {
  const url = new URL(req.url, PROVIDER);
  const endpoint = url.pathname.split('/').at(-1);
  if (endpoint === 'counts') {
    res.end(JSON.stringify(counts));
    counts = {};
    return;
  }
  count(endpoint);
  if (url.searchParams.get('code_challenge_method') === 'S256') count('PKCE');
  if (endpoint === 'authorize') {
    const back = new URL(url.searchParams.get('redirect_uri'));
    back.searchParams.set('code', url.searchParams.get('nonce') ?? 'none');
    const state = forgery === 'state' ? 'of-another-sign-in' : url.searchParams.get('state');
    if (state) back.searchParams.set('state', state);
    res.writeHead(302, { location: back.href }).end();
    return;
  }
  let body = '';
  for await (const chunk of req) body += chunk;
  const responses = { 'openid-configuration': METADATA, jwks: KEYS, userinfo: USERINFO };
  const own = endpoint === 'token' ? await tokens(body) : responses[endpoint];
  if (endpoint === 'userinfo') own.sub = subjectOf(req.headers.authorization.slice(-3));
  const status = own ? (more.status?.[endpoint] ?? 200) : 404;
  const response = more[endpoint] ? { ...own, ...more[endpoint] } : (own ?? {});
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(response));
});

process.on('message', (order) => {
  const [verb] = order.split(' ', 1);
  const rest = order.slice(verb.length + 1);
  if (verb === 'forge') forgery = rest;
  else if (verb === 'more') more = JSON.parse(rest);
  else return;
  process.send(verb);
});
server.listen(PROVIDER_PORT, '127.0.0.1');
