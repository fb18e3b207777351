// Request smuggling, response splitting, cookies from an attacker, and clocks that jump.

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { createBrowser } from './helpers/browser.ts';
import { signInAtProvider } from './helpers/flow.ts';
import { type Both, codeOn, isSignedIn, start, startBoth } from './web/helpers.ts';

let both: Both;
beforeAll(async () => {
  both = await startBoth();
});
afterAll(() => both.close());

/** The statuses of all responses on one connection. */
async function statusesAfter(bytes: string): Promise<number[]> {
  const socket = connect(both.app.port, 'localhost');
  const chunks: Buffer[] = [];
  socket.on('error', () => {});
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(bytes);
  // Wait long enough for a second response. Closing our half of the connection could prevent it.
  const waiting = setTimeout(() => socket.destroy(), 700);
  await once(socket, 'close');
  clearTimeout(waiting);
  const text = Buffer.concat(chunks).toString('latin1');
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
}

const HOST = () => new URL(both.app.url).host;
/** The smuggled request, which counts only if a proxy and this server disagree about the end of the first request. */
const INNER = () => `GET /login HTTP/1.1\r\nHost: ${HOST()}\r\n\r\n`;

test.each<[string, () => string]>([
  [
    'Content-Length and Transfer-Encoding',
    () =>
      `POST /logout HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${INNER()}`,
  ],
  [
    'two Content-Length headers',
    () => `POST /logout HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 50\r\n\r\n${INNER()}`,
  ],
  [
    'an invalid Content-Length',
    () => `POST /logout HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n${INNER()}`,
  ],
  [
    'an unknown transfer coding',
    () => `POST /logout HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${INNER()}`,
  ],
  [
    'a space before the colon',
    () => `POST /logout HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n${INNER()}`,
  ],
  [
    'a folded header',
    () =>
      `POST /logout HTTP/1.1\r\nHost: a\r\nX: a\r\n Transfer-Encoding: chunked\r\nContent-Length : 3\r\n\r\n${INNER()}`,
  ],
  ['a null character in a header', () => `GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n${INNER()}`],
  ['a bare carriage return', () => `GET / HTTP/1.1\r\nHost: a\r\nX: a\rContent-Length: 5\r\n\r\n${INNER()}`],
  ['another protocol', () => `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${INNER()}`],
])('the server processes no second request after a request with %s', async (_, bytes) => {
  const statuses = await statusesAfter(bytes());
  expect(statuses).toHaveLength(1);
  expect([400, 413]).toContain(statuses[0]);
});

test('two valid requests on one connection get two responses', async () => {
  expect(await statusesAfter(`GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n${INNER()}`)).toEqual([200, 302]);
});

test.each(['\r\nSet-Cookie: a=b', '%0d%0aSet-Cookie:%20a=b', '\u2028Set-Cookie: a=b'])(
  '%j in a query does not split a response',
  async (piece) => {
    const query = new URLSearchParams({ return_to: `/profile${piece}`, state: piece, error: piece });
    for (const path of ['/login', '/callback', '/', '/flow']) {
      const page = await createBrowser().get(`${both.app.url}${path}?${query}`);
      expect(JSON.stringify(page.headers['set-cookie'] ?? '')).not.toMatch(/"a=b/);
    }
  },
);

test('a sign-in works with a cookie of 8 kB and fifty more cookies', async () => {
  const browser = createBrowser();
  await signInAtProvider(browser, both.app.url, both.providerDouble);
  browser.setCookie('big', 'x'.repeat(8 * 1024));
  for (let count = 0; count < 50; count += 1) browser.setCookie(`more_${count}`, 'x'.repeat(500));
  expect(await isSignedIn(browser, both.app.url)).toBe(true);
});

test('a session cookie that an attacker has set does not give the attacker the session of a user', async () => {
  const [attacker, victim] = [createBrowser(), createBrowser()];
  await signInAtProvider(attacker, both.app.url, both.providerDouble);
  const tossed = attacker.cookies().find((cookie) => cookie.startsWith('pingone_session=')) ?? '';
  const cookie = `${tossed}; ${victim.cookies().join('; ')}`;
  // The browser sends the attacker's cookie first. The sign-in creates a new session in its place.
  const { callbackUrl, cookie: signInCookie } = await start(victim, both.app.url, both.providerDouble);
  const page = await victim.get(callbackUrl, {
    cookie: `${cookie}; ${signInCookie.name}=${signInCookie.value}`,
  });
  expect(page.status).toBe(303);
  expect(await isSignedIn(attacker, both.app.url)).toBe(false);
  expect(await isSignedIn(victim, both.app.url)).toBe(true);
});

function jump(hours: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * 60 * 60 * 1000 });
  onTestFinished(() => void vi.useRealTimers());
}

test.each([1, -1 / 120])('a clock that jumps by %d h does not sign users out', async (hours) => {
  const browser = createBrowser();
  await signInAtProvider(browser, both.app.url, both.providerDouble);
  jump(hours);
  expect(await isSignedIn(browser, both.app.url)).toBe(true);
  expect((await browser.get(`${both.app.url}/flow`)).body).toContain('Ada Example');
});

test('a clock that jumps back by an hour ends sessions, so that it does not make them last longer', async () => {
  const browser = createBrowser();
  await signInAtProvider(browser, both.app.url, both.providerDouble);
  jump(-1);
  expect(await isSignedIn(browser, both.app.url)).toBe(false);
});

test('if the clock jumps ahead during a sign-in, the page says that the sign-in has expired', async () => {
  const { finish } = await start(createBrowser(), both.app.url, both.providerDouble);
  jump(1);
  expect(codeOn(await finish())).toBe('sign_in_expired');
  // The next sign-in works.
  expect((await signInAtProvider(createBrowser(), both.app.url, both.providerDouble)).status).toBe(303);
});

test.each<[number, number, string | undefined]>([
  [-30, 303, undefined],
  [-3600, 400, 'sign_in_expired'],
])(
  'if the clock jumps by %i s during a sign-in, the response has status %i',
  async (seconds, status, code) => {
    const { finish } = await start(createBrowser(), both.app.url, both.providerDouble);
    jump(seconds / 3600);
    const page = await finish();
    expect([page.status, codeOn(page)]).toEqual([status, code]);
  },
);
