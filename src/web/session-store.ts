// Where the sessions are kept: as express-session wants it, and so that a session which has ended stays so.

import session, { type SessionData } from 'express-session';
import { createExpiringMap } from './expiring-map.ts';

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

/** In this process: at most 10,000, of which the one longest not used makes room for the next. */
export class EmbeddedSessions extends session.Store implements SessionStore {
  // As JSON, or whoever has loaded a session could change it under another's hands.
  readonly #sessions = createExpiringMap<string>(MAX_SESSIONS, SESSION_IDLE_LIMIT_MS);

  override get(id: string, callback: (error: unknown, data?: SessionData | null) => void): void {
    const json = this.#sessions.get(id);
    if (json !== undefined) this.#sessions.set(id, json);
    callback(null, json === undefined ? null : JSON.parse(json));
  }

  override set(id: string, data: SessionData, callback?: Callback): void {
    this.#sessions.set(id, JSON.stringify(data));
    callback?.();
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
