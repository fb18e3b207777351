// Where the sessions are kept: as express-session wants it, and so that a session which has ended stays so.

import session, { type SessionData } from 'express-session';
import { createExpiringMap, type ExpiringMap } from './expiring-map.ts';

export const SESSION_IDLE_LIMIT_MS = 30 * 60 * 1000;
const MAX_SESSIONS = 10_000;

type Callback = (error?: unknown) => void;

/** Loading a session is using it, so `get` gives it another half an hour, and nothing is left for `touch` to do. */
export interface SessionStore extends session.Store {
  /**
   * Writes over a session that is there. False, and nothing is written, if it has ended meanwhile: a request that was
   * still running then would bring it back.
   */
  replace(id: string, data: SessionData): Promise<boolean>;
}

/** In this process. Full, it takes no more: whoever is signed in stays so, however many others come. */
export class EmbeddedSessions extends session.Store implements SessionStore {
  // As JSON, or whoever has loaded a session could change it under another's hands.
  readonly #sessions: ExpiringMap<string>;
  readonly #max: number;

  constructor(max = MAX_SESSIONS) {
    super();
    this.#max = max;
    this.#sessions = createExpiringMap(max, SESSION_IDLE_LIMIT_MS);
  }

  override get(id: string, callback: (error: unknown, data?: SessionData | null) => void): void {
    const json = this.#sessions.get(id);
    if (json !== undefined) this.#sessions.set(id, json);
    callback(null, json === undefined ? null : JSON.parse(json));
  }

  override set(id: string, data: SessionData, callback?: Callback): void {
    const isFull = this.#sessions.size() >= this.#max && this.#sessions.get(id) === undefined;
    if (!isFull) this.#sessions.set(id, JSON.stringify(data));
    callback?.(isFull ? new Error('There is no room for another session.') : undefined);
  }

  override destroy(id: string, callback?: Callback): void {
    this.#sessions.delete(id);
    callback?.();
  }

  async replace(id: string, data: SessionData): Promise<boolean> {
    if (this.#sessions.get(id) === undefined) return false;
    this.#sessions.set(id, JSON.stringify(data));
    return true;
  }
}
