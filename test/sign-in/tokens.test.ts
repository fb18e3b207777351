// The access token for a route, and its refresh: one token request for all requests, saved before it is checked. Only a few
// errors end the session.

import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createMemoryShared, type Shared } from '../../src/sign-in/index.ts';
import { type Browser, createBrowser, type Page } from '../helpers/browser.ts';
import { SUBJECT } from '../helpers/provider-double.ts';
import {
  appForTest,
  errorOf,
  type ForeignApp,
  isSignedIn,
  sessionOf,
  signIn,
  start,
  TestStore,
  until,
} from './helpers.ts';

let app: ForeignApp;
let store: TestStore;
beforeEach(async () => {
  store = new TestStore();
  app = await appForTest({ store });
});

const setClock = (seconds: number) => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000 });
  onTestFinished(() => void vi.useRealTimers());
};
const refresh = (browser: Browser, at = app) => browser.post(`${at.url}/refresh`);
const api = (browser: Browser, at = app) => browser.get(`${at.url}/api`);
const forms = () => app.double.requestsTo('token').map(({ body }) => new URLSearchParams(body));
const sentRefreshTokens = () => forms().flatMap((form) => form.get('refresh_token') ?? []);
const revoked = () =>
  app.double.requestsTo('revoke').map(({ body }) => new URLSearchParams(body).get('token'));
const held = () =>
  JSON.parse([...store.held.values()].find((json) => json.includes('pingone')) ?? '{}').pingone;

/** Signs in. The next refresh gets new tokens. */
async function signedIn(expires_in = 3600): Promise<Browser> {
  app.double.tokenChanges = { expires_in };
  const browser = await signIn(app);
  app.double.received.length = 0;
  app.double.tokenChanges = { expires_in: 60 };
  app.double.accessToken = 'fresh';
  app.double.refreshToken = 'second';
  return browser;
}

test.each([
  ['that is new', 3600, 0, 0],
  ['29 s before it expires', 3600, 3571, 1],
  ['31 s before it expires', 3600, 3569, 0],
  ['after it has expired', 3600, 3700, 1],
  ['with a lifetime of 20 s, after 9 s', 20, 9, 0],
  ['with a lifetime of 20 s, after 11 s', 20, 11, 1],
  ['of another process, whose clock is 45 s ahead', 3600, -45, 0],
])(
  'the app refreshes a token only when it is about to expire: a token %s',
  async (_, expiresIn, seconds, refreshes) => {
    const browser = await signedIn(expiresIn);
    const { access_token } = held().signIn.tokens;
    setClock(seconds);
    expect((await api(browser)).body).toBe(refreshes ? 'fresh' : access_token);
    expect((await api(browser)).body).toBe(refreshes ? 'fresh' : access_token);
    expect(forms()).toHaveLength(refreshes);
  },
);

test.each([403, 429, 500, 503])(
  'a token is used in its last 30 s if the refresh fails with %i, but not after it has expired',
  async (status) => {
    const browser = await signedIn();
    const { access_token } = held().signIn.tokens;
    app.double.scripts['token'] = () => ({ status });
    setClock(3_580);
    expect(await api(browser)).toMatchObject({ status: 200, body: access_token });
    // Within a second another request shares the failure, and has the token, too.
    expect((await api(browser)).body).toBe(access_token);
    expect(forms()).toHaveLength(1);
    setClock(21);
    const page = await api(browser);
    expect(page.status).toBeGreaterThanOrEqual(500);
    expect(page.body).not.toContain(access_token);
    expect(await isSignedIn(browser, app)).toBe(true);
  },
);

test('a token is used in its last 30 s if there is no refresh token', async () => {
  app.double.tokenChanges = { refresh_token: undefined, expires_in: 3_600 };
  const browser = await signIn(app);
  setClock(3_580);
  expect((await api(browser)).body).toBe(held().signIn.tokens.access_token);
  setClock(21);
  expect(errorOf(await api(browser))).toMatchObject({ status: 409, code: 'refresh_token_missing' });
});

