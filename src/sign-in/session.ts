// The signed-in user in the app's own express-session: one field of req.session. The app owns all other
// fields.

import { hash } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import type { SessionData as Data } from 'express-session';
import type { SignIn } from '../pingone/index.ts';
import { RequestError, unavailable } from './errors.ts';
import { CLOCK_TOLERANCE_MS, isWithin } from './shared.ts';
import type { StoredSignIn } from './types.ts';

/** After this time, the user must sign in again, even if the session was used all the time. */
const SESSION_LIMIT_MS = 8 * 60 * 60 * 1000;

type Fields = Record<string, unknown>;
/**
 * `prepare` may write into req.session. If it throws, the session stays as it was. `stepUpOf`: the hash of
 * the user whose session this must still be.
 */
type StartOptions = { prepare: () => unknown; stepUpOf?: string | undefined };

/**
 * Makes the functions that read and change the session. All except `read` throw RequestError
 * session_unavailable if there is no session, or if its store fails.
 * @param key the name of the user's field in req.session
 * @param revoke called with the refresh token of a session that ended after 8 hours or because another user
 *   signed in
 */
export function createSessions(key: string, revoke: (refreshToken: string | undefined) => void) {
  /** The app's fields when the request arrived, as JSON. */
  const loaded = new WeakMap<Request, string>();

  /**
   * Replaces a session that is older than 8 hours with an empty one. The request continues without a
   * signed-in user.
   */
  const middleware: RequestHandler = async (req, _res, next) => {
    const stored = readAnyAge(req);
    if (stored && !read(req)) await regenerate(req).then(() => revoke(stored.signIn?.tokens?.refresh_token));
    if (req.session) loaded.set(req, JSON.stringify(otherFields(req)));
    next();
  };

  /** The user's field, even after 8 hours. It says to whom the session belongs. */
  const readAnyAge = (req: Request) => Reflect.get(req.session ?? {}, key) as StoredSignIn | undefined;

  /** The signed-in user, or undefined. */
  function read(req: Request): StoredSignIn | undefined {
    const stored = readAnyAge(req);
    return stored && isWithin(stored.signedInAtMs, SESSION_LIMIT_MS, CLOCK_TOLERANCE_MS) ? stored : undefined;
  }

  /** The fields of the app. */
  function otherFields(req: Request): Fields {
    const { cookie: _, [key]: __, ...fields }: Fields = { ...sessionOf(req) };
    return fields;
  }

  /** The signed-in user. @throws RequestError not_signed_in */
  function readOrThrow(req: Request): StoredSignIn {
    const stored = sessionOf(req) && read(req);
    if (!stored) throw new RequestError('not_signed_in');
    return stored;
  }

  /**
   * Loads the session again, because other requests may have changed it, and returns the signed-in user. This
   * request's own changes to the app's fields stay.
   */
  async function reload(req: Request): Promise<StoredSignIn | undefined> {
    const fields = otherFields(req);
    const failure = await callStore((done) => sessionOf(req).reload(done)).catch((error: unknown) => error);
    // reload() fails both if the store fails and if the session has ended. Only the first is an error here.
    if (failure && (await find(req))) throw failure;
    // Removed, or express-session would write the ended session again when the response ends. A new one would
    // replace the cookie of a sign-in that has just ended in this browser.
    if (failure) return void (readAnyAge(req) && Reflect.deleteProperty(req, 'session'));
    if (JSON.stringify(fields) !== loaded.get(req)) replaceFields(req, { ...fields, [key]: readAnyAge(req) });
    return read(req);
  }

  /**
   * Writes the user's field, if the session still exists.
   * @throws RequestError not_signed_in if it has ended
   */
  async function update(req: Request, stored: StoredSignIn): Promise<void> {
    if (!(await reload(req))) throw new RequestError('not_signed_in');
    await save(req, { [key]: stored });
    // A store that keeps ended sessions ended ignores the write without an error.
    if (!(await find(req))) throw new RequestError('not_signed_in');
  }

  /**
   * Signs a user in: saves a session with a new ID.
   * @throws RequestError user_refused if `prepare` throws; not_signed_in if a step-up finds no session;
   *   other_user if a step-up returns another user, or finds another user's session
   */
  async function startSession(req: Request, stored: StoredSignIn, { prepare, stepUpOf }: StartOptions) {
    // Most browsers have no session yet. One that has ended is gone; the new one starts from an empty one.
    if (readAnyAge(req) || (await find(req))) await reload(req).then(() => req.session ?? regenerate(req));
    const before = readAnyAge(req);
    if (stepUpOf && !before) throw new RequestError('not_signed_in');
    const [user, userBefore = user] = [stored, before].map((one) => one && userHash(one.signIn));
    if (stepUpOf && (stepUpOf !== user || userBefore !== user)) throw new RequestError('other_user');
    const snapshot = JSON.stringify(sessionOf(req));
    // No field of another user's session is kept. If the session has ended, reload() has removed its fields.
    replaceFields(req, userBefore === user ? otherFields(req) : {});
    try {
      await prepare();
    } catch (error) {
      replaceFields(req, JSON.parse(snapshot));
      throw new RequestError('user_refused', {}, error);
    }
    const fields = { ...otherFields(req), [key]: stored };
    // If the session ended while `prepare` ran, its fields must not be saved.
    const hasEnded = before && !(await find(req));
    const saved = regenerate(req).then(() => (hasEnded ? void readOrThrow(req) : save(req, fields)));
    // If this fails, the session is destroyed, because express-session would save it when the response ends.
    await saved.catch((error: unknown) => destroy(req).finally(() => Promise.reject(error)));
    if (userBefore !== user) revoke(before?.signIn.tokens.refresh_token);
  }

  /** Makes another session the session of this request. False if that session has ended. */
  async function adopt(req: Request, sessionId: string): Promise<boolean> {
    const data = await find(req, sessionId);
    if (!data) return false;
    req.sessionID = sessionId;
    req.sessionStore.createSession(req, data);
    return read(req) !== undefined;
  }

  return { middleware, read, readOrThrow, reload, update, startSession, adopt, destroy, find };
}

