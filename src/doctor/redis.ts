// PING, where REDIS_URL is set: whether Redis answers, and takes the password.

import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { type Check, type Context, type Finding, known } from './check.ts';

const LIMIT_MS = 3_000;
/** How the client of Redis begins what it says of bytes that are none of Redis's. */
const NO_PROTOCOL = 'Unknown RESP type';

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
  // What is not Redis's protocol comes as an event alone, and the connection stays open.
  const noRedis = once(client, 'error').then(([error]) => {
    throw error;
  });
  const late = setTimeout(LIMIT_MS, undefined, { ref: false }).then(() => {
    throw new Error('It did not answer in time.');
  });
  try {
    const reply = await Promise.race([client.connect().then(() => client.ping()), noRedis, late]);
    if (reply !== 'PONG') throw new Error(NO_PROTOCOL);
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
      next: 'Write it into REDIS_URL, percent-encoded, before the host: redis://:<password>@<host>:<port>, or <user>:<password>@.',
    };
  }
  if (message.startsWith(NO_PROTOCOL)) {
    return {
      message: `${host} does not answer as Redis does.`,
      next: 'Set REDIS_URL to where Redis listens, with rediss:// where it speaks TLS: something else answers there.',
    };
  }
  return {
    message: `${host} does not answer${code && ` (${code})`}.`,
    next: 'Start Redis, or set REDIS_URL to where it listens: redis://<host>:<port>, rediss:// with TLS.',
  };
}
