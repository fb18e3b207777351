// Each input of this app whose size a client, a user or the provider chooses, up to its largest accepted size.

import { randomBytes } from 'node:crypto';
import { send, signIn } from './load.mjs';

/** The longest query and the longest code that src/pingone/ and src/sign-in/ accept, in characters. */
const QUERY = 8_192;
const CODE = 4_096;
/** The server accepts 64 KiB for the request line and all headers together. */
const HEADERS = 62_000;
/** A response of the provider has at most 256 KiB. This leaves room for its other fields. */
const RESPONSE = 260_000;
/** An ID token has at most 16,384 characters in base64url, including its signature. */
const ID_TOKEN = 11_400;
/** The app accepts about this number of fields and items in one JSON response. */
const FIELDS = 2_900;
/** The app reads 100 entries of a JWK Set. */
const KEYS = 99;
const KEY_BITS = 8_192;

/** Ways to fill a JSON object with a number of bytes. */
const SHAPES = {
  'many names': (bytes) => Object.fromEntries(numbered(bytes / 11).map((name) => [name, 0])),
  'one text': (bytes) => ({ text: 'a'.repeat(bytes) }),
  'a text to escape': (bytes) => ({ text: '&'.repeat(bytes) }),
  'a text of spaces': (bytes) => ({ text: `[${' '.repeat(bytes)}` }),
  'one list': (bytes) => ({ list: Array(Math.floor(bytes / 3)).fill({}) }),
};

/** Names of six characters. With quotes, colon, value and comma, each takes eleven bytes of JSON. */
function numbered(count) {
  return Array.from({ length: Math.floor(count) }, (_, index) => `a${index.toString(36).padStart(5, '0')}`);
}

/** Distinct query parameters or cookies with this total length. */
function parameters(characters, separator = '&', prefix = '') {
  const count = Math.max(1, Math.floor(characters / (prefix.length + 8 + separator.length)));
  return numbered(count)
    .map((name) => `${prefix}${name}=1`)
    .join(separator);
}

/** Starts a sign-in. @returns the cookies and parameters of a callback that succeeds */
async function startedSignIn(port) {
  const jar = new Map();
  const { location } = await send(`http://localhost:${port}/login`, jar);
  const { searchParams } = new URL(location);
  return { jar, state: searchParams.get('state'), code: searchParams.get('nonce') };
}

const at = (port, path, headers) => async () =>
  send(`http://localhost:${port}${path}`, new Map(), 'GET', headers);

const loginWith = (query) => (port, size) => at(port, `/login?${query(size)}`);
const loginWithCookies = (prefix) => (port, size) =>
  at(port, '/login', { cookie: parameters(size, '; ', prefix) });
const forwarded = (port, size) => {
  const addresses = '203.0.113.7, '.repeat(size / 13);
  return at(port, '/login', { 'x-forwarded-for': `${addresses}203.0.113.8` });
};
const callbackWithoutSignIn = (port, size) => {
  const query = `state=${'s'.repeat(43)}&code=c&`;
  return at(port, `/callback?${query}${parameters(size - query.length)}`);
};

/** @param change returns what to add to the query, the code and the cookies of the callback, by size */
const callback =
  (change = () => ({})) =>
  async (port, size) => {
    const { jar, state, code } = await startedSignIn(port);
    const { query = '', codeEnd = '', cookie = '' } = change(size);
    const cookies = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    return at(port, `/callback?state=${state}&code=${code}${codeEnd}${query}`, {
      cookie: `${cookies}; ${cookie}`,
    });
  };

/** A page of a user who has signed in with claims of this size. */
const page = (path) => {
  let jars = { size: 0 };
  return async (port, size) => {
    if (jars.port !== port || jars.size !== size) jars = { port, size, ...(await signIn(port)) };
    const { jar } = jars;
    return async () => send(`http://localhost:${port}${path}`, jar);
  };
};

const names = SHAPES['many names'];
const error = { error: 'server_error', error_description: '' };

/** The limits in bytes of the shapes that reach the limit of fields before the limit of bytes. */
const MOST = { 'many names': FIELDS * 11, 'one list': FIELDS * 3 };

/** Inputs that the provider adds to its responses. */
const CLAIMS = Object.entries(SHAPES).flatMap(([shape, fields]) => {
  const most = MOST[shape] ?? RESPONSE;
  const userinfo = (size) => ({ userinfo: fields(size) });
  return [
    {
      title: `ID token, ${shape}: callback`,
      most: Math.min(ID_TOKEN, most),
      more: (size) => ({ claims: fields(size) }),
    },
    { title: `userinfo, ${shape}: callback`, most, more: userinfo },
    { title: `userinfo, ${shape}: /profile`, most, more: userinfo, prepare: page('/profile'), status: 200 },
    { title: `userinfo, ${shape}: /flow`, most, more: userinfo, prepare: page('/flow'), status: 200 },
    { title: `token response, ${shape}`, most: most - 2_500, more: (size) => ({ token: fields(size) }) },
  ];
});

/** The ID token names an unknown key, so that the app fetches the JWK Set, at most ten times in ten seconds. */
function unknownKey(keys, signature) {
  return { header: { kid: 'unknown' }, jwks: { keys }, signature };
}

