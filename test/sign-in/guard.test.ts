// The guard: which requests pass, which it redirects to the sign-in, which get 401; and step-up.

import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
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
  startedFrom,
  until,
} from './helpers.ts';

let app: ForeignApp;
beforeEach(async () => {
  app = await appForTest();
});

const NAVIGATION = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
const seconds = (ago = 0) => Math.floor(Date.now() / 1000) - ago;

test('a page redirects a signed-out user to the sign-in, which leads back to its URL', async () => {
  for (const headers of [{}, NAVIGATION, { ...NAVIGATION, 'sec-fetch-site': 'cross-site' }]) {
    const browser = createBrowser();
    const page = await browser.get(`${app.url}/orders?sort=up&x=%C3%A4`, headers);
    expect(page).toMatchObject({
      status: 302,
      location: `${app.url}/login?return_to=%2Forders%3Fsort%3Dup%26x%3D%25C3%25A4`,
      body: '',
    });
    expect(setCookiesOf(page)).toEqual([]);
    const { finish } = startedFrom(browser, app, await browser.get(page.location ?? ''));
    expect((await finish()).location).toBe(`${app.url}/orders?sort=up&x=%C3%A4`);
  }
});

test('HEAD is redirected, too', async () => {
  const response = await fetch(`${app.url}/orders`, { method: 'HEAD', redirect: 'manual', headers: {} });
  // Node's fetch says with Sec-Fetch-Mode that it is no navigation.
  expect(response.status).toBe(401);
  const { request } = await import('undici');
  const { statusCode, headers } = await request(`${app.url}/orders`, { method: 'HEAD' });
  expect([statusCode, headers['location']]).toEqual([302, '/login?return_to=%2Forders']);
});

test('the sign-in leads to the default page if the path of the page has more than 512 bytes', async () => {
  const browser = createBrowser();
  const longest = `/orders?${'a'.repeat(504)}`;
  expect((await browser.get(app.url + longest)).location).toContain('return_to=');
  expect((await browser.get(`${app.url}${longest}a`)).location).toBe(`${app.url}/login`);
});

