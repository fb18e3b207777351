// Tries every command that the stores send to Redis, to find those that Redis rejects.

import { randomUUID } from 'node:crypto';
import { ErrorReply } from 'redis';
import type { RefusedCommand } from '../store-error.ts';
import type { RedisClient } from './client.ts';
import { toStoreError } from './errors.ts';

const KEPT = { type: 'PX', value: 1_000 } as const;

/** Redis also checks the permission for each command in a script. */
const SCRIPT = `redis.call('GET', KEYS[1])
redis.call('SET', KEYS[1], '', 'PX', 1000)
redis.call('DEL', KEYS[1])`;

/** One trial of each command, on two keys that nothing else uses and that expire after a second. */
const TRIALS: Record<string, (redis: RedisClient, text: string, index: string) => Promise<unknown>> = {
  PING: (redis) => redis.ping(),
  SET: (redis, text) => redis.set(text, '', { expiration: KEPT }),
  GET: (redis, text) => redis.get(text),
  GETEX: (redis, text) => redis.getEx(text, KEPT),
  EVAL: (redis, text) => redis.eval(SCRIPT, { keys: [text] }),
  DEL: (redis, text) => redis.del(text),
  ZADD: (redis, _, index) => redis.zAdd(index, { score: 0, value: '' }),
  PEXPIRE: (redis, _, index) => redis.pExpire(index, KEPT.value),
  ZCARD: (redis, _, index) => redis.zCard(index),
  ZPOPMIN: (redis, _, index) => redis.zPopMinCount(index, 1),
};

/**
 * Tries each command once, all in one round trip.
 * @returns the commands that Redis rejects
 * @throws Error if the connection fails
 */
export async function findRefusedCommands(redis: RedisClient): Promise<RefusedCommand[]> {
  const key = `pingone:trial:${randomUUID()}`;
  const names = Object.keys(TRIALS);
  const trials = Object.values(TRIALS).map((trial) => trial(redis, key, `${key}:index`));
  const results = await Promise.allSettled(trials);
  return results.flatMap((result, at) => {
    if (result.status === 'fulfilled') return [];
    if (!(result.reason instanceof ErrorReply)) throw result.reason;
    return [{ command: names[at] ?? '', code: toStoreError(result.reason).code }];
  });
}
