// Creates the Redis client that this app uses.

import { createClient, type RedisClientOptions } from 'redis';

export type RedisClient = ReturnType<typeof createRedisClient>;

/**
 * The client is not connected yet. Without a connection, a command fails at once instead of waiting for one.
 */
export function createRedisClient(url: string, socket: NonNullable<RedisClientOptions['socket']>) {
  return createClient({ url, socket, disableOfflineQueue: true });
}
