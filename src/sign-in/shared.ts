// What requests share: which states were used, and which session is being refreshed. And how long a time ago still counts.

import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { unavailable } from './errors.ts';
import type { Shared } from './types.ts';

const MAX_ENTRIES = 100_000;
/** A refresh takes 8 s at most. If its process was killed, the others wait no longer than this. */
const LOCK_MS = 20_000;
const POLL_MS = 50;
/** The clocks of two processes may differ by as much. */
export const CLOCK_TOLERANCE_MS = 60 * 1000;

/**
 * For an app of one process. Full, it forgets the oldest, so that no flood keeps others from signing in. Its time is
 * monotonic: a clock that is set changes nothing.
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

/** @throws RequestError session_unavailable: nothing is known to be claimed */
export const claim = async (shared: Shared, key: string, ttlMs: number): Promise<boolean> =>
  shared.claim(key, ttlMs).catch(unavailable('claim_failed'));

/**
 * Claims a session, of which no two requests may use or end the refresh token at the same time.
 * @returns what releases it
 * @throws RequestError session_unavailable: another request still holds it after `waitMs`, or the claims are away
 */
export async function lock(shared: Shared, sessionId: string, waitMs = LOCK_MS + 1_000) {
  // Whoever reads the claims must not get the session.
  const key = `refresh:${hash('sha256', sessionId)}`;
  const waitUntil = performance.now() + waitMs;
  while (!(await claim(shared, key, LOCK_MS))) {
    if (performance.now() >= waitUntil) await unavailable('lock_held')();
    await sleep(POLL_MS);
  }
  // If this fails, the claim expires.
  return () => shared.release(key).catch(() => undefined);
}

/** Whether a time of the wall clock is so long ago at most. A clock that was set back makes nothing last longer. */
export const isWithin = (sinceMs: number, limitMs: number, toleranceMs = 0) =>
  Date.now() >= sinceMs - toleranceMs && Date.now() < sinceMs + limitMs;
