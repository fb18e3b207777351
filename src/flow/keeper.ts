// Keeps records for one hour in their own store. The key of a record is a random id in its own cookie. Records are not in
// the session, so that failed sign-ins have one too and other pages do not load it.

import { randomBytes } from 'node:crypto';
import { parseCookie } from 'cookie';
import type { CookieOptions, Request, Response } from 'express';
import type { RecordStore } from '../stores/index.ts';
import { type FlowRecord, serialize } from './record.ts';

const KEPT_MS = 60 * 60 * 1000;
/** So that no user, and no address with failed sign-ins, can displace all other records: a new one replaces their oldest. */
const RECORDS_OF_EACH = 10;
/** The same as the number of records in the memory store. */
const OWNERS_LIMIT = 1_000;

export interface CookieNames {
  https: boolean;
  /** The beginning of the names of the app's cookies. */
  cookieName: string;
}

/** The records of all browsers. If the store fails, the record is lost, but the sign-in continues. */
export function createKeeper(store: RecordStore, { https, cookieName }: CookieNames) {
  const name = `${https ? '__Host-' : ''}${cookieName}_flow`;
  const options: CookieOptions = { httpOnly: true, sameSite: 'lax', path: '/', secure: https };
  const idsOf = new Map<string, string[]>();

  /**
   * Replaces this browser's last record, in the background.
   * @param kept.owner the user or address whose share of the store it uses
   */
  function keep(req: Request, res: Response, { record, owner }: { record: FlowRecord; owner: string }): void {
    // Always a new id: an attacker who put their own id into this browser cannot see the new record.
    const id = randomBytes(32).toString('base64url');
    res.cookie(name, id, { ...options, maxAge: KEPT_MS });
    const last = idIn(req);
    const gone = [...(last ? [last] : []), ...assign(owner, id, last)];
    void orLog(req, Promise.all([store.set(id, serialize(record)), ...gone.map((old) => store.delete(old))]));
  }

  /** Assigns a record to its owner, and returns the ids above the owner's limit. */
  function assign(owner: string, id: string, last?: string): string[] {
    const ids = [...(idsOf.get(owner) ?? []), id].filter((one) => one !== last);
    idsOf.delete(owner);
    idsOf.set(owner, ids.slice(-RECORDS_OF_EACH));
    const [oldest = owner] = idsOf.keys();
    if (idsOf.size > OWNERS_LIMIT) idsOf.delete(oldest);
    return ids.slice(0, -RECORDS_OF_EACH);
  }

  /** This browser's last record, if it still exists. */
  async function find(req: Request): Promise<FlowRecord | undefined> {
    const id = idIn(req);
    const text = id && (await orLog(req, store.get(id)));
    return text ? JSON.parse(text) : undefined;
  }

  /** Removes this browser's record and its cookie. */
  function forget(req: Request, res: Response): void {
    const id = idIn(req);
    if (!id) return;
    res.clearCookie(name, options);
    void orLog(req, store.delete(id));
  }

  function idIn({ headers }: Request): string | undefined {
    const id = parseCookie(headers.cookie ?? '')[name] ?? '';
    return /^[\w-]{43}$/.test(id) ? id : undefined;
  }

  return { keep, find, forget };
}

async function orLog<T>(req: Request, asked: Promise<T>): Promise<T | undefined> {
  return asked.catch((error: unknown) => {
    req.log.warn({ error }, 'flow record not available');
    return undefined;
  });
}
