// The user's part of the app's own express-session: one field of req.session. Everything else in it is the app's.

import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import type { Request, RequestHandler } from 'express';
import type { SessionData } from 'express-session';
import type { SignIn } from '../pingone/index.ts';
import { RequestError, unavailable } from './errors.ts';
import { CLOCK_TOLERANCE_MS, isWithin } from './shared.ts';
import type { StoredSignIn } from './types.ts';

/** However often a session is used, the user must sign in again after this time. */
const SESSION_LIMIT_MS = 8 * 60 * 60 * 1000;

type Fields = Record<string, unknown>;
/**
 * `prepare` may write into req.session; if it throws, the session is what it was. `stepUpOf`: whose session it must still be.
 */
type Beginning = { prepare: () => unknown; stepUpOf?: string | undefined };

/**
 * Every function but `read` throws RequestError session_unavailable if there is no session or its store fails.
 * @param key the user's field of req.session
 * @param revoke gets the refresh token of a session that has ended after 8 hours, or with another user's sign-in
 */
export function createSessions(key: string, revoke: (refreshToken: string | undefined) => void) {
  /** The app's fields when the request came, as JSON. */
  const asLoaded = new WeakMap<Request, string>();

  /** Destroys a session whose 8 hours are over; the request goes on as not signed in. */
  const middleware: RequestHandler = async (req, _res, next) => {
    const stored = storedIn(req);
    if (stored && !read(req)) await regenerate(req).then(() => revoke(stored.signIn?.tokens?.refresh_token));
    if (req.session) asLoaded.set(req, JSON.stringify(appFields(req)));
    next();
  };

  /** Whatever its age: it says whose the session is. */
  const storedIn = (req: Request) => Reflect.get(req.session ?? {}, key) as StoredSignIn | undefined;

  /** The signed-in user. */
  function read(req: Request): StoredSignIn | undefined {
    const stored = storedIn(req);
    return stored && isWithin(stored.signedInAtMs, SESSION_LIMIT_MS, CLOCK_TOLERANCE_MS) ? stored : undefined;
  }

  function appFields(req: Request): Fields {
    const { cookie: _, [key]: __, ...fields }: Fields = { ...sessionOf(req) };
    return fields;
  }

  /** @throws RequestError not_signed_in */
  function signedIn(req: Request): StoredSignIn {
    const stored = sessionOf(req) && read(req);
    if (!stored) throw new RequestError('not_signed_in');
    return stored;
  }

  /** The signed-in user as other requests have left it. What this request has changed of the app's fields stays changed. */
  async function reload(req: Request): Promise<StoredSignIn | undefined> {
    const fields = appFields(req);
    const failure = await ask((done) => sessionOf(req).reload(done)).catch((error: unknown) => error);
    // There is an error both where the store fails and where the session is gone.
    if (failure && (await find(req, req.sessionID))) throw failure;
    // Or express-session could write the ended session again when the response ends.
    if (failure) return void (storedIn(req) && (await regenerate(req)));
    if (JSON.stringify(fields) !== asLoaded.get(req)) replaceFields(req, { ...fields, [key]: storedIn(req) });
    return read(req);
  }

  /** Writes into a session that still exists. @throws RequestError not_signed_in if it has ended */
  async function update(req: Request, stored: StoredSignIn): Promise<void> {
    await reload(req);
    signedIn(req);
    await save(req, { [key]: stored });
    // A store in which ended sessions stay ended drops the write and says nothing.
    if (!(await find(req, req.sessionID))) throw new RequestError('not_signed_in');
  }

  /**
   * Signs a user in: a session with a new id, saved.
   * @throws RequestError user_refused if `prepare` throws; not_signed_in, other_user: that session is no more
   */
  async function begin(req: Request, stored: StoredSignIn, { prepare, stepUpOf }: Beginning) {
    await reload(req);
    const before = storedIn(req);
    if (stepUpOf && !before) throw new RequestError('not_signed_in');
    const [user, userBefore = user] = [stored, before].map((one) => one && userHash(one.signIn));
    if (stepUpOf && (stepUpOf !== user || userBefore !== user)) throw new RequestError('other_user');
    const whole = JSON.stringify(sessionOf(req));
    // Nothing crosses over from another user. Of a session that has ended meanwhile, reload() has left nothing.
    replaceFields(req, userBefore === user ? appFields(req) : {});
    try {
      await prepare();
    } catch (error) {
      replaceFields(req, JSON.parse(whole));
      throw new RequestError('user_refused', {}, error);
    }
    const fields = { ...appFields(req), [key]: stored };
    // Fields of a session that ended while `prepare` ran must not survive.
    const hasEnded = before && !(await find(req, req.sessionID));
    const saved = regenerate(req).then(() => (hasEnded ? void signedIn(req) : save(req, fields)));
    // Or express-session would try to save it once more when the response ends.
    await saved.catch((error: unknown) => end(req).finally(() => Promise.reject(error)));
    if (userBefore !== user) revoke(before?.signIn.tokens.refresh_token);
  }

  /** Makes another session the session of this request; false if it has ended. */
  async function adopt(req: Request, sessionId: string): Promise<boolean> {
    const data = await find(req, sessionId);
    if (!data) return false;
    req.sessionID = sessionId;
    req.sessionStore.createSession(req, data);
    return read(req) !== undefined;
  }

  return { middleware, read, signedIn, reload, update, begin, adopt, end, find };
}

export const identityOf = ({ issuer, subject }: SignIn) => ({ issuer, subject });
/** Identity as one text that says nothing about the user. */
export const userHash = (signIn: SignIn) => hash('sha256', JSON.stringify(identityOf(signIn)), 'base64url');

/**
 * The session. Without one there is no session middleware, its store is away, or its cookie path is another one.
 * @throws RequestError session_unavailable
 */
export function sessionOf({ session }: Request): Request['session'] {
  if (!session) throw new RequestError('session_unavailable', { why: 'no_session' });
  return session;
}

function replaceFields(req: Request, { cookie: _, ...fields }: Fields): void {
  const names = Object.keys(sessionOf(req)).filter((name) => name !== 'cookie');
  for (const name of names) Reflect.deleteProperty(sessionOf(req), name);
  Object.assign(sessionOf(req), fields);
}

async function save(req: Request, fields: Fields): Promise<void> {
  Object.assign(sessionOf(req), fields);
  await ask((done) => sessionOf(req).save(done));
}

const regenerate = (req: Request) => ask((done) => sessionOf(req).regenerate(done));
/** Destroys the session. If this throws, it still exists. */
const end = (req: Request) => ask((done) => sessionOf(req).destroy(done));
const find = (req: Request, id: string) => ask<SessionData>((done) => req.sessionStore.get(id, done));

/** Calls what reports to a callback. @throws RequestError session_unavailable */
const ask = async <T>(call: (done: (error: unknown, found?: T | null) => void) => void) =>
  promisify(call)().catch(unavailable('store_failed'));
