// Turns errors of Redis into StoreErrors without secrets, and limits the time of each command.

import { ErrorReply } from 'redis';
import { StoreError } from '../store-error.ts';

const COMMAND_LIMIT_MS = 2_000;

/** Redis's errors start with a word in capital letters. The other words may quote keys and values. */
const FIRST_WORD = /^[A-Z][A-Z0-9]{1,30}(?![^ ])/;

/** Turns any thrown value into a StoreError. */
export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  if (!(error instanceof Error)) return new StoreError('unknown');
  if (error instanceof ErrorReply) return new StoreError(FIRST_WORD.exec(error.message)?.[0] ?? 'ERR');
  // The server is not Redis: the client reports this only in a message, or cannot read the first reply.
  if (error.message.startsWith('Unknown RESP type') || error instanceof TypeError)
    return new StoreError('not_redis');
  if ('code' in error && typeof error.code === 'string') return new StoreError(error.code);
  return new StoreError(error.constructor.name);
}

/** Waits for the reply, 2 s at most. @throws StoreError timeout, or the error of the reply */
export async function withTimeout<T>(reply: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new StoreError('timeout')), COMMAND_LIMIT_MS);
  try {
    return await Promise.race([reply, late]);
  } finally {
    clearTimeout(timer);
  }
}
