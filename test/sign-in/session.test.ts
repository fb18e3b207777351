// Whose data: what stays in the app's session, what is removed, and what happens without a session.

import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { type Browser, createBrowser } from '../helpers/browser.ts';
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
  TestStore,
  until,
} from './helpers.ts';

let app: ForeignApp;
let store: TestStore;
beforeEach(async () => {
  store = new TestStore();
  app = await appForTest({ store });
});

const basket = async (browser: Browser, at = app) => (await sessionOf(browser, at)).session.basket;
const buy = (browser: Browser, at = app) => browser.post(`${at.url}/basket`);
const revoked = (at = app) =>
  at.double.requestsTo('revoke').map(({ body }) => new URLSearchParams(body).get('token'));
const setClock = (milliseconds: number) => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds });
  onTestFinished(() => void vi.useRealTimers());
};
const HOUR_MS = 3_600_000;

test('all data about the user is under one key, as plain JSON, and each sign-in changes the session id', async () => {
  const browser = await signIn(app);
  expect(store.held.size).toBe(1);
  const held = JSON.parse([...store.held.values()][0] ?? '');
  expect(Object.keys(held).sort()).toEqual(['cookie', 'pingone']);
  expect(held.pingone).toMatchObject({
    signIn: { issuer: app.double.issuer, tokens: { access_token: app.double.accessToken } },
    signedInAtMs: expect.any(Number),
    authentication: { acr: 'Single_Factor' },
  });
  const [id] = store.held.keys();
  await signIn(app, browser);
  expect([...store.held.keys()]).not.toContain(id);
  expect(store.held.size).toBe(1);
});

test('the user has iss, sub and the claims of the ID token, and claims of userinfo take precedence', async () => {
  Object.assign(app.double.claims, { name: 'Old', locale: 'de' });
  const browser = await signIn(app);
  const { user } = await sessionOf(browser, app);
  expect(user).toMatchObject({ issuer: app.double.issuer, claims: { name: 'Ada Example', locale: 'de' } });
  expect(Object.keys(user).sort()).toEqual(['claims', 'issuer', 'subject']);
});

test('the app’s data survives the first sign-in, a new sign-in of the same user, a refresh and page views', async () => {
  const browser = createBrowser();
  await buy(browser);
  await signIn(app, browser);
  expect(await basket(browser)).toEqual(['tea']);
  await buy(browser);
  await signIn(app, browser);
  expect(await basket(browser)).toEqual(['tea', 'tea']);
  expect((await browser.post(`${app.url}/refresh`)).status).toBe(200);
  expect(await isSignedIn(browser, app)).toBe(true);
  expect(await basket(browser)).toEqual(['tea', 'tea']);
  await app.auth.close();
  expect(revoked()).toEqual([]);
});

test('data that another request writes during a callback survives, too', async () => {
  const browser = createBrowser();
  await buy(browser);
  app.double.scripts['userinfo'] = async (request) => {
    await buy(browser);
    return app.double.goodResponse('userinfo', request);
  };
  await signIn(app, browser);
  expect(await basket(browser)).toEqual(['tea', 'tea']);
});

test('if another user signs in, no data crosses over, and the first user’s refresh token is revoked', async () => {
  const refreshToken = app.double.refreshToken;
  const browser = await signIn(app);
  await buy(browser);
  signOnAs(app.double, 'grace');
  app.double.refreshToken = 'the refresh token of grace';
  await signIn(app, browser);
  expect((await sessionOf(browser, app)).user.subject).toBe('grace');
  expect(await basket(browser)).toBeUndefined();
  await until(() => revoked().length === 1);
  expect(revoked()).toEqual([refreshToken]);
});

test('the same subject of another issuer is another user', async () => {
  const browser = await signIn(app);
  await buy(browser);
  const [id = '', json = ''] = [...store.held][0] ?? [];
  store.held.set(id, json.replace(`"issuer":"${app.double.issuer}`, '"issuer":"https://other.example'));
  await signIn(app, browser);
  expect(await basket(browser)).toBeUndefined();
});

