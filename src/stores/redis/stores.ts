// Stores in Redis, shared by all processes that have the same REDIS_URL and SESSION_SECRET.

import { createEncryption } from '../../sign-in/index.ts';
import type { StoreLogger, Stores } from '../index.ts';
import type { RefusedCommand } from '../store-error.ts';
import { createRedisClient } from './client.ts';
import { refusedCommands } from './commands.ts';
import { connectRedis } from './connection.ts';
import { storeErrorOf, withinLimit } from './errors.ts';
import { createRedisRecords } from './records.ts';
import { createRedisSessions } from './sessions.ts';
import { createRedisShared } from './shared.ts';

/** As `createRedisStores` of the folder's index says. */
export async function createRedisStores(
  url: string,
  secrets: string[],
  logger: StoreLogger,
): Promise<Stores> {
  const connection = await connectRedis(url, logger);
  return {
    sessions: createRedisSessions(connection, createEncryption(secrets, 'PingOne sessions')),
    shared: createRedisShared(connection),
    records: createRedisRecords(connection, createEncryption(secrets, 'PingOne records')),
    close: async () => connection.close(),
  };
}

/** As `checkRedisCommands` of the folder's index says. */
export async function checkRedisCommands(url: string): Promise<RefusedCommand[]> {
  const redis = createRedisClient(url, { connectTimeout: 2_000, reconnectStrategy: false });
  // What is not Redis's protocol is told by this event alone.
  const failed = new Promise<never>((_, reject) => void redis.on('error', reject));
  try {
    return await withinLimit(Promise.race([redis.connect().then(() => refusedCommands(redis)), failed]));
  } catch (error) {
    throw storeErrorOf(error);
  } finally {
    redis.destroy();
  }
}
