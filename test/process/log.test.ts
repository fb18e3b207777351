// If the reader of the log closes it or reads nothing, or if the disk is full, one line on stderr says so, the app
// continues, and its memory does not grow.

import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createLogDestination } from '../../src/web/log-destination.ts';
import { freePort, NODE_OPTIONS, ROOT, withoutNotice } from './helpers.ts';

const CANNOT = 'This app cannot write its log';

interface Running {
  child: ChildProcess;
  url: string;
  /** The lines on stderr, without the start block. */
  problems(): string[];
  /** Sends this number of requests, one after another, and returns their statuses. */
  ask(times?: number): Promise<number[]>;
  stop(): Promise<{ code: number | null; ms: number }>;
}

/** Starts the app with this standard output and waits until it responds. */
async function startWith(
  stdout: 'pipe' | number,
  { code = '', stderr = 'pipe' }: { code?: string; stderr?: 'pipe' | number } = {},
): Promise<Running> {
  const port = await freePort();
  const preloaded = `--import=data:text/javascript,${encodeURIComponent(code)}`;
  const child = spawn(process.execPath, [...NODE_OPTIONS, preloaded, 'src/main.ts'], {
    cwd: ROOT,
    env: {
      PORT: String(port),
      PINGONE_ISSUER: 'http://127.0.0.1:9/as',
      PINGONE_CLIENT_ID: 'an-id',
      PINGONE_CLIENT_SECRET: 'made up',
    },
    stdio: ['ignore', stdout, stderr],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = `http://localhost:${port}`;
  const ask = async (times = 1) => {
    const statuses: number[] = [];
    for (let at = 0; at < times; at += 1) statuses.push((await fetch(`${url}/healthz`)).status);
    return statuses;
  };
  await expect.poll(() => ask().catch(() => []), { timeout: 10_000 }).toEqual([200]);
  return {
    child,
    url,
    ask,
    problems: () =>
      withoutNotice(text)
        .replace(/\n {2}Open[\s\S]*?\n\n/, '')
        .split('\n')
        .filter(Boolean),
    async stop() {
      const sentAt = performance.now();
      child.kill('SIGTERM');
      const code = await ended;
      return { code, ms: performance.now() - sentAt };
    },
  };
}

const linesOf = (log: string) => log.split('\n').length;

/** On a signal, the app writes more to standard output at once than any pipe accepts. */
const FLOOD =
  "process.on('SIGUSR2', () => process.stdout.write('x'.repeat(3 << 20) + String.fromCharCode(10)))";

test('if the reader of stdout closes it, the app continues and says so once on stderr', async () => {
  const app = await startWith('pipe');
  app.child.stdout?.destroy();
  expect(await app.ask(20)).toEqual(Array(20).fill(200));
  await expect.poll(app.problems).toEqual([expect.stringContaining(`${CANNOT} (EPIPE)`)]);
  expect((await app.stop()).code).toBe(0);
  expect(app.problems()).toHaveLength(1);
});

test('if the readers of stdout and stderr close them, the app continues', async () => {
  const app = await startWith('pipe');
  app.child.stdout?.destroy();
  app.child.stderr?.destroy();
  expect(await app.ask(20)).toEqual(Array(20).fill(200));
  expect((await app.stop()).code).toBe(0);
});

test('if the disk is full, the app continues and says so once on stderr', async () => {
  const app = await startWith(openSync('/dev/full', 'w'));
  expect(await app.ask(20)).toEqual(Array(20).fill(200));
  await expect.poll(app.problems).toEqual([expect.stringContaining(`${CANNOT} (ENOSPC)`)]);
  expect((await app.stop()).code).toBe(0);
  expect(app.problems()).toHaveLength(1);
});

test('if the disk is full for both stdout and stderr, the app continues', async () => {
  const full = openSync('/dev/full', 'w');
  const app = await startWith(full, { stderr: full });
  expect(await app.ask(5)).toEqual(Array(5).fill(200));
  expect((await app.stop()).code).toBe(0);
});

test('if the reader stops reading and continues later, the log says how many lines were lost', async () => {
  const app = await startWith('pipe', { code: FLOOD });
  app.child.kill('SIGUSR2');
  await expect
    .poll(async () => [await app.ask(10), app.problems()])
    .toEqual([Array(10).fill(200), [expect.stringContaining(`${CANNOT} (the reader is too slow)`)]]);
  await app.ask(100);
  expect(app.problems()).toHaveLength(1);

  let log = '';
  app.child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    log += chunk;
  });
  // The app reports the loss as soon as it can write a line again.
  await expect.poll(async () => (await app.ask()) && log.includes('log lines were lost')).toBe(true);
  const lines = log.split('\n').filter((line) => line.startsWith('{'));
  const told = lines.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'log lines were lost');
  expect(told).toMatchObject({ level: 'warn', time: expect.stringMatching(/^\d{4}-.*Z$/) });
  expect(told.lines).toBeGreaterThanOrEqual(100);
  // After that, no line is missing.
  await wait(200);
  const before = linesOf(log);
  await app.ask(5);
  await expect.poll(() => linesOf(log) - before).toBe(5);
  expect((await app.stop()).code).toBe(0);
  expect(log.trim()).toMatch(/"msg":"stopped"\}$/);
  expect(app.problems()).toHaveLength(1);
});