test('the data of a session that was signed out during a sign-in does not come back', async () => {
  const browser = await signIn(app);
  await buy(browser);
  const cookie = browser.cookies().join('; ');
  const { finish } = await start(browser, app);
  app.double.scripts['userinfo'] = async (request) => {
    await createBrowser().post(`${app.url}/logout`, {}, { cookie });
    return app.double.goodResponse('userinfo', request);
  };
  expect((await finish()).status).toBe(303);
  expect(await isSignedIn(browser, app)).toBe(true);
  expect(await basket(browser)).toBeUndefined();
});

test('a sign-out destroys the whole session', async () => {
  const browser = await signIn(app);
  await buy(browser);
  await browser.post(`${app.url}/logout`);
  expect(store.held.size).toBe(0);
  expect(await basket(browser)).toBeUndefined();
});

test.each([
  ['7.9 hours', 7.9, true],
  ['8.1 hours', 8.1, false],
  ['a clock set back by half a minute', -0.5 / 60, true],
  ['a clock set back by two minutes', -2 / 60, false],
])(
  'a session expires after 8 hours, or if the clock is set back by more than a minute: after %s',
  async (_, hours, isKept) => {
    const browser = await signIn(app);
    await buy(browser);
    setClock(hours * HOUR_MS);
    const page = await browser.get(`${app.url}/`);
    expect(page.status).toBe(200);
    const { user, session } = JSON.parse(page.body);
    expect([user !== undefined, session.basket !== undefined]).toEqual([isKept, isKept]);
    if (!isKept) expect([...store.held.values()].join()).not.toContain('access-token');
    expect((await browser.get(`${app.url}/orders`)).status).toBe(isKept ? 200 : 302);
    await app.auth.close();
    expect(revoked()).toEqual(isKept ? [] : [app.double.refreshToken]);
  },
);

test.each([
  ['8 hours pass', 8 * HOUR_MS],
  ['the clock is set back', -90_000],
])('if %s while another user signs in, no data crosses over either', async (_, milliseconds) => {
  const { refreshToken } = app.double;
  const browser = await signIn(app);
  await buy(browser);
  signOnAs(app.double, 'grace');
  app.double.refreshToken = 'the refresh token of grace';
  const { finish } = await start(browser, app);
  app.double.scripts['userinfo'] = (request) => {
    setClock(milliseconds);
    return app.double.goodResponse('userinfo', request);
  };
  expect((await finish()).status).toBe(303);
  const { user, session } = await sessionOf(browser, app);
  expect([user.subject, session.basket]).toEqual(['grace', undefined]);
  await until(() => revoked().length === 1);
  expect(revoked()).toEqual([refreshToken]);
});

test('if the session is signed out while onSignIn runs, the sign-in is refused, and no data comes back', async () => {
  const otherStore = new TestStore();
  let cookie = '';
  const other = await appForTest({
    store: otherStore,
    async onSignIn() {
      if (cookie) await createBrowser().post(`${other.url}/logout`, {}, { cookie });
    },
  });
  const browser = await signIn(other);
  await buy(browser, other);
  const { finish } = await start(browser, other);
  cookie = browser.cookies().find((one) => one.startsWith('connect.sid')) ?? '';
  expect(errorOf(await finish())).toMatchObject({ status: 401, code: 'not_signed_in' });
  expect(await isSignedIn(browser, other)).toBe(false);
  expect([...otherStore.held.values()].join()).not.toMatch(/tea|access-token/);
});

test('a guard above the routes does not let an expired session through', async () => {
  const browser = await signIn(app);
  setClock(9 * HOUR_MS);
  // Without the middleware of the routes.
  const request = { session: JSON.parse([...store.held.values()][0] ?? '') } as Parameters<
    typeof app.auth.user
  >[0];
  expect(app.auth.user(request)).toBeUndefined();
  expect(app.auth.storedSignIn(request)).toBeUndefined();
  expect(await isSignedIn(browser, app)).toBe(false);
});

test('onSignIn gets the sign-in before the session is saved, and what it writes is kept', async () => {
  const seen: unknown[] = [];
  const other = await appForTest({
    async onSignIn(req, { subject, tokens }) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.push([
        subject,
        typeof tokens.access_token,
        other.store instanceof TestStore && other.store.held.size,
      ]);
      req.session.appUser = `app user ${subject}`;
    },
  });
  const browser = await signIn(other);
  expect(seen).toEqual([[expect.any(String), 'string', 0]]);
  expect((await sessionOf(browser, other)).session).toMatchObject({
    appUser: expect.stringContaining('app user'),
  });
});

