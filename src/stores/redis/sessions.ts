// Sessions in Redis: encrypted, and at most 1,000 for each user. A session that has ended leaves an empty
// text for as long as it could have existed.

import { hash } from 'node:crypto';
import type { SessionData, Store } from 'express-session';
import type { createEncryption } from '../../sign-in/index.ts';
import { SESSION_IDLE_MS } from '../limits.ts';
import { SessionStore } from '../session-store.ts';
import { userOfSession } from '../user-of-session.ts';
import type { RedisConnection } from './connection.ts';
import { addToIndex } from './key-index.ts';

const MAX_SESSIONS_OF_USER = 1_000;
const EXPIRATION = { type: 'PX', value: SESSION_IDLE_MS } as const;
const ENDED = '';
/**
 * Sets KEYS[1], unless that session has ended. In one step, because a sign-out could come between two
 * commands.
 */
const SAVE = `if redis.call('GET', KEYS[1]) == '' then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

/**
 * Creates a store for sessions. If a user has more than `maxSessionsOfUser`, it ends the oldest session of
 * that user.
 */
export function createRedisSessions(
  connection: RedisConnection,
  { encrypt, decrypt }: ReturnType<typeof createEncryption>,
  maxSessionsOfUser = MAX_SESSIONS_OF_USER,
): Store {
  const { send } = connection;
  /** Contains a hash of the session ID, so that the keys in Redis reveal no session ID. */
  const keyOf = (id: string) => `pingone:session:${sha256(id)}`;

  /**
   * Ignores a text that cannot be decrypted: this app no longer has the secret, or did not write the text.
   */
  async function load(id: string): Promise<SessionData | undefined> {
    const key = keyOf(id);
    const encrypted = await send((redis) => redis.getEx(key, EXPIRATION));
    const json = encrypted ? decrypt(encrypted, key) : undefined;
    return json === undefined ? undefined : JSON.parse(json);
  }

  async function save(id: string, data: SessionData): Promise<void> {
    const key = keyOf(id);
    const encrypted = encrypt(JSON.stringify(data), key);
    await send((redis) => redis.eval(SAVE, { keys: [key], arguments: [encrypted, String(SESSION_IDLE_MS)] }));
    const user = userOfSession(data);
    if (user !== undefined) await endOldestOf(user, key);
  }

  /** Otherwise, one account could fill Redis. */
  async function endOldestOf(user: string, newKey: string): Promise<void> {
    const name = `pingone:user:${sha256(user)}`;
    const index = { name, maxKeys: maxSessionsOfUser, keptMs: SESSION_IDLE_MS };
    const oldest = await addToIndex(connection, newKey, index);
    if (oldest !== undefined) await endKey(oldest);
  }

  /** Marks only sessions that exist as ended. Otherwise, a flood of sign-outs could fill Redis. */
  async function endKey(key: string): Promise<void> {
    await send((redis) => redis.set(key, ENDED, { condition: 'XX', expiration: EXPIRATION }));
  }

  return new SessionStore({ load, save, end: (id) => endKey(keyOf(id)) });
}

function sha256(text: string): string {
  return hash('sha256', text, 'base64url');
}
