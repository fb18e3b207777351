// Creates the stores in Redis. All processes with the same REDIS_URL and SESSION_SECRET share them.

import { createEncryption } from '../../sign-in/index.ts';
import type { StoreLogger, Stores } from '../index.ts';
import type { RefusedCommand } from '../store-error.ts';
import { createRedisClient } from './client.ts';
import { findRefusedCommands } from './commands.ts';
import { connectRedis } from './connection.ts';
import { toStoreError, withTimeout } from './errors.ts';
import { createRedisRecords } from './records.ts';
import { createRedisSessions } from './sessions.ts';
import { createRedisShared } from './shared.ts';

/** See `createRedisStores` in ../index.ts. */
export async function openRedisStores(url: string, secrets: string[], logger: StoreLogger): Promise<Stores> {
  const connection = await connectRedis(url, logger);
  return {
    sessions: createRedisSessions(connection, createEncryption(secrets, 'PingOne sessions')),
    shared: createRedisShared(connection),
    records: createRedisRecords(connection, createEncryption(secrets, 'PingOne records')),
    close: async () => connection.close(),
  };
}

/** See `checkRedisCommands` in ../index.ts. */
export async function tryRedisCommands(url: string): Promise<RefusedCommand[]> {
  const redis = createRedisClient(url, { connectTimeout: 2_000, reconnectStrategy: false });
  // Only this event reports a server that does not use Redis's protocol.
  const failed = new Promise<never>((_, reject) => void redis.on('error', reject));
  try {
    return await withTimeout(Promise.race([redis.connect().then(() => findRefusedCommands(redis)), failed]));
  } catch (error) {
    throw toStoreError(error);
  } finally {
    redis.destroy();
  }
}
