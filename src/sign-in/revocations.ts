// Revokes refresh tokens that no session needs any more, in the background: no response waits, and a failure
// is only a warning. Until then, the tokens are only in the memory of this process. If it is killed, they
// stay valid until they expire.

import { setTimeout as sleep } from 'node:timers/promises';
import type { SignInEvent } from './types.ts';

const MAX_WAITING = 10_000;

type Revoke = (refreshToken: string) => Promise<void>;

export function createRevocations(revoke: Revoke, emit: (event: SignInEvent) => void) {
  const waiting = new Map<AbortController, Promise<unknown>>();

  function add(refreshToken: string | undefined, delayMs = 0): void {
    if (!refreshToken) return;
    const wait = new AbortController();
    const revoked = sleep(delayMs, undefined, { ref: false, signal: wait.signal })
      // An abort ends only the wait.
      .catch(() => undefined)
      .then(() => revoke(refreshToken))
      .catch((error: unknown) => emit({ type: 'warning', what: 'revocation_failed', error }))
      .finally(() => waiting.delete(wait));
    waiting.set(wait, revoked);
    if (waiting.size > MAX_WAITING) waiting.keys().next().value?.abort();
  }

  /** Revokes all tokens that wait, and resolves when all revocations have ended. */
  async function close(): Promise<void> {
    for (const wait of waiting.keys()) wait.abort();
    await Promise.all(waiting.values());
  }

  return { add, close };
}
