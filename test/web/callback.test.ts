// GET /callback that must not sign the user in: whatever is wrong, the response is a page that says so.

import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { startSignIn } from '../helpers/flow.ts';
import { changedCookie } from './encrypted.ts';
import {
  type Both,
  codeOn,
  expectRefused,
  isOfRecord,
  isSignedIn,
  type Started,
  send,
  setCookies,
  start,
  startBoth,
} from './helpers.ts';

let both: Both;
beforeAll(async () => {
  both = await startBoth();
});
afterAll(() => both.close());

const startIn = (browser = createBrowser()) => start(browser, both.app.url, both.providerDouble);
const tokenRequests = () => both.providerDouble.requestsTo('token').length;

const flip = (text: string, index: number) =>
  text.slice(0, index) + (text[index] === 'A' ? 'B' : 'A') + text.slice(index + 1);

test.each<[string, (value: string, started: Started) => string | Promise<string>]>([
  ['changed in its encrypted part', (value) => flip(value, value.lastIndexOf('.') - 5)],
  ['changed in its tag', (value) => flip(value, value.length - 10)],
  ['cut short', (value) => value.slice(0, -30)],
  [
    'not encrypted at all',
    (_, { state }) => Buffer.from(JSON.stringify({ state, startedAtMs: Date.now() })).toString('base64url'),
  ],
  [
    'encrypted with another secret',
    (_, { cookie }) => changedCookie(cookie, {}, 'another-secret-of-the-tests-0123456789ab'),
  ],
  ['encrypted for another state', async () => (await startIn()).cookie.value],
])('a cookie that is %s completes no sign-in, and no cookie is cleared', async (_, change) => {
  const browser = createBrowser();
  const started = await startIn(browser);
  browser.setCookie(started.cookie.name, await change(started.cookie.value, started));
  const before = tokenRequests();
  const page = await started.finish();
  expectRefused(page, 400, 'sign_in_unreadable');
  expect(setCookies(page)).toEqual([]);
  expect(page.headers['referrer-policy']).toBe('no-referrer');
  expect(tokenRequests()).toBe(before);
  expect(await isSignedIn(browser, both.app.url)).toBe(false);
});

test('a cookie under the name of another state completes no sign-in', async () => {
  const browser = createBrowser();
  const first = await startIn(browser);
  const second = await startIn(browser);
  browser.dropCookies();
  browser.setCookie(first.cookie.name, second.cookie.value);
  expectRefused(await second.finish(), 400, 'sign_in_unknown');
  expectRefused(await first.finish(), 400, 'sign_in_unreadable');
});

test('after 30 minutes a sign-in has expired, even if the browser kept its cookie', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const browser = createBrowser();
  const [late, intime] = [await startIn(browser), await startIn(browser)];
  vi.setSystemTime(Date.now() + 29.9 * 60_000);
  expect((await intime.finish()).status).toBe(303);
  vi.setSystemTime(Date.now() + 0.2 * 60_000);
  browser.dropCookies();
  browser.setCookie(late.cookie.name, late.cookie.value);
  const page = await late.finish();
  expectRefused(page, 400, 'sign_in_expired');
  expect(setCookies(page)).toEqual([]);
});

test('the state of another browser is refused before the code is sent to PingOne', async () => {
  const before = tokenRequests();
  const [victim, attacker] = [createBrowser(), createBrowser()];
  const started = await startIn(attacker);
  // Without a sign-in cookie, and with a sign-in cookie of the victim's own.
  expectRefused(await victim.get(started.callbackUrl), 400, 'sign_in_cookie_missing');
  await startIn(victim);
  expectRefused(await victim.get(started.callbackUrl), 400, 'sign_in_unknown');
  expect(tokenRequests()).toBe(before);
  expect(await isSignedIn(victim, both.app.url)).toBe(false);
  // The refusals have not used the state.
  expect((await started.finish()).status).toBe(303);
});

test.each([
  ['checks the PKCE verifier', true, 'token_invalid_grant'],
  ['does not check it: the nonce of the code is the victim’s', false, 'id_token_nonce'],
])('a code from the sign-in of another browser is refused, where PingOne %s', async (_, checks, code) => {
  both.providerDouble.checksVerifier = checks;
  onTestFinished(() => {
    both.providerDouble.checksVerifier = true;
  });
  const [victim, attacker] = [createBrowser(), createBrowser()];
  const mine = await startIn(attacker);
  const theirs = await startIn(victim);
  const injected = `${both.app.url}/callback?${new URLSearchParams({ code: theirs.code, state: mine.state })}`;
  const page = await attacker.get(injected);
  expectRefused(page, 502, code);
  expect(await isSignedIn(attacker, both.app.url)).toBe(false);
});

