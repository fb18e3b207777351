// The connection to Redis. While Redis is away, it is tried again and again, so that the app starts and runs without it.

import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreLogger } from '../index.ts';
import { StoreError } from '../store-error.ts';
import { createRedisClient, type RedisClient } from './client.ts';
import { refusedCommands } from './commands.ts';
import { storeErrorOf, withinLimit } from './errors.ts';

const CONNECT_LIMIT_MS = 2_000;
const MAX_RECONNECT_WAIT_MS = 1_000;
const PING_INTERVAL_MS = 5_000;
/** Longer than the interval between two PINGs: it ends the wait for a handshake that Redis does not answer. */
const SILENCE_LIMIT_MS = 10_000;
const MIN_CONNECTION_AGE_MS = 1_000;
/** A server that responds, but not as the primary that it was or will be: a new connection may find that one. */
const WRONG_SERVER = new Set(['READONLY', 'LOADING', 'MASTERDOWN']);

export interface RedisConnection {
  /** Sends a command and waits for its reply, 2 s at most. Without a connection it fails at once. @throws StoreError */
  ask<T>(command: (redis: RedisClient) => Promise<T>): Promise<T>;
  close(): void;
}

/**
 * Resolves once Redis is connected, or after 2 s without it.
 * @param url redis: or rediss:
 */
export async function connectRedis(url: string, logger: StoreLogger): Promise<RedisConnection> {
  const redis = createRedisClient(url, {
    connectTimeout: CONNECT_LIMIT_MS,
    socketTimeout: SILENCE_LIMIT_MS,
    reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, MAX_RECONNECT_WAIT_MS),
  });
  let state: 'new' | 'available' | 'away' = 'new';
  let readyAtMs = 0;

  /** Tells the log once for each outage. */
  function reportAway(error: unknown): void {
    if (state !== 'away') logger.error({ reason: storeErrorOf(error).code }, 'Redis is not available');
    state = 'away';
  }

  /** Tries the commands that the stores use, at each new connection. */
  async function examine(): Promise<void> {
    readyAtMs = performance.now();
    const refused = await withinLimit(refusedCommands(redis));
    const wrong = refused.find(({ code }) => WRONG_SERVER.has(code));
    if (wrong) return renew(new StoreError(wrong.code));
    if (refused.length > 0) {
      const commands = refused.map(({ command, code }) => `${command} (${code})`);
      logger.warn({ commands }, 'Redis refuses commands that this app needs');
    }
    logger.info({}, state === 'away' ? 'Redis is available again' : 'Redis is available');
    state = 'available';
  }

  async function renew(error: StoreError): Promise<void> {
    reportAway(error);
    const ofConnection = readyAtMs;
    const ageMs = performance.now() - readyAtMs;
    await sleep(Math.max(0, MIN_CONNECTION_AGE_MS - ageMs), undefined, { ref: false });
    // Another command may have noticed it first. Two connections at once would both be kept.
    if (!redis.isReady || readyAtMs !== ofConnection) return;
    redis.destroy();
    await redis.connect();
  }

  /** What fails here fails because the connection has gone, which `error` tells, or because the app stops. */
  const inBackground = (work: Promise<void>) => void work.catch(() => {});

  async function ask<T>(command: (client: RedisClient) => Promise<T>): Promise<T> {
    try {
      return await withinLimit(command(redis));
    } catch (error) {
      const failure = storeErrorOf(error);
      if (WRONG_SERVER.has(failure.code)) inBackground(renew(failure));
      throw failure;
    }
  }

  /** A connection that was cut silently is recognized by a PING without a response. */
  async function ping(): Promise<void> {
    if (!redis.isReady) return;
    const reply = await ask((client) => client.ping()).catch(storeErrorOf);
    if (reply instanceof StoreError && reply.code === 'timeout') await renew(reply);
    else if (reply === 'PONG' && state !== 'available') await examine();
  }

  redis.on('error', reportAway);
  redis.on('ready', () => inBackground(examine()));
  const connected = redis.connect().catch(() => {});
  await Promise.race([connected, sleep(CONNECT_LIMIT_MS, undefined, { ref: false })]);
  const pings = setInterval(() => inBackground(ping()), PING_INTERVAL_MS);
  const close = () => {
    clearInterval(pings);
    redis.destroy();
  };
  return { ask, close };
}
