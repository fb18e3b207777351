// The connection to Redis. If Redis is not available, the app still starts and runs, and keeps trying to
// connect.

import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreLogger } from '../index.ts';
import { StoreError } from '../store-error.ts';
import { createRedisClient, type RedisClient } from './client.ts';
import { findRefusedCommands } from './commands.ts';
import { toStoreError, withTimeout } from './errors.ts';

const CONNECT_LIMIT_MS = 2_000;
const MAX_RECONNECT_WAIT_MS = 1_000;
const PING_INTERVAL_MS = 5_000;
/**
 * Longer than the interval between two PINGs. It ends the wait for a handshake to which Redis does not
 * respond.
 */
const SILENCE_LIMIT_MS = 10_000;
const MIN_CONNECTION_AGE_MS = 1_000;
/** The server responds, but not as a primary that is ready. A new connection may reach the primary. */
const WRONG_SERVER = new Set(['READONLY', 'LOADING', 'MASTERDOWN']);

export interface RedisConnection {
  /**
   * Sends a command and waits for its reply, 2 s at most. Without a connection, it fails at once.
   * @throws StoreError
   */
  send<T>(command: (redis: RedisClient) => Promise<T>): Promise<T>;
  close(): void;
}

/**
 * Connects to Redis, and resolves when Redis is connected or after 2 s.
 * @param url redis: or rediss:
 */
export async function connectRedis(url: string, logger: StoreLogger): Promise<RedisConnection> {
  const redis = createRedisClient(url, {
    connectTimeout: CONNECT_LIMIT_MS,
    socketTimeout: SILENCE_LIMIT_MS,
    reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, MAX_RECONNECT_WAIT_MS),
  });
  let state: 'new' | 'available' | 'unavailable' = 'new';
  let readyAtMs = 0;

  /** Logs each outage once. */
  function reportOutage(error: unknown): void {
    if (state !== 'unavailable') logger.error({ reason: toStoreError(error).code }, 'Redis is not available');
    state = 'unavailable';
  }

  /** Tries the commands that the stores use, on each new connection. */
  async function checkConnection(): Promise<void> {
    readyAtMs = performance.now();
    const refused = await withTimeout(findRefusedCommands(redis));
    const wrong = refused.find(({ code }) => WRONG_SERVER.has(code));
    if (wrong) return reconnect(new StoreError(wrong.code));
    if (refused.length > 0) {
      const commands = refused.map(({ command, code }) => `${command} (${code})`);
      logger.warn({ commands }, 'Redis rejects commands that this app needs');
    }
    logger.info({}, state === 'unavailable' ? 'Redis is available again' : 'Redis is available');
    state = 'available';
  }

  async function reconnect(error: StoreError): Promise<void> {
    reportOutage(error);
    const readyAtMsBefore = readyAtMs;
    const ageMs = performance.now() - readyAtMs;
    await sleep(Math.max(0, MIN_CONNECTION_AGE_MS - ageMs), undefined, { ref: false });
    // Another command may have reconnected already. Two calls of connect() would leave two open connections.
    if (!redis.isReady || readyAtMs !== readyAtMsBefore) return;
    redis.destroy();
    await redis.connect();
  }

  /**
   * Ignores failures. They mean that the connection was lost, which the event `error` reports, or that the
   * app is stopping.
   */
  const inBackground = (work: Promise<void>) => void work.catch(() => {});

  async function send<T>(command: (client: RedisClient) => Promise<T>): Promise<T> {
    try {
      return await withTimeout(command(redis));
    } catch (error) {
      const failure = toStoreError(error);
      if (WRONG_SERVER.has(failure.code)) inBackground(reconnect(failure));
      throw failure;
    }
  }

  /** Detects a connection that was lost without an event: a PING gets no response. */
  async function ping(): Promise<void> {
    if (!redis.isReady) return;
    const reply = await send((client) => client.ping()).catch(toStoreError);
    if (reply instanceof StoreError && reply.code === 'timeout') await reconnect(reply);
    else if (reply === 'PONG' && state !== 'available') await checkConnection();
  }

  redis.on('error', reportOutage);
  redis.on('ready', () => inBackground(checkConnection()));
  const connected = redis.connect().catch(() => {});
  await Promise.race([connected, sleep(CONNECT_LIMIT_MS, undefined, { ref: false })]);
  const pings = setInterval(() => inBackground(ping()), PING_INTERVAL_MS);
  const close = () => {
    clearInterval(pings);
    redis.destroy();
  };
  return { send, close };
}