test('an error from PingOne ends a sign-in only in the browser that has its cookie', async () => {
  const browser = createBrowser();
  const { state, cookie } = await startIn(browser);
  const url = `${both.app.url}/callback?error=access_denied&error_description=No&state=${state}`;
  expectRefused(await createBrowser().get(url), 400, 'sign_in_cookie_missing');
  const page = await browser.get(url);
  expectRefused(page, 403, 'access_denied');
  expect(setCookies(page).filter(({ name }) => !isOfRecord(name))).toMatchObject([
    { name: cookie.name, cleared: true },
  ]);
  // The error has ended this sign-in: a code that comes later is refused.
  browser.setCookie(cookie.name, cookie.value);
  const code = await browser.get(`${both.app.url}/callback?code=late&state=${state}`);
  expectRefused(code, 400, 'sign_in_used');
});

test.each([
  ['', 'callback_malformed'],
  ['?code=c', 'callback_malformed'],
  ['?state=s&state=s&code=c', 'callback_malformed'],
  ['?state=&code=c', 'callback_malformed'],
  ['?state=s&code=c', 'sign_in_cookie_missing'],
  ['?state[]=s&code=c', 'callback_malformed'],
  ['?state=__proto__&code=c', 'sign_in_cookie_missing'],
  ['?state=%00%0d%0aSet-Cookie:%20a=b&code=c', 'sign_in_cookie_missing'],
  [`?state=${'s'.repeat(8000)}&code=c`, 'sign_in_cookie_missing'],
])('the query "%s" is refused (%s)', async (query, code) => {
  const page = await send('GET', `${both.app.url}/callback${query}`);
  expectRefused(page, 400, code);
  expect(page.headers['referrer-policy']).toBe('no-referrer');
});

test.each(['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])(
  '%s /callback does not redeem the code',
  async (method) => {
    const browser = createBrowser();
    const started = await startIn(browser);
    const before = tokenRequests();
    const cookie = browser.cookies().join('; ');
    const page = await send(method, started.callbackUrl, { cookie });
    expect(page).toMatchObject({ status: 405, headers: { allow: 'GET', 'referrer-policy': 'no-referrer' } });
    expect(page.headers['set-cookie']).toBeUndefined();
    expect(tokenRequests()).toBe(before);
    expect((await started.finish()).status).toBe(303);
  },
);

test('a prefetch does not redeem the code', async () => {
  const browser = createBrowser();
  const started = await startIn(browser);
  const before = tokenRequests();
  const page = await browser.get(started.callbackUrl, { 'sec-purpose': 'prefetch;prerender' });
  expectRefused(page, 503, 'prefetch_refused');
  expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  expect(page.headers['set-cookie']).toBeUndefined();
  expect(tokenRequests()).toBe(before);
  expect((await started.finish()).status).toBe(303);
});

test('the page of a failed sign-in has no link to another site and no code', async () => {
  const browser = createBrowser();
  both.providerDouble.tokenChanges = { token_type: 'mac' };
  onTestFinished(() => {
    both.providerDouble.tokenChanges = {};
  });
  const started = await startIn(browser);
  const page = await started.finish();
  expect(codeOn(page)).toBe('token_response_invalid');
  expect(page.body).not.toContain(started.code);
  expect(page.body).not.toContain(started.state);
  const links = [...page.body.matchAll(/(?:href|src|action)="([^"]*)"/g)].map((match) => match[1]);
  expect(links).toContain(`${both.app.url}/login?return_to=%2Fprofile`);
  const own = links.map((link) => link?.replace(both.app.url, ''));
  expect(own.filter((link) => !/^[/#](?!\/)/.test(link ?? ''))).toEqual([]);
  expect(await isSignedIn(browser, both.app.url)).toBe(false);
});

test('the response of a successful sign-in has no-referrer and no-store, too', async () => {
  const browser = createBrowser();
  const page = await browser.get(await startSignIn(browser, both.app.url, both.providerDouble));
  expect(page).toMatchObject({
    status: 303,
    headers: { 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' },
  });
});