test('a token is not used in its last 30 s if PingOne refuses the refresh, or if the user signs out meanwhile', async () => {
  const refused = await signedIn();
  setClock(3_580);
  app.double.scripts['token'] = () => ({ status: 400, body: { error: 'invalid_grant' } });
  expect(errorOf(await api(refused))).toMatchObject({ status: 403, code: 'refresh_refused' });
  expect(await isSignedIn(refused, app)).toBe(false);
  delete app.double.scripts['token'];
  const leaving = await signedIn();
  setClock(3_580);
  app.double.scripts['token'] = () => {
    store.held.clear();
    return { status: 500 };
  };
  expect((await api(leaving)).status).toBeGreaterThanOrEqual(400);
});

test.each([200, 503])(
  'a refresh that ends with %i after a new sign-in in the same browser leaves that sign-in as it is',
  async (status) => {
    const browser = await signedIn(1);
    setClock(10);
    const arrived = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    app.double.scripts['token'] = async () => {
      delete app.double.scripts['token'];
      arrived.resolve();
      await released.promise;
      return status === 200 ? undefined : { status };
    };
    const late = api(browser);
    await arrived.promise;
    await (await start(browser, app)).finish();
    const { size } = store.held;
    released.resolve();
    const page = await late;
    expect([page.status, page.headers['set-cookie']]).toEqual([401, undefined]);
    expect(store.held.size).toBe(size);
    expect(await isSignedIn(browser, app)).toBe(true);
  },
);

test('without expires_in the app cannot know when the token expires, and uses it', async () => {
  app.double.tokenChanges = { expires_in: undefined };
  const browser = await signIn(app);
  setClock(7 * 3600);
  expect((await api(browser)).status).toBe(200);
  expect(app.double.requestsTo('token')).toHaveLength(1);
});

test('a refresh requests userinfo again and keeps its claims', async () => {
  const browser = await signedIn();
  app.double.userinfo = { sub: SUBJECT, name: 'Ada Lovelace' };
  expect((await refresh(browser)).status).toBe(200);
  expect((await sessionOf(browser, app)).user.claims.name).toBe('Ada Lovelace');
  expect(app.double.requestsTo('userinfo')[0]?.headers.authorization).toBe('Bearer fresh');
  expect(held().refresh).toEqual({ count: 1, endedAtMs: expect.any(Number) });
  expect(app.eventTypes()).toEqual(['signed_in', 'refreshed']);
});

test('requests at the same time share one token request', async () => {
  const browser = await signedIn(1);
  setClock(10);
  app.double.scripts['token'] = async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 120));
    return app.double.goodResponse('token', request);
  };
  const beganAt = performance.now();
  const pages = await Promise.all(Array.from({ length: 20 }, () => api(browser)));
  expect(pages.map(({ body }) => body)).toEqual(Array(20).fill('fresh'));
  expect(performance.now() - beganAt).toBeLessThan(1500);
  expect(forms()).toHaveLength(1);
});

test('requests at the same time to two processes share one token request, too', async () => {
  const claims = new Map<string, number>();
  const shared: Shared = {
    async claim(key, ttlMs) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
      if ((claims.get(key) ?? 0) > performance.now()) return false;
      claims.set(key, performance.now() + ttlMs);
      return true;
    },
    release: async (key) => void claims.delete(key),
  };
  const one = await appForTest({ store, shared, double: app.double });
  const two = await appForTest({ store, shared, double: app.double });
  app.double.tokenChanges = { expires_in: 1 };
  const browser = await signIn(one, createBrowser());
  app.double.received.length = 0;
  app.double.tokenChanges = { expires_in: 60, access_token: 'fresh', id_token: undefined };
  setClock(10);
  const pages = await Promise.all([one, two, one, two, one, two].map((at) => api(browser, at)));
  expect(pages.map(({ body }) => body)).toEqual(Array(6).fill('fresh'));
  expect(forms()).toHaveLength(1);
});