export const identityOf = ({ issuer, subject }: SignIn) => ({ issuer, subject });
/** A hash of the user's identity, which reveals nothing about the user. */
export const userHash = (signIn: SignIn) => hash('sha256', JSON.stringify(identityOf(signIn)), 'base64url');

/**
 * The session of the request. There is none if express-session is missing, its store is not available, or its
 * cookie has another path.
 * @throws RequestError session_unavailable
 */
export function sessionOf({ session }: Request): Request['session'] {
  if (!session) throw new RequestError('session_unavailable', { why: 'no_session' });
  return session;
}

/** Replaces all fields except the cookie settings of express-session. */
function replaceFields(req: Request, { cookie: _, ...fields }: Fields): void {
  const names = Object.keys(sessionOf(req)).filter((name) => name !== 'cookie');
  for (const name of names) Reflect.deleteProperty(sessionOf(req), name);
  Object.assign(sessionOf(req), fields);
}

async function save(req: Request, fields: Fields): Promise<void> {
  Object.assign(sessionOf(req), fields);
  await callStore((done) => sessionOf(req).save(done));
}

const regenerate = (req: Request) => callStore((done) => req.sessionStore.regenerate(req, done));
/** Destroys the session. If this throws, the session still exists. */
const destroy = (req: Request) => callStore((done) => sessionOf(req).destroy(done));
const find = (req: Request, id = req.sessionID) => callStore<Data>((done) => req.sessionStore.get(id, done));

/**
 * Calls a function of the session store, which reports to a callback.
 * @throws RequestError session_unavailable
 */
const callStore = <T>(method: (done: (error: unknown, found?: T | null) => void) => void) =>
  new Promise<T | null | undefined>((resolve, reject) =>
    method((error, found) => (error ? reject(error) : resolve(found))),
  ).catch(unavailable('store_failed'));
