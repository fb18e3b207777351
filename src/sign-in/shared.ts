// What requests share: which states are used, and which session is being refreshed. Also the comparison of
// times.

import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { unavailable } from './errors.ts';
import type { Shared } from './types.ts';

const MAX_ENTRIES = 100_000;
/** A refresh takes at most 8 s. If its process is killed, other requests wait no longer than this. */
const LOCK_MS = 20_000;
const POLL_MS = 50;
/** The clocks of two servers may differ by this. */
export const CLOCK_TOLERANCE_MS = 60 * 1000;

/**
 * For an app with one process. When it is full, it drops the oldest entries, so that a flood cannot stop
 * other sign-ins. It uses monotonic time, so setting the clock has no effect.
 */
export function createMemoryShared(): Shared {
  const expiresAt = new Map<string, number>();

  async function claim(key: string, ttlMs: number): Promise<boolean> {
    const now = performance.now();
    if ((expiresAt.get(key) ?? 0) > now) return false;
    expiresAt.delete(key);
    expiresAt.set(key, now + ttlMs);
    for (const [oldest, time] of expiresAt) {
      if (time > now && expiresAt.size <= MAX_ENTRIES) break;
      expiresAt.delete(oldest);
    }
    return true;
  }

  return { claim, release: async (key) => void expiresAt.delete(key) };
}

/**
 * True if this request is the first that claims the key.
 * @throws RequestError session_unavailable if that is not known
 */
export const claim = async (shared: Shared, key: string, ttlMs: number): Promise<boolean> =>
  shared.claim(key, ttlMs).catch(unavailable('claim_failed'));

/**
 * Locks a session, because two requests must not use or end its refresh token at the same time.
 * @returns the function that unlocks it
 * @throws RequestError session_unavailable if another request still has the lock after `waitMs`, or if
 *   `shared` fails
 */
export async function lock(shared: Shared, sessionId: string, waitMs = LOCK_MS + 1_000) {
  // Hashed, because the keys must not reveal session IDs.
  const key = `refresh:${hash('sha256', sessionId)}`;
  const waitUntil = performance.now() + waitMs;
  while (!(await claim(shared, key, LOCK_MS))) {
    if (performance.now() >= waitUntil) await unavailable('lock_held')();
    await sleep(POLL_MS);
  }
  // A failure is ignored, because the claim expires.
  return () => shared.release(key).catch(() => undefined);
}

/**
 * Whether a wall-clock time lies within the limit. A time in the future does not, so a clock that was set
 * back extends no limit.
 */
export const isWithin = (sinceMs: number, limitMs: number, toleranceMs = 0) =>
  Date.now() >= sinceMs - toleranceMs && Date.now() < sinceMs + limitMs;
