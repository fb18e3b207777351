// Where sessions, claims and records live: in this process, or in Redis, where several processes share them.

import type { Store } from 'express-session';
import type { Shared } from '../sign-in/index.ts';
import type { RefusedCommand } from './store-error.ts';

export { createMemoryStores } from './memory/stores.ts';
export { StoreError } from './store-error.ts';

export interface Stores {
  /**
   * Sessions for express-session, each kept until it was not used for 30 minutes. `get` is use. A session that has
   * ended stays ended: after `destroy` of one that was kept, a later `set` of the same id writes nothing.
   */
  sessions: Store;
  /** What must happen once: used states, and the locks of refreshes. */
  shared: Shared;
  records: RecordStore;
  close(): Promise<void>;
}

/** Texts that expire after an hour. If the store is full, it forgets the oldest. */
export interface RecordStore {
  /** @param text at most 16 KiB in UTF-8 @throws RangeError for a longer one */
  set(id: string, text: string): Promise<void>;
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
 * Resolves once Redis is connected, or after 2 s without it. The packages for Redis are loaded only here.
 * All functions of these stores throw StoreError, at the latest after 2 s for each command.
 * @param url redis: or rediss:
 * @param secrets the newest first: it encrypts, all of them decrypt
 */
export async function createRedisStores(
  url: string,
  secrets: string[],
  logger: StoreLogger,
): Promise<Stores> {
  const redis = await import('./redis/stores.ts');
  return redis.createRedisStores(url, secrets, logger);
}

/**
 * Connects once and tries each command that these stores use.
 * @returns the commands that Redis refuses; none if all is well
 * @throws StoreError if Redis cannot be reached, does not accept the password, or is not Redis
 */
export async function checkRedisCommands(url: string): Promise<RefusedCommand[]> {
  const redis = await import('./redis/stores.ts');
  return redis.checkRedisCommands(url);
}
