// What several processes of the app share, in Redis: sessions, records, used states, locks, counted requests. Loaded only
// where REDIS_URL is set.

import { hash } from 'node:crypto';
import { RedisStore as RedisRateLimits } from 'rate-limit-redis';
import { answerOf } from './ask-store.ts';
import { FLOW_LIMIT_MS, type FlowStore } from './flow-store.ts';
import type { Logger } from './logging.ts';
import { connectRedis, type RedisClient } from './redis-client.ts';
import { createRedisLock } from './redis-lock.ts';
import { RedisSessions } from './redis-sessions.ts';
import { createSealer, type Sealer } from './sealed-text.ts';
import type { SharedState } from './shared-state.ts';
import { SIGN_IN_LIMIT_MS } from './sign-in-cookie.ts';
import type { UsedStates } from './used-states.ts';
import { WebError } from './web-errors.ts';

/**
 * Resolves once Redis is connected, or after 2 s without it.
 * @param url redis: or rediss:
 * @param secrets the newest first: it encrypts, all of them decrypt
 */
export async function createRedisState(url: string, secrets: string[], logger: Logger): Promise<SharedState> {
  const { redis, close } = await connectRedis(url, logger);
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
    close: async () => close(),
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