test.each([
  ['an image', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
  ['a frame', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
  ['a fetch', { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }],
])('a request for %s gets 401', async (_, headers) => {
  expect(errorOf(await createBrowser().get(`${app.url}/orders`, headers))).toMatchObject({
    status: 401,
    code: 'not_signed_in',
  });
});

test('a form of a signed-out user gets 401, and no sign-in repeats it', async () => {
  const page = await createBrowser().post(`${app.url}/orders`, {}, NAVIGATION);
  expect(errorOf(page)).toMatchObject({ status: 401, code: 'not_signed_in' });
  expect(page.location).toBeUndefined();
});

test('a signed-in user passes, with any method', async () => {
  const browser = await signIn(app);
  expect((await browser.get(`${app.url}/orders`, { 'sec-fetch-mode': 'cors' })).status).toBe(200);
  expect((await browser.post(`${app.url}/orders`)).body).toBe('"ordered"');
});

test('an auth_time that is too old sends the user to PingOne with max_age, and back', async () => {
  app.double.claims['auth_time'] = seconds(600);
  const browser = await signIn(app);
  const page = await browser.get(`${app.url}/recent`);
  const started = startedFrom(browser, app, page);
  expect(page.status).toBe(302);
  expect(started.location.searchParams.get('max_age')).toBe('300');
  expect(started.location.searchParams.get('prompt')).toBe('login');
  app.double.claims['auth_time'] = seconds();
  expect(await started.finish()).toMatchObject({ status: 303, location: `${app.url}/recent` });
  expect((await browser.get(`${app.url}/recent`)).body).toBe('"recent"');
});

test.each([
  ['absent', undefined],
  ['a text', '1700000000'],
  ['361 s ago', () => seconds(362)],
  ['an hour ahead', () => seconds(-3600)],
])('an auth_time that is %s does not satisfy max_age', async (_, value) => {
  app.double.claims['auth_time'] = typeof value === 'function' ? value() : value;
  const { finish } = await start(createBrowser(), app);
  const browser = createBrowser();
  const started = await start(browser, app);
  const ended = await started.finish();
  // The checks of the ID token already refuse a text.
  if (ended.status !== 303) return;
  const page = await browser.get(`${app.url}/recent`);
  expect(page.status).toBe(302);
  const back = await startedFrom(browser, app, page).finish();
  expect(errorOf(back)).toMatchObject({ status: 403, code: 'id_token_auth_time' });
  expect(await isSignedIn(browser, app)).toBe(true);
  await finish();
});

test('the guard and the callback have the same tolerance of 60 s', async () => {
  app.double.claims['auth_time'] = seconds(350);
  const browser = await signIn(app);
  expect((await browser.get(`${app.url}/recent`)).status).toBe(200);
});

test('an acr other than the required one sends the user to PingOne with acr_values', async () => {
  const browser = await signIn(app);
  const started = startedFrom(browser, app, await browser.get(`${app.url}/strong?x=1`));
  expect(started.location.searchParams.get('acr_values')).toBe('Multi_Factor');
  const refused = await started.finish();
  // The app does not repeat the step-up: the sign-in fails with its own error, and the session stays.
  expect(errorOf(refused)).toMatchObject({ status: 403, code: 'id_token_acr' });
  expect(await isSignedIn(browser, app)).toBe(true);
  const again = startedFrom(browser, app, await browser.get(`${app.url}/strong?x=1`));
  app.double.claims['acr'] = 'Multi_Factor';
  expect(await again.finish()).toMatchObject({ status: 303, location: `${app.url}/strong?x=1` });
  expect((await browser.get(`${app.url}/strong`)).status).toBe(200);
});

test('if a request that is no navigation needs step-up, it gets 401, and the error names what is missing', async () => {
  const browser = await signIn(app);
  const pages = [
    await browser.post(`${app.url}/strong`),
    await browser.get(`${app.url}/strong`, { 'sec-fetch-mode': 'cors' }),
  ];
  for (const page of pages) {
    expect(errorOf(page)).toMatchObject({ status: 401, code: 'not_signed_in', facts: { why: 'acr' } });
  }
});

test('a refresh does not change the acr and the auth_time that step-up reads', async () => {
  app.double.claims['auth_time'] = seconds(600);
  const browser = await signIn(app);
  app.double.claims['auth_time'] = seconds();
  app.double.claims['acr'] = 'Multi_Factor';
  expect((await browser.post(`${app.url}/refresh`)).status).toBe(200);
  expect((await sessionOf(browser, app)).user.claims.acr).toBe('Multi_Factor');
  expect((await browser.get(`${app.url}/recent`)).status).toBe(302);
  expect((await browser.get(`${app.url}/strong`)).status).toBe(302);
});

test('a step-up by another user is refused: the session stays, and the new refresh token is revoked', async () => {
  const browser = await signIn(app);
  await browser.post(`${app.url}/basket`);
  const started = startedFrom(browser, app, await browser.get(`${app.url}/strong`));
  const cookies = browser.cookies();
  signOnAs(app.double, 'grace');
  app.double.claims['acr'] = 'Multi_Factor';
  app.double.refreshToken = 'the refresh token of grace';
  expect(errorOf(await started.finish())).toMatchObject({ status: 403, code: 'other_user' });
  expect(browser.cookies()).toEqual(cookies.filter((cookie) => cookie.startsWith('connect.sid')));
  const { user, session } = await sessionOf(browser, app);
  expect([user.claims.name, session.basket]).toEqual(['Ada Example', ['tea']]);
  await until(() => app.double.requestsTo('revoke').length === 1);
  expect(app.double.requestsTo('revoke')[0]?.body).toContain('the+refresh+token+of+grace');
});

test('after a step-up by another user, the first user can step up, because PingOne asks for the user again', async () => {
  const browser = await signIn(app);
  const { userinfo } = app.double;
  signOnAs(app.double, 'grace');
  app.double.claims['acr'] = 'Multi_Factor';
  const first = startedFrom(browser, app, await browser.get(`${app.url}/strong`));
  expect(errorOf(await first.finish()).code).toBe('other_user');
  const second = startedFrom(browser, app, await browser.get(`${app.url}/strong`));
  expect(second.location.searchParams.get('prompt')).toBe('login');
  delete app.double.claims['sub'];
  app.double.userinfo = userinfo;
  expect(await second.finish()).toMatchObject({ status: 303, location: `${app.url}/strong` });
});

test.each([
  ['ended', 401, 'not_signed_in'],
  ['changed its user', 403, 'other_user'],
])('a step-up is refused if its session has %s meanwhile', async (how, status, code) => {
  const browser = await signIn(app);
  const { userinfo } = app.double;
  app.double.claims['acr'] = 'Multi_Factor';
  const started = startedFrom(browser, app, await browser.get(`${app.url}/strong`));
  if (how === 'ended') await browser.post(`${app.url}/logout`);
  else {
    signOnAs(app.double, 'grace');
    await signIn(app, browser);
    delete app.double.claims['sub'];
    app.double.userinfo = userinfo;
  }
  expect(errorOf(await started.finish())).toMatchObject({ status, code });
  expect(await isSignedIn(browser, app)).toBe(how !== 'ended');
});

test('with prompt=login another user can sign in', async () => {
  const browser = await signIn(app);
  const started = startedFrom(browser, app, await browser.get(`${app.url}/switch`));
  expect(started.location.searchParams.get('prompt')).toBe('login');
  signOnAs(app.double, 'grace');
  app.double.claims['auth_time'] = seconds();
  expect(await started.finish()).toMatchObject({ status: 303, location: `${app.url}/orders` });
  expect((await sessionOf(browser, app)).user.subject).toBe('grace');
});

test('start() makes its own checks of navigation, prefetch and host', async () => {
  const browser = createBrowser();
  const url = `${app.url}/switch`;
  expect(errorOf(await browser.get(url, { 'sec-fetch-dest': 'image' })).code).toBe('not_a_navigation');
  expect(errorOf(await browser.get(url, { 'sec-purpose': 'prefetch' })).code).toBe('prefetch_refused');
  expect(errorOf(await browser.get(url, { host: 'other.example' })).code).toBe('other_host');
  expect(browser.cookies()).toEqual([]);
});

test('if PingOne cannot be reached, the guard of a step-up responds with 503', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const browser = await signIn(app);
  app.double.scripts['.well-known/openid-configuration'] = (_request, response) => {
    response.destroy();
    return undefined;
  };
  // The app keeps metadata for a while, so the test uses another app, which has none.
  const other = await appForTest({ double: app.double, store: app.store });
  expect((await browser.get(`${other.url}/strong`)).status).toBe(503);
});
