// Sessions in this process, at most 10,000.

import type { SessionData, Store } from 'express-session';
import { createExpiringMap, oldestOf } from '../expiring-map.ts';
import { SESSION_IDLE_MS } from '../limits.ts';
import { SessionStore } from '../session-store.ts';
import { userOfSession } from '../user-of-session.ts';
import { createShares } from './shares.ts';

const MAX_SESSIONS = 10_000;
const MAX_ENDED = 100_000;

interface Entry {
  /** Text, so that no request can change what another has loaded. */
  json: string;
  user: string;
  expiresAtMs: number;
}

interface Options {
  maxSessions?: number;
  /** Whose session it is. Those of which it does not know count as sessions of one user. */
  userOf?: (data: SessionData) => string | undefined;
}

/** If it is full, a new session ends the oldest session of the user who has the most, as a sign-out would. */
export function createMemorySessions({
  maxSessions = MAX_SESSIONS,
  userOf = userOfSession,
}: Options = {}): Store {
  // In the order of their last use, which is the order in which they expire.
  const sessions = new Map<string, Entry>();
  const shares = createShares();
  const ended = createExpiringMap<true>(MAX_ENDED);

  function put(id: string, json: string, user: string): void {
    sessions.delete(id);
    sessions.set(id, { json, user, expiresAtMs: performance.now() + SESSION_IDLE_MS });
  }

  /** @returns whether it was there */
  function remove(id: string): boolean {
    const entry = sessions.get(id);
    if (entry) shares.remove(entry.user, id);
    return sessions.delete(id);
  }

  function removeExpired(): void {
    for (let oldest = oldestOf(sessions); oldest; oldest = oldestOf(sessions)) {
      if (oldest[1].expiresAtMs > performance.now()) return;
      remove(oldest[0]);
    }
  }

  async function load(id: string): Promise<SessionData | undefined> {
    removeExpired();
    const entry = sessions.get(id);
    if (!entry) return undefined;
    put(id, entry.json, entry.user);
    return JSON.parse(entry.json);
  }

  async function save(id: string, data: SessionData): Promise<void> {
    removeExpired();
    if (ended.get(id)) return;
    const [before, user] = [sessions.get(id)?.user, userOf(data) ?? ''];
    put(id, JSON.stringify(data), user);
    if (before !== undefined && before !== user) shares.remove(before, id);
    shares.add(user, id);
    if (sessions.size > maxSessions) await end(shares.oldestOfLargest());
  }

  /** Of a session that is not there, nothing is kept: a flood of sign-outs would push out the others. */
  async function end(id: string): Promise<void> {
    if (remove(id)) ended.set(id, true, SESSION_IDLE_MS);
  }

  return new SessionStore({ load, save, end });
}
