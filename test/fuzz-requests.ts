// The random requests of fuzz.test.ts. They contain parts of real sign-ins and sessions, because otherwise the first check
// would refuse them all.

import { createBrowser } from './helpers/browser.ts';

/** Returns a generator of numbers from 0 to below 1. The same seed gives the same numbers (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Real sign-ins and sessions, in order. Their values differ in each run, but the seed decides how they are used. */
export interface Pool {
  /** Pending sign-ins: the encrypted cookie, and the query of the callback that PingOne would redirect to. */
  started: { cookie: string; query: string }[];
  /** The cookies of signed-in users. */
  signedIn: string[];
}

/** @param headers the headers that a proxy adds */
export async function createPool(
  url: string,
  size: { started: number; signedIn: number },
  headers: Record<string, string>,
): Promise<Pool> {
  const start = async () => {
    const browser = createBrowser();
    const { location = '' } = await browser.get(`${url}/login`, headers);
    const sent = new URL(location).searchParams;
    const query = `state=${sent.get('state')}&code=${sent.get('nonce')}`;
    return { browser, cookie: browser.cookies().join('; '), query };
  };
  const signIn = async () => {
    const { browser, query } = await start();
    await browser.get(`${url}/callback?${query}`, headers);
    return browser.cookies().join('; ');
  };
  const many = async <T>(count: number, make: () => Promise<T>) => {
    const made: T[] = [];
    while (made.length < count) made.push(...(await Promise.all(Array.from({ length: 50 }, make))));
    return made;
  };
  return { signedIn: await many(size.signedIn, signIn), started: await many(size.started, start) };
}

const METHODS = ['GET', 'GET', 'GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'BREW'];
const PATHS = [
  '/callback',
  '/callback',
  '/login',
  '/logout',
  '/refresh',
  '/flow',
  '/profile',
  '/',
  '/readyz',
  '/x',
];
const NAMES = [
  'state',
  'code',
  'error',
  'iss',
  'error_description',
  'return_to',
  '__proto__',
  'a[b]',
  '%00',
  'session_state',
];
const PIECES = [
  '',
  'a',
  '%',
  '%0d%0a',
  '%00',
  '%ff',
  '../',
  '//evil.example',
  '<script>',
  '{}',
  '[]',
  '😀',
  '"',
  "'",
  '\\',
  '+',
  'null',
  'x'.repeat(500),
];
const HEADERS = [
  'Host',
  'Cookie',
  'Origin',
  'Sec-Fetch-Site',
  'Sec-Purpose',
  'X-Forwarded-For',
  'X-Forwarded-Proto',
  'Content-Type',
  'Accept',
  'Range',
  'If-None-Match',
  'Expect',
  'Content-Length',
  'Transfer-Encoding',
  'Referer',
  'Upgrade',
];
const COOKIES = [
  'pingone_session',
  '__Host-pingone_session',
  'pingone_sign_in_AAAAAAAAAAAAAAAA',
  'pingone_flow',
  '__proto__',
  '',
];

export interface FuzzRequest {
  bytes: Buffer;
  /** Whether it starts with a complete request line and headers. Then it must get a response. */
  hasHead: boolean;
}

/** @param headers the headers that a proxy adds; a quarter of the requests is without them */
export function createRequest(
  random: () => number,
  pool: Pool,
  host: string,
  headers: Record<string, string>,
): FuzzRequest {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const some = (most: number) => Array.from({ length: Math.floor(random() * (most + 1)) });
  const text = () =>
    some(4)
      .map(() => pick(PIECES))
      .join('');
  /** Usually returns the value unchanged; otherwise cut, or with text inserted or appended. */
  const alter = (value: string) => {
    if (random() < 0.7) return value;
    const at = Math.floor(random() * value.length);
    return value.slice(0, at) + text() + pick([value.slice(at + 1), value.slice(at), '', value]);
  };

  if (random() < 0.05)
    return { bytes: Buffer.from(some(200).map(() => Math.floor(random() * 256))), hasHead: false };

  const oddQuery = () =>
    some(5)
      .map(() => `${pick(NAMES)}${pick(['=', '', '=='])}${text()}`)
      .join(pick(['&', '&', ';', '&&']));
  const oddHeaders = () =>
    some(4).map(() => {
      const name = pick(HEADERS);
      const value =
        name === 'Cookie'
          ? some(6)
              .map(() => `${pick(COOKIES)}=${text()}`)
              .join('; ')
          : pick([text(), 'same-origin', 'prefetch', '5', 'chunked', 'https', '100-continue']);
      return `${name}: ${value}`;
    });
  const oddRequest = () => ({
    method: pick(METHODS),
    target: `${pick(PATHS)}${pick(['?', '?', '?', '', '/', '??', '#'])}${oddQuery()}`,
    lines: oddHeaders(),
  });
  const signInRequest = () => {
    const { cookie, query } = pick(pool.started);
    const callback = pick([query, query, query.replace('code=', 'error='), `${query}&${oddQuery()}`]);
    return {
      method: pick(['GET', 'GET', 'GET', 'GET', pick(METHODS)]),
      target: `/callback?${alter(callback)}`,
      lines: [
        `Cookie: ${pick([cookie, alter(cookie), `${pick(pool.started).cookie}; ${cookie}`, `${pick(pool.signedIn)}; ${cookie}`])}`,
        ...(random() < 0.3 ? oddHeaders() : []),
      ],
    };
  };
  const sessionRequest = () => ({
    ...pick([
      { method: 'POST', target: '/logout' },
      { method: 'POST', target: '/refresh' },
      { method: 'POST', target: `/refresh?${oddQuery()}` },
      { method: 'GET', target: pick(PATHS) },
      { method: pick(METHODS), target: pick(PATHS) },
    ]),
    lines: [
      `Cookie: ${alter(pick(pool.signedIn))}`,
      `Sec-Fetch-Site: ${pick(['same-origin', 'same-origin', 'cross-site', text()])}`,
      ...(random() < 0.3 ? oddHeaders() : []),
    ],
  });

  const kind = random();
  const { method, target, lines } =
    kind < 0.25 ? signInRequest() : kind < 0.4 ? sessionRequest() : oddRequest();
  const head = [
    `${method} ${target.replace(/[ \r\n]/g, '')} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: close',
    ...(random() < 0.75 ? Object.entries(headers).map(([name, value]) => `${name}: ${value}`) : []),
    ...lines,
  ];
  const bytes = Buffer.from(
    `${head.join('\r\n')}\r\n\r\n${random() < 0.1 ? text() : ''}`,
    random() < 0.5 ? 'utf8' : 'latin1',
  );
  return { bytes, hasHead: true };
}
