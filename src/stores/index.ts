// Stores for sessions, claimed keys and records: in this process, or in Redis, which several processes can
// share.

import type { Store } from 'express-session';
import type { Shared } from '../sign-in/index.ts';
import type { RefusedCommand } from './store-error.ts';

export { createExpiringMap } from './expiring-map.ts';
export { createMemoryStores } from './memory/stores.ts';
export { StoreError } from './store-error.ts';

export interface Stores {
  /**
   * Sessions for express-session. A session expires 30 minutes after its last use, and `get` counts as use. A
   * session that has ended never comes back: after `destroy` of a stored session, a later `set` with the same
   * ID writes nothing.
   */
  sessions: Store;
  /** Keys that only one request can claim at a time: used states, and the locks of refreshes. */
  shared: Shared;
  records: RecordStore;
  close(): Promise<void>;
}

/** Texts that expire after an hour. If the store is full, it deletes the oldest text. */
export interface RecordStore {
  /**
   * @param textOf makes the text. In memory, it is called only when the text is read, because most records are
   * never read. @throws RangeError with Redis, if the text has more than 16 KiB in UTF-8
   */
  set(id: string, textOf: () => string): Promise<void>;
  get(id: string): Promise<string | undefined>;
  delete(id: string): Promise<void>;
}

/** The part of pino's logger that the stores use. */
export interface StoreLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/**
 * Connects to Redis, and resolves when Redis is connected or after 2 s. The packages for Redis are loaded
 * only when this function or `checkRedisCommands` is called. All functions of these stores throw StoreError.
 * A command without a reply fails after 2 s.
 * @param url redis: or rediss:
 * @param secrets the newest first. It encrypts; all of them decrypt
 */
export async function createRedisStores(url: string, secrets: string[], log: StoreLogger): Promise<Stores> {
  const redis = await import('./redis/stores.ts');
  return redis.openRedisStores(url, secrets, log);
}

/**
 * Connects once and tries each command that these stores use.
 * @returns the commands that Redis rejects
 * @throws StoreError if the server cannot be reached, does not accept the password, or is not Redis
 */
export async function checkRedisCommands(url: string): Promise<RefusedCommand[]> {
  const redis = await import('./redis/stores.ts');
  return redis.tryRedisCommands(url);
}
