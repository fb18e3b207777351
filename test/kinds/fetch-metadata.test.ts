// Two parsers of one header, Sec-Fetch-*, Sec-Purpose and Safari's Purpose: the token of a structured field (RFC 9651) is compared
// exactly. A request that is no navigation starts and completes nothing, and counts towards no limit. All routes read them alike.

import { beforeEach, expect, test } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { signInAtProvider } from '../helpers/flow.ts';
import { type Both, codeOn, startBoth } from '../web/helpers.ts';
import { createRandom, type Random, type RawPage, seed, sendRaw } from './helpers.ts';

const LIMIT = 2;

let both: Both;
beforeEach(async () => {
  both = await startBoth({ trustProxy: 1, loginRateLimit: LIMIT });
  return both.close;
});

const PARAMETERS = ['', '', '', ';a', ';a=1', '; a="x y"', ';a=?1;b', ';navigate'];
const OTHERS = [
  'cors',
  'no-cors',
  'same-origin',
  'websocket',
  'image',
  'iframe',
  'frame',
  'empty',
  'script',
  'object',
];

/** A field whose item is this token. */
const saying = (random: Random, token: string) => token + random.pick(PARAMETERS);

/** A field that is anything else: another value, another type, a list, or no structured field at all. */
function notSaying(random: Random, token: string): string {
  const at = random.number(token.length + 1);
  const [head, rest] = [token.slice(0, at), token.slice(at)];
  const byte = random.pick([
    '\u00a0',
    '\u00ad',
    '\u0085',
    '"',
    ' ',
    '%',
    '\\',
    '\u00c2\u00a0',
    '(',
    '=',
    '@',
    '\t',
  ]);
  const isInside = at > 0 && at < token.length;
  return random.pick([
    ...OTHERS.filter((other) => other !== token),
    `${token[0]?.toUpperCase()}${token.slice(1)}`,
    token.toUpperCase(),
    `"${token}"`,
    `(${token})`,
    `:${token}:`,
    `?1`,
    '1',
    '',
    `${token}, ${token}`,
    `${token},`,
    `,${token}`,
    `${random.pick(OTHERS)}, ${token}`,
    `${token}, ${random.pick(OTHERS)}`,
    `${token} ${token}`,
    `${token}=1`,
    `${token}s`,
    `-${token}`,
    ...(isInside ? [`${head}${byte}${rest}`] : []),
    `\u00a0${token}`,
    `${token}\u00a0`,
    `\u00c2\u00a0${token}`,
  ]);
}

/** Every navigation has both headers or neither; here at least one of them is wrong. */
function notNavigating(random: Random): string[] {
  const [mode, destination] = random.pick([
    [notSaying(random, 'navigate'), saying(random, 'document')],
    [saying(random, 'navigate'), notSaying(random, 'document')],
    [notSaying(random, 'navigate'), undefined],
    [undefined, notSaying(random, 'document')],
    [notSaying(random, 'navigate'), notSaying(random, 'document')],
  ]);
  const lines = [
    ...(mode === undefined ? [] : [`Sec-Fetch-Mode: ${mode}`]),
    ...(destination === undefined ? [] : [`SEC-FETCH-DEST: ${destination}`]),
  ];
  return random.pick([
    lines,
    [...lines, `Sec-Fetch-Site: ${random.pick(['none', 'same-origin', 'cross-site'])}`],
  ]);
}

/** A header line that makes the request another client's, for the rate limit. */
const client = (random: Random) =>
  `X-Forwarded-For: 10.${random.number(256)}.${random.number(256)}.${random.number(256)}`;

const seen = ({ status }: RawPage, lines: string[]) => [status, lines.map((line) => JSON.stringify(line))];

test(`a request that is no navigation gets 401 on every route, sets no cookie and counts towards no limit (SEED=${seed})`, async () => {
  const random = createRandom();
  const { app, providerDouble } = both;
  const browser = createBrowser();
  const from = client(random);
  const { location = '' } = await browser.get(`${app.url}/login`, {
    'x-forwarded-for': from.split(' ')[1] ?? '',
  });
  const { state, code } = providerDouble.authorize(location);
  const callback = `/callback?${new URLSearchParams({ code, state })}`;
  const cookie = `Cookie: ${browser.cookies().join('; ')}`;
  for (let round = 0; round < 100; round += 1) {
    const lines = notNavigating(random);
    const path = random.pick(['/login', '/switch-user', callback, '/profile', '/api/me']);
    const page = await sendRaw(app.url + path, [from, cookie, ...lines]);
    expect(seen(page, lines)).toEqual(seen({ ...page, status: 401 }, lines));
    expect(page.cookies).toEqual([]);
    expect(page.headers['location']).toBeUndefined();
  }
  expect(providerDouble.requestsTo('token')).toEqual([]);
  // The client may still send as many requests as the limit allows, and its callback succeeds.
  for (let sent = 1; sent < LIMIT; sent += 1)
    expect((await sendRaw(`${app.url}/login`, [from])).status).toBe(302);
  expect((await sendRaw(`${app.url}/login`, [from])).status).toBe(429);
  expect((await sendRaw(app.url + callback, [from, cookie])).status).toBe(303);
});

