// Starts the sandbox as `npm run sandbox` does, and other processes, each with its own environment variables.

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

/** Starts Node.js. If the process still runs when the test ends, it is killed. */
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

  /** Resolves when stdout contains the text. Rejects if the process ends first. */
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

/** Starts the sandbox, waits until it listens, and returns the three values that it prints. */
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
