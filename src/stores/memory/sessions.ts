// Sessions in this process, at most 10,000.

import { setImmediate } from 'node:timers/promises';
import type { SessionData, Store } from 'express-session';
import { createExpiringMap, firstEntry } from '../expiring-map.ts';
import { SESSION_IDLE_MS } from '../limits.ts';
import { SessionStore } from '../session-store.ts';
import { userOfSession } from '../user-of-session.ts';
import { createSessionsByUser } from './sessions-by-user.ts';

const MAX_SESSIONS = 10_000;
const MAX_ENDED = 100_000;

interface Entry {
  /** JSON text, so that no request can change an object that another request has loaded. */
  json: string;
  user: string;
  expiresAtMs: number;
}

/**
 * If the store is full, a new session ends the oldest session of the user who has the most, as a sign-out
 * would. All sessions without a user count as sessions of one user.
 */
export function createMemorySessions(maxSessions = MAX_SESSIONS): Store {
  // In the order of their last use, so they also expire in this order.
  const sessions = new Map<string, Entry>();
  const sessionsByUser = createSessionsByUser();
  const ended = createExpiringMap<true>(MAX_ENDED);

  function put(id: string, json: string, user: string): void {
    sessions.delete(id);
    sessions.set(id, { json, user, expiresAtMs: performance.now() + SESSION_IDLE_MS });
  }

  /** @returns whether the session existed */
  function remove(id: string): boolean {
    const entry = sessions.get(id);
    if (entry) sessionsByUser.remove(entry.user, id);
    return sessions.delete(id);
  }

  function removeExpired(): void {
    for (let oldest = firstEntry(sessions); oldest; oldest = firstEntry(sessions)) {
      if (oldest[1].expiresAtMs > performance.now()) return;
      remove(oldest[0]);
    }
  }

  async function load(id: string): Promise<SessionData | undefined> {
    // Like the store of express-session. Requests that arrive together are answered together, which costs less.
    await setImmediate();
    removeExpired();
    const entry = sessions.get(id);
    if (!entry) return undefined;
    put(id, entry.json, entry.user);
    return JSON.parse(entry.json);
  }

  async function save(id: string, data: SessionData): Promise<void> {
    removeExpired();
    if (ended.get(id)) return;
    const [before, user] = [sessions.get(id)?.user, userOfSession(data) ?? ''];
    put(id, JSON.stringify(data), user);
    if (before === user) return;
    if (before !== undefined) sessionsByUser.remove(before, id);
    sessionsByUser.add(user, id);
    if (sessions.size > maxSessions) await end(sessionsByUser.oldestOfUserWithMost());
  }

  /** Remembers only sessions that existed. Otherwise, a flood of sign-outs could displace them. */
  async function end(id: string): Promise<void> {
    if (remove(id)) ended.set(id, true, SESSION_IDLE_MS);
  }

  return new SessionStore({ load, save, end });
}
