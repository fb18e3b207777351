// The session of a signed-in user: its cookie, and when it expires.

import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { startApp } from '../helpers/app.ts';
import { type Browser, createBrowser } from '../helpers/browser.ts';
import { signInAtProvider, startSignIn } from '../helpers/flow.ts';
import { type Both, isSignedIn, setCookies, startBoth } from './helpers.ts';
import { TestStore } from './test-store.ts';

const MINUTE_MS = 60_000;
const store = new TestStore();
let both: Both;
beforeAll(async () => {
  both = await startBoth({ sessionStore: store });
});
afterAll(() => both.close());

async function signedIn(appUrl = both.app.url): Promise<Browser> {
  const browser = createBrowser();
  expect((await signInAtProvider(browser, appUrl, both.providerDouble)).status).toBe(303);
  return browser;
}

function stopClock(): (milliseconds: number) => void {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  return (milliseconds) => void vi.advanceTimersByTime(milliseconds);
}

const sessionValue = (browser: Browser) =>
  browser
    .cookies()
    .find((cookie) => cookie.startsWith('pingone_session='))
    ?.slice('pingone_session='.length) ?? '';

test('the session cookie has only a signed id, and expires when the browser closes', async () => {
  const browser = createBrowser();
  const page = await browser.get(await startSignIn(browser, both.app.url, both.providerDouble));
  const session = setCookies(page).find(({ name }) => name === 'pingone_session');
  expect(session).toMatchObject({
    name: 'pingone_session',
    attributes: ['httponly', 'path=/', 'samesite=lax'],
  });
  // An id of two UUIDs, and a signature.
  expect(decodeURIComponent(session?.value ?? '')).toMatch(/^s:[\da-f-]{72}\.[A-Za-z0-9+/]{43}$/);
  expect(page.headers['set-cookie']).not.toContainEqual(
    expect.stringMatching(/pingone_session=[^;]+;.*Expires/),
  );
});

test('a signed-out user gets no session, whatever page they open', async () => {
  const before = store.held.size;
  const browser = createBrowser();
  for (const path of [
    '/',
    '/?state=s',
    '/profile',
    '/nothing',
    '/callback',
    '/callback?state=s&code=c',
    '/healthz',
  ]) {
    expect(setCookies(await browser.get(both.app.url + path)).filter(({ cleared }) => !cleared)).toEqual([]);
  }
  await browser.post(`${both.app.url}/logout`);
  await browser.get(`${both.app.url}/login`);
  expect(sessionValue(browser)).toBe('');
  expect(store.held.size).toBe(before);
});

test('/profile redirects a signed-out user to the sign-in, which leads back', async () => {
  const page = await createBrowser().get(`${both.app.url}/profile`);
  expect(page).toMatchObject({ status: 302, headers: { location: '/login?return_to=%2Fprofile' } });
});

test.each<[string, (value: string) => string]>([
  ['without its signature', (value) => value.slice(0, value.indexOf('.'))],
  ['as a bare id', (value) => value.slice(4, value.indexOf('.'))],
  ['with an empty signature', (value) => value.slice(0, value.indexOf('.') + 1)],
  ['with another signature', (value) => `${value.slice(0, value.indexOf('.'))}.${'A'.repeat(43)}`],
  [
    'with a letter of the id changed',
    (value) => value.replace(/^(s%3A)(.)/, (_, s, letter) => s + (letter === 'A' ? 'B' : 'A')),
  ],
  ['empty', () => ''],
  ['a JSON object', () => encodeURIComponent('j:{"signIn":{}}')],
])('a session cookie %s opens no session', async (_, change) => {
  const forged = change(sessionValue(await signedIn()));
  const browser = createBrowser();
  browser.setCookie('pingone_session', forged);
  expect(await isSignedIn(browser, both.app.url)).toBe(false);
});

test('cookies of two secrets are accepted, the newest secret signs, and a cookie of a removed secret is not accepted', async () => {
  const [older, newer] = [
    'older-secret-of-the-tests-0123456789abc',
    'newer-secret-of-the-tests-0123456789abc',
  ];
  const first = await startApp(both.providerDouble, { sessionStore: store, sessionSecrets: [older] });
  const browser = await signedIn(first.url);
  await first.close();

  const second = await startApp(both.providerDouble, { sessionStore: store, sessionSecrets: [newer, older] });
  expect(await isSignedIn(browser, second.url)).toBe(true);
  const later = await signedIn(second.url);
  await second.close();

  const third = await startApp(both.providerDouble, { sessionStore: store, sessionSecrets: [newer] });
  onTestFinished(third.close);
  expect(await isSignedIn(browser, third.url)).toBe(false);
  expect(await isSignedIn(later, third.url)).toBe(true);
});

test('after 30 minutes without a request the session has expired', async () => {
  const pass = stopClock();
  const app = await startApp(both.providerDouble);
  onTestFinished(app.close);
  const [idle, busy] = [await signedIn(app.url), await signedIn(app.url)];
  pass(20 * MINUTE_MS);
  expect(await isSignedIn(busy, app.url)).toBe(true);
  pass(10.5 * MINUTE_MS);
  expect(await isSignedIn(idle, app.url)).toBe(false);
  expect(await isSignedIn(busy, app.url)).toBe(true);
  pass(30.5 * MINUTE_MS);
  expect(await isSignedIn(busy, app.url)).toBe(false);
});

test('after eight hours the session has expired, however busy it was, and its tokens are gone', async () => {
  const pass = stopClock();
  store.held.clear();
  const browser = await signedIn();
  const holdsTokens = () =>
    [...store.held.values()].some((json) => json.includes(both.providerDouble.refreshToken));
  expect(holdsTokens()).toBe(true);
  for (let minutes = 20; minutes < 8 * 60; minutes += 20) {
    pass(20 * MINUTE_MS);
    expect(await isSignedIn(browser, both.app.url)).toBe(true);
  }
  pass(20 * MINUTE_MS - 1);
  expect(await isSignedIn(browser, both.app.url)).toBe(true);
  pass(1);
  // The home page, too, although it works without a session.
  expect((await browser.get(both.app.url)).body).not.toContain('/logout');
  expect(await isSignedIn(browser, both.app.url)).toBe(false);
  expect(holdsTokens()).toBe(false);
  // The user can sign in again.
  expect((await signInAtProvider(browser, both.app.url, both.providerDouble)).status).toBe(303);
  expect(await isSignedIn(browser, both.app.url)).toBe(true);
});
