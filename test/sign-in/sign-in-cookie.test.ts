// The cookies of pending sign-ins: which are kept, which can be decrypted, when they expire, and how big they are.

import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { connect } from 'node:net';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { securityHeaders } from '../../src/web/security-headers.ts';
import { type Browser, createBrowser } from '../helpers/browser.ts';
import {
  appForTest,
  errorOf,
  type ForeignApp,
  headBytes,
  isSignedIn,
  SECRET,
  setCookiesOf,
  signIn,
  start,
} from './helpers.ts';

let app: ForeignApp;
beforeEach(async () => {
  app = await appForTest();
});

const names = (browser: Browser) => browser.cookies().map((cookie) => cookie.split('=')[0] ?? '');
const setClock = (milliseconds: number) => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds });
  onTestFinished(() => void vi.useRealTimers());
};

test('the five newest sign-ins of a browser can complete, in any order', async () => {
  const browser = createBrowser();
  const started = [];
  for (let number = 0; number < 7; number += 1)
    started.push(await start(browser, app, `/login?return_to=/${number}`));
  expect(names(browser)).toHaveLength(5);
  for (const number of [4, 6, 2, 3, 5]) {
    expect((await started[number]?.finish())?.location).toBe(`${app.url}/${number}`);
  }
  expect(names(browser)).toEqual(['connect.sid']);
});

test('of sign-ins that start in the same millisecond, the newest are kept, too', async () => {
  setClock(0);
  const browser = createBrowser();
  const started = [];
  for (let number = 0; number < 7; number += 1) started.push(await start(browser, app));
  for (const { finish } of started.slice(2)) expect((await finish()).status).toBe(303);
});

test('cookies that cannot be decrypted are cleared first, and then the oldest', async () => {
  const browser = createBrowser();
  const first = await start(browser, app);
  for (const letter of 'abcd') browser.setCookie(`pingone_sign_in_${letter}`, 'no cookie of ours');
  await start(browser, app);
  await start(browser, app);
  const last = await start(browser, app);
  expect(names(browser).filter((name) => name.length === 'pingone_sign_in_a'.length)).toHaveLength(1);
  expect((await first.finish()).status).toBe(303);
  expect((await last.finish()).status).toBe(303);
});

test('after 40 sign-ins at once, each further sign-in leaves fewer cookies', async () => {
  const browser = createBrowser();
  for (let number = 0; number < 40; number += 1) browser.setCookie(`pingone_sign_in_${number}`, 'x');
  const counts = [];
  for (let number = 0; number < 4; number += 1) {
    const page = await browser.get(`${app.url}/login`);
    expect(setCookiesOf(page).filter((line) => line.includes('Max-Age=0')).length).toBeLessThanOrEqual(4);
    counts.push(names(browser).length);
  }
  expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  expect(counts.at(-1)).toBeLessThan(40);
});

test.each([
  ['letters', 'x'.repeat(256)],
  ['quotes', '"\\'.repeat(42)],
])('no response has more than 3.5 kB of headers, with a hint of %s', async (_, hint) => {
  // With the security headers of this app.
  const secure = await appForTest({
    origin: 'https://a-long-name-of-an-app.customers.example.com',
    middleware: (req, res, next) => {
      securityHeaders(true)(req, res, () => {});
      next();
    },
  });
  const cookies = Array.from(
    { length: 40 },
    (_, n) => `__Host-pingone_sign_in_${`${n}`.padStart(16, 'x')}=y`,
  );
  const query = { iss: secure.double.issuer, login_hint: hint, return_to: `/${'a'.repeat(511)}` };
  const page = await createBrowser().get(`${secure.url}/login?${new URLSearchParams(query)}`, {
    'x-forwarded-proto': 'https',
    cookie: cookies.join('; '),
  });
  expect(new URL(page.location ?? '').searchParams.get('login_hint')).toBe(hint);
  expect(setCookiesOf(page).length).toBeGreaterThan(1);
  expect(headBytes(page)).toBeLessThan(3400);
});

test('the work for many cookies is linear: each cookie is decrypted at most once', async () => {
  const decipher = vi.spyOn(crypto, 'createDecipheriv');
  syncBuiltinESMExports();
  onTestFinished(() => {
    decipher.mockRestore();
    syncBuiltinESMExports();
  });
  const cookies = Array.from({ length: 300 }, (_, n) => `pingone_sign_in_${n}=${'A'.repeat(20)}`).join('; ');
  await createBrowser().get(`${app.url}/login`, { cookie: cookies });
  expect(decipher.mock.calls.length).toBeLessThanOrEqual(300);
  expect(decipher.mock.calls.length).toBeGreaterThan(200);
});

