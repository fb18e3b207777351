// No secret leaves the process. These tests run whole sign-ins, successful and failing at each step, and search every
// body, header and log line for every secret.

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type StartedApp, startApp } from './helpers/app.ts';
import { type Browser, createBrowser, type Page } from './helpers/browser.ts';
import {
  CLIENT_SECRET,
  type ProviderDouble,
  type Script,
  SUBJECT,
  startProviderDouble,
} from './helpers/provider-double.ts';
import { TestRecordStore, TestStore } from './web/test-store.ts';

const SESSION_SECRETS = [randomBytes(24).toString('base64url'), randomBytes(24).toString('base64url')];

let providerDouble: ProviderDouble;
let app: StartedApp;
beforeAll(async () => {
  providerDouble = await startProviderDouble();
});
afterAll(() => providerDouble.close());

const pristine = () => ({
  header: { alg: 'RS256', kid: providerDouble.signingKey.kid },
  claims: {},
  tokenChanges: {},
  scripts: {},
  userinfo: { sub: SUBJECT, name: 'Ada Example' },
});

let pages: Page[];
let idTokens: Set<string>;
let records: TestRecordStore;
/** The `state` and `nonce` of each sign-in. Pages may contain them, but the record must not. */
let oneTimeValues: string[];
beforeEach(async () => {
  records = new TestRecordStore();
  app = await startApp(providerDouble, { sessionSecrets: SESSION_SECRETS, recordStore: records });
  pages = [];
  oneTimeValues = [];
  idTokens = new Set();
  providerDouble.scripts['token'] = issueTokens;
  return async () => {
    Object.assign(providerDouble, pristine());
    providerDouble.received.length = 0;
    await app.close();
  };
});

/** Returns the usual token response, and remembers the ID token. */
const issueTokens: Script = async () => {
  const id_token = await providerDouble.idToken();
  idTokens.add(id_token);
  const { accessToken: access_token, refreshToken: refresh_token, tokenChanges } = providerDouble;
  return { body: { access_token, token_type: 'Bearer', refresh_token, id_token, ...tokenChanges } };
};

/** A browser that adds all its pages to `pages`. */
function recording(): Browser {
  const browser = createBrowser();
  const keep = async (page: Promise<Page>) => {
    pages.push(await page);
    return page;
  };
  return {
    ...browser,
    get: (...request) => keep(browser.get(...request)),
    post: (...request) => keep(browser.post(...request)),
  };
}

/** The last body that was sent to the token endpoint, and its secrets, for responses that quote them. */
const sent = () => {
  const body = providerDouble.requestsTo('token').at(-1)?.body ?? '';
  const form = new URLSearchParams(body);
  return { body, code: form.get('code') ?? '', verifier: form.get('code_verifier') ?? '' };
};

async function signIn(browser: Browser, parameters?: Record<string, string>): Promise<Page> {
  const { location = '' } = await browser.get(`${app.url}/login?return_to=/profile`);
  const { state, code } = providerDouble.authorize(location);
  oneTimeValues.push(state, providerDouble.nonce);
  const page = await browser.get(
    `${app.url}/callback?${new URLSearchParams({ state, ...(parameters ?? { code }) })}`,
  );
  return page.location ? browser.get(page.location) : page;
}

