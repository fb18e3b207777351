// The sessions in Redis: shared by all processes of the app, encrypted, gone after 30 idle minutes.

import { RedisStore } from 'connect-redis';
import type { SessionData } from 'express-session';
import type { RedisClient } from './redis-client.ts';
import type { Sealer } from './sealed-text.ts';
import { SESSION_IDLE_LIMIT_MS, type SessionStore } from './session-store.ts';

const PREFIX = 'pingone:session:';
const TTL_SECONDS = SESSION_IDLE_LIMIT_MS / 1000;
const EXPIRATION = { type: 'EX', value: TTL_SECONDS } as const;

/** connect-redis, with a client that seals what it writes for the key it stands under. */
export class RedisSessions extends RedisStore implements SessionStore {
  readonly #client: SealingClient;

  constructor(redis: RedisClient, sealer: Sealer) {
    const client = createSealingClient(redis, sealer);
    // Its type is that of the whole client, of which sessions take three commands.
    super({ client: client as unknown as RedisClient, prefix: PREFIX, ttl: TTL_SECONDS, disableTouch: true });
    this.#client = client;
  }

  async replace(id: string, data: SessionData): Promise<boolean> {
    const options = { expiration: EXPIRATION, condition: 'XX' } as const;
    return (await this.#client.set(PREFIX + id, JSON.stringify(data), options)) !== null;
  }
}

type SealingClient = ReturnType<typeof createSealingClient>;

function createSealingClient(redis: RedisClient, sealer: Sealer) {
  return {
    /** Loading a session is using it. What does not open is none: its secret is gone, or it is not of this app. */
    async get(key: string): Promise<string | undefined> {
      const sealed = await redis.getEx(key, EXPIRATION);
      return sealed === null ? undefined : sealer.open(sealed, key);
    },
    set: (key: string, json: string, options: Parameters<RedisClient['set']>[2]) =>
      redis.set(key, sealer.seal(json, key), options),
    del: (keys: string[]) => redis.del(keys),
  };
}