// Chromium stores such a cookie of a sibling subdomain; a parser that trims U+00A0 reads it as the __Host- cookie.
test.each(['\u00a0', '\u0085', '\u000b', '\u000c', '\u00ad'])(
  'a cookie whose name begins with %j is not the cookie of a sign-in',
  async (byte) => {
    const victim = createBrowser();
    const attacker = createBrowser();
    const { callbackUrl } = await start(attacker, app);
    const stolen = attacker.cookies()[0] ?? '';
    const send = (cookie: string) => rawGet(callbackUrl, cookie);
    expect(await send(`${byte}${stolen}`)).toContain('400 Bad Request');
    expect(await send(`a=b; ${byte}${stolen}`)).toContain('400 Bad Request');
    expect(app.double.requestsTo('token')).toEqual([]);
    expect(await send(`a=b;\t ${stolen}`)).toContain('303 See Other');
    expect(await isSignedIn(victim, app)).toBe(false);
  },
);

test('a replaced secret still decrypts while it is listed', async () => {
  const rotated = await appForTest({ double: app.double, secrets: ['n'.repeat(40), SECRET] });
  const replaced = await appForTest({ double: app.double, secrets: ['n'.repeat(40)] });
  const browser = createBrowser();
  const { callbackUrl } = await start(browser, app);
  const { search } = new URL(callbackUrl);
  const page = await browser.get(`${replaced.url}/callback${search}`);
  expect(errorOf(page)).toMatchObject({ status: 400, code: 'sign_in_unreadable' });
  // The state is not used, so the app sends the code. The provider refuses it, because this app has another redirect URI.
  expect((await browser.get(`${rotated.url}/callback${search}`)).status).toBe(502);
  expect(app.double.requestsTo('token')).toHaveLength(1);
});

test('a cookie can be decrypted only under its own name, and only unchanged', async () => {
  const browser = createBrowser();
  const [one, two] = [await start(browser, app), await start(browser, app)];
  const [first = '', second = ''] = browser.cookies();
  const [name = ''] = first.split('=');
  const value = second.split('=')[1] ?? '';
  for (const cookie of [`${name}=${value}`, `${first.slice(0, -1)}`, `${name}=`, `${name}=AAAA`]) {
    const page = await createBrowser().get(one.callbackUrl, { cookie });
    expect(errorOf(page)).toMatchObject({ status: 400 });
    expect(errorOf(page).code).toMatch(/^sign_in_(unreadable|cookie_missing)$/);
  }
  expect((await two.finish()).status).toBe(303);
});

test.each([
  ['29 minutes', 29, 303],
  ['31 minutes', 31, 400],
  ['two hours', 120, 400],
  ['a clock set back by half a minute', -0.5, 303],
  ['a clock set back by two minutes', -2, 400],
])(
  'a sign-in expires after 30 minutes, or if the clock is set back by more than a minute: after %s',
  async (_, minutes, status) => {
    const browser = createBrowser();
    const { finish } = await start(browser, app);
    const cookie = browser.cookies()[0] ?? '';
    setClock(minutes * 60_000);
    // The double uses the same clock for its ID tokens.
    const page = await finish({ cookie });
    expect(page.status).toBe(status);
    if (status === 303) return;
    const { code, facts } = errorOf(page);
    expect(code).toBe('sign_in_expired');
    expect(facts).toMatchObject({ secondsApart: expect.closeTo(minutes * 60, -1) });
    expect(app.double.requestsTo('token')).toEqual([]);
  },
);

test('two apps at one host name do not disturb each other', async () => {
  const other = await appForTest({ cookieName: 'other' });
  const browser = createBrowser();
  const [here, there] = [await start(browser, app), await start(browser, other)];
  expect(names(browser).map((name) => name.slice(0, -16))).toEqual(['pingone_sign_in_', 'other_sign_in_']);
  expect((await here.finish()).status).toBe(303);
  expect((await there.finish()).status).toBe(303);
  await signIn(app);
});

/** Returns the status line. Sends exactly this Cookie header, which undici would refuse. */
async function rawGet(url: string, cookie: string): Promise<string> {
  const { host, hostname, port, pathname, search } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(
    Buffer.from(
      `GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
      'latin1',
    ),
  );
  let received = '';
  for await (const chunk of socket) received += chunk;
  return received.split('\r\n')[0] ?? '';
}
