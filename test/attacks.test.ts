// Bytes that try to make one request of two, or two of one, and clocks that jump.

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

/** The statuses of all answers on one connection. */
async function answersTo(bytes: string): Promise<number[]> {
  const socket = connect(both.app.port, 'localhost');
  const chunks: Buffer[] = [];
  socket.on('error', () => {});
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(bytes);
  // Long enough for a second answer, if there is to be one: an end of ours would keep it back.
  const patience = setTimeout(() => socket.destroy(), 700);
  await once(socket, 'close');
  clearTimeout(patience);
  const text = Buffer.concat(chunks).toString('latin1');
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
}

const HOST = () => new URL(both.app.url).host;
/** What would be smuggled in, if a proxy and this server disagreed about where a request ends. */
const INNER = () => `GET /login HTTP/1.1\r\nHost: ${HOST()}\r\n\r\n`;

test.each<[string, () => string]>([
  [
    'a length and chunks',
    () =>
      `POST /logout HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${INNER()}`,
  ],
  [
    'two lengths',
    () => `POST /logout HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 50\r\n\r\n${INNER()}`,
  ],
  ['a length that is none', () => `POST /logout HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n${INNER()}`],
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
  ['a null in a header', () => `GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n${INNER()}`],
  ['a bare carriage return', () => `GET / HTTP/1.1\r\nHost: a\r\nX: a\rContent-Length: 5\r\n\r\n${INNER()}`],
  ['another protocol', () => `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${INNER()}`],
])('with %s nothing after it is taken for a request', async (_, bytes) => {
  const answers = await answersTo(bytes());
  expect(answers).toHaveLength(1);
  expect([400, 413]).toContain(answers[0]);
});

test('two requests that are two get two answers', async () => {
  expect(await answersTo(`GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n${INNER()}`)).toEqual([200, 302]);
});

test.each(['\r\nSet-Cookie: a=b', '%0d%0aSet-Cookie:%20a=b', '\u2028Set-Cookie: a=b'])(
  'no answer is split by %j in a query',
  async (piece) => {
    const query = new URLSearchParams({ return_to: `/profile${piece}`, state: piece, error: piece });
    for (const path of ['/login', '/callback', '/', '/flow']) {
      const page = await createBrowser().get(`${both.app.url}${path}?${query}`);
      expect(JSON.stringify(page.headers['set-cookie'] ?? '')).not.toMatch(/"a=b/);
    }
  },
);

test('a cookie of 8 kB, and fifty of them, are carried', async () => {
  const browser = createBrowser();
  await signInAtProvider(browser, both.app.url, both.providerDouble);
  browser.setCookie('big', 'x'.repeat(8 * 1024));
  for (let count = 0; count < 50; count += 1) browser.setCookie(`more_${count}`, 'x'.repeat(500));
  expect(await isSignedIn(browser, both.app.url)).toBe(true);
});

test('a cookie that was tossed in before ours signs nobody in as somebody else', async () => {
  const [attacker, victim] = [createBrowser(), createBrowser()];
  await signInAtProvider(attacker, both.app.url, both.providerDouble);
  const tossed = attacker.cookies().find((cookie) => cookie.startsWith('pingone_session=')) ?? '';
  const cookie = `${tossed}; ${victim.cookies().join('; ')}`;
  // What a browser would send after its own sign-in: the attacker's first. The sign-in makes a new one in its place.
  const { callbackUrl, cookie: sealed } = await start(victim, both.app.url, both.providerDouble);
  const page = await victim.get(callbackUrl, { cookie: `${cookie}; ${sealed.name}=${sealed.value}` });
  expect(page.status).toBe(303);
  expect(await isSignedIn(attacker, both.app.url)).toBe(false);
  expect(await isSignedIn(victim, both.app.url)).toBe(true);
});

function jump(hours: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * 60 * 60 * 1000 });
  onTestFinished(() => void vi.useRealTimers());
}

test.each([1, -1 / 120])('a clock that jumps by %d h signs no user out', async (hours) => {
  const browser = createBrowser();
  await signInAtProvider(browser, both.app.url, both.providerDouble);
  jump(hours);
  expect(await isSignedIn(browser, both.app.url)).toBe(true);
  expect((await browser.get(`${both.app.url}/flow`)).body).toContain('Ada Example');
});

test('one that jumps back by an hour ends sessions: it must not make them longer', async () => {
  const browser = createBrowser();
  await signInAtProvider(browser, both.app.url, both.providerDouble);
  jump(-1);
  expect(await isSignedIn(browser, both.app.url)).toBe(false);
});

test('one that jumps ahead in the middle of a sign-in ends it on a page that says why', async () => {
  const { finish } = await start(createBrowser(), both.app.url, both.providerDouble);
  jump(1);
  expect(codeOn(await finish())).toBe('sign_in_expired');
  // And the next one works.
  expect((await signInAtProvider(createBrowser(), both.app.url, both.providerDouble)).status).toBe(303);
});

test.each<[number, number, string | undefined]>([
  [-30, 303, undefined],
  [-3600, 400, 'sign_in_expired'],
])(
  'one that jumps by %i s in the middle of a sign-in makes it last no longer',
  async (seconds, status, code) => {
    const { finish } = await start(createBrowser(), both.app.url, both.providerDouble);
    jump(seconds / 3600);
    const page = await finish();
    expect([page.status, codeOn(page)]).toEqual([status, code]);
  },
);