test('if the reader stops reading for good, the process still stops in time', async () => {
  const app = await startWith('pipe', { code: FLOOD });
  app.child.kill('SIGUSR2');
  await expect.poll(async () => (await app.ask(10)) && app.problems()).toHaveLength(1);
  const { code, ms } = await app.stop();
  expect(code).toBe(0);
  expect(ms).toBeLessThan(5_000);
});

test('before an uncaught error ends the process, all waiting lines are written', async () => {
  const burst = FLOOD.replace('3 << 20', '1 << 19');
  const fail = "process.on('SIGUSR2', () => { throw new TypeError('made up'); })";
  const app = await startWith('pipe', { code: `${burst}; ${fail}` });
  const ended = new Promise((resolve) => app.child.once('exit', resolve));
  app.child.kill('SIGUSR2');
  await wait(200);
  let log = '';
  app.child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    log += chunk;
  });
  expect(await ended).toBe(1);
  await expect.poll(() => log.trim().split('\n').at(-1)).toContain('stopped by an uncaught error');
  expect(app.problems()).toEqual([]);
});

/** A stream that accepts what is written only when the test says so. */
function stalled() {
  const waiting: (() => void)[] = [];
  let text = '';
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      text += chunk;
      waiting.push(done);
    },
  });
  const readAll = async () => {
    for (let done = waiting.shift(); done; done = waiting.shift()) {
      done();
      await wait(0);
    }
  };
  return { stream, text: () => text, readAll };
}

test('no more than 1 MiB waits for a slow reader, and every lost line is counted', async () => {
  const stdout = stalled();
  const stderr = stalled();
  const { write } = createLogDestination({ stdout: stdout.stream, stderr: stderr.stream });
  const line = `${JSON.stringify({ msg: 'x'.repeat(1_000) })}\n`;
  for (let at = 0; at < 5_000; at += 1) write(line);
  expect(stdout.stream.writableLength).toBeGreaterThan(1 << 20);
  expect(stdout.stream.writableLength).toBeLessThan((1 << 20) + 2 * line.length);
  const kept = Math.ceil(stdout.stream.writableLength / line.length);
  await stdout.readAll();
  await stdout.readAll();
  const lines = stdout.text().trim().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ lines: 5_000 - kept, msg: 'log lines were lost' });
  expect(lines).toHaveLength(kept + 1);
  expect(stderr.text().match(/\n/g)).toHaveLength(1);
});

test('once a full disk has free space again, the log continues and says how many lines were lost', async () => {
  let isFull = true;
  let log = '';
  const stdout = new Writable();
  // Like process.stdout, it still works after an error.
  const writeOrFail = ((line: string, done: (error?: Error) => void) => {
    if (!isFull) log += line;
    process.nextTick(done, isFull ? Object.assign(new Error('no room'), { code: 'ENOSPC' }) : undefined);
  }) as typeof stdout.write;
  vi.spyOn(stdout, 'write').mockImplementation(writeOrFail);
  const stderr = stalled();
  const { write, flushed } = createLogDestination({ stdout, stderr: stderr.stream });
  for (const line of ['1\n', '2\n', '3\n']) write(line);
  await flushed();
  expect(stderr.text()).toBe(
    'This app cannot write its log (ENOSPC). It keeps running, and drops lines until it can.\n',
  );
  isFull = false;
  write('4\n');
  await flushed();
  write('5\n');
  await flushed();
  expect(log).toMatch(/^4\n\{.*"lines":3,"msg":"log lines were lost"\}\n5\n$/);
  expect(stderr.text().match(/\n/g)).toHaveLength(1);
});