test('requests at the same time share a failure and its status, and the app does not try again within a second', async () => {
  const browser = await signedIn(1);
  app.double.scripts['token'] = () => ({ status: 429, headers: { 'retry-after': '7' } });
  setClock(10);
  const pages = await Promise.all(Array.from({ length: 5 }, () => api(browser)));
  expect(new Set(pages.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
  expect(pages[0]?.status).toBe(503);
  await api(browser);
  expect(forms()).toHaveLength(1);
  setClock(2);
  await api(browser);
  expect(forms()).toHaveLength(2);
});

test('a later refresh makes a new token request', async () => {
  const browser = await signedIn();
  await refresh(browser);
  setClock(2);
  app.double.refreshToken = 'third';
  await refresh(browser);
  expect(sentRefreshTokens()).toEqual([expect.stringContaining('refresh-token'), 'second']);
  expect(held().signIn.tokens.refresh_token).toBe('third');
});

test('if a process was killed while it held the lock, other requests do not wait forever', async () => {
  const now = vi.spyOn(performance, 'now');
  onTestFinished(() => void now.mockRestore());
  const shared: Shared = { claim: async (key) => !key.startsWith('refresh:'), release: async () => {} };
  const other = await appForTest({ store, shared, double: app.double });
  const browser = await signIn(other);
  const pending = refresh(browser, other);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const real = performance.timeOrigin;
  now.mockImplementation(() => Date.now() - real + 22_000);
  expect(errorOf(await pending)).toMatchObject({ status: 503, facts: { why: 'lock_held' } });
});

test('a refresh without a user gets 401, and without a refresh token 409', async () => {
  expect(errorOf(await refresh(createBrowser()))).toMatchObject({ status: 401, code: 'not_signed_in' });
  expect(errorOf(await api(createBrowser()))).toMatchObject({ status: 401, code: 'not_signed_in' });
  app.double.tokenChanges = { refresh_token: undefined };
  const browser = await signIn(app);
  expect(errorOf(await refresh(browser))).toMatchObject({ status: 409, code: 'refresh_token_missing' });
  expect(await isSignedIn(browser, app)).toBe(true);
});

// A status alone decides nothing: only invalid_grant, or a response about another user, ends the session.
test.each([
  ['403 HTML of a CDN', { status: 403, body: '<html>Forbidden</html>' }, true],
  ['403 JSON of a gateway', { status: 403, body: { message: 'Forbidden' } }, true],
  ['404', { status: 404, body: 'no' }, true],
  ['429', { status: 429, body: {} }, true],
  ['400 without an error', { status: 400, body: {} }, true],
  ['401 unauthorized_client', { status: 401, body: { error: 'unauthorized_client' } }, true],
  ['401 invalid_client', { status: 401, body: { error: 'invalid_client' } }, true],
  ['400 invalid_request', { status: 400, body: { error: 'invalid_request' } }, true],
  ['500', { status: 500 }, true],
  ['503', { status: 503 }, true],
  ['503 invalid_grant', { status: 503, body: { error: 'invalid_grant' } }, true],
  ['429 invalid_grant', { status: 429, body: { error: 'invalid_grant' } }, true],
  ['500 invalid_grant', { status: 500, body: { error: 'invalid_grant' } }, true],
  ['400 invalid_grant', { status: 400, body: { error: 'invalid_grant' } }, false],
  ['401 invalid_grant', { status: 401, body: { error: 'invalid_grant' } }, false],
])(
  'after %s from the token endpoint the session stays, unless PingOne refused the refresh token',
  async (_, response, isKept) => {
    const refreshToken = app.double.refreshToken;
    const browser = await signedIn();
    app.double.scripts['token'] = () => response;
    const page = await refresh(browser);
    expect(page.status).toBeGreaterThanOrEqual(400);
    expect(await isSignedIn(browser, app)).toBe(isKept);
    expect(store.held.size).toBe(isKept ? 1 : 0);
    if (isKept) expect(held().signIn.tokens.refresh_token).toBe(refreshToken);
    expect(app.eventTypes().at(-1)).toBe('refresh_failed');
    await app.auth.close();
    expect(revoked()).toEqual([]);
  },
);

test.each([
  ['another sub in the ID token', { claims: { sub: 'grace' } }],
  ['another sub in userinfo', { userinfo: { sub: 'grace' } }],
  ['another aud', { claims: { aud: 'another' } }],
  ['another iss', { claims: { iss: 'https://evil.example' } }],
  ['another nonce', { claims: { nonce: 'another' } }],
])(
  '%s ends the session, and both refresh tokens are revoked',
  async (_, { claims, userinfo }: { claims?: object; userinfo?: object }) => {
    const { refreshToken } = app.double;
    const browser = await signedIn();
    Object.assign(app.double.claims, claims);
    if (userinfo) app.double.userinfo = userinfo;
    expect((await refresh(browser)).status).toBeGreaterThanOrEqual(400);
    expect(await isSignedIn(browser, app)).toBe(false);
    expect(store.held.size).toBe(0);
    await until(() => revoked().length === 2);
    expect(revoked().sort()).toEqual([refreshToken, 'second'].sort());
  },
);

// The app saves an issued refresh token before it checks the rest of the response.
test.each([
  ['expires_in "3600"', () => Object.assign(app.double.tokenChanges, { expires_in: '3600' })],
  ['scope null', () => Object.assign(app.double.tokenChanges, { scope: null })],
  ['a token_type that is no Bearer', () => Object.assign(app.double.tokenChanges, { token_type: 'DPoP' })],
  ['no access token', () => Object.assign(app.double.tokenChanges, { access_token: undefined })],
  [
    'an ID token that has expired',
    () => Object.assign(app.double.claims, { iat: 1_600_000_000, exp: 1_600_000_100 }),
  ],
  ['a broken ID token', () => Object.assign(app.double.tokenChanges, { id_token: 'broken' })],
])('with %s the new refresh token is kept, and the session continues', async (_, change) => {
  const browser = await signedIn();
  change();
  await refresh(browser);
  expect(await isSignedIn(browser, app)).toBe(true);
  expect(held().signIn.tokens.refresh_token).toBe('second');
  await app.auth.close();
  expect(revoked()).toEqual([]);
});

test('until a refresh is confirmed, only its refresh token is kept, and the next request tries again', async () => {
  const browser = await signedIn(1);
  setClock(10);
  Object.assign(app.double.tokenChanges, { id_token: undefined });
  app.double.scripts['userinfo'] = () => ({ status: 500 });
  const page = await api(browser);
  expect(page.status).toBe(502);
  expect(page.body).not.toContain('fresh');
  expect(held().signIn.tokens.access_token).toMatch(/^access-token/);
  expect(held().signIn.tokens.refresh_token).toBe('second');
  expect(held().refresh).toMatchObject({ count: 1, failedWith: expect.any(String) });
  delete app.double.scripts['userinfo'];
  app.double.refreshToken = 'third';
  setClock(5);
  expect((await api(browser)).body).toBe('fresh');
  expect(sentRefreshTokens().at(-1)).toBe('second');
  expect(held().signIn.tokens.refresh_token).toBe('third');
});

test('if userinfo fails after an ID token has confirmed the refresh, the old claims stay, with a note', async () => {
  const browser = await signedIn();
  app.double.scripts['userinfo'] = () => ({ status: 500 });
  expect((await refresh(browser)).status).toBe(200);
  expect(held().refresh).toMatchObject({ count: 1, userinfoError: 'pingone_failed' });
  expect(held().refresh.failedWith).toBeUndefined();
  expect((await sessionOf(browser, app)).user.claims.name).toBe('Ada Example');
  expect((await api(browser)).body).toBe('fresh');
});

test.each([401, 403])('a %d from userinfo has its own error, and ends no session', async (status) => {
  const browser = await signedIn();
  app.double.scripts['userinfo'] = () => ({
    status,
    headers: { 'www-authenticate': 'Bearer error="insufficient_scope"' },
  });
  expect(errorOf(await refresh(browser))).toMatchObject({ status: 502, code: 'userinfo_refused' });
  expect(await isSignedIn(browser, app)).toBe(true);
  expect(held().signIn.tokens.refresh_token).toBe('second');
});

test('an invalid_grant from userinfo ends no session', async () => {
  const browser = await signedIn();
  app.double.scripts['userinfo'] = () => ({ status: 400, body: { error: 'invalid_grant' } });
  Object.assign(app.double.tokenChanges, { id_token: undefined });
  expect((await refresh(browser)).status).toBe(502);
  expect(await isSignedIn(browser, app)).toBe(true);
  expect(held().signIn.tokens.refresh_token).toBe('second');
});

/** Does this work during the next token request. */
function during(work: () => Promise<unknown>): void {
  app.double.scripts['token'] = async (request) => {
    delete app.double.scripts['token'];
    await work();
    return app.double.goodResponse('token', request);
  };
}

/** Drops a write into an ended session, as the stores of this app do. */
class EndedStore extends TestStore {
  readonly ended = new Set<string>();
  override destroy(...[id, callback]: Parameters<TestStore['destroy']>): void {
    this.ended.add(id);
    super.destroy(id, callback);
  }
  override set(...[id, data, callback]: Parameters<TestStore['set']>): void {
    if (this.ended.has(id)) callback?.();
    else super.set(id, data, callback);
  }
}

test('a sign-out that cannot wait for the refresh stays in effect, and both refresh tokens are revoked', async () => {
  // As if the lock were lost.
  const shared: Shared = { claim: async () => true, release: async () => {} };
  const other = await appForTest({ store, shared, double: app.double });
  const refreshToken = app.double.refreshToken;
  const browser = await signedIn();
  const cookie = browser.cookies().join('; ');
  during(() => browser.post(`${other.url}/logout`));
  const page = await createBrowser().post(`${other.url}/refresh`, {}, { cookie });
  expect(errorOf(page)).toMatchObject({ status: 401, code: 'not_signed_in' });
  expect([...store.held.values()].join()).not.toContain('pingone');
  expect((await createBrowser().get(`${other.url}/orders`, { cookie })).status).toBe(302);
  await until(() => revoked().length === 1);
  expect(revoked()).toEqual(['second']);
  await other.auth.close();
  expect(revoked().sort()).toEqual([refreshToken, 'second'].sort());
});

test('if the store silently drops the write of a refresh, the new refresh token is revoked', async () => {
  const endedStore = new EndedStore();
  const other = await appForTest({ store: endedStore });
  const browser = await signIn(other);
  other.double.refreshToken = 'second';
  const { set } = endedStore;
  endedStore.set = (id, data, callback) => {
    // Between the look-up and the write.
    endedStore.ended.add(id);
    endedStore.held.delete(id);
    set.call(endedStore, id, data, callback);
  };
  expect(errorOf(await refresh(browser, other))).toMatchObject({ status: 401, code: 'not_signed_in' });
  await until(() => other.double.requestsTo('revoke').length === 1);
  expect(other.double.requestsTo('revoke')[0]?.body).toContain('token=second');
});

describe.each([0, 5, 20, 60, 120])('with %d ms between them', (offsetMs) => {
  const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  async function both(first: 'logout' | 'refresh', second: 'logout' | 'refresh') {
    const browser = await signedIn();
    const cookie = browser.cookies().join('; ');
    app.double.scripts['token'] = async (request) => {
      await sleep(60);
      return app.double.goodResponse('token', request);
    };
    store.before.destroy = () => sleep(40);
    const post = (path: string) => createBrowser().post(`${app.url}/${path}`, {}, { cookie });
    const pages = [post(first)];
    await sleep(offsetMs);
    pages.push(post(second));
    await Promise.all(pages);
    expect([...store.held.values()].join()).not.toContain('pingone');
    await app.auth.close();
    return revoked();
  }

  test('a sign-out after a refresh revokes the new refresh token', async () => {
    const tokens = await both('refresh', 'logout');
    // At 0 ms either may come first.
    if (offsetMs > 0 || forms().length > 0) expect(tokens).toContain('second');
    else expect(tokens).toHaveLength(1);
  });

  test('a refresh after a sign-out leaves no refresh token unrevoked', async () => {
    const { refreshToken } = app.double;
    const tokens = await both('logout', 'refresh');
    expect(tokens).toContain(forms().length > 0 ? 'second' : refreshToken);
  });
});

test('requests that wait for a refresh do not each repeat the store read and the claim', async () => {
  const claims: string[] = [];
  const memory = createMemoryShared();
  const shared: Shared = {
    ...memory,
    claim: (key, ttlMs) => {
      if (key.startsWith('refresh:')) claims.push(key);
      return memory.claim(key, ttlMs);
    },
  };
  const [one, two] = [
    await appForTest({ store, shared, double: app.double }),
    await appForTest({ store, shared, double: app.double }),
  ];
  const browser = await signedIn(1);
  setClock(10);
  app.double.scripts['token'] = async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    return app.double.goodResponse('token', request);
  };
  let gets = 0;
  store.before.get = async () => {
    gets += 1;
  };
  const pages = await Promise.all(Array.from({ length: 40 }, (_, n) => api(browser, n % 2 ? one : two)));
  expect(pages.map(({ body }) => body)).toEqual(Array(40).fill('fresh'));
  expect(forms()).toHaveLength(1);
  // One request of each process makes claims; the one that must wait repeats its claim every 50 ms.
  expect(claims.length).toBeLessThan(20);
  expect(gets).toBeLessThan(40 * 2 + 20);
  // The claims do not reveal the session id.
  expect(claims.join()).not.toContain([...store.held.keys()].join());
});

test('data that another request writes during a refresh survives', async () => {
  const browser = await signedIn();
  during(() => browser.post(`${app.url}/basket`));
  expect((await refresh(browser)).status).toBe(200);
  expect((await sessionOf(browser, app)).session.basket).toEqual(['tea']);
  expect(held().signIn.tokens.access_token).toBe('fresh');
});

test('data that the same request has written before the refresh survives', async () => {
  const browser = await signedIn(1);
  await browser.post(`${app.url}/basket`);
  setClock(10);
  expect((await browser.get(`${app.url}/tea-and-api`)).body).toBe('fresh');
  expect((await sessionOf(browser, app)).session.basket).toEqual(['tea', 'tea']);
  expect(held().signIn.tokens.access_token).toBe('fresh');
});

test('if the store fails after the token response, the new refresh token is revoked', async () => {
  const browser = await signedIn();
  during(async () => store.failing.add('set'));
  const page = await refresh(browser);
  expect(errorOf(page)).toMatchObject({ status: 503, code: 'session_unavailable' });
  await until(() => revoked().length === 1);
  expect(revoked()).toEqual(['second']);
});

test('if the store fails after the provider has sent the same refresh token again, that token is not revoked', async () => {
  const { refreshToken } = app.double;
  const browser = await signedIn();
  app.double.refreshToken = refreshToken;
  during(async () => store.failing.add('set'));
  expect((await refresh(browser)).status).toBe(503);
  await app.auth.close();
  expect(revoked()).toEqual([]);
});

test.each(['once', 'for good'])(
  'if the store fails %s before the token request, the session is kept',
  async (how) => {
    const shared: Shared = {
      async claim(key) {
        if (key.startsWith('refresh:')) (how === 'once' ? store.failingOnce : store.failing).add('get');
        return true;
      },
      release: async () => {},
    };
    const other = await appForTest({ store, shared });
    const browser = await signIn(other);
    expect(errorOf(await refresh(browser, other))).toMatchObject({
      status: 503,
      code: 'session_unavailable',
    });
    expect(other.double.requestsTo('token')).toHaveLength(1);
    store.failing.clear();
    expect(await isSignedIn(browser, other)).toBe(true);
  },
);

test('a provider that does not rotate keeps its refresh token', async () => {
  const refreshToken = app.double.refreshToken;
  const browser = await signedIn();
  Object.assign(app.double.tokenChanges, { refresh_token: undefined });
  expect((await refresh(browser)).status).toBe(200);
  expect(held().signIn.tokens.refresh_token).toBe(refreshToken);
  await app.auth.close();
  expect(revoked()).toEqual([]);
});

test('if the claim of the lock fails, the response is 503, and the app sends no token request', async () => {
  const shared: Shared = {
    claim: async (key) => {
      if (key.startsWith('refresh:')) throw new Error('away');
      return true;
    },
    release: async () => {},
  };
  const other = await appForTest({ shared });
  const browser = await signIn(other);
  const page: Page = await refresh(browser, other);
  expect(errorOf(page)).toMatchObject({
    status: 503,
    code: 'session_unavailable',
    facts: { why: 'claim_failed' },
  });
  expect(other.double.requestsTo('token')).toHaveLength(1);
});