function expectNoSecrets(browser: Browser): void {
  const codes = providerDouble.requestsTo('token').map(({ body }) => new URLSearchParams(body));
  const encoded = new URLSearchParams({ s: CLIENT_SECRET }).toString().slice('s='.length);
  const inBase64 = Buffer.from(CLIENT_SECRET).toString('base64');
  const secrets: Record<string, string[]> = {
    'client secret': [
      CLIENT_SECRET,
      encoded,
      encodeURIComponent(CLIENT_SECRET),
      CLIENT_SECRET.slice(0, 15),
      inBase64,
    ],
    'session secret': SESSION_SECRETS,
    'access token': [providerDouble.accessToken],
    'refresh token': [providerDouble.refreshToken],
    'ID token': [...idTokens].flatMap((token) => [token, ...token.split('.').slice(1)]),
    code: codes.map((form) => form.get('code') ?? ''),
    'code verifier': codes.map((form) => form.get('code_verifier') ?? ''),
  };
  const places = [
    ...pages.map((page) => [`the body of ${page.url}`, withoutHint(page)]),
    ...pages.map(({ url, headers }) => [`the headers of ${url}`, JSON.stringify(headers)]),
    ...browser.cookies().map((cookie) => [`a cookie`, `${cookie} ${decoded(cookie)}`]),
    ['the log', app.log()],
    ...[...records.held.values()].map((record) => ['the record', record]),
  ];
  const held = [...records.held.values()].join();
  for (const value of oneTimeValues) expect(held.includes(value), 'state or nonce in the record').toBe(false);
  for (const [place, text = ''] of places) {
    // HTML escapes quotes and ampersands.
    const plain = text
      .replaceAll('&amp;', '&')
      .replaceAll('&#34;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&lt;', '<');
    for (const [kind, values] of Object.entries(secrets)) {
      const found = values.some((value) => value !== '' && plain.includes(value));
      expect(found, `${kind} in ${place}`).toBe(false);
    }
  }
}

