// PING, where REDIS_URL is set: whether Redis answers, and takes the password.

import { setTimeout } from 'node:timers/promises';
import { type Check, type Context, type Finding, known } from './check.ts';

const LIMIT_MS = 3_000;

/** No line without REDIS_URL: then there is nothing to look at. */
export const redis: Check = { name: 'Redis', needs: ['environment'], run: checkRedis };

async function checkRedis(context: Context): Promise<Finding[]> {
  const { redisUrl } = known(context.config);
  if (!redisUrl) return [];
  const { host } = new URL(redisUrl);
  try {
    await ping(redisUrl);
    return [{ result: 'passed', message: `${host} answers, and accepts what REDIS_URL brings.` }];
  } catch (error) {
    return [{ result: 'failed', ...faultOf(error, host) }];
  }
}

async function ping(url: string): Promise<void> {
  // Only here is it loaded: who has no Redis does not wait for its packages.
  const { createClient } = await import('redis');
  const client = createClient({ url, socket: { connectTimeout: LIMIT_MS, reconnectStrategy: false } });
  client.on('error', () => {});
  const late = setTimeout(LIMIT_MS, undefined, { ref: false }).then(() => {
    throw new Error('It did not answer in time.');
  });
  try {
    await Promise.race([client.connect().then(() => client.ping()), late]);
  } finally {
    client.destroy();
  }
}

/** Redis's own words quote no password; a connection's fault has a name. */
function faultOf(error: unknown, host: string): { message: string; next: string } {
  const { code = '', message = '' }: NodeJS.ErrnoException = error instanceof Error ? error : new Error();
  if (/^(NOAUTH|WRONGPASS|ERR AUTH)/.test(message)) {
    return {
      message: `${host} does not accept the password (${message.split(' ')[0]}).`,
      next: 'Write it into REDIS_URL, form-encoded, before the host: redis://:<password>@<host>:<port>, or <user>:<password>@.',
    };
  }
  return {
    message: `${host} does not answer${code && ` (${code})`}.`,
    next: 'Start Redis, or set REDIS_URL to where it listens: redis://<host>:<port>, rediss:// with TLS.',
  };
}
