// GET /callback: which responses complete or end a sign-in, which change nothing, and what a second delivery does.

import { request } from 'undici';
import { beforeEach, expect, test } from 'vitest';
import type { Shared } from '../../src/sign-in/index.ts';
import { createBrowser, type Page } from '../helpers/browser.ts';
import {
  appForTest,
  errorOf,
  type ForeignApp,
  isSignedIn,
  sessionOf,
  setCookiesOf,
  signIn,
  signOnAs,
  start,
  until,
} from './helpers.ts';

let app: ForeignApp;
beforeEach(async () => {
  app = await appForTest();
});

const tokenRequests = (at = app) => at.double.requestsTo('token').length;
const cookieHeader = (page: Page) =>
  setCookiesOf(page)
    .map((line) => line.split(';')[0])
    .filter((pair) => !pair?.endsWith('='))
    .join('; ');

/** Makes the token endpoint wait until the test calls the returned function. */
function holdTokenEndpoint(at = app): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  at.double.scripts['token'] = async (request) => {
    await promise;
    return at.double.goodResponse('token', request);
  };
  return resolve;
}

test('a sign-in makes a session with a new id, and clears its own cookie', async () => {
  const browser = createBrowser();
  browser.setCookie('connect.sid', 's:planted.by-another');
  const { finish } = await start(browser, app, '/login?return_to=/orders');
  const page = await finish({ 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' });
  expect(page).toMatchObject({ status: 303, location: `${app.url}/orders`, body: '' });
  expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  expect(browser.cookies()).toEqual([expect.stringMatching(/^connect\.sid=s%3A(?!planted)/)]);
  expect((await browser.get(`${app.url}/orders`)).body).toContain('ada@example.com');
  expect(app.events).toMatchObject([
    {
      type: 'signed_in',
      user: { issuer: app.double.issuer, subject: app.double.userinfo && expect.any(String) },
    },
  ]);
});

test.each([
  [{ 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }, 401, 'not_a_navigation'],
  [{ 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }, 401, 'not_a_navigation'],
  [{ 'sec-purpose': 'prefetch;prerender' }, 503, 'prefetch_refused'],
])(
  'a callback that no user opened (%j) changes nothing, and the sign-in can still complete',
  async (headers, status, code) => {
    const browser = createBrowser();
    const { finish } = await start(browser, app);
    const page = await finish(headers);
    expect(errorOf(page)).toMatchObject({ status, code });
    expect(setCookiesOf(page)).toEqual([]);
    expect(app.events).toEqual([]);
    expect((await finish()).status).toBe(303);
  },
);

test('a query of more than 8 KiB is not read', async () => {
  const browser = createBrowser();
  const { callbackUrl, finish } = await start(browser, app);
  const page = await browser.get(`${callbackUrl}&x=${'a'.repeat(8192)}`);
  expect(errorOf(page)).toMatchObject({ status: 400, code: 'query_too_long' });
  expect((await finish()).status).toBe(303);
});

test.each(['', '?state=', '?code=c', '?code=c&state=s&state=s', '?code=c&error=e&state=s'])(
  'the query %s is no authorization response, and gets 400',
  async (query) => {
    const page = await createBrowser().get(`${app.url}/callback${query}`);
    expect(errorOf(page)).toMatchObject({ status: 400, code: 'callback_malformed' });
    expect(app.eventTypes()).toEqual(['sign_in_failed']);
  },
);

test('the error of a callback without its cookie has the facts about the possible causes', async () => {
  const otherBrowser = createBrowser();
  const { state } = await start(createBrowser(), app);
  const missing = await otherBrowser.get(`${app.url}/callback?code=c&state=${state}`);
  expect(errorOf(missing)).toEqual({
    status: 400,
    code: 'sign_in_cookie_missing',
    facts: { count: 0, hasCookies: false, behindProxy: false },
  });
  const notOurs = await otherBrowser.get(`${app.url}/callback?code=c&state=short`, { cookie: 'a=b' });
  expect(errorOf(notOurs).facts).toEqual({
    ...{ count: 0, hasCookies: true, behindProxy: false },
    ...{ why: 'state_not_from_this_app', found: 'length: 5' },
  });
  await start(otherBrowser, app);
  const unknown = await otherBrowser.get(`${app.url}/callback?code=c&state=${state}`);
  expect(errorOf(unknown)).toMatchObject({ status: 400, code: 'sign_in_unknown', facts: { count: 1 } });
  const elsewhere = await createBrowser().get(`${app.url}/callback?code=c&state=${state}`, {
    host: 'app.example',
  });
  expect(errorOf(elsewhere)).toMatchObject({ status: 400, code: 'other_host', facts: { why: 'other_name' } });
});

test('cookies ignore the port, so a callback at another port completes', async () => {
  const browser = createBrowser();
  const { finish, callbackUrl } = await start(browser, app);
  const missing = await createBrowser().get(callbackUrl, { host: 'localhost:1' });
  expect(errorOf(missing).code).toBe('sign_in_cookie_missing');
  expect((await finish({ host: 'localhost:1' })).status).toBe(303);
});

test('an unknown state leads a signed-in user to the default page, unless a sign-in is pending', async () => {
  const browser = await signIn(app);
  const url = `${app.url}/callback?code=c&state=${'s'.repeat(43)}`;
  expect(await browser.get(url)).toMatchObject({ status: 303, location: `${app.url}/` });
  const { finish } = await start(browser, app);
  expect(errorOf(await browser.get(url))).toMatchObject({ status: 400, code: 'sign_in_unknown' });
  expect((await finish()).status).toBe(303);
});

test('if the browser withholds the cookie once, a reload completes the sign-in', async () => {
  const browser = createBrowser();
  const { callbackUrl, finish } = await start(browser, app);
  expect(errorOf(await createBrowser().get(callbackUrl)).code).toBe('sign_in_cookie_missing');
  expect((await finish()).status).toBe(303);
});

test('if the claim of the state fails, the state is not used, and a reload completes the sign-in', async () => {
  let isAway = true;
  const shared: Shared = {
    claim: async () => {
      if (isAway) throw new Error('away');
      return true;
    },
    release: async () => {},
  };
  const other = await appForTest({ shared });
  const { finish } = await start(createBrowser(), other);
  const page = await finish();
  expect(errorOf(page)).toMatchObject({
    status: 503,
    code: 'session_unavailable',
    facts: { why: 'claim_failed' },
  });
  expect(setCookiesOf(page)).toEqual([]);
  expect(tokenRequests(other)).toBe(0);
  isAway = false;
  expect((await finish()).status).toBe(303);
});

test('a declined sign-in gets 403, its state is used, and the earlier session stays', async () => {
  const browser = await signIn(app);
  const { state } = await start(browser, app);
  const page = await browser.get(`${app.url}/callback?error=access_denied&state=${state}`);
  expect(errorOf(page)).toMatchObject({ status: 403, code: 'access_denied' });
  expect(await isSignedIn(browser, app)).toBe(true);
  expect(browser.cookies()).toEqual([expect.stringContaining('connect.sid')]);
});

test.each([
  ['500', { status: 500 }, 502],
  ['503', { status: 503 }, 503],
  ['429', { status: 429 }, 503],
  ['invalid_grant', { status: 400, body: { error: 'invalid_grant' } }, 502],
])(
  'after the token response %s the error has the right status, and the code is not sent again',
  async (_, response, status) => {
    app.double.scripts['token'] = () => response;
    const browser = createBrowser();
    const { finish, callbackUrl } = await start(browser, app);
    const cookie = browser.cookies().join('; ');
    expect((await finish()).status).toBe(status);
    delete app.double.scripts['token'];
    expect((await createBrowser().get(callbackUrl, { cookie })).status).toBe(status);
    expect((await finish()).status).toBe(400);
    expect(tokenRequests()).toBe(1);
  },
);

test('if a token response fails a check, its refresh token is revoked in the background', async () => {
  app.double.claims['aud'] = 'another';
  app.double.scripts['revoke'] = () => new Promise(() => {});
  const { finish } = await start(createBrowser(), app);
  const beganAt = performance.now();
  expect(errorOf(await finish())).toMatchObject({ status: 502, code: 'id_token_audience' });
  expect(performance.now() - beganAt).toBeLessThan(1000);
  await until(() => app.double.requestsTo('revoke').length === 1);
  expect(app.double.requestsTo('revoke')[0]?.body).toContain(app.double.refreshToken);
});

test.each([0, 5, 430])(
  'a callback that is delivered again after %d ms joins: one session, one token request',
  async (delayMs) => {
    const browser = createBrowser();
    const { callbackUrl } = await start(browser, app, '/login?return_to=/orders');
    const cookie = browser.cookies().join('; ');
    const deliver = () => createBrowser().get(callbackUrl, { cookie });
    const first = deliver();
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    const pages = await Promise.all([first, deliver(), deliver()]);
    const ids = new Set<string>();
    for (const page of pages) {
      expect(page).toMatchObject({ status: 303, location: `${app.url}/orders` });
      // Only with the cookies of this response.
      const orders = await createBrowser().get(`${app.url}/orders`, { cookie: cookieHeader(page) });
      expect(orders.status).toBe(200);
      ids.add(cookieHeader(page));
    }
    expect(ids.size).toBe(1);
    expect(tokenRequests()).toBe(1);
    expect(app.eventTypes()).toEqual(
      expect.arrayContaining(['signed_in', 'sign_in_repeated', 'sign_in_repeated']),
    );
    expect(app.events).toHaveLength(3);
  },
);

test('a second delivery joins while the first waits for PingOne, even if the browser aborted the first', async () => {
  const release = holdTokenEndpoint();
  const browser = createBrowser();
  const { callbackUrl } = await start(browser, app);
  const cookie = browser.cookies().join('; ');
  const abort = new AbortController();
  const first = request(callbackUrl, { headers: { cookie }, signal: abort.signal });
  await until(() => tokenRequests() === 1);
  abort.abort();
  await expect(first).rejects.toThrow();
  const second = createBrowser().get(callbackUrl, { cookie });
  await new Promise((resolve) => setTimeout(resolve, 50));
  release();
  const page = await second;
  expect(page.status).toBe(303);
  expect((await createBrowser().get(`${app.url}/orders`, { cookie: cookieHeader(page) })).status).toBe(200);
  expect(tokenRequests()).toBe(1);
});

test('a joined delivery shares the failure, too', async () => {
  app.double.claims['aud'] = 'another';
  const browser = createBrowser();
  const { callbackUrl } = await start(browser, app);
  const cookie = browser.cookies().join('; ');
  const pages = await Promise.all([1, 2].map(() => createBrowser().get(callbackUrl, { cookie })));
  expect(pages.map((page) => errorOf(page).code)).toEqual(['id_token_audience', 'id_token_audience']);
  expect(tokenRequests()).toBe(1);
});

test('after a sign-out, a second delivery does not sign the user in', async () => {
  const browser = createBrowser();
  const { callbackUrl, finish } = await start(browser, app);
  const cookie = browser.cookies().join('; ');
  await finish();
  expect((await browser.post(`${app.url}/logout`)).status).toBe(200);
  const page = await createBrowser().get(callbackUrl, { cookie });
  expect(errorOf(page)).toMatchObject({ status: 400, code: 'sign_in_used' });
  expect(cookieHeader(page)).toBe('');
  expect(tokenRequests()).toBe(1);
});

test.each([
  ['another code', (url: string) => url.replace(/code=[^&]+/, 'code=another')],
  ['one more parameter', (url: string) => `${url}&x=1`],
  ['an iss', (url: string) => `${url}&iss=${encodeURIComponent(app.double.issuer)}`],
])('with the same state, %s is refused during the first callback and after it', async (_, change) => {
  const release = holdTokenEndpoint();
  const browser = createBrowser();
  const { callbackUrl } = await start(browser, app);
  const cookie = browser.cookies().join('; ');
  const first = createBrowser().get(callbackUrl, { cookie });
  await until(() => tokenRequests() === 1);
  for (let times = 0; times < 2; times += 1) {
    const page = await createBrowser().get(change(callbackUrl), { cookie });
    expect(errorOf(page)).toMatchObject({ status: 400, code: 'sign_in_used' });
    release();
    await first;
  }
  expect((await first).status).toBe(303);
  expect(tokenRequests()).toBe(1);
});

test('the same query with another spelling of the cookie does not join', async () => {
  const browser = createBrowser();
  const { callbackUrl, finish } = await start(browser, app);
  const [name = '', value = ''] = (browser.cookies()[0] ?? '').split('=');
  await finish();
  // Base64url has several spellings of one value: the last character has spare bits, and padding is ignored.
  const page = await createBrowser().get(callbackUrl, { cookie: `${name}=${value}=` });
  expect(errorOf(page)).toMatchObject({ status: 400, code: 'sign_in_used' });
});

test('in another process a second delivery is refused, or leads a signed-in user to the default page', async () => {
  const claims = new Set<string>();
  const shared: Shared = {
    claim: async (key) => !claims.has(key) && Boolean(claims.add(key)),
    release: async (key) => void claims.delete(key),
  };
  const one = await appForTest({ shared });
  const two = await appForTest({ shared, double: one.double, store: one.store });
  const browser = createBrowser();
  const { callbackUrl, finish } = await start(browser, one, '/login?return_to=/orders');
  const cookie = browser.cookies().join('; ');
  await finish();
  const there = `${two.url}/callback${new URL(callbackUrl).search}`;
  expect(errorOf(await createBrowser().get(there, { cookie }))).toMatchObject({
    status: 400,
    code: 'sign_in_used',
  });
  const page = await browser.get(there, { cookie: `${browser.cookies().join('; ')}; ${cookie}` });
  expect(page).toMatchObject({ status: 303, location: `${two.url}/` });
  expect(one.double.requestsTo('token')).toHaveLength(1);
});

test('reload and the Back button lead a signed-in user to the default page', async () => {
  const browser = createBrowser();
  const { finish } = await start(browser, app, '/login?return_to=/orders');
  expect((await finish()).location).toBe(`${app.url}/orders`);
  for (let times = 0; times < 2; times += 1) {
    expect(await finish()).toMatchObject({ status: 303, location: `${app.url}/` });
  }
  expect(tokenRequests()).toBe(1);
});

test('a sign-in that started before another user signed in still signs in its own user', async () => {
  const browser = createBrowser();
  const pending = await start(browser, app);
  signOnAs(app.double, 'grace');
  await signIn(app, browser);
  expect((await sessionOf(browser, app)).user.subject).toBe('grace');
  signOnAs(app.double, 'ada');
  expect((await pending.finish()).status).toBe(303);
  expect((await sessionOf(browser, app)).user.subject).toBe('ada');
});
