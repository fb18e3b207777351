// Stores the last record of each browser for one hour, in a store of its own. The key of a record is a random
// ID in a cookie. Records are not in the session, so that failed sign-ins have one too and other pages do not
// load it.

import { randomUUID } from 'node:crypto';
import { parseCookie } from 'cookie';
import type { CookieOptions, Request, Response } from 'express';
import { createExpiringMap, type RecordStore } from '../stores/index.ts';
import { type FlowRecord, serializeRecord } from './record.ts';

const KEPT_MS = 60 * 60 * 1000;
/**
 * The limit for each user, and for each network address with failed sign-ins, so that none of them can
 * displace all other records. A new record replaces the oldest one of the same user or network address.
 */
const RECORDS_PER_OWNER = 10;
/** The same as the number of records in the memory store. */
const OWNERS_LIMIT = 1_000;

export interface CookieSettings {
  https: boolean;
  /** The beginning of the names of the app's cookies. */
  cookieName: string;
}

/** The records of all browsers. If the store fails, the record is lost, but the sign-in continues. */
export function createBrowserRecords(store: RecordStore, { https, cookieName }: CookieSettings) {
  const name = `${https ? '__Host-' : ''}${cookieName}_flow`;
  // Express adds Path=/.
  const options: CookieOptions = { httpOnly: true, sameSite: 'lax', secure: https, maxAge: KEPT_MS };
  /** The IDs of each owner's records, the oldest first. */
  const idsOf = createExpiringMap<string[]>(OWNERS_LIMIT);

  /**
   * Replaces this browser's last record, in the background.
   * @param saved.owner the user or network address whose share of the store it uses
   */
  function save(req: Request, res: Response, { record, owner }: { record: FlowRecord; owner: string }): void {
    // Always a new ID, so that an attacker who put their own ID into this browser cannot see the new record.
    const id = randomUUID() + randomUUID();
    res.cookie(name, id, options);
    const last = idIn(req);
    const changes = [store.set(id, () => serializeRecord(record))];
    for (const old of [last, assign(owner, id, last)]) if (old) changes.push(store.delete(old));
    void orLogFailure(req, Promise.all(changes));
  }

  /**
   * Assigns a record to its owner.
   * @returns the ID of the owner's oldest record, if the owner now has too many
   */
  function assign(owner: string, id: string, last?: string): string | undefined {
    const others = (idsOf.get(owner) ?? []).filter((one) => one !== last);
    idsOf.set(owner, [...others.slice(1 - RECORDS_PER_OWNER), id], KEPT_MS);
    return others.at(-RECORDS_PER_OWNER);
  }

  /** This browser's last record, if it still exists. */
  async function find(req: Request): Promise<FlowRecord | undefined> {
    const id = idIn(req);
    const text = id && (await orLogFailure(req, store.get(id)));
    return text ? JSON.parse(text) : undefined;
  }

  /** Removes this browser's record and its cookie. */
  function remove(req: Request, res: Response): void {
    const id = idIn(req);
    if (!id) return;
    res.clearCookie(name, options);
    void orLogFailure(req, store.delete(id));
  }

  function idIn({ headers }: Request): string | undefined {
    // Most browsers that sign in do not have this cookie.
    const { [name]: id = '' } = headers.cookie?.includes(name) ? parseCookie(headers.cookie) : {};
    return /^[\da-f-]{72}$/.test(id) ? id : undefined;
  }

  return { save, find, remove };
}

async function orLogFailure<T>(req: Request, asked: Promise<T>): Promise<T | undefined> {
  return asked.catch((error: unknown) => {
    req.log.warn({ error }, 'flow record not available');
    return undefined;
  });
}
