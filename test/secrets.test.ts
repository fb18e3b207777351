// Nothing secret leaves the process: whole sign-ins, good and failing at each step, with every body, header and log line
// searched for every secret.

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
  tokenAnswer: {},
  scripts: {},
  userinfo: { sub: SUBJECT, name: 'Ada Example' },
});

let pages: Page[];
let idTokens: Set<string>;
let records: TestRecordStore;
/** `state` and `nonce`, which only the record must not show. */
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

/** What the token endpoint answers anyhow, with the ID token kept. */
const issueTokens: Script = async () => {
  const id_token = await providerDouble.idToken();
  idTokens.add(id_token);
  const { accessToken: access_token, refreshToken: refresh_token, tokenAnswer } = providerDouble;
  return { body: { access_token, token_type: 'Bearer', refresh_token, id_token, ...tokenAnswer } };
};

/** A browser all of whose pages are kept. */
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

/** Whatever has been sent to the token endpoint, as the answer would quote it. */
const sent = () => {
  const body = providerDouble.requestsTo('token').at(-1)?.body ?? '';
  const form = new URLSearchParams(body);
  return { body, code: form.get('code') ?? '', verifier: form.get('code_verifier') ?? '' };
};

async function signIn(browser: Browser, answer?: Record<string, string>): Promise<Page> {
  const { location = '' } = await browser.get(`${app.url}/login?return_to=/profile`);
  const { state, code } = providerDouble.authorize(location);
  oneTimeValues.push(state, providerDouble.nonce);
  const page = await browser.get(
    `${app.url}/callback?${new URLSearchParams({ state, ...(answer ?? { code }) })}`,
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
    // In HTML, quotes and ampersands are written otherwise.
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

/** The one exception, which the protocol asks for: id_token_hint in the address that the sign-out page leads to. */
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

test('a sign-in, a look at everything, and a sign-out', async () => {
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

test('a refresh that PingOne refuses with all it was sent in its words', async () => {
  const browser = recording();
  await signIn(browser);
  answers('token', ({ body }) => ({
    status: 400,
    body: quoted(providerDouble.refreshToken, CLIENT_SECRET, body.slice(-200)),
  }));
  await browser.post(`${app.url}/refresh`);
  expect(pages.at(-1)?.body).toContain('refresh_refused');
  expectNoSecrets(browser);
});

test('a revocation that PingOne refuses with all it was sent in its words', async () => {
  const browser = recording();
  await signIn(browser);
  answers('revoke', ({ body }) => ({
    status: 400,
    body: quoted(providerDouble.refreshToken, CLIENT_SECRET, body),
  }));
  await browser.post(`${app.url}/logout`);
  await app.finish();
  expect(app.events('revocation_failed')).toHaveLength(1);
  expectNoSecrets(browser);
});

const base64 = (text: string) => Buffer.from(text).toString('base64');
const part = (text: string) => text.slice(1, 31);
/** How a claim can quote a secret, and what must then not be in the record. */
const QUOTATIONS: [string, (secret: string) => string][] = [
  ['plain', (secret) => secret],
  ['in base64', base64],
  ['in base64url', (secret) => Buffer.from(secret).toString('base64url')],
  ['in base64 that begins within a word', (secret) => `ab${base64(secret)}`],
  ['a part of it', part],
  ['a part of it, in base64', (secret) => base64(part(secret))],
  ['percent-encoded', encodeURIComponent],
  ['a part of it among others', (secret) => `xyz ${part(secret)} xyz`],
];

test.each(QUOTATIONS)('a good sign-in whose claims quote secrets: %s', async (_, quote) => {
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
  answers('token', () => {
    providerDouble.claims = claims();
    return issueTokens({} as never, {} as never);
  });
  answers('userinfo', () => ({ body: { sub: SUBJECT, name: 'Ada Example', ...claims() } }));
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

const answers = (endpoint: string, script: Script) =>
  void Object.assign(providerDouble.scripts, { [endpoint]: script });
const arranges = (change: Partial<ProviderDouble>) => void Object.assign(providerDouble, change);
const html = { 'content-type': 'text/html' };
const jwt = { 'content-type': 'application/jwt' };

const FAILURES: [string, () => void][] = [
  [
    'a token error that quotes the secret',
    () => answers('token', () => ({ status: 400, body: quoted(CLIENT_SECRET) })),
  ],
  [
    'a token error that quotes the secret so late that it is cut in two',
    () => answers('token', () => ({ status: 400, body: quoted('x'.repeat(250) + CLIENT_SECRET) })),
  ],
  [
    'a token error that quotes the secret in base64',
    () =>
      answers('token', () => ({ status: 400, body: quoted(Buffer.from(CLIENT_SECRET).toString('base64')) })),
  ],
  [
    'a token error that quotes code and verifier',
    () => answers('token', () => ({ status: 400, body: quoted(sent().code, sent().verifier) })),
  ],
  [
    'a token error that quotes the form as it came',
    () => answers('token', () => ({ status: 401, body: quoted(sent().body.slice(-240)) })),
  ],
  [
    'a platform error that quotes code and verifier',
    () => answers('token', () => ({ status: 400, body: { code: sent().code, message: sent().verifier } })),
  ],
  [
    'a token answer that is the form, as HTML',
    () => answers('token', () => ({ headers: html, body: sent().body })),
  ],
  [
    'a token answer that is cut off',
    () =>
      answers('token', () => ({ headers: asJson, body: `{"access_token":"${providerDouble.accessToken}` })),
  ],
  [
    'a token endpoint that redirects with the form',
    () =>
      answers('token', () => ({
        status: 307,
        headers: { location: `${providerDouble.origin}/?${sent().body}` },
      })),
  ],
  [
    'a token endpoint that fails with the form',
    () => answers('token', () => ({ status: 500, body: sent().body })),
  ],
  [
    'a token endpoint that hangs up',
    () =>
      answers('token', (_, response) => {
        response.destroy();
        return undefined;
      }),
  ],
  ['a token of another type', () => arranges({ tokenAnswer: { token_type: 'DPoP' } })],
  [
    'an access token that no header can hold',
    () => arranges({ tokenAnswer: { access_token: `${providerDouble.accessToken}\nX-Evil: 1` } }),
  ],
  [
    'an ID token that is none',
    () => arranges({ tokenAnswer: { id_token: `${providerDouble.accessToken}.b.c` } }),
  ],
  ['an ID token for another audience', () => arranges({ claims: { aud: 'another' } })],
  ['an ID token with another nonce', () => arranges({ claims: { nonce: 'another' } })],
  ['an ID token that is over', () => arranges({ claims: { exp: 1_000_000_000 } })],
  ['a key set that is none', () => answers('jwks', () => ({ headers: asJson, body: '{"keys":"none"}' }))],
  [
    'a userinfo error that quotes the access token',
    () =>
      answers('userinfo', ({ headers }) => ({ status: 401, body: quoted(String(headers.authorization)) })),
  ],
  [
    'a token answer that quotes its tokens elsewhere',
    () =>
      arranges({
        tokenAnswer: {
          scope: providerDouble.accessToken,
          [providerDouble.refreshToken]: 'name',
          token_type: providerDouble.accessToken,
        },
      }),
  ],
  [
    'an ID token whose claims quote what was sent and what came',
    () =>
      answers('token', async () => {
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
      arranges({
        header: { ...providerDouble.header, alg: 'RS256', cty: providerDouble.accessToken, typ: 'at+jwt' },
      }),
  ],
  [
    'a redirect whose headers quote the code',
    () =>
      answers('token', () => ({
        status: 302,
        headers: { location: '/', 'correlation-id': sent().code, date: sent().code },
      })),
  ],
  [
    'userinfo of somebody else',
    () => arranges({ userinfo: { sub: 'another', token: providerDouble.accessToken } }),
  ],
  [
    'userinfo that is the token',
    () => answers('userinfo', () => ({ headers: jwt, body: providerDouble.accessToken })),
  ],
];

test.each(FAILURES)('a sign-in that fails: %s', async (_, arrange) => {
  arrange();
  const browser = recording();
  const page = await signIn(browser);
  expect(page.status).toBeGreaterThanOrEqual(400);
  expect(app.events('sign-in failed')).toHaveLength(1);
  // And once more: a reload.
  await browser.get(pages.at(-1)?.url ?? '');
  await browser.get(`${app.url}/flow`);
  expect(records.held.size).toBe(1);
  expectNoSecrets(browser);
  await browser.post(`${app.url}/logout`);
  expect(providerDouble.requestsTo('token')).toHaveLength(1);
  expectNoSecrets(browser);
});

test('an authorization error that knows more than it should', async () => {
  const browser = recording();
  const page = await signIn(browser, {
    error: 'server_error',
    error_description: 'Something of PingOne’s own',
  });
  expect(page.body).toContain('Something of PingOne’s own');
  expectNoSecrets(browser);
});

test('a session store that fails with the session in its error', async () => {
  const store = new TestStore();
  store.set = (_id, data, callback) => callback?.(Object.assign(new Error(JSON.stringify(data)), { data }));
  await app.close();
  app = await startApp(providerDouble, { sessionSecrets: SESSION_SECRETS, sessionStore: store });
  const browser = recording();
  expect((await signIn(browser)).status).toBe(503);
  expectNoSecrets(browser);
});
