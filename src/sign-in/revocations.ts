// Revokes refresh tokens that nobody holds any more, in the background: no response waits for it, and a failure is only a
// warning. Until then they are in this process's memory alone, so a killed process leaves them unrevoked.

import { setTimeout as sleep } from 'node:timers/promises';
import type { SignInEvent } from './types.ts';

const MAX_WAITING = 10_000;

type Revoke = (refreshToken: string) => Promise<void>;

export function createRevocations(revoke: Revoke, tell: (event: SignInEvent) => void) {
  const waiting = new Map<AbortController, Promise<unknown>>();

  function add(refreshToken: string | undefined, delayMs = 0): void {
    if (!refreshToken) return;
    const wait = new AbortController();
    const revoked = sleep(delayMs, undefined, { ref: false, signal: wait.signal })
      .catch(() => undefined)
      .then(() => revoke(refreshToken))
      .catch((error: unknown) => tell({ type: 'warning', what: 'revocation_failed', error }))
      .finally(() => waiting.delete(wait));
    waiting.set(wait, revoked);
    if (waiting.size > MAX_WAITING) waiting.keys().next().value?.abort();
  }

  /** Revokes all that wait, and resolves when nothing is under way any more. */
  async function close(): Promise<void> {
    for (const wait of waiting.keys()) wait.abort();
    await Promise.all(waiting.values());
  }

  return { add, close };
}
