// What several processes of the app share, in Redis: sessions, records, used states, locks, counted requests. Loaded only
// where REDIS_URL is set.

import { hash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { RedisStore as RedisRateLimits } from 'rate-limit-redis';
import { createClient } from 'redis';
import { answerOf } from './ask-store.ts';
import { FLOW_LIMIT_MS, type FlowStore } from './flow-store.ts';
import type { Logger } from './logging.ts';
import { createRedisLock } from './redis-lock.ts';
import { RedisSessions } from './redis-sessions.ts';
import { createSealer, type Sealer } from './sealed-text.ts';
import type { SharedState } from './shared-state.ts';
import { SIGN_IN_LIMIT_MS } from './sign-in-cookie.ts';
import type { UsedStates } from './used-states.ts';
import { WebError } from './web-errors.ts';

const CONNECT_LIMIT_MS = 2_000;
const MAX_RECONNECT_WAIT_MS = 1_000;
const PING_INTERVAL_MS = 2_000;
const SILENCE_LIMIT_MS = 5_000;

export type RedisClient = ReturnType<typeof createRedisClient>;

/**
 * Connects again and again: the app starts without Redis, and goes on when it comes back. Meanwhile each command fails
 * at once, and so the pages that need it say 503.
 */
function createRedisClient(url: string, logger: Logger) {
  const redis = createClient({
    url,
    disableOfflineQueue: true,
    // A connection that was cut without a word is known by its silence, and made anew.
    pingInterval: PING_INTERVAL_MS,
    socket: {
      connectTimeout: CONNECT_LIMIT_MS,
      socketTimeout: SILENCE_LIMIT_MS,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, MAX_RECONNECT_WAIT_MS),
    },
  });
  let lost = false;
  redis.on('error', (error) => {
    if (!lost) logger.error({ error }, 'Redis is not available');
    lost = true;
  });
  redis.on('ready', () => {
    logger.info(lost ? 'Redis is available again' : 'Redis is available');
    lost = false;
  });
  return redis;
}

/**
 * Resolves once Redis is connected, or after 2 s without it.
 * @param url redis: or rediss:
 * @param secrets the newest first: it encrypts, all of them decrypt
 */
export async function createRedisState(url: string, secrets: string[], logger: Logger): Promise<SharedState> {
  const redis = createRedisClient(url, logger);
  const connected = redis
    .connect()
    .catch((error: unknown) => logger.error({ error }, 'Redis is not available'));
  await Promise.race([connected, setTimeout(CONNECT_LIMIT_MS, undefined, { ref: false })]);
  const sealer = createSealer(secrets, 'PingOne shared state');
  return {
    sessions: new RedisSessions(redis, sealer),
    flows: createRedisFlowStore(redis, sealer),
    usedStates: createRedisUsedStates(redis),
    lock: createRedisLock(redis),
    rateLimitStore: (name) =>
      new RedisRateLimits({
        prefix: `pingone:limit:${name}:`,
        sendCommand: (...command) => sendLimitCommand(redis, command),
      }),
    close: async () => redis.destroy(),
  };
}

/**
 * The library loads its scripts once, at start, and if Redis is down then, never again. A script's name is its SHA-1, so
 * that can be said without Redis; when it is back and does not know the name, the library loads the script.
 */
async function sendLimitCommand(redis: RedisClient, command: string[]): Promise<string | number | boolean> {
  try {
    return await answerOf(redis.sendCommand(command));
  } catch (error) {
    const [name, verb, script = ''] = command;
    // It tells by Redis's own words that a script is not known.
    if (name !== 'SCRIPT' || verb !== 'LOAD') throw error instanceof WebError ? error.cause : error;
    return hash('sha1', script);
  }
}

function createRedisFlowStore(redis: RedisClient, sealer: Sealer): FlowStore {
  const keyOf = (id: string) => `pingone:flow:${id}`;
  const expiration = { type: 'PX', value: FLOW_LIMIT_MS } as const;
  return {
    async set(id, record) {
      await redis.set(keyOf(id), sealer.seal(record, keyOf(id)), { expiration });
    },
    async get(id) {
      const sealed = await redis.get(keyOf(id));
      return sealed === null ? undefined : sealer.open(sealed, keyOf(id));
    },
    async delete(id) {
      await redis.del(keyOf(id));
    },
  };
}

/** States run out by themselves; how many there may be is Redis's own affair (maxmemory, with noeviction). */
function createRedisUsedStates(redis: RedisClient): UsedStates {
  // A state is worth something as long as its sign-in is under way, so its hash must do.
  const keyOf = (state: string) => `pingone:used:${hash('sha256', state, 'base64url')}`;
  const options = { condition: 'NX', expiration: { type: 'PX', value: SIGN_IN_LIMIT_MS } } as const;
  return {
    has: async (state) => (await answerOf(redis.exists(keyOf(state)))) === 1,
    add: async (state) => (await answerOf(redis.set(keyOf(state), '1', options))) !== null,
    mustHaveRoom: async () => {},
  };
}
