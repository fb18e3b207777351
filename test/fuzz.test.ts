// Random requests to a separate process. It must respond to each request, never with an internal error, and keep running.
// FUZZ_SEED=<number> repeats a run.

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
/** The slowest response is that of a callback, which takes at most 8 s. */
const RESPONSE_LIMIT_MS = 15_000;
/** A callback takes at most 8 s, and the app keeps its result for 10 s more, in case it is delivered again. */
const SETTLED_MS = 20_000;
/** PingOne or a store can cause these statuses. Any other 5xx is a bug. */
const ALLOWED_5XX = [502, 503, 504];
const STATUS_LINE = /^HTTP\/1\.1 ([2-5]\d\d) /;
const HTTPS = { 'X-Forwarded-Proto': 'https' };

/** The code contains the nonce, because sign-ins run at the same time. */
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

/** Sends a request. @returns the status, or 0 if there was no response */
async function statusOf(port: number, { bytes, hasHead }: FuzzRequest): Promise<number> {
  const socket = connect(port, 'localhost');
  socket.on('error', () => {});
  let [received, status] = ['', 0];
  socket.setEncoding('latin1').on('data', (chunk) => {
    received += chunk;
    // 100 Continue is not the final response.
    status = Number(received.replace(/^HTTP\/1\.1 1\d\d .*?\r\n\r\n/s, '').match(STATUS_LINE)?.[1] ?? 0);
    // The status is enough, also if the server still waits for a body.
    if (status > 0) socket.destroy();
  });
  socket.setTimeout(RESPONSE_LIMIT_MS, () => socket.destroy());
  // Node drops a request if the client has closed its half of the connection, so only incomplete ones are ended here.
  if (hasHead) socket.write(bytes);
  else socket.end(bytes);
  await once(socket, 'close');
  return status;
}

interface Run {
  counts: Map<number, number>;
  bugs: string[];
  /** The growth of the used memory during the second half of the requests. */
  grownBytes: number;
}

async function sendAll(app: StartedAndListening, requests: FuzzRequest[]): Promise<Run> {
  const counts = new Map<number, number>();
  const bugs: string[] = [];

  async function work(some: Iterable<FuzzRequest>): Promise<void> {
    for (const request of some) {
      const status = await statusOf(app.port, request);
      counts.set(status, (counts.get(status) ?? 0) + 1);
      const isIgnored = status === 0 && request.hasHead;
      if (isIgnored || (status >= 500 && !ALLOWED_5XX.includes(status)))
        bugs.push(`${status}: ${JSON.stringify(request.bytes.toString('latin1'))}`);
    }
  }
  /** Sends these requests. @returns the memory that the process uses afterwards, in bytes */
  async function heldAfter(some: FuzzRequest[]): Promise<number> {
    const waiting = some.values();
    await Promise.all(Array.from({ length: CONNECTIONS }, () => work(waiting)));
    await setTimeout(SETTLED_MS);
    return heldBy(app);
  }
  const half = requests.length / 2;
  const halfWayBytes = await heldAfter(requests.slice(0, half));
  return { counts, bugs, grownBytes: (await heldAfter(requests.slice(half))) - halfWayBytes };
}

/** The number of occurrences of a text in the log. */
const inLog = (app: StartedAndListening, text: string) => app.stdout().split(text).length - 1;

function expectNoBug(app: StartedAndListening, { counts, bugs }: Run): void {
  const seen = JSON.stringify(Object.fromEntries(counts));
  expect(bugs.slice(0, 5), `FUZZ_SEED=${SEED} repeats this; statuses: ${seen}`).toEqual([]);
  expect(app.child.exitCode).toBeNull();
  const lines =
    app.stdout().match(/^.*("internal_error"|error page not rendered|"level":"fatal").*$/gm) ?? [];
  expect(lines.slice(0, 5), `FUZZ_SEED=${SEED} repeats this`).toEqual([]);
}

test(`20,000 random requests cause no bug and use little memory (FUZZ_SEED=${SEED})`, {
  timeout: 180_000,
}, async () => {
  process.stdout.write(`FUZZ_SEED=${SEED}\n`);
  const providerDouble = await providerForTest();
  // FLOW_PAGE=off, because the app keeps up to 16 MB of /flow records on purpose. The other run has them.
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

  // Each status and each event occurred, which shows that the requests reach all parts of the app.
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
  // Data that the app keeps on purpose, such as sessions, grows little, and runs differ by about 2 MB. If the app kept half
  // a kilobyte of each request, this would be 5 MB.
  expect(run.grownBytes).toBeLessThan(4_000_000);
});

test(`2,000 random requests to an https app behind a proxy cause no bug (FUZZ_SEED=${SEED})`, {
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
