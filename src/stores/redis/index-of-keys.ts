// Keys by the time when they were last written, so that the oldest can be found when there are too many.

import type { RedisConnection } from './connection.ts';

interface Index {
  /** The key of the index itself. */
  name: string;
  maxKeys: number;
  /** How long the keys are kept after they were written. One may stay in the index for longer. */
  keptMs: number;
}

/** Notes that a key was written. @returns the oldest keys beyond the limit, no longer in the index @throws StoreError */
export async function noteKey({ ask }: RedisConnection, key: string, index: Index): Promise<string[]> {
  const { name, maxKeys, keptMs } = index;
  const [, , count] = await ask((redis) =>
    Promise.all([
      redis.zAdd(name, { score: Date.now(), value: key }),
      redis.pExpire(name, keptMs),
      redis.zCard(name),
    ]),
  );
  if (count <= maxKeys) return [];
  const oldest = await ask((redis) => redis.zPopMinCount(name, count - maxKeys));
  return oldest.map(({ value }) => value);
}