test('onSignIn sees no data of the earlier user', async () => {
  const baskets: unknown[] = [];
  const other = await appForTest({
    onSignIn: (req) => void baskets.push(req.session.basket, 'pingone' in req.session),
  });
  const browser = await signIn(other);
  await buy(browser, other);
  signOnAs(other.double, 'grace');
  await signIn(other, browser);
  expect(baskets).toEqual([undefined, false, undefined, false]);
});

test.each([
  ['an error', () => Promise.reject(new Error('no such user'))],
  ['a RequestError of its own', () => Promise.reject(Object.assign(new Error('x'), { status: 500 }))],
  [
    'an error at once',
    () => {
      throw new TypeError('oops');
    },
  ],
])(
  'if onSignIn throws %s, the response is 403, the tokens are revoked, and the session stays as it was',
  async (_, fail) => {
    let isRefusing = false;
    const otherStore = new TestStore();
    const other = await appForTest({
      store: otherStore,
      onSignIn(req) {
        if (!isRefusing) return undefined;
        req.session.appUser = 'half done';
        req.session.basket?.push('poison');
        return fail();
      },
    });
    const browser = await signIn(other);
    await buy(browser, other);
    const before = new Map(otherStore.held);
    isRefusing = true;
    for (const sub of [undefined, 'grace']) {
      if (sub) signOnAs(other.double, sub);
      other.double.refreshToken = `refresh token ${sub}`;
      const { finish } = await start(browser, other);
      const page = await finish();
      expect(errorOf(page)).toMatchObject({ status: 403, code: 'user_refused' });
      expect(otherStore.held).toEqual(before);
      expect(await isSignedIn(browser, other)).toBe(true);
      await until(() => revoked(other).includes(`refresh token ${sub}`));
    }
    const anonymous = createBrowser();
    const { finish } = await start(anonymous, other);
    expect((await finish()).status).toBe(403);
    expect(await isSignedIn(anonymous, other)).toBe(false);
    expect([...otherStore.held.values()].join()).not.toContain('half done');
  },
);

test.each(['set', 'destroy'] as const)(
  'if the store fails to %s, the response is 503 and the user is not signed in',
  async (op) => {
    const browser = createBrowser();
    await buy(browser);
    const { finish } = await start(browser, app);
    store.failing.add(op);
    const page = await finish();
    expect(errorOf(page)).toMatchObject({
      status: 503,
      code: 'session_unavailable',
      facts: { why: 'store_failed' },
    });
    expect(setCookiesOf(page).join()).not.toContain('connect.sid');
    expect(page.location).toBeUndefined();
    store.failing.delete(op);
    expect(await isSignedIn(browser, app)).toBe(false);
    await until(() => revoked().includes(app.double.refreshToken));
  },
);

test('if the store fails once, no session with revoked tokens is saved afterwards', async () => {
  const { finish } = await start(createBrowser(), app);
  store.failingOnce.add('set');
  expect((await finish()).status).toBe(503);
  expect([...store.held.values()].join()).not.toContain('access-token');
});

test('the redirect comes after the session is saved', async () => {
  const { finish } = await start(createBrowser(), app);
  let saved = false;
  store.before.set = async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    saved = true;
  };
  await finish();
  expect(saved).toBe(true);
});

test('without req.session, pages that need no session work, and the others return 503', async () => {
  const other = await appForTest({ middleware: (_req, _res, next) => next() });
  const browser = createBrowser();
  expect((await browser.get(`${other.url}/`)).status).toBe(200);
  const { finish } = await start(browser, other);
  const pages = [
    await finish(),
    await browser.get(`${other.url}/orders`),
    await browser.post(`${other.url}/logout`),
    await browser.get(`${other.url}/api`),
    await browser.post(`${other.url}/refresh`),
  ];
  for (const page of pages) {
    expect(errorOf(page)).toMatchObject({
      status: 503,
      code: 'session_unavailable',
      facts: { why: 'no_session' },
    });
  }
  // Nothing was used.
  expect(other.double.requestsTo('token')).toEqual([]);
  expect(browser.cookies()).toHaveLength(1);
});
