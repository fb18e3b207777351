// A real Redis on a free port, and two processes of the app that share it behind one cookie.

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createClient } from 'redis';
import { expect, onTestFinished } from 'vitest';
import { type Browser, createBrowser, type Page } from '../helpers/browser.ts';
import { startStandIn } from '../helpers/stand-in.ts';
import { freePort, startListening, valuesOf } from '../process/helpers.ts';

export const SESSION_SECRET = randomBytes(32).toString('base64url');

/** A redis-server that keeps nothing on disk, asks for a password, and ends with the test. */
export async function redisForTest() {
  const [port, password] = [await freePort(), randomBytes(16).toString('hex')];
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
    password,
    start,
    kill,
    pause: () => void server?.kill('SIGSTOP'),
    goOn: () => void server?.kill('SIGCONT'),
    /** Everything in it, by key. */
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

/** Two processes of one BASE_URL, that of the first, as behind a load balancer that hands Host on. */
export async function twoApps(redisUrl: string, env: Record<string, string> = {}) {
  const standIn = await startStandIn();
  onTestFinished(() => void standIn.close());
  const port = await freePort();
  const shared = {
    ...valuesOf(standIn),
    SESSION_SECRET,
    REDIS_URL: redisUrl,
    BASE_URL: `http://localhost:${port}`,
    LOGIN_RATE_LIMIT: '0',
    ...env,
  };
  const [one, two] = [await startListening({ ...shared, PORT: String(port) }), await startListening(shared)];
  return { standIn, one, two, shared, host: `localhost:${port}` };
}

export type Apps = Awaited<ReturnType<typeof twoApps>>;

/** /login at one process; the callback's path, for whichever process gets it. */
export async function startAt({ standIn, host }: Apps, browser: Browser, url: string): Promise<string> {
  const { location = '' } = await browser.get(`${url}/login`, { host });
  const { state, code } = standIn.authorize(location);
  return `/callback?${new URLSearchParams({ code, state })}`;
}

export async function signedIn(apps: Apps): Promise<Browser> {
  const browser = createBrowser();
  const callback = await startAt(apps, browser, apps.one.url);
  expect((await browser.get(apps.one.url + callback)).status).toBe(303);
  return browser;
}

export const profileAt = (browser: Browser, url: string): Promise<Page> => browser.get(`${url}/profile`);