test(`a navigation is accepted with any parameters of its headers, and without the headers (SEED=${seed})`, async () => {
  const random = createRandom();
  for (let round = 0; round < 40; round += 1) {
    const all = [
      `Sec-Fetch-Mode: ${saying(random, 'navigate')}`,
      `Sec-Fetch-Dest: ${saying(random, 'document')}`,
    ];
    const site = `Sec-Fetch-Site: ${random.pick(['none', 'cross-site', 'x', ''])}`;
    const lines = [...random.pick([all, all.slice(1), all.slice(0, 1), []]), ...random.pick([[], [site]])];
    const page = await sendRaw(`${both.app.url}/login`, [client(random), ...lines]);
    expect(seen(page, lines)).toEqual(seen({ ...page, status: 302 }, lines));
  }
});

test(`the routes and the rate limit take the same requests for a prefetch: a list with this token (SEED=${seed})`, async () => {
  const random = createRandom();
  const { url } = both.app;
  for (let round = 0; round < 40; round += 1) {
    const others = random.some(2, () =>
      random.pick(['prerender', 'x', '"prefetch"', 'prefetcher', '1', 'a;b=1']),
    );
    const isPrefetch = random.chance(50);
    const token = isPrefetch
      ? saying(random, 'prefetch')
      : random.pick([
          'Prefetch',
          'prefetch\u00a0',
          '\u00a0prefetch',
          'prefetch=',
          '"prefetch"',
          'pre fetch',
          'prefetches',
        ]);
    const header = random.pick(['Sec-Purpose', 'Purpose']);
    const line = `${header}: ${random.shuffled([...others, token]).join(random.pick([',', ', ', ' ,']))}`;
    const from = client(random);
    const statuses: number[] = [];
    for (let sent = 0; sent <= LIMIT; sent += 1) {
      const path = random.pick(['/login', '/login?return_to=/flow']);
      statuses.push((await sendRaw(url + path, [from, line])).status);
    }
    expect([line, statuses]).toEqual([line, isPrefetch ? [503, 503, 503] : [302, 302, 429]]);
    // A prefetch does not count.
    if (isPrefetch) expect((await sendRaw(`${url}/login`, [from])).status).toBe(302);
  }
});

test(`only a form of this app signs out or refreshes, and both routes read Sec-Fetch-Site alike (SEED=${seed})`, async () => {
  const random = createRandom();
  const { app, providerDouble } = both;
  const browser = createBrowser();
  await signInAtProvider(browser, app.url, providerDouble);
  const cookie = `Cookie: ${browser.cookies().join('; ')}`;
  const origins = [
    app.baseUrl,
    'null',
    'https://evil.example',
    `${app.baseUrl}.evil.example`,
    app.baseUrl.toUpperCase(),
  ];
  for (let round = 0; round < 50; round += 1) {
    const field = notSaying(random, 'same-origin');
    // Origin counts only without Sec-Fetch-Site.
    const lines = random.chance(70)
      ? [`Sec-Fetch-Site: ${field}`, `Origin: ${random.pick(origins)}`]
      : random.pick([[`Origin: ${random.pick(origins.slice(1))}`], []]);
    for (const path of ['/logout', '/refresh']) {
      const page = await sendRaw(app.url + path, [cookie, 'Content-Length: 0', ...lines], 'POST');
      expect([path, ...seen(page, lines)]).toEqual([path, ...seen({ ...page, status: 403 }, lines)]);
      expect(codeOn({ ...page, url: '' })).toBe('cross_site_request');
    }
  }
  expect((await sendRaw(`${app.url}/profile`, [cookie])).status).toBe(200);
  for (const parameters of PARAMETERS) {
    const lines = ['Content-Length: 0', `Sec-Fetch-Site: same-origin${parameters}`];
    const statuses = [];
    for (const path of ['/logout', '/refresh'])
      statuses.push((await sendRaw(app.url + path, lines, 'POST')).status);
    expect([parameters, statuses]).toEqual([parameters, [200, 303]]);
  }
});
