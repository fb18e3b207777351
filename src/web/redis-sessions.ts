// The sessions in Redis: shared by all processes of the app, encrypted, gone after 30 idle minutes.

import session, { type SessionData } from 'express-session';
import type { RedisClient } from './redis-state.ts';
import type { Sealer } from './sealed-text.ts';
import { SESSION_IDLE_LIMIT_MS, type SessionStore } from './session-store.ts';

const EXPIRATION = { type: 'PX', value: SESSION_IDLE_LIMIT_MS } as const;

type Callback = (error?: unknown, data?: SessionData | null) => void;

const keyOf = (id: string) => `pingone:session:${id}`;

export class RedisSessions extends session.Store implements SessionStore {
  readonly #redis: RedisClient;
  readonly #sealer: Sealer;

  constructor(redis: RedisClient, sealer: Sealer) {
    super();
    this.#redis = redis;
    this.#sealer = sealer;
  }

  override get(id: string, callback: Callback): void {
    this.#read(id).then((data) => callback(null, data), callback);
  }

  override set(id: string, data: SessionData, callback: Callback = () => {}): void {
    this.#write(id, data).then(() => callback(null), callback);
  }

  override destroy(id: string, callback: Callback = () => {}): void {
    this.#redis.del(keyOf(id)).then(() => callback(null), callback);
  }

  async replace(id: string, data: SessionData): Promise<boolean> {
    return (await this.#write(id, data, 'XX')) !== null;
  }

  /** What does not open is no session: it was sealed with a secret that is gone, or was not written by this app. */
  async #read(id: string): Promise<SessionData | null> {
    const sealed = await this.#redis.getEx(keyOf(id), EXPIRATION);
    const json = sealed === null ? undefined : this.#sealer.open(sealed, keyOf(id));
    return json === undefined ? null : JSON.parse(json);
  }

  async #write(id: string, data: SessionData, condition?: 'XX'): Promise<string | null> {
    const sealed = this.#sealer.seal(JSON.stringify(data), keyOf(id));
    return this.#redis.set(keyOf(id), sealed, { expiration: EXPIRATION, ...(condition && { condition }) });
  }
}
