// A callback without a sign-in of its own: its page names only the causes that the request leaves possible.

import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { createBrowser, type Page } from '../helpers/browser.ts';
import { type Both, codeOn, expectRefused, isSignedIn, send, start, startBoth } from './helpers.ts';

const BLOCKED = /browser blocks cookies/;
const PUSHED_OUT = /5 newer sign-ins/;
const BEHIND_PROXY = /[Bb]ehind a proxy/;
const FOREIGN = /does not come from this app|Another app with the same redirect URI started/;
const ALL = [BLOCKED, PUSHED_OUT, BEHIND_PROXY, FOREIGN];
const STATE = 'A'.repeat(43);

let both: Both;
beforeAll(async () => {
  both = await startBoth();
});
afterAll(() => both.close());

/** The causes that the page names. */
const causesOn = (page: Page) => ALL.filter((cause) => cause.test(page.body));

async function callbackWith(headers: Record<string, string>, state = STATE, { app } = both): Promise<Page> {
  return send('GET', `${app.url}/callback?code=c&state=${encodeURIComponent(state)}`, headers);
}

const otherSignIns = (count: number) =>
  Array.from({ length: count }, (_, index) => `pingone_sign_in_${index}=encrypted`).join('; ');

test.each<[string, Record<string, string>, string, RegExp[]]>([
  ['no cookie at all', {}, 'sign_in_cookie_missing', [BLOCKED]],
  ['a cookie of another kind: no browser blocks cookies', { cookie: 'a=b' }, 'sign_in_cookie_missing', []],
  ['one other sign-in: no newer ones replaced it', { cookie: otherSignIns(1) }, 'sign_in_unknown', []],
  ['four other sign-ins', { cookie: otherSignIns(4) }, 'sign_in_unknown', []],
  ['five other sign-ins', { cookie: otherSignIns(5) }, 'sign_in_unknown', [PUSHED_OUT]],
])('the page names only possible causes for a request with %s', async (_, headers, code, causes) => {
  const page = await callbackWith(headers);
  expectRefused(page, 400, code);
  expect(causesOn(page)).toEqual(causes);
  expect(page.body).toContain('30 minutes');
});

test('behind a proxy the page also names another host name as a cause, because the app cannot see it', async () => {
  const proxied = await startBoth({ trustProxy: 1 });
  onTestFinished(proxied.close);
  const page = await callbackWith({ host: 'internal.example' }, STATE, proxied);
  expectRefused(page, 400, 'sign_in_cookie_missing');
  expect(causesOn(page)).toEqual([BLOCKED, BEHIND_PROXY]);
  expect(page.body).not.toContain('internal.example');
});

test.each(['', 'sign_in_cookie', 'other'])(
  'if a state does not have the form of this app’s states, the page says that it came from elsewhere (cookies: "%s")',
  async (others) => {
    const cookie = others === 'other' ? otherSignIns(4) : `${others}=1`;
    for (const state of ['s', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}.`, `${STATE}\n`]) {
      const page = await callbackWith({ cookie }, state);
      expectRefused(page, 400, others === 'other' ? 'sign_in_unknown' : 'sign_in_cookie_missing');
      expect(causesOn(page)).toEqual([FOREIGN]);
      expect(page.body).toContain(`length: ${state.length}`);
    }
  },
);

test('the state of a real sign-in has the form of this app’s states', async () => {
  const { callbackUrl } = await start(createBrowser(), both.app.url, both.providerDouble);
  expect(causesOn(await createBrowser().get(callbackUrl))).toEqual([BLOCKED]);
});

const SAME_MACHINE = /are one machine/;
const NOT_THERE = /is not the URL at which browsers reach this app/;

test.each<[string, RegExp]>([
  ['127.0.0.1', SAME_MACHINE],
  ['127.0.0.1:3000', SAME_MACHINE],
  ['[::1]:3000', SAME_MACHINE],
  ['app.example', NOT_THERE],
])('if the callback came to %s, the page names that as its only cause', async (host, cause) => {
  for (const [cookie, state] of [
    ['', STATE],
    [otherSignIns(5), STATE],
    ['', 's'],
  ]) {
    const page = await callbackWith({ host, cookie: cookie ?? '' }, state);
    expectRefused(page, 400, 'other_host');
    expect(page.body).toMatch(cause);
    expect(causesOn(page)).toEqual([]);
    expect(page.body).toContain(`Expected “${both.app.url}”, found “${host}”.`);
    expect(page.body).toContain(`href="${both.app.url}/login"`);
  }
});

test('cookies ignore the port: /callback accepts another port, and /login says that the port differs', async () => {
  const page = await callbackWith({ host: 'localhost:1' });
  expect(codeOn(page)).toBe('sign_in_cookie_missing');
  const atLogin = await send('GET', `${both.app.url}/login`, { host: 'localhost:1' });
  expect(codeOn(atLogin)).toBe('other_host');
  expect(atLogin.body).toContain('is not the port in <code>BASE_URL</code>');
});

test('a sign-in whose cookie comes with the callback succeeds, whatever Host says', async () => {
  const browser = createBrowser();
  const { callbackUrl } = await start(browser, both.app.url, both.providerDouble);
  expect((await browser.get(callbackUrl, { host: 'app.example' })).status).toBe(303);
  expect(await isSignedIn(browser, both.app.url)).toBe(true);
});

test.each([
  ['just too late', 30 * 60 + 59],
  ['an hour late, though the browser drops its cookie', 3600],
])('if the callback comes %s, the page names both times and the difference', async (_, seconds) => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-03-01T12:00:00.250Z') });
  onTestFinished(() => void vi.useRealTimers());
  const { cookie, callbackUrl } = await start(createBrowser(), both.app.url, both.providerDouble);
  vi.setSystemTime(Date.now() + seconds * 1000);
  const page = await send('GET', callbackUrl, { cookie: `${cookie.name}=${cookie.value}` });
  expectRefused(page, 400, 'sign_in_expired');
  for (const fact of ['2026-03-01T12:00:00.250Z', new Date().toISOString(), String(seconds)])
    expect(page.body).toContain(fact);
});