/** The body without the only exception, which the protocol requires: id_token_hint in the address after a sign-out. */
function withoutHint({ body, leadsTo }: Page): string {
  return leadsTo?.startsWith(`${providerDouble.issuer}/signoff?`)
    ? body.replace(/id_token_hint=[^&"]*/g, '')
    : body;
}

const decoded = (cookie: string) =>
  cookie
    .split(/[=.]/)
    .map((part) => Buffer.from(part, 'base64url').toString('latin1'))
    .join(' ');

test('a sign-in, a view of each page and a sign-out show no secret', async () => {
  const browser = recording();
  expect((await signIn(browser)).body).toContain('Ada Example');
  expectNoSecrets(browser);
  for (const path of [
    '/',
    '/flow',
    '/readyz',
    '/healthz',
    '/nothing',
    '/callback?code=c&state=s',
    '/login',
  ]) {
    await browser.get(app.url + path);
  }
  expect(records.held.size).toBe(1);
  expectNoSecrets(browser);
  await browser.post(`${app.url}/logout`);
  expect(pages.at(-1)?.leadsTo).toContain('id_token_hint=');
  expect(idTokens.size).toBe(1);
  expectNoSecrets(browser);
});

test('a refresh shows no secret if PingOne’s error quotes the request', async () => {
  const browser = recording();
  await signIn(browser);
  respondWith('token', ({ body }) => ({
    status: 400,
    body: quoted(providerDouble.refreshToken, CLIENT_SECRET, body.slice(-200)),
  }));
  await browser.post(`${app.url}/refresh`);
  expect(pages.at(-1)?.body).toContain('refresh_refused');
  expectNoSecrets(browser);
});

test('a revocation shows no secret if PingOne’s error quotes the request', async () => {
  const browser = recording();
  await signIn(browser);
  respondWith('revoke', ({ body }) => ({
    status: 400,
    body: quoted(providerDouble.refreshToken, CLIENT_SECRET, body),
  }));
  await browser.post(`${app.url}/logout`);
  await app.finish();
  expect(app.events('token revocation failed')).toHaveLength(1);
  expectNoSecrets(browser);
});

const base64 = (text: string) => Buffer.from(text).toString('base64');
const part = (text: string) => text.slice(1, 31);
/** The ways in which a claim can quote a secret. The record must not contain the quoted text. */
const QUOTATIONS: [string, (secret: string) => string][] = [
  ['unchanged', (secret) => secret],
  ['in base64', base64],
  ['in base64url', (secret) => Buffer.from(secret).toString('base64url')],
  ['in base64 after two letters', (secret) => `ab${base64(secret)}`],
  ['in part', part],
  ['in part, in base64', (secret) => base64(part(secret))],
  ['percent-encoded', encodeURIComponent],
  ['in part, inside other text', (secret) => `xyz ${part(secret)} xyz`],
];

test.each(QUOTATIONS)('the record contains no secret that claims quote %s', async (_, quote) => {
  const claims = () => {
    const { code, verifier } = sent();
    const { accessToken, refreshToken, nonce } = providerDouble;
    const secrets = [CLIENT_SECRET, accessToken, refreshToken, nonce, verifier, code];
    return Object.fromEntries(secrets.flatMap((secret, n) => nested(n, quote(secret))));
  };
  const nested = (n: number, text: string): [string, unknown][] => [
    [`text${n}`, text],
    [`list${n}`, [text]],
    [`deep${n}`, { in: text }],
    [`${text} name${n}`, 1],
  ];
  respondWith('token', () => {
    providerDouble.claims = claims();
    return issueTokens({} as never, {} as never);
  });
  respondWith('userinfo', () => ({ body: { sub: SUBJECT, name: 'Ada Example', ...claims() } }));
  const browser = recording();
  await signIn(browser);
  const [record = ''] = records.held.values();
  expect(record).toContain('Ada Example');
  const quoted = Object.values(claims()).filter((value) => typeof value === 'string');
  expect(quoted).toHaveLength(6);
  for (const text of quoted) expect(record).not.toContain(text);
});

const asJson = { 'content-type': 'application/json' };
const quoted = (...secrets: string[]) => ({
  error: 'invalid_grant',
  error_description: `You sent ${secrets.join(' ')}`,
});

const respondWith = (endpoint: string, script: Script) =>
  void Object.assign(providerDouble.scripts, { [endpoint]: script });
const changeProvider = (change: Partial<ProviderDouble>) => void Object.assign(providerDouble, change);
const html = { 'content-type': 'text/html' };
const jwt = { 'content-type': 'application/jwt' };

const FAILURES: [string, () => void][] = [
  [
    'a token error that quotes the client secret',
    () => respondWith('token', () => ({ status: 400, body: quoted(CLIENT_SECRET) })),
  ],
  [
    'a token error with the client secret at the place where the text is cut',
    () => respondWith('token', () => ({ status: 400, body: quoted('x'.repeat(250) + CLIENT_SECRET) })),
  ],
  [
    'a token error that quotes the client secret in base64',
    () =>
      respondWith('token', () => ({
        status: 400,
        body: quoted(Buffer.from(CLIENT_SECRET).toString('base64')),
      })),
  ],
  [
    'a token error that quotes the code and the verifier',
    () => respondWith('token', () => ({ status: 400, body: quoted(sent().code, sent().verifier) })),
  ],
  [
    'a token error that quotes the request body',
    () => respondWith('token', () => ({ status: 401, body: quoted(sent().body.slice(-240)) })),
  ],
  [
    'a platform error that quotes the code and the verifier',
    () =>
      respondWith('token', () => ({ status: 400, body: { code: sent().code, message: sent().verifier } })),
  ],
  [
    'a token response that repeats the request body as HTML',
    () => respondWith('token', () => ({ headers: html, body: sent().body })),
  ],
  [
    'a token response that is cut off',
    () =>
      respondWith('token', () => ({
        headers: asJson,
        body: `{"access_token":"${providerDouble.accessToken}`,
      })),
  ],
  [
    'a redirect of the token endpoint with the request body in its query',
    () =>
      respondWith('token', () => ({
        status: 307,
        headers: { location: `${providerDouble.origin}/?${sent().body}` },
      })),
  ],
  [
    'a 500 of the token endpoint with the request body',
    () => respondWith('token', () => ({ status: 500, body: sent().body })),
  ],
  [
    'a token endpoint that closes the connection',
    () =>
      respondWith('token', (_, response) => {
        response.destroy();
        return undefined;
      }),
  ],
  ['a token of another type', () => changeProvider({ tokenChanges: { token_type: 'DPoP' } })],
  [
    'an access token that a header cannot contain',
    () => changeProvider({ tokenChanges: { access_token: `${providerDouble.accessToken}\nX-Evil: 1` } }),
  ],
  [
    'a malformed ID token',
    () => changeProvider({ tokenChanges: { id_token: `${providerDouble.accessToken}.b.c` } }),
  ],
  ['an ID token for another audience', () => changeProvider({ claims: { aud: 'another' } })],
  ['an ID token with another nonce', () => changeProvider({ claims: { nonce: 'another' } })],
  ['an expired ID token', () => changeProvider({ claims: { exp: 1_000_000_000 } })],
  ['an invalid JWK Set', () => respondWith('jwks', () => ({ headers: asJson, body: '{"keys":"none"}' }))],
  [
    'a userinfo error that quotes the access token',
    () =>
      respondWith('userinfo', ({ headers }) => ({
        status: 401,
        body: quoted(String(headers.authorization)),
      })),
  ],
  [
    'a token response that repeats its tokens in other fields',
    () =>
      changeProvider({
        tokenChanges: {
          scope: providerDouble.accessToken,
          [providerDouble.refreshToken]: 'name',
          token_type: providerDouble.accessToken,
        },
      }),
  ],
  [
    'an ID token whose claims quote the request and the token response',
    () =>
      respondWith('token', async () => {
        const { code, verifier } = sent();
        providerDouble.claims = {
          aud: 'another',
          a: providerDouble.accessToken,
          b: [code, { c: verifier }],
          d: CLIENT_SECRET,
        };
        return issueTokens({} as never, {} as never);
      }),
  ],
  [
    'an ID token whose header quotes the access token',
    () =>
      changeProvider({
        header: { ...providerDouble.header, alg: 'RS256', cty: providerDouble.accessToken, typ: 'at+jwt' },
      }),
  ],
  [
    'a redirect whose headers quote the code',
    () =>
      respondWith('token', () => ({
        status: 302,
        headers: { location: '/', 'correlation-id': sent().code, date: sent().code },
      })),
  ],
  [
    'userinfo about another user',
    () => changeProvider({ userinfo: { sub: 'another', token: providerDouble.accessToken } }),
  ],
  [
    'a userinfo response that consists of the access token',
    () => respondWith('userinfo', () => ({ headers: jwt, body: providerDouble.accessToken })),
  ],
];

test.each(FAILURES)('a sign-in that fails because of %s shows no secret', async (_, arrange) => {
  arrange();
  const browser = recording();
  const page = await signIn(browser);
  expect(page.status).toBeGreaterThanOrEqual(400);
  expect(app.events('sign-in failed')).toHaveLength(1);
  // Reload the callback.
  await browser.get(pages.at(-1)?.url ?? '');
  await browser.get(`${app.url}/flow`);
  expect(records.held.size).toBe(1);
  expectNoSecrets(browser);
  await browser.post(`${app.url}/logout`);
  expect(providerDouble.requestsTo('token')).toHaveLength(1);
  expectNoSecrets(browser);
});

test('the page about an authorization error shows PingOne’s description, and no secret', async () => {
  const browser = recording();
  const page = await signIn(browser, {
    error: 'server_error',
    error_description: 'Something of PingOne’s own',
  });
  expect(page.body).toContain('Something of PingOne’s own');
  expectNoSecrets(browser);
});

test('an error of the session store that contains the session shows no secret', async () => {
  const store = new TestStore();
  store.set = (_id, data, callback) => callback?.(Object.assign(new Error(JSON.stringify(data)), { data }));
  await app.close();
  app = await startApp(providerDouble, { sessionSecrets: SESSION_SECRETS, sessionStore: store });
  const browser = recording();
  expect((await signIn(browser)).status).toBe(503);
  expectNoSecrets(browser);
});
