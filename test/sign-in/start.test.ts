// GET /login: what starts a sign-in, what does not, and what its query may say.

import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import {
  appForTest,
  errorOf,
  type ForeignApp,
  setCookiesOf,
  signIn,
  start,
  startForeignApp,
} from './helpers.ts';

let app: ForeignApp;
beforeAll(async () => {
  app = await startForeignApp();
});
beforeEach(() => void app.events.splice(0));
afterAll(() => app.close());

const login = (query = '', headers: Record<string, string> = {}) =>
  createBrowser().get(`${app.url}/login${query}`, headers);

test('a navigation, or a request without Sec-Fetch headers, is redirected to PingOne with a cookie for 30 minutes', async () => {
  for (const headers of [{}, { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }]) {
    const page = await login('', headers);
    expect(page.status).toBe(302);
    expect(page.location).toContain(`${app.double.issuer}/authorize?`);
    expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(page.body).toBe('');
    expect(setCookiesOf(page)).toEqual([
      expect.stringMatching(
        /^pingone_sign_in_[\w-]{16}=[\w-]{200,}; Max-Age=1800; Path=\/; HttpOnly; SameSite=Lax$/,
      ),
    ]);
  }
});

test.each([
  [{ 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
  [{ 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
  [{ 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'object' }],
  [{ 'sec-fetch-dest': 'script' }],
  [{ 'sec-fetch-mode': 'cors' }],
  [{ 'sec-fetch-mode': 'websocket' }],
  [{ 'sec-fetch-mode': '' }],
  [{ 'sec-fetch-mode': '"navigate"' }],
  [{ 'sec-fetch-mode': 'navigate, navigate' }],
  [{ 'sec-fetch-mode': 'navigate\u00a0' }],
])('%j is no navigation: the response is 401, and no sign-in starts', async (headers) => {
  const page = await login('', headers as Record<string, string>);
  expect(errorOf(page)).toMatchObject({ status: 401, code: 'not_a_navigation' });
  expect(setCookiesOf(page)).toEqual([]);
});

test.each(['prefetch', 'prefetch;prerender', 'prefetch; anonymous-client-ip', 'x, prefetch', '\tprefetch '])(
  'Sec-Purpose: %s is a prefetch, and gets 503',
  async (purpose) => {
    const page = await login('', { 'sec-purpose': purpose });
    expect(errorOf(page)).toMatchObject({ status: 503, code: 'prefetch_refused' });
  },
);

test.each(['prefetched', 'x;prefetch', '"prefetch"', '\u00a0prefetch'])(
  'Sec-Purpose: %s is not the token prefetch',
  async (purpose) => {
    expect((await login('', { 'sec-purpose': purpose })).status).toBe(302);
  },
);

test.each(['HEAD', 'POST', 'OPTIONS', 'PUT'])(
  '%s gets 405 with Allow, and changes nothing',
  async (method) => {
    for (const path of ['/login', '/callback?code=c&state=s']) {
      const response = await fetch(app.url + path, { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
      expect(response.headers.getSetCookie()).toEqual([]);
    }
    if (method === 'POST') return;
    const response = await fetch(`${app.url}/logout`, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  },
);

test('paths must match exactly', async () => {
  for (const path of ['/LOGIN', '/login/', '/Callback', '/logout/']) {
    expect((await createBrowser().get(app.url + path)).status).toBe(404);
  }
});

test.each([
  ['127.0.0.1', 'other_loopback_name'],
  ['evil.example', 'other_name'],
  ['localhost', 'other_port'],
])('at the host %s the error names the app’s own origin', async (name, why) => {
  const page = await login('', { host: `${name}:1` });
  expect(errorOf(page)).toMatchObject({ status: 400, code: 'other_host' });
  expect(errorOf(page).facts).toEqual({ expected: app.url, found: `${name}:1`, why });
});

test('with an https origin, a request must come over https, and cookies have the __Host- prefix', async () => {
  const secure = await appForTest({ origin: 'https://app.example' });
  const browser = createBrowser();
  const insecure = await browser.get(`${secure.url}/login`, { 'x-forwarded-proto': 'http' });
  expect(errorOf(insecure)).toMatchObject({
    status: 400,
    code: 'insecure_connection',
    facts: { found: 'http' },
  });
  expect(errorOf(await browser.get(`${secure.url}/callback?code=c&state=s`))).toMatchObject({
    code: 'insecure_connection',
  });
  const page = await browser.get(`${secure.url}/login`, { 'x-forwarded-proto': 'https' });
  expect(setCookiesOf(page)[0]).toMatch(
    /^__Host-pingone_sign_in_.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
});

const LONG = `/${'a'.repeat(511)}`;

test.each([
  ['/orders?sort=up#top', '/orders?sort=up#top'],
  ['https://evil.example/', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/x?\\', '/'],
  ['/a/../..//evil.example', '/'],
  ['/./x', '/'],
  ['/x\n', '/'],
  ['orders', '/'],
  ['', '/'],
  ['/login', '/'],
  ['/callback?code=c', '/'],
  ['/logout', '/'],
])('return_to=%s leads to %s', async (returnTo, end) => {
  const browser = createBrowser();
  const { finish } = await start(browser, app, `/login?${new URLSearchParams({ return_to: returnTo })}`);
  expect((await finish()).location).toBe(app.url + end);
  expect(app.eventTypes().includes('return_to_refused')).toBe(end === '/');
});

test('return_to may have 512 bytes', async () => {
  for (const [returnTo, end] of [
    [LONG, LONG],
    [`${LONG}a`, '/'],
  ]) {
    const { finish } = await start(createBrowser(), app, `/login?return_to=${returnTo}`);
    expect((await finish()).location).toBe(app.url + end);
  }
});

test('other parameters of the query are ignored', async () => {
  const query =
    '?prompt=none&login_hint=ada&max_age=0&acr_values=x&target_link_uri=/orders&client_id=x&state=s';
  const browser = createBrowser();
  const { location, finish } = await start(browser, app, `/login${query}`);
  expect([...location.searchParams.keys()]).toEqual([
    ...['response_type', 'client_id', 'redirect_uri', 'scope', 'state', 'nonce'],
    ...['code_challenge', 'code_challenge_method'],
  ]);
  expect((await finish()).location).toBe(`${app.url}/`);
});

test('a query of more than 8 KiB is not read', async () => {
  expect((await login(`?${'a'.repeat(8192)}`)).status).toBe(302);
  const page = await login(`?${'a'.repeat(8193)}`);
  expect(errorOf(page)).toMatchObject({ status: 400, code: 'query_too_long' });
});

const portal = (parameters: Record<string, string>) =>
  `?${new URLSearchParams({ iss: app.double.issuer, ...parameters })}`;

test('the portal of PingOne starts a sign-in, with a hint and a page of this app, also for a signed-in user', async () => {
  const query = portal({
    login_hint: 'ada@example.com',
    target_link_uri: `${app.url}/orders?x=1`,
    prompt: 'none',
  });
  const browser = await signIn(app);
  const page = await browser.get(`${app.url}/login${query}`, {
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
  });
  const location = new URL(page.location ?? '');
  expect(location.searchParams.get('login_hint')).toBe('ada@example.com');
  expect(location.searchParams.has('prompt')).toBe(false);
  const { finish } = await start(createBrowser(), app, `/login${query}`);
  expect((await finish()).location).toBe(`${app.url}/orders?x=1`);
});

test.each([
  ['another issuer', '?iss=https%3A%2F%2Fevil.example'],
  ['an empty issuer', '?iss='],
  ['the issuer with a slash', () => `?iss=${encodeURIComponent(`${app.double.issuer}/`)}`],
  ['the issuer twice', () => `${portal({})}&${portal({}).slice(1)}`],
  ['the issuer and another issuer', () => `${portal({})}&iss=x`],
])('%s starts no sign-in', async (_, query) => {
  const page = await login(typeof query === 'string' ? query : query());
  expect(errorOf(page)).toMatchObject({ status: 400, code: 'initiate_login_issuer' });
  expect(errorOf(page).facts).toMatchObject({ expected: app.double.issuer });
  expect(setCookiesOf(page)).toEqual([]);
});

test.each([
  'https://evil.example/orders',
  () => `${app.url}.evil.example/`,
  () => `${app.url}@evil.example/`,
  () => `${app.url}//evil.example`,
  () => `${app.url}/login`,
  '/orders',
  'javascript:alert(1)',
])('the target %s is ignored', async (target) => {
  const uri = typeof target === 'string' ? target : target();
  const { finish } = await start(createBrowser(), app, `/login${portal({ target_link_uri: uri })}`);
  expect((await finish()).location).toBe(`${app.url}/`);
});

test.each([
  ['256 letters', 'a'.repeat(256), true],
  ['257 letters', 'a'.repeat(257), false],
  ['86 quotes', "'".repeat(86), false],
  ['42 umlauts', 'ü'.repeat(42), true],
  ['43 umlauts', 'ü'.repeat(43), false],
  ['a new line', 'a\nb', false],
])('a hint of %s is sent to PingOne only if it is short and printable', async (_, hint, isPassed) => {
  const { location } = await start(createBrowser(), app, `/login${portal({ login_hint: hint })}`);
  expect(location.searchParams.get('login_hint')).toBe(isPassed ? hint : null);
});

test.each([
  ['cannot be reached', (response: ServerResponse) => void response.destroy()],
  ['is busy', (response: ServerResponse) => void response.writeHead(503).end()],
  ['does not respond', () => undefined],
])('if PingOne %s, the status is 503 and no cookie is set', async (_, respond) => {
  const other = await appForTest();
  other.double.scripts['.well-known/openid-configuration'] = (_request, response) => {
    respond(response);
    return undefined;
  };
  const page = await createBrowser().get(`${other.url}/login`);
  expect(page.status).toBe(503);
  expect(setCookiesOf(page)).toEqual([]);
  expect(other.eventTypes()).toEqual(['sign_in_failed']);
});

test('secrets are checked at start', async () => {
  await expect(startForeignApp({ secrets: [] })).rejects.toThrow('secrets');
  await expect(startForeignApp({ secrets: ['x'.repeat(32), 'x'.repeat(31)] })).rejects.toThrow('secrets');
});
