// Random inputs from a printed seed: SEED=<number> npx vitest run test/sign-in/random.test.ts.

import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { numbersFrom, seed } from '../helpers/random.ts';
import { type ForeignApp, signIn, start, startForeignApp } from './helpers.ts';

let app: ForeignApp;
beforeAll(async () => {
  process.stdout.write(`SEED=${seed}\n`);
  app = await startForeignApp();
});
afterAll(() => app.close());

const below = numbersFrom(seed);
const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
const many = <T>(count: number, make: () => T) => Array.from({ length: count }, make);
const text = (pieces: readonly string[], longest: number) =>
  many(1 + below(longest), () => pick(pieces)).join('');

/** Sends exactly these bytes, and returns the response. */
async function raw(path: string, headers: string): Promise<string> {
  const { host, hostname, port } = new URL(app.url);
  const socket = connect(Number(port), hostname);
  const head = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers}Connection: close\r\n\r\n`;
  socket.write(Buffer.from(head, 'latin1'));
  let received = '';
  for await (const chunk of socket) received += chunk;
  return received;
}

test('a cookie with anything but a space or a tab before its name is not the cookie of a sign-in', async () => {
  const browser = createBrowser();
  const { callbackUrl } = await start(browser, app);
  const path = callbackUrl.slice(app.url.length);
  const own = browser.cookies()[0] ?? '';
  const bytes = many(256, () => '').map((_, code) => String.fromCharCode(code));
  // Node's HTTP parser refuses all other bytes.
  const others = bytes.filter((byte) => /[!-:<-~\x80-\xff]/.test(byte));
  for (const prefix of [
    ...others.slice(90),
    ...many(100, () => text([...others, ' ', '\t'], 4).trim() || '_'),
  ]) {
    const junk = text(['a=b; ', ';', ' ', '=; ', '"', 'x'], 5);
    const response = await raw(path, `Cookie: ${junk};${prefix}${own}\r\n`);
    expect(response, JSON.stringify(prefix)).toContain('"code":"sign_in_cookie_missing"');
  }
  expect(app.double.requestsTo('token')).toEqual([]);
  expect(await raw(path, `Cookie: x=y; \t ${own}\r\n`)).toContain('303 See Other');
});

test('a sign-in leads to its return_to exactly as it was written, or to the default page, and always to this app', async () => {
  const pieces = [
    ...[
      '/',
      '//',
      '\\',
      '.',
      '..',
      '/..',
      '/.',
      '%2f',
      '%5c',
      '%2e',
      '@',
      ':',
      '?',
      '#',
      '&',
      '=',
      ';',
      '\t',
      '\n',
      '\r',
      ' ',
    ],
    ...[
      'evil.example',
      'localhost',
      'http:',
      'https:',
      'javascript:',
      'login',
      'a',
      'ü',
      '\u00a0',
      '\u3002',
      '\ud800',
      "'",
      '"',
      '<',
    ],
  ];
  let kept = 0;
  for (const wanted of many(400, () => pick(['/', '/', '']) + text(pieces, 8))) {
    const browser = createBrowser();
    const query = new URLSearchParams({ return_to: wanted });
    const { finish } = await start(browser, app, `/login?${query}`);
    const [line = ''] = (await finish()).headers['location']?.toString().split('\n') ?? [];
    const url = new URL(line, app.url);
    expect(url.origin, JSON.stringify(wanted)).toBe(app.url);
    expect(line, JSON.stringify(wanted)).toMatch(/^\/(?!\/)/);
    expect(url.pathname + url.search + url.hash).toBe(line);
    expect(['/', wanted]).toContain(line);
    if (line !== '/') kept += 1;
  }
  expect(kept).toBeGreaterThan(5);
}, 60_000);

test('only the tokens navigate and document make a request a navigation', async () => {
  const pieces = [
    'navigate',
    'document',
    'NAVIGATE',
    '"',
    ',',
    ';',
    ' ',
    '\t',
    '\u00a0',
    'x',
    '=',
    '*',
    'no-cors',
    '?1',
    ':',
  ];
  for (const value of many(150, () => text(pieces, 4))) {
    for (const [header, token] of [
      ['Sec-Fetch-Mode', 'navigate'],
      ['Sec-Fetch-Dest', 'document'],
    ] as const) {
      const response = await raw('/login', `${header}: ${value}\r\n`);
      const isToken = new RegExp(`^[ \\t]*${token}[ \\t]*(;.*)?$`, 's').test(value) && !value.includes(',');
      expect(response.split(' ')[1], JSON.stringify(value)).toBe(isToken ? '302' : '401');
    }
  }
});

test('whatever a query says, no sign-in starts at another issuer, and nothing fails', async () => {
  const names = ['iss', 'target_link_uri', 'login_hint', 'return_to', 'prompt', 'x', 'ISS', 'iss[]', ''];
  const values = () => [
    app.double.issuer,
    `${app.double.issuer}/`,
    app.url,
    `${app.url}/orders`,
    '',
    '%',
    '\0',
    '💥',
  ];
  for (const pairs of many(200, () =>
    many(1 + below(5), () => [pick(names), pick(values())] as [string, string]),
  )) {
    const page = await createBrowser().get(`${app.url}/login?${new URLSearchParams(pairs)}`);
    const issuers = pairs.filter(([name]) => name === 'iss').map(([, value]) => value);
    const isRefused = issuers.length > 0 && (issuers.length > 1 || issuers[0] !== app.double.issuer);
    expect(page.status, JSON.stringify(pairs)).toBe(isRefused ? 400 : 302);
  }
});

test('whatever the claims are, the sign-in succeeds or is refused, and the pages work', async () => {
  const json =
    '[{"toString":1},{"toJSON":1},{"then":1},[],null,1e300,"\\ud800",{"constructor":null},"__proto__",true]';
  const odd: unknown[] = JSON.parse(json);
  for (const value of many(30, () => pick(odd))) {
    app.double.claims = { name: value, [pick(['toJSON', 'then', 'x'])]: value };
    const browser = await signIn(app);
    expect((await browser.get(`${app.url}/orders`)).status).toBe(200);
    expect((await browser.get(`${app.url}/strong`)).status).toBe(302);
    // The checks refuse some values of the claims that they read.
    app.double.claims = { acr: value, amr: pick(odd) };
    const { finish } = await start(browser, app);
    expect([303, 502]).toContain((await finish()).status);
    expect((await browser.get(`${app.url}/strong`)).status).toBe(302);
  }
});
