// Requests that nobody would send, to a process of its own: it answers each, never with a fault of its own, and lives.
// FUZZ_SEED repeats a run.

import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createPool, createRandom, createRequest, type FuzzRequest } from './fuzz-requests.ts';
import { startProviderDouble } from './helpers/provider-double.ts';
import { freePort, type StartedAndListening, startListening, valuesOf } from './process/helpers.ts';
import { heldBy, TELLS_ITS_MEMORY } from './process/memory.ts';

const SEED = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31));
const CONNECTIONS = 20;
/** The longest that any answer may take is that of a callback: 8 s. */
const PATIENCE_MS = 15_000;
/** A callback takes 8 s at most, and its outcome is kept for 10 s more, in case it comes again. */
const SETTLED_MS = 20_000;
/** What PingOne or a store may be the cause of; any other 5xx is a bug. */
const ALLOWED_5XX = [502, 503, 504];
const ANSWER = /^HTTP\/1\.1 ([2-5]\d\d) /;
const HTTPS = { 'X-Forwarded-Proto': 'https' };

/** The nonce travels in the code, for sign-ins run side by side. */
async function providerForTest() {
  const providerDouble = await startProviderDouble();
  onTestFinished(() => void providerDouble.close());
  providerDouble.scripts['token'] = async ({ body }) => {
    const form = new URLSearchParams(body);
    const tokens = {
      access_token: providerDouble.accessToken,
      token_type: 'Bearer',
      refresh_token: 'another',
    };
    if (form.get('grant_type') === 'refresh_token') return { body: tokens };
    providerDouble.nonce = form.get('code') ?? '';
    return { body: { ...tokens, id_token: await providerDouble.idToken() } };
  };
  return providerDouble;
}

/** The status that came back; 0 where the connection was closed without, or where nothing came. */
async function statusOf(port: number, { bytes, hasHead }: FuzzRequest): Promise<number> {
  const socket = connect(port, 'localhost');
  socket.on('error', () => {});
  let [answer, status] = ['', 0];
  socket.setEncoding('latin1').on('data', (chunk) => {
    answer += chunk;
    // 100 Continue is not the answer yet.
    status = Number(answer.replace(/^HTTP\/1\.1 1\d\d .*?\r\n\r\n/s, '').match(ANSWER)?.[1] ?? 0);
    // All there is to learn, also of one that waits for a body.
    if (status > 0) socket.destroy();
  });
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  // Node gives up on a request whose sender has closed its half. What has no end would be waited for.
  if (hasHead) socket.write(bytes);
  else socket.end(bytes);
  await once(socket, 'close');
  return status;
}

interface Run {
  counts: Map<number, number>;
  faults: string[];
  /** By how much it came to hold more in the second half. */
  grownBytes: number;
}

async function sendAll(app: StartedAndListening, requests: FuzzRequest[]): Promise<Run> {
  const counts = new Map<number, number>();
  const faults: string[] = [];

  async function work(some: Iterable<FuzzRequest>): Promise<void> {
    for (const request of some) {
      const status = await statusOf(app.port, request);
      counts.set(status, (counts.get(status) ?? 0) + 1);
      const unanswered = status === 0 && request.hasHead;
      if (unanswered || (status >= 500 && !ALLOWED_5XX.includes(status)))
        faults.push(`${status}: ${JSON.stringify(request.bytes.toString('latin1'))}`);
    }
  }
  /** What the process holds after these. */
  async function heldAfter(some: FuzzRequest[]): Promise<number> {
    const waiting = some.values();
    await Promise.all(Array.from({ length: CONNECTIONS }, () => work(waiting)));
    await setTimeout(SETTLED_MS);
    return heldBy(app);
  }
  const half = requests.length / 2;
  const halfWayBytes = await heldAfter(requests.slice(0, half));
  return { counts, faults, grownBytes: (await heldAfter(requests.slice(half))) - halfWayBytes };
}

/** How often the log has this. */
const inLog = (app: StartedAndListening, text: string) => app.stdout().split(text).length - 1;

function expectNoBug(app: StartedAndListening, { counts, faults }: Run): void {
  const seen = JSON.stringify(Object.fromEntries(counts));
  expect(faults.slice(0, 5), `FUZZ_SEED=${SEED} repeats this; statuses: ${seen}`).toEqual([]);
  expect(app.child.exitCode).toBeNull();
  const bugs = app.stdout().match(/^.*("internal_error"|error page failed|"level":"fatal").*$/gm) ?? [];
  expect(bugs.slice(0, 5), `FUZZ_SEED=${SEED} repeats this`).toEqual([]);
}

test(`20,000 requests of every kind (FUZZ_SEED=${SEED})`, { timeout: 180_000 }, async () => {
  process.stdout.write(`FUZZ_SEED=${SEED}\n`);
  const providerDouble = await providerForTest();
  // Without the records of /flow, of which up to 16 MB are kept on purpose; the other run has them.
  const env = {
    ...valuesOf(providerDouble),
    PORT: String(await freePort()),
    LOGIN_RATE_LIMIT: '0',
    FLOW_PAGE: 'off',
  };
  const app = await startListening(env, TELLS_ITS_MEMORY);
  const pool = await createPool(app.url, { started: 1_000, signedIn: 300 }, {});
  const signedInBefore = inLog(app, '"sign-in succeeded"');
  const random = createRandom(SEED);
  const requests = Array.from({ length: 20_000 }, () =>
    createRequest(random, pool, `localhost:${app.port}`, {}),
  );
  const run = await sendAll(app, requests);
  expectNoBug(app, run);

  // Each kind of answer came, and each kind of end: the requests do reach what they are meant for.
  for (const status of [200, 302, 303, 400, 403, 404, 405, 413])
    expect(run.counts.get(status) ?? 0, String(status)).toBeGreaterThan(50);
  expect(inLog(app, '"sign-in succeeded"') - signedInBefore).toBeGreaterThan(300);
  for (const end of [
    'signed out',
    'tokens refreshed',
    'sign_in_unreadable',
    'sign_in_unknown',
    'sign_in_used',
    'callback_malformed',
  ])
    expect(inLog(app, `"${end}"`), end).toBeGreaterThan(15);
  // Of what is kept on purpose, such as sessions, there is little more, and runs differ by some 2 MB; half a kilobyte of each
  // request would be 5 MB.
  expect(run.grownBytes).toBeLessThan(4_000_000);
});

test(`2,000 requests to an https address behind a proxy (FUZZ_SEED=${SEED})`, {
  timeout: 120_000,
}, async () => {
  const providerDouble = await providerForTest();
  const env = {
    ...valuesOf(providerDouble),
    PORT: String(await freePort()),
    LOGIN_RATE_LIMIT: '0',
    BASE_URL: 'https://app.example',
    TRUST_PROXY: '1',
    FLOW_PAGE: 'on',
  };
  const app = await startListening(env, TELLS_ITS_MEMORY);
  const pool = await createPool(app.url, { started: 100, signedIn: 50 }, HTTPS);
  const signedInBefore = inLog(app, '"sign-in succeeded"');
  const random = createRandom(SEED);
  const requests = Array.from({ length: 2_000 }, () => createRequest(random, pool, 'app.example', HTTPS));
  const run = await sendAll(app, requests);
  expectNoBug(app, run);
  expect(inLog(app, '"sign-in succeeded"') - signedInBefore).toBeGreaterThan(20);
  for (const end of ['signed out', 'insecure_connection'])
    expect(inLog(app, `"${end}"`), end).toBeGreaterThan(0);
});
