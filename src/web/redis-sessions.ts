// The sessions in Redis: shared by all processes of the app, encrypted, gone after 30 idle minutes.

import { RedisStore } from 'connect-redis';
import type { SessionData } from 'express-session';
import type { RedisClient } from './redis-state.ts';
import type { Sealer } from './sealed-text.ts';
import { SESSION_IDLE_LIMIT_MS, type SessionStore } from './session-store.ts';

const PREFIX = 'pingone:session:';
const TTL_SECONDS = SESSION_IDLE_LIMIT_MS / 1000;

type Callback = (error?: unknown, data?: SessionData | null) => void;

/** connect-redis keeps time and removes; what is written is ours, for it must be bound to the session's own id. */
export class RedisSessions extends RedisStore implements SessionStore {
  readonly #redis: RedisClient;
  readonly #sealer: Sealer;

  constructor(redis: RedisClient, sealer: Sealer) {
    super({ client: redis, prefix: PREFIX, ttl: TTL_SECONDS });
    this.#redis = redis;
    this.#sealer = sealer;
  }

  /** What does not open is no session: it was sealed with a secret that is gone, or was not written by this app. */
  override async get(id: string, callback: Callback): Promise<void> {
    const key = PREFIX + id;
    try {
      const sealed = await this.#redis.get(key);
      const json = sealed === null ? undefined : this.#sealer.open(sealed, key);
      callback(null, json === undefined ? null : JSON.parse(json));
    } catch (error) {
      callback(error);
    }
  }

  override async set(id: string, data: SessionData, callback: Callback = () => {}): Promise<void> {
    await this.#write(id, data).then(
      () => callback(null),
      (error: unknown) => callback(error),
    );
  }

  async replace(id: string, data: SessionData): Promise<boolean> {
    return (await this.#write(id, data, 'XX')) !== null;
  }

  async #write(id: string, data: SessionData, condition?: 'XX'): Promise<unknown> {
    const key = PREFIX + id;
    const sealed = this.#sealer.seal(JSON.stringify(data), key);
    const expiration = { type: 'EX', value: TTL_SECONDS } as const;
    return this.#redis.set(key, sealed, { expiration, ...(condition && { condition }) });
  }
}
