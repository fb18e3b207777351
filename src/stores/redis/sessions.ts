// Sessions in Redis, encrypted, at most 1,000 for each user. A session that has ended leaves an empty text behind for as
// long as it could have lasted.

import { hash } from 'node:crypto';
import type { SessionData, Store } from 'express-session';
import type { createEncryption } from '../../sign-in/index.ts';
import { SESSION_IDLE_MS } from '../limits.ts';
import { SessionStore } from '../session-store.ts';
import { userOfSession } from '../user-of-session.ts';
import type { RedisConnection } from './connection.ts';
import { noteKey } from './index-of-keys.ts';

const MAX_SESSIONS_OF_USER = 1_000;
const EXPIRATION = { type: 'PX', value: SESSION_IDLE_MS } as const;
const ENDED = '';
/** Sets KEYS[1], unless that session has ended. Both in one step: a sign-out may come between two. */
const SAVE = `if redis.call('GET', KEYS[1]) == '' then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

export function createRedisSessions(
  connection: RedisConnection,
  { encrypt, decrypt }: ReturnType<typeof createEncryption>,
  maxSessionsOfUser = MAX_SESSIONS_OF_USER,
): Store {
  const { ask } = connection;
  /** Who reads the keys learns no session id. */
  const keyOf = (id: string) => `pingone:session:${sha256(id)}`;

  /** A text that cannot be decrypted is no session: its secret is gone, or this app has not written it. */
  async function load(id: string): Promise<SessionData | undefined> {
    const key = keyOf(id);
    const encrypted = await ask((redis) => redis.getEx(key, EXPIRATION));
    const json = encrypted ? decrypt(encrypted, key) : undefined;
    return json === undefined ? undefined : JSON.parse(json);
  }

  async function save(id: string, data: SessionData): Promise<void> {
    const key = keyOf(id);
    const encrypted = encrypt(JSON.stringify(data), key);
    await ask((redis) => redis.eval(SAVE, { keys: [key], arguments: [encrypted, String(SESSION_IDLE_MS)] }));
    const user = userOfSession(data);
    if (user !== undefined) await endOldestOf(user, key);
  }

  /** Or one account could fill Redis. */
  async function endOldestOf(user: string, newKey: string): Promise<void> {
    const name = `pingone:user:${sha256(user)}`;
    const index = { name, maxKeys: maxSessionsOfUser, keptMs: SESSION_IDLE_MS };
    const oldest = await noteKey(connection, newKey, index);
    if (oldest !== undefined) await endKey(oldest);
  }

  /** Of a session that is not there, nothing is kept: a flood of sign-outs would fill Redis. */
  async function endKey(key: string): Promise<void> {
    await ask((redis) => redis.set(key, ENDED, { condition: 'XX', expiration: EXPIRATION }));
  }

  return new SessionStore({ load, save, end: (id) => endKey(keyOf(id)) });
}

function sha256(text: string): string {
  return hash('sha256', text, 'base64url');
}
