// Starts the processes of the bench, sends them messages, and ends them, also if the bench fails.

import { fork } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const FOLDER = fileURLToPath(new URL('.', import.meta.url));
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The folder for logs and other files that the processes write. */
const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
const running = new Set();
const REPLY_LIMIT_MS = 30_000;

process.on('exit', () => {
  // SIGTERM, not SIGKILL, so that a process can end the process that it has started.
  for (const child of running) child.kill();
  rmSync(scratch, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

export function newFolder() {
  return mkdtempSync(join(scratch, 'process-'));
}

/**
 * Starts a file of this folder, and waits until it listens. Its log goes to a file, as in production.
 * @param env more environment variables. From this shell a process gets only PATH, because others could affect a client
 * @param keepsCompiled whether the client keeps the code that V8 has compiled for the next start with the same folder
 * @param folder the folder for its logs and temporary files
 */
export async function start(file, options = {}) {
  const { env = {}, execArgv = [], keepsCompiled = false, folder = newFolder() } = options;
  const [log, errors] = [openSync(join(folder, 'log'), 'a'), openSync(join(folder, 'errors'), 'a')];
  const child = fork(resolve(FOLDER, file), {
    env: {
      PATH: process.env.PATH,
      TMPDIR: folder,
      NODE_ENV: 'production',
      BENCH_PROVIDER_PORT: process.env.BENCH_PROVIDER_PORT,
      // Node prefers this folder to a folder that the code names.
      ...(keepsCompiled && { NODE_COMPILE_CACHE: folder }),
      ...env,
    },
    cwd: ROOT,
    execArgv: ['--expose-gc', '--import', join(FOLDER, 'probe.mjs'), ...execArgv],
    stdio: ['ignore', log, errors, 'ipc'],
  });
  closeSync(log);
  closeSync(errors);
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.errorOutput = () => readFileSync(join(folder, 'errors'), 'utf8').slice(-2_000);
  child.file = file;
  await replyOf(child);
  return child;
}

function replyOf(child) {
  return new Promise((resolve, reject) => {
    const settle = (end, value) => {
      clearTimeout(limit);
      child.off('message', replied).off('exit', ended);
      end(value);
    };
    const replied = (message) => settle(resolve, message);
    const ended = () => settle(reject, new Error(`${child.file} has ended.\n${child.errorOutput()}`));
    const silent = () => settle(reject, new Error(`${child.file} does not reply.\n${child.errorOutput()}`));
    const limit = setTimeout(silent, REPLY_LIMIT_MS);
    child.once('message', replied).once('exit', ended);
  });
}

/** Sends a message and returns the reply. Only one message at a time. */
export function ask(child, question) {
  const reply = replyOf(child);
  child.send(question);
  return reply;
}

export async function stop(child) {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const limit = setTimeout(() => child.kill('SIGKILL'), 5_000);
  child.disconnect();
  await ended;
  clearTimeout(limit);
}

/** Measures each process during `work`: CPU µs (user and system, all threads), and the share of time it was busy. */
export async function usageDuring(children, work) {
  const before = [];
  for (const child of children) before.push(await ask(child, 'usage'));
  const startedAt = performance.now();
  await work();
  const wallMs = performance.now() - startedAt;
  const used = [];
  for (const [index, child] of children.entries()) {
    const { cpuUs, active, idle } = await ask(child, 'usage');
    const [activeMs, idleMs] = [active - before[index].active, idle - before[index].idle];
    used.push({ cpuUs: cpuUs - before[index].cpuUs, activeMs, busy: activeMs / (activeMs + idleMs) });
  }
  return { wallMs, used };
}
