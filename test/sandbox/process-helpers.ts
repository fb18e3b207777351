// Starts the sandbox as `npm run sandbox` does, and other processes beside it, with an environment of their own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { onTestFinished } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SANDBOX = [
  '--import',
  './src/compile-cache.js',
  '--disable-warning=ExperimentalWarning',
  'src/sandbox/main.ts',
];

export type Run = ReturnType<typeof run>;

/** Starts Node.js. The process is killed, if it still runs, when the test is over. */
export function run(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...output }));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });

  /** Resolves when stdout has the text, and rejects if the process ends before. */
  async function says(text: string) {
    while (!output.stdout.includes(text)) {
      const more = once(child.stdout, 'data').then(() => true);
      if (await Promise.race([more, ended.then(() => false)])) continue;
      throw new Error(`It ended without saying ${text}:\n${output.stdout}${output.stderr}`);
    }
  }
  return { child, output, ended, says };
}

export function runSandbox(args: string[], env: Record<string, string> = {}) {
  return run([...SANDBOX, ...args], env);
}

/** A sandbox that listens, and the three values that it has printed. */
export async function startCommand(args: string[], env: Record<string, string> = {}) {
  const started = runSandbox(args, env);
  await started.says('PINGONE_CLIENT_SECRET');
  const { PINGONE_ISSUER: issuer = '', PINGONE_CLIENT_ID: clientId = '', ...rest } = valuesOf(started);
  return { ...started, issuer, clientId, clientSecret: rest['PINGONE_CLIENT_SECRET'] ?? '' };
}

export function valuesOf({ output }: Pick<Run, 'output'>): Record<string, string> {
  const entries = Object.entries(parseEnv(output.stdout));
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']));
}
