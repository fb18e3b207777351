// Claimed keys in Redis. Only one process can claim a key, and only that process can release it.

import { randomUUID } from 'node:crypto';
import type { Shared } from '../../sign-in/index.ts';
import type { RedisConnection } from './connection.ts';

/**
 * Compares and deletes in one step, because the claim may have expired and another process may have claimed
 * the key.
 */
const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/** @throws StoreError (both functions) */
export function createRedisShared({ send }: RedisConnection): Shared {
  const owner = randomUUID();
  const keyOf = (key: string) => `pingone:claim:${key}`;
  return {
    async claim(key, ttlMs) {
      const options = { condition: 'NX', expiration: { type: 'PX', value: ttlMs } } as const;
      return (await send((redis) => redis.set(keyOf(key), owner, options))) !== null;
    },
    async release(key) {
      await send((redis) => redis.eval(RELEASE, { keys: [keyOf(key)], arguments: [owner] }));
    },
  };
}
