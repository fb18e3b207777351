// What went wrong with Redis, in one word that holds no secret, and the limit of each command.

import { ErrorReply } from 'redis';
import { StoreError } from '../store-error.ts';

const COMMAND_LIMIT_MS = 2_000;

/** Redis's errors start with a word in capitals; their other words may quote keys and values. */
const FIRST_WORD = /^[A-Z][A-Z0-9]{1,30}(?![^ ])/;

export function storeErrorOf(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  if (!(error instanceof Error)) return new StoreError('unknown');
  if (error instanceof ErrorReply) return new StoreError(FIRST_WORD.exec(error.message)?.[0] ?? 'ERR');
  // What responds is not Redis: the client says so in words alone, or cannot read the reply to its first command.
  if (error.message.startsWith('Unknown RESP type') || error instanceof TypeError)
    return new StoreError('not_redis');
  if ('code' in error && typeof error.code === 'string') return new StoreError(error.code);
  return new StoreError(error.constructor.name);
}

/** @throws StoreError timeout, or what the reply fails with */
export async function withinLimit<T>(reply: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new StoreError('timeout')), COMMAND_LIMIT_MS);
  try {
    return await Promise.race([reply, late]);
  } finally {
    clearTimeout(timer);
  }
}
