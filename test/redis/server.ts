// A real Redis on a free port, for one test.

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createClient } from 'redis';
import { onTestFinished } from 'vitest';

/** Starts a redis-server that requires a password and writes nothing to disk. It ends with the test. */
export async function redisForTest(password = randomBytes(16).toString('hex')) {
  const port = await freePort();
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    const options = ['--port', port, '--bind', '127.0.0.1', '--requirepass', password];
    const nothingOnDisk = ['--save', '', '--appendonly', 'no'];
    server = spawn('redis-server', [...options, ...nothingOnDisk].map(String), {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    await new Promise<void>((resolve, reject) => {
      server?.once('error', () =>
        reject(new Error('There is no redis-server (Debian: apt-get install redis-server).')),
      );
      server?.once('exit', () => reject(new Error(`redis-server ended: ${output}`)));
      server?.stdout?.on('data', (chunk) => {
        output += chunk;
        if (output.includes('Ready to accept connections')) resolve();
      });
    });
  }

  async function kill(): Promise<void> {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGCONT');
    server.kill('SIGKILL');
    await once(server, 'exit');
  }

  await start();
  onTestFinished(kill);
  const url = `redis://:${password}@127.0.0.1:${port}`;
  return {
    url,
    port,
    password,
    start,
    kill,
    pause: () => void server?.kill('SIGSTOP'),
    goOn: () => void server?.kill('SIGCONT'),
    /** All its values, by key. */
    async content(): Promise<Map<string, string>> {
      return withClient(url, async (redis) => {
        const keys = await redis.keys('*');
        const values = keys.map(async (key) => [key, (await redis.dump(key))?.toString() ?? ''] as const);
        return new Map(await Promise.all(values));
      });
    },
    do: <T>(work: (redis: Redis) => Promise<T>) => withClient(url, work),
  };
}

const clientOf = (url: string) => createClient({ url });
type Redis = ReturnType<typeof clientOf>;

async function withClient<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = clientOf(url);
  redis.on('error', () => {});
  await redis.connect();
  return work(redis).finally(() => redis.destroy());
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
