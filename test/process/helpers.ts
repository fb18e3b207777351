// Starts the process as `npm start` does, but only with the given environment and without .env.

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { ProviderDouble } from '../helpers/provider-double.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const NODE_OPTIONS = ['--import', './src/compile-cache.js', '--disable-warning=ExperimentalWarning'];

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Started {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves when this text is on stdout or stderr. Rejects if the process ends first. */
  says(text: string): Promise<void>;
  /** Resolves when the process has ended and all of its output has been read. */
  ended: Promise<Ended>;
  /** Sends a signal and waits for `ended`. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
}

/** The process is killed at the end of the test if it is still running. */
export function startProcess(env: Record<string, string>, nodeOptions: string[] = []): Started {
  return startNode([...NODE_OPTIONS, ...nodeOptions, 'src/main.ts'], { env });
}

/** @param options.detached starts a new process group, to which signals can be sent */
export function startNode(args: string[], options: SpawnOptions): Started {
  const child = spawn(process.execPath, args, { cwd: ROOT, ...options, stdio: 'pipe' });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const ended = once(child, 'close').then(([code, signal]): Ended => ({ code, signal }));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });

  function says(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!(output.stdout + output.stderr).includes(text)) return;
        // Otherwise it would search a long log again for each new line.
        child.stdout.off('data', look);
        child.stderr.off('data', look);
        resolve();
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      child.once('close', () =>
        reject(new Error(`It ended without saying ${text}:\n${output.stdout}${output.stderr}`)),
      );
      look();
    });
  }

  function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    child.kill(signal);
    return ended;
  }

  return {
    child,
    stdout: () => output.stdout,
    stderr: () => withoutNotice(output.stderr),
    says,
    ended,
    stop,
  };
}

/** Removes a warning of oidc-provider, which it prints on a Node.js version without long-term support. */
export function withoutNotice(stderr: string): string {
  return stderr.replace(/^oidc-provider WARNING: Unsupported runtime\..*\n/, '');
}

export type StartedAndListening = Started & { url: string; port: number };

/** Starts the process and waits until it listens and has printed the start block. */
export async function startListening(
  env: Record<string, string> = {},
  nodeOptions: string[] = [],
): Promise<StartedAndListening> {
  const port = env['PORT'] ? Number(env['PORT']) : await freePort();
  const started = startProcess({ ...env, PORT: String(port) }, nodeOptions);
  // The log and the start block are two streams, so either may arrive first.
  await Promise.all([started.says('"msg":"listening"'), started.says('Signoff URL')]);
  return { ...started, url: `http://localhost:${port}`, port };
}

/** The three values for the test double. */
export function valuesOf(providerDouble: ProviderDouble): Record<string, string> {
  return {
    PINGONE_ISSUER: providerDouble.issuer,
    PINGONE_CLIENT_ID: providerDouble.clientId,
    PINGONE_CLIENT_SECRET: providerDouble.clientSecret,
  };
}

/** A port below the range that the system assigns for port 0, so that no other process gets it in the meantime. */
export async function freePort(): Promise<number> {
  const port = randomInt(15_000, 32_000);
  const free = await Promise.all(['127.0.0.1', 'localhost'].map((host) => canListen(port, host)));
  return free.every(Boolean) ? port : freePort();
}

async function canListen(port: number, host: string): Promise<boolean> {
  const server = createServer();
  server.listen(port, host);
  const listening = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.close();
  return listening;
}

/** A port that is in use until the end of the test. */
export async function takenPort(host: string): Promise<number> {
  const port = await freePort();
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return port;
}

/** Whether a process accepts connections at this port. */
export async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, 'localhost');
  const accepted = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return accepted;
}

/** The resident memory of a process, in bytes. */
export async function memoryOf(pid = 0): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(status.match(/^VmRSS:\s+(\d+) kB/m)?.[1]) * 1024;
}
