// Requests that nobody would send, to a process of its own: it answers each, never with a fault of its own, and lives.
// FUZZ_SEED repeats a run.

import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startStandIn } from './helpers/stand-in.ts';
import { freePort, memoryOf, startListening, valuesOf } from './process/helpers.ts';

const SEED = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31));
const COUNT = 20_000;
const CONNECTIONS = 20;
/** What PingOne or a store may be the cause of; any other 5xx is a bug. */
const ALLOWED_5XX = [502, 503, 504];

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
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

/** One request as bytes: mostly HTTP with something odd in it, sometimes nothing of the kind. */
function createRequest(random: () => number, host: string): Buffer {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const some = (most: number) => Array.from({ length: Math.floor(random() * (most + 1)) });
  const text = () =>
    some(4)
      .map(() => pick(PIECES))
      .join('');
  if (random() < 0.05) return Buffer.from(some(200).map(() => Math.floor(random() * 256)));

  const query = some(5)
    .map(() => `${pick(NAMES)}${pick(['=', '', '=='])}${text()}`)
    .join(pick(['&', '&', ';', '&&']));
  const target = `${pick(PATHS)}${pick(['?', '?', '?', '', '/', '??', '#'])}${query}`;
  const lines = some(4).map(() => {
    const name = pick(HEADERS);
    const value =
      name === 'Cookie'
        ? some(6)
            .map(() => `${pick(COOKIES)}=${text()}`)
            .join('; ')
        : pick([text(), 'same-origin', 'prefetch', '5', 'chunked', 'https', '100-continue']);
    return `${name}: ${value}`;
  });
  const head = [
    `${pick(METHODS)} ${target.replace(/[ \r\n]/g, '')} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: close',
    ...lines,
  ];
  return Buffer.from(
    `${head.join('\r\n')}\r\n\r\n${random() < 0.1 ? text() : ''}`,
    random() < 0.5 ? 'utf8' : 'latin1',
  );
}

/** The status that came back; 0 where the connection was only closed. */
async function statusOf(port: number, request: Buffer): Promise<number> {
  const socket = connect(port, 'localhost');
  socket.on('error', () => {});
  let answer = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    answer += chunk;
    // All there is to learn, also of one that waits for a body.
    if (answer.includes('\r\n')) socket.destroy();
  });
  socket.end(request);
  await once(socket, 'close');
  return Number(answer.match(/^HTTP\/1\.1 (\d{3})/)?.[1] ?? 0);
}

test(`20,000 requests of every kind (FUZZ_SEED=${SEED})`, { timeout: 180_000 }, async () => {
  const standIn = await startStandIn();
  const env = { ...valuesOf(standIn), PORT: String(await freePort()), LOGIN_RATE_LIMIT: '0' };
  // With room to spare it would not tidy up, and nobody could tell that from a leak.
  const app = await startListening(env, ['--max-old-space-size=80']);
  const random = createRandom(SEED);
  const requests = Array.from({ length: COUNT }, () => createRequest(random, `localhost:${app.port}`));
  const counts = new Map<number, number>();
  const faults: string[] = [];
  let next = 0;
  let halfWayBytes = 0;

  async function work(): Promise<void> {
    for (let index = next++; index < COUNT; index = next++) {
      if (index === COUNT / 2) halfWayBytes = await memoryOf(app.child.pid);
      const request = requests[index] as Buffer;
      const status = await statusOf(app.port, request);
      counts.set(status, (counts.get(status) ?? 0) + 1);
      if (status >= 500 && !ALLOWED_5XX.includes(status))
        faults.push(`${status}: ${JSON.stringify(request.toString('latin1'))}`);
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, work));

  const seen = JSON.stringify(Object.fromEntries(counts));
  expect(faults, `FUZZ_SEED=${SEED} repeats this; statuses: ${seen}`).toEqual([]);
  // Each kind of answer came: the requests do reach what they are meant for.
  for (const status of [200, 302, 400, 403, 404, 405])
    expect(counts.get(status) ?? 0, seen).toBeGreaterThan(50);
  expect(app.child.exitCode).toBeNull();
  // Two kilobytes kept of each request would be 20 MB.
  expect((await memoryOf(app.child.pid)) - halfWayBytes).toBeLessThan(12_000_000);
  expect(await statusOf(app.port, Buffer.from(`GET / HTTP/1.1\r\nHost: a\r\n\r\n`))).toBe(200);
  await standIn.close();
});
