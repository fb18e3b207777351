// Keys by the time when they were last written, so that the oldest can be found when there are too many.

import type { RedisConnection } from './connection.ts';

interface Index {
  /** The key of the index itself. */
  name: string;
  maxKeys: number;
  /** How long the keys are kept after they were written. One may stay in the index for longer. */
  keptMs: number;
}

/**
 * In one step: writes at the same time would otherwise count the same surplus, and each would remove all of it. A write
 * removes one key at most.
 */
const NOTE = `redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
if redis.call('ZCARD', KEYS[1]) <= tonumber(ARGV[4]) then return false end
return redis.call('ZPOPMIN', KEYS[1])[1]`;

/**
 * Notes that a key was written.
 * @returns the oldest key if there are too many, no longer in the index
 * @throws StoreError
 */
export async function noteKey(
  { ask }: RedisConnection,
  key: string,
  index: Index,
): Promise<string | undefined> {
  const { name, maxKeys, keptMs } = index;
  const values = [String(Date.now()), key, String(keptMs), String(maxKeys)];
  const oldest = await ask((redis) => redis.eval(NOTE, { keys: [name], arguments: values }));
  return typeof oldest === 'string' ? oldest : undefined;
}
