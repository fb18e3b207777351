// A session store that fails, or loses its connection: the response is 503, and no sign-in is half done.

import { beforeEach, expect, test } from 'vitest';
import { type Browser, createBrowser, type Page } from '../helpers/browser.ts';
import { signInAtProvider } from '../helpers/flow.ts';
import { type Both, expectRefused, isOfRecord, isSignedIn, start, startBoth } from './helpers.ts';
import { TestStore } from './test-store.ts';

let store: TestStore;
let both: Both;
beforeEach(async () => {
  store = new TestStore();
  both = await startBoth({ sessionStore: store });
  return both.close;
});

function expectStoreError(page: Page): void {
  expectRefused(page, 503, 'session_unavailable');
  expect(page.headers['retry-after']).toBe('5');
}

const outages: [string, () => void, () => void][] = [
  ['the store cannot read', () => void store.failing.add('get'), () => store.failing.clear()],
  [
    'the store has lost its connection',
    () => void store.emit('disconnect'),
    () => void store.emit('connect'),
  ],
];

test.each(outages)(
  'when %s, pages that need a session return 503 and the others work',
  async (_, fail, recover) => {
    const browser = createBrowser();
    await signInAtProvider(browser, both.app.url, both.providerDouble);
    fail();
    expectStoreError(await browser.get(`${both.app.url}/profile`));
    expectStoreError(await browser.post(`${both.app.url}/logout`));
    const home = await browser.get(both.app.url);
    expect(home).toMatchObject({ status: 200, body: expect.stringContaining('href="/login"') });
    for (const path of ['/healthz', '/style.css', '/icon.svg']) {
      expect((await browser.get(both.app.url + path)).status).toBe(200);
    }
    expect((await browser.get(`${both.app.url}/nothing`)).status).toBe(404);
    recover();
    expect(await isSignedIn(browser, both.app.url)).toBe(true);
  },
);

test.each(outages)('when %s, a callback is refused before the code is used', async (_, fail, recover) => {
  const browser = createBrowser();
  // express-session reads the store only if the request has a session cookie.
  await signInAtProvider(browser, both.app.url, both.providerDouble);
  const { callbackUrl } = await start(browser, both.app.url, both.providerDouble);
  const before = both.providerDouble.requestsTo('token').length;
  fail();
  expectStoreError(await browser.get(callbackUrl));
  expect(both.providerDouble.requestsTo('token')).toHaveLength(before);
  recover();
  expect(await browser.get(callbackUrl)).toMatchObject({ status: 303, location: `${both.app.url}/profile` });
});

test.each<[string, () => void]>([
  ['cannot save', () => void store.failing.add('set')],
  ['saves, but its response gets lost', () => void store.failingAfterwards.add('set')],
  ['cannot destroy, when the session is replaced', () => void store.failing.add('destroy')],
  [
    'loses its connection during the sign-in',
    () => {
      store.failing.add('set');
      both.providerDouble.scripts['jwks'] = () => {
        store.emit('disconnect');
        return { body: { keys: both.providerDouble.keys } };
      };
    },
  ],
])('with a store that %s, the sign-in fails, and the browser gets no session', async (_, fail) => {
  const browser = createBrowser();
  const { callbackUrl } = await start(browser, both.app.url, both.providerDouble);
  fail();
  expectStoreError(await browser.get(callbackUrl));
  expect(browser.cookies().filter((cookie) => !isOfRecord(cookie))).toEqual([]);
  expect(both.app.events('sign-in succeeded')).toEqual([]);
  store.failing.clear();
  store.failingAfterwards.clear();
  store.emit('connect');
  expect(await isSignedIn(browser, both.app.url)).toBe(false);
  expectRefused(await browser.get(callbackUrl), 400, 'sign_in_cookie_missing');
  expect((await signInAtProvider(browser, both.app.url, both.providerDouble)).status).toBe(303);
});

test('if the old session cannot be replaced, it still belongs to the same user', async () => {
  const browser = createBrowser();
  await signInAtProvider(browser, both.app.url, both.providerDouble);
  const session = browser.cookies().filter((cookie) => !isOfRecord(cookie));
  both.providerDouble.claims = { sub: 'second' };
  both.providerDouble.userinfo = { sub: 'second' };
  store.failing.add('destroy');
  expectStoreError(await signInAtProvider(browser, both.app.url, both.providerDouble));
  store.failing.clear();
  expect(browser.cookies()).toEqual(expect.arrayContaining(session));
  expect((await browser.get(`${both.app.url}/profile`)).body).toContain('Ada Example');
});

test('if the store cannot destroy the session, a sign-out returns 503 and the user stays signed in', async () => {
  const browser = createBrowser();
  await signInAtProvider(browser, both.app.url, both.providerDouble);
  store.failing.add('destroy');
  expectStoreError(await browser.post(`${both.app.url}/logout`));
  expect(both.app.events('signed out')).toEqual([]);
  store.failing.clear();
  expect(await isSignedIn(browser, both.app.url)).toBe(true);
  expect((await browser.post(`${both.app.url}/logout`)).status).toBe(200);
  expect(await isSignedIn(browser, both.app.url)).toBe(false);
});

/** Signs in as if nine hours ago: the session has expired. */
async function signInLongAgo(browser: Browser): Promise<void> {
  await signInAtProvider(browser, both.app.url, both.providerDouble);
  for (const [id, json] of store.held) {
    const data = JSON.parse(json);
    data.pingone.signedInAtMs -= 9 * 60 * 60 * 1000;
    store.held.set(id, JSON.stringify(data));
  }
}

test.each(['/', '/profile', '/flow'])('GET %s removes an expired session from the store', async (path) => {
  const browser = createBrowser();
  await signInLongAgo(browser);
  await browser.get(both.app.url + path);
  expect([...store.held.values()].join()).not.toContain('pingone');
  expect(await isSignedIn(browser, both.app.url)).toBe(false);
});

test('an expired session that the store cannot remove shows no claims', async () => {
  const browser = createBrowser();
  await signInLongAgo(browser);
  store.failing.add('destroy');
  const page = await browser.get(`${both.app.url}/profile`);
  expect([page.status, page.body.includes('Ada Example')]).toEqual([503, false]);
});

test('claims that are nested too deeply to be stored end in an error, not in a crash or a sign-in', async () => {
  const browser = createBrowser();
  const depth = 200_000;
  both.providerDouble.scripts['userinfo'] = () => ({
    headers: { 'content-type': 'application/json' },
    body: `{"sub":"b7a9a7c4-2f0e-4f0b-8d0e-1c51c9a7f001","deep":${'['.repeat(depth)}${']'.repeat(depth)}}`,
  });
  const page = await signInAtProvider(browser, both.app.url, both.providerDouble);
  expect(page.status).toBeGreaterThanOrEqual(500);
  expect(page.location).toBeUndefined();
  expect(await isSignedIn(browser, both.app.url)).toBe(false);
});