/** Random numbers in place of real keys, because the app cannot tell the difference, with the largest accepted exponent. */
function bigKeys(bits) {
  const bytes = randomBytes(Math.floor(bits / 16) * 2);
  bytes[0] |= 0x80;
  bytes[bytes.length - 1] |= 1;
  const e = Buffer.from('7fffffff', 'hex').toString('base64url');
  const key = { kty: 'RSA', kid: 'unknown', n: bytes.toString('base64url'), e };
  const signature = Buffer.alloc(bytes.length, 0x7f).toString('base64url');
  return unknownKey([key, key, key, key], signature);
}

function smallKeys(count) {
  const n = randomBytes(256);
  n[0] |= 0x80;
  n[255] |= 1;
  return unknownKey(
    Array(Math.floor(count)).fill({ kty: 'RSA', kid: 'other', n: n.toString('base64url'), e: 'AQAB' }),
  );
}

/**
 * `most` is the largest size, in characters if the title names no other unit. `prepare(port, size)` returns a function that
 * sends the measured request, and `status` is the expected status. `more(size)` is added to the provider's responses.
 * `pauseMs` is a pause before each request.
 */
export const INPUTS = [
  { title: 'callback query, no sign-in pending', most: QUERY, prepare: callbackWithoutSignIn, status: 400 },
  {
    title: 'callback query, longer than accepted',
    most: HEADERS,
    prepare: callbackWithoutSignIn,
    status: 400,
  },
  {
    title: 'callback query, sign-in pending: names',
    most: QUERY - 150,
    prepare: callback((size) => ({ query: `&${parameters(size)}` })),
  },
  {
    title: 'callback query, sign-in pending: code',
    most: CODE - 50,
    prepare: callback((size) => ({ codeEnd: `.${'c'.repeat(size)}` })),
  },
  { title: '/login query: names', most: QUERY, prepare: loginWith((size) => parameters(size)), status: 302 },
  {
    title: '/login query: iss, repeated',
    most: QUERY,
    prepare: loginWith((size) => 'iss=a&'.repeat(size / 6)),
    status: 400,
  },
  {
    title: '/login query: return_to',
    most: 510,
    prepare: loginWith((size) => `return_to=/${'a'.repeat(size)}`),
    status: 302,
  },
  { title: '/login query, longer than accepted', most: HEADERS, prepare: loginWith(parameters), status: 400 },
  { title: 'foreign cookies: /login', most: HEADERS, prepare: loginWithCookies(''), status: 302 },
  {
    title: 'cookies like pending sign-ins: /login',
    most: HEADERS,
    prepare: loginWithCookies('pingone_sign_in_'),
    status: 302,
  },
  {
    title: 'foreign cookies: callback',
    most: HEADERS - 1_500,
    prepare: callback((size) => ({ cookie: parameters(size, '; ') })),
  },
  {
    title: 'cookies like pending sign-ins: callback',
    most: HEADERS - 1_500,
    prepare: callback((size) => ({ cookie: parameters(size, '; ', 'pingone_sign_in_') })),
  },
  { title: 'X-Forwarded-For: /login', most: HEADERS, prepare: forwarded, status: 302 },
  ...CLAIMS,
  {
    title: 'token response, scope: /profile',
    most: RESPONSE - 2_500,
    more: (size) => ({ token: { scope: 'a'.repeat(size) } }),
    prepare: page('/profile'),
    status: 200,
  },
  {
    title: 'token error, description',
    most: RESPONSE,
    more: (size) => ({ token: { ...error, error_description: 'a'.repeat(size) }, status: { token: 400 } }),
    status: 502,
  },
  {
    title: 'userinfo, more names than accepted',
    most: RESPONSE,
    more: (size) => ({ userinfo: names(size) }),
    status: 502,
  },
  {
    title: 'userinfo error, many names',
    most: MOST['many names'],
    more: (size) => ({ userinfo: { ...error, ...names(size) }, status: { userinfo: 401 } }),
    status: 502,
  },
  { title: 'ID token header, many names', most: ID_TOKEN, more: (size) => ({ header: names(size) }) },
  {
    title: 'ID token header, kid',
    most: ID_TOKEN,
    more: (size) => ({ header: { kid: 'k'.repeat(size) } }),
    status: 502,
    pauseMs: 1_050,
  },
  { title: 'JWK Set, number of keys', most: KEYS, more: smallKeys, status: 502, pauseMs: 1_050 },
  { title: 'JWK Set, bits of four keys', most: KEY_BITS, more: bigKeys, status: 502, pauseMs: 1_050 },
  {
    title: 'JWK Set, many names',
    most: MOST['many names'],
    more: (size) => ({ ...unknownKey([]), jwks: names(size) }),
    status: 502,
    pauseMs: 1_050,
  },
];

/** The app fetches discovery again one second after a failure, so these inputs need a process that has no metadata yet. */
const wrongIssuer = (fields) => ({
  'openid-configuration': { ...fields, issuer: 'https://other.example.com' },
});
export const DISCOVERY_INPUTS = [
  { title: 'discovery, many names', most: MOST['many names'], more: (size) => wrongIssuer(names(size)) },
  {
    title: 'discovery, a list of methods',
    most: FIELDS * 4,
    more: (size) =>
      wrongIssuer({ token_endpoint_auth_methods_supported: Array(Math.floor(size / 4)).fill('a') }),
  },
].map((input) => ({ ...input, prepare: (port) => at(port, '/login'), status: 502, pauseMs: 1_050 }));

export const prepareCallback = callback();
