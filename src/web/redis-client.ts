// The connection to Redis: made again and again as long as it is gone, so that the app starts and lives without it.

import { setTimeout } from 'node:timers/promises';
import { createClient } from 'redis';
import { answerOf } from './ask-store.ts';
import type { Logger } from './logging.ts';

const CONNECT_LIMIT_MS = 2_000;
const MAX_RECONNECT_WAIT_MS = 1_000;
/** Longer than it is waited for. */
const PING_INTERVAL_MS = 5_000;

export type RedisClient = ReturnType<typeof createRedisClient>;

/** As long as it is gone each command fails at once, and so the pages that need it say 503. */
function createRedisClient(url: string, logger: Logger) {
  const redis = createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: CONNECT_LIMIT_MS,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, MAX_RECONNECT_WAIT_MS),
    },
  });
  let lost = false;
  redis.on('error', (error) => {
    if (!lost) logger.error({ error }, 'Redis is not available');
    lost = true;
  });
  redis.on('ready', () => {
    logger.info(lost ? 'Redis is available again' : 'Redis is available');
    lost = false;
  });
  return redis;
}

/**
 * A connection that was cut without a word is known by a PING that nobody answers; a new one takes its place.
 * @returns ends it
 */
function keepAlive(redis: RedisClient): () => void {
  const timer = setInterval(async () => {
    if (!redis.isReady) return;
    const answer = await answerOf(redis.ping()).catch(() => undefined);
    if (answer !== undefined || !redis.isReady) return;
    redis.destroy();
    // Fails only if the app stops meanwhile.
    await redis.connect().catch(() => undefined);
  }, PING_INTERVAL_MS);
  return () => clearInterval(timer);
}

/**
 * Resolves once Redis is connected, or after 2 s without it.
 * @param url redis: or rediss:
 */
export async function connectRedis(
  url: string,
  logger: Logger,
): Promise<{ redis: RedisClient; close: () => void }> {
  const redis = createRedisClient(url, logger);
  const connected = redis
    .connect()
    .catch((error: unknown) => logger.error({ error }, 'Redis is not available'));
  await Promise.race([connected, setTimeout(CONNECT_LIMIT_MS, undefined, { ref: false })]);
  const stopPinging = keepAlive(redis);
  const close = () => {
    stopPinging();
    redis.destroy();
  };
  return { redis, close };
}
