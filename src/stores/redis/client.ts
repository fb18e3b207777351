// The client of Redis as this app uses it.

import { createClient, type RedisClientOptions } from 'redis';

export type RedisClient = ReturnType<typeof createRedisClient>;

/** Not connected yet. Without a connection, a command fails at once: it does not wait for the next one. */
export function createRedisClient(url: string, socket: NonNullable<RedisClientOptions['socket']>) {
  return createClient({ url, socket, disableOfflineQueue: true });
}
