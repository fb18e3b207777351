// Records in Redis: encrypted, and at most 10,000 for all processes together.

import type { createEncryption } from '../../sign-in/index.ts';
import type { RecordStore } from '../index.ts';
import { RECORD_KEPT_MS } from '../limits.ts';
import type { RedisConnection } from './connection.ts';
import { addToIndex } from './key-index.ts';

const MAX_RECORDS = 10_000;
const MAX_BYTES = 16 * 1024;
const EXPIRATION = { type: 'PX', value: RECORD_KEPT_MS } as const;

/**
 * Creates a store for records. If there are more than `maxRecords`, it deletes the oldest record.
 * @throws StoreError (all functions)
 */
export function createRedisRecords(
  connection: RedisConnection,
  { encrypt, decrypt }: ReturnType<typeof createEncryption>,
  maxRecords = MAX_RECORDS,
): RecordStore {
  const { send } = connection;
  const index = { name: 'pingone:records', maxKeys: maxRecords, keptMs: RECORD_KEPT_MS };
  const keyOf = (id: string) => `pingone:record:${id}`;

  async function set(id: string, textOf: () => string): Promise<void> {
    const text = textOf();
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_BYTES) throw new RangeError(`A record of ${bytes} bytes is too long.`);
    const key = keyOf(id);
    const encrypted = encrypt(text, key);
    await send((redis) => redis.set(key, encrypted, { expiration: EXPIRATION }));
    const oldest = await addToIndex(connection, key, index);
    if (oldest !== undefined) await send((redis) => redis.del(oldest));
  }

  async function get(id: string): Promise<string | undefined> {
    const encrypted = await send((redis) => redis.get(keyOf(id)));
    return encrypted === null ? undefined : decrypt(encrypted, keyOf(id));
  }

  return { set, get, delete: async (id) => void (await send((redis) => redis.del(keyOf(id)))) };
}
