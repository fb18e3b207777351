// Claims in Redis: keys that only one process can set, and only that process removes.

import { randomUUID } from 'node:crypto';
import type { Shared } from '../../sign-in/index.ts';
import type { RedisConnection } from './connection.ts';

/** Compares and deletes in one step: the claim may have expired, and another process may have made it since. */
const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/** @throws StoreError (both functions) */
export function createRedisShared({ ask }: RedisConnection): Shared {
  const owner = randomUUID();
  const keyOf = (key: string) => `pingone:claim:${key}`;
  return {
    async claim(key, ttlMs) {
      const options = { condition: 'NX', expiration: { type: 'PX', value: ttlMs } } as const;
      return (await ask((redis) => redis.set(keyOf(key), owner, options))) !== null;
    },
    async release(key) {
      await ask((redis) => redis.eval(RELEASE, { keys: [keyOf(key)], arguments: [owner] }));
    },
  };
}
