// A callback without a sign-in of its own: the causes on its page, and their order, are those of the very case.

import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { createBrowser, type Page } from '../helpers/browser.ts';
import { type Both, codeOn, expectRefused, isSignedIn, send, start, startBoth } from './helpers.ts';

const FIVE = 'Five newer sign-ins were started in this browser: only the newest five are kept.';
const LONG = 'The sign-in took longer than 10 minutes, and the browser has dropped its cookie.';
const ENDED =
  'It has ended long ago, and its address was opened again, by a restored tab or from the history.';
const OTHER = 'It was started in another browser or a private window, or by somebody else who sent the link.';
const BLOCKED = 'The browser blocks cookies.';
const PROXY = 'The app was opened under another host name than BASE_URL; behind a proxy it cannot see that.';
const NOT_OURS = [
  'The address was typed, changed or cut short.',
  'Somebody made the link, or it is the answer to another app’s sign-in.',
];
const STATE = 'A'.repeat(43);

let both: Both;
beforeAll(async () => {
  both = await startBoth();
});
afterAll(() => both.close());

const causesOn = (page: Page) => [...page.body.matchAll(/<li>(.*?)<\/li>/g)].map(([, cause]) => cause);

async function callbackWith(headers: Record<string, string>, state = STATE, { app } = both): Promise<Page> {
  return send('GET', `${app.url}/callback?code=c&state=${encodeURIComponent(state)}`, headers);
}

const otherSignIns = (count: number) =>
  Array.from({ length: count }, (_, index) => `pingone_sign_in_${index}=sealed`).join('; ');

test.each([
  ['no cookie at all', {}, 'sign_in_cookie_missing', [LONG, ENDED, OTHER, BLOCKED]],
  [
    'a cookie of another kind: nobody blocks cookies',
    { cookie: 'a=b' },
    'sign_in_cookie_missing',
    [LONG, ENDED, OTHER],
  ],
  [
    'one other sign-in: no newer ones took its place',
    { cookie: otherSignIns(1) },
    'sign_in_unknown',
    [LONG, ENDED, OTHER],
  ],
  ['four', { cookie: otherSignIns(4) }, 'sign_in_unknown', [LONG, ENDED, OTHER]],
  ['five', { cookie: otherSignIns(5) }, 'sign_in_unknown', [FIVE, LONG, ENDED, OTHER]],
])('with %s', async (_, headers, code, causes) => {
  const page = await callbackWith(headers);
  expectRefused(page, 400, code);
  expect(causesOn(page)).toEqual(causes);
});

test('behind a proxy the host name may have been another one, which the app cannot see', async () => {
  const proxied = await startBoth({ trustProxy: 1 });
  onTestFinished(proxied.close);
  const page = await callbackWith({ host: 'internal.example' }, STATE, proxied);
  expectRefused(page, 400, 'sign_in_cookie_missing');
  expect(causesOn(page)).toEqual([LONG, ENDED, OTHER, BLOCKED, PROXY]);
  expect(page.body).not.toContain('internal.example');
});

test.each(['', 'sign_in_cookie', 'other'])(
  'a state that this app never makes was never one of its own (cookies: "%s")',
  async (others) => {
    const cookie = others === 'other' ? otherSignIns(5) : `${others}=1`;
    for (const state of ['s', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}.`, `${STATE}\n`]) {
      const page = await callbackWith({ cookie }, state);
      expectRefused(page, 400, others === 'other' ? 'sign_in_unknown' : 'sign_in_cookie_missing');
      expect(causesOn(page)).toEqual(NOT_OURS);
      expect(page.body).toContain(`Its state (${state.length} characters) is none that this app makes.`);
    }
  },
);

test('a state of a real sign-in has the form of one', async () => {
  const { callbackUrl } = await start(createBrowser(), both.app.url, both.standIn);
  expect(causesOn(await createBrowser().get(callbackUrl))).toEqual([LONG, ENDED, OTHER, BLOCKED]);
});

const SAME_MACHINE = 'localhost, 127.0.0.1 and [::1] are one machine, but for a browser three hosts.';
const NOT_THERE = [
  'BASE_URL is not where browsers reach this app.',
  'A proxy in front of this app sends it a Host of its own, and TRUST_PROXY is 0.',
];

test.each<[string, string[]]>([
  ['127.0.0.1', [SAME_MACHINE]],
  ['127.0.0.1:3000', [SAME_MACHINE]],
  ['[::1]:3000', [SAME_MACHINE]],
  ['app.example', NOT_THERE],
])('opened as %s, that is said first, and nothing is read into the rest', async (host, causes) => {
  for (const [cookie, state] of [
    ['', STATE],
    [otherSignIns(5), STATE],
    ['', 's'],
  ]) {
    const page = await callbackWith({ host, cookie: cookie ?? '' }, state);
    expectRefused(page, 400, 'other_host');
    expect(causesOn(page)).toEqual(causes);
    expect(page.body).toContain(`Opened: &#34;${host}&#34;. BASE_URL: ${both.app.url}.`);
    expect(page.body).toContain(`href="${both.app.url}/login"`);
  }
});

test('another port is no other host to a cookie: /callback goes on, and /login says what is other', async () => {
  const page = await callbackWith({ host: 'localhost:1' });
  expect(codeOn(page)).toBe('sign_in_cookie_missing');
  const atLogin = await send('GET', `${both.app.url}/login`, { host: 'localhost:1' });
  expect(codeOn(atLogin)).toBe('other_host');
  expect(causesOn(atLogin)).toEqual(['The browser reaches this app at another port than that of BASE_URL.']);
});

test('a sign-in that brings its cookie ends, whatever Host says', async () => {
  const browser = createBrowser();
  const { callbackUrl } = await start(browser, both.app.url, both.standIn);
  expect((await browser.get(callbackUrl, { host: 'app.example' })).status).toBe(303);
  expect(await isSignedIn(browser, both.app.url)).toBe(true);
});

const STAYED_OPEN = 'The sign-on page stayed open for long.';
const CLOCK_SET = 'This machine’s clock was set meanwhile.';

test.each([
  ['just too late: it took long', 10 * 60 + 59, [STAYED_OPEN, CLOCK_SET]],
  ['an hour late, though the browser drops its cookie: the clock', 3600, [CLOCK_SET, STAYED_OPEN]],
])('%s; both times and the difference are named', async (_, seconds, causes) => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-03-01T12:00:00.250Z') });
  onTestFinished(() => void vi.useRealTimers());
  const { cookie, callbackUrl } = await start(createBrowser(), both.app.url, both.standIn);
  vi.setSystemTime(Date.now() + seconds * 1000);
  const page = await send('GET', callbackUrl, { cookie: `${cookie.name}=${cookie.value}` });
  expectRefused(page, 400, 'sign_in_expired');
  expect(causesOn(page)).toEqual(causes);
  const here = new Date().toISOString();
  const said = `It was begun at 2026-03-01T12:00:00.250Z, this machine’s clock is ${here}: ${seconds} s apart.`;
  expect(page.body).toContain(said);
});
