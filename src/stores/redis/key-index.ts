// An index of keys by the time of their last write. It finds the oldest key if there are too many.

import type { RedisConnection } from './connection.ts';

interface KeyIndex {
  /** The key of the index itself. */
  name: string;
  maxKeys: number;
  /** How long a key exists after its last write. It may stay in the index for longer. */
  keptMs: number;
}

/**
 * Does everything in one step. Otherwise, writes at the same time could count the same extra keys, and each
 * would remove all of them. Each write removes one key at most.
 */
const ADD_KEY = `redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
if redis.call('ZCARD', KEYS[1]) <= tonumber(ARGV[4]) then return false end
return redis.call('ZPOPMIN', KEYS[1])[1]`;

/**
 * Adds a key that was just written to the index, or updates its time.
 * @returns the oldest key, if there are too many. It is then no longer in the index
 * @throws StoreError
 */
export async function addToIndex(
  { send }: RedisConnection,
  key: string,
  index: KeyIndex,
): Promise<string | undefined> {
  const { name, maxKeys, keptMs } = index;
  const values = [String(Date.now()), key, String(keptMs), String(maxKeys)];
  const oldest = await send((redis) => redis.eval(ADD_KEY, { keys: [name], arguments: values }));
  return typeof oldest === 'string' ? oldest : undefined;
}
