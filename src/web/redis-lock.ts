// One at a time, over all processes: a key in Redis that only its owner removes, and that runs out if the owner dies.

import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { answerOf } from './ask-store.ts';
import type { Lock } from './lock.ts';
import type { RedisClient } from './redis-client.ts';
import { WebError } from './web-errors.ts';

const PREFIX = 'pingone:lock:';
/** Longer than a refresh may take, with all that it asks of Redis. Whoever waits for a process that died goes on after it. */
const HELD_MS = 20_000;
const POLL_MS = 50;
/** Compares and deletes in one go: the key may have run out, and be another's by now. */
const RELEASE = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`;

/** @throws (the lock, when used) WebError session_store_unavailable: Redis is gone, or the wait was longer than any holder's */
export function createRedisLock(redis: RedisClient): Lock {
  async function acquire(key: string, owner: string): Promise<void> {
    const deadline = performance.now() + HELD_MS + 1_000;
    const options = { condition: 'NX', expiration: { type: 'PX', value: HELD_MS } } as const;
    while ((await answerOf(redis.set(key, owner, options))) === null) {
      if (performance.now() > deadline) throw new WebError('session_store_unavailable');
      await setTimeout(POLL_MS);
    }
  }

  return async (name, work) => {
    const [key, owner] = [PREFIX + name, randomUUID()];
    await acquire(key, owner);
    try {
      return await work();
    } finally {
      // A lock that cannot be given back runs out.
      await answerOf(redis.eval(RELEASE, { keys: [key], arguments: [owner] })).catch(() => undefined);
    }
  };
}
