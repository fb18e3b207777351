// The processes of the bench: started, asked, and ended, however the bench ends.

import { fork } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const FOLDER = fileURLToPath(new URL('.', import.meta.url));
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Logs and whatever else the processes write. */
const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
const running = new Set();
const ANSWER_LIMIT_MS = 30_000;

process.on('exit', () => {
  // Not SIGKILL: a process that has started another must be able to end it.
  for (const child of running) child.kill();
  rmSync(scratch, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

export function newFolder() {
  return mkdtempSync(join(scratch, 'process-'));
}

/**
 * Starts a file, named from this folder, and waits until it listens. Its log goes to a file, as in production.
 * @param env beside what every process here gets: of this shell's own variables only PATH, for they could mean something
 *   to a client
 * @param keepsCompiled whether it keeps what V8 has compiled, for the next start with the same folder
 * @param folder for its logs and temporary files
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
      // Node takes this before any folder that the code names.
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
  child.complaints = () => readFileSync(join(folder, 'errors'), 'utf8').slice(-2_000);
  child.file = file;
  await answerOf(child);
  return child;
}

function answerOf(child) {
  return new Promise((resolve, reject) => {
    const settle = (end, value) => {
      clearTimeout(limit);
      child.off('message', answered).off('exit', ended);
      end(value);
    };
    const answered = (message) => settle(resolve, message);
    const ended = () => settle(reject, new Error(`${child.file} has ended.\n${child.complaints()}`));
    const silent = () => settle(reject, new Error(`${child.file} does not answer.\n${child.complaints()}`));
    const limit = setTimeout(silent, ANSWER_LIMIT_MS);
    child.once('message', answered).once('exit', ended);
  });
}

/** One question at a time. */
export function ask(child, question) {
  const answer = answerOf(child);
  child.send(question);
  return answer;
}

export async function stop(child) {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const limit = setTimeout(() => child.kill('SIGKILL'), 5_000);
  child.disconnect();
  await ended;
  clearTimeout(limit);
}

/** What each process used while `work` was done: CPU µs (user and system, all threads), part of the time it was busy. */
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
