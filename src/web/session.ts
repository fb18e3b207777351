// The session of somebody signed in: the tokens and claims on the server, an id in a cookie. It exists for nobody else.

import type { Request, RequestHandler, Response } from 'express';
import session, { type SessionData } from 'express-session';
import type { SignIn } from '../pingone/client.ts';
import type { SignInErrorCode } from '../pingone/errors.ts';
import { answerOf, askStore } from './ask-store.ts';
import type { SessionStore } from './session-store.ts';
import { WebError } from './web-errors.ts';

const ABSOLUTE_LIMIT_MS = 8 * 60 * 60 * 1000;

/** The last try to refresh a session's tokens: what came of it holds for all who wanted it at the same time. */
export interface LastRefresh {
  /** Tries so far. */
  count: number;
  endedAtMs: number;
  /** Absent where it succeeded. */
  failedWith?: SignInErrorCode;
}

declare module 'express-session' {
  /** The one place where tokens live. */
  interface SessionData {
    signIn: SignIn;
    signedInAtMs: number;
    lastRefresh: LastRefresh;
    /** The state this session came from, so that a repeated callback is known as such. */
    state: string;
  }
}

export interface Sessions {
  /** Loads the session, if any; without the store the request fails. */
  required: RequestHandler;
  /** The same for a page that everybody may see: without the store it shows as signed out. */
  optional: RequestHandler;
  /** Puts a new session in place of whatever was there, saved before this resolves. @throws WebError */
  begin(req: Request, signIn: SignIn, state: string): Promise<void>;
  /** Loads the session again, with what other requests have made of it; empty if it is over. @throws WebError */
  reload(req: Request): Promise<void>;
  /**
   * Writes what a refresh led to, into a session that was reloaded. False if it has ended meanwhile: it does not come back.
   * @throws WebError
   */
  update(req: Request, signIn: SignIn, lastRefresh: LastRefresh): Promise<boolean>;
  /** Ends the session here. @throws WebError: then it still exists */
  end(req: Request, res: Response): Promise<void>;
}

export function createSessions(sessionSecrets: string[], https: boolean, store: SessionStore): Sessions {
  const name = `${https ? '__Host-' : ''}pingone_session`;
  // Lax, for a Strict cookie would not come back with the redirect from PingOne. No maxAge: the store keeps the time.
  const cookie = { httpOnly: true, sameSite: 'lax', path: '/', secure: https } as const;
  const load = session({
    name,
    secret: sessionSecrets,
    store,
    cookie,
    resave: false,
    saveUninitialized: false,
  });

  async function loadSession(req: Request, res: Response): Promise<void> {
    await askStore((done) => load(req, res, done));
    // express-session goes on without one when the store has lost its connection.
    if (!req.session) throw new WebError('session_store_unavailable');
    if (isOver(req)) await discard(req);
  }

  /** Nobody is signed in for the rest of this request, and what was kept goes, tokens and all. */
  async function discard(req: Request): Promise<void> {
    empty(req.session);
    isSaved(req);
    await askStore((done) => store.destroy(req.sessionID, done));
  }

  const required: RequestHandler = async (req, res, next) => {
    await loadSession(req, res);
    next();
  };

  const optional: RequestHandler = async (req, res, next) => {
    await loadSession(req, res).catch((error: unknown) => req.log.warn({ error }, 'session not loaded'));
    next();
  };

  async function begin(req: Request, signIn: SignIn, state: string): Promise<void> {
    await askStore((done) => req.session.regenerate(done));
    Object.assign(req.session, { signIn, signedInAtMs: Date.now(), state });
    await askStore((done) => req.session.save(done));
    isSaved(req);
  }

  async function reload(req: Request): Promise<void> {
    const data = await answerOf(
      new Promise<SessionData | null | undefined>((resolve, reject) => {
        store.get(req.sessionID, (error, found) => (error ? reject(error) : resolve(found)));
      }),
    );
    empty(req.session);
    if (data) Object.assign(req.session, data, { cookie: req.session.cookie });
    isSaved(req);
  }

  async function update(req: Request, signIn: SignIn, lastRefresh: LastRefresh): Promise<boolean> {
    Object.assign(req.session, { signIn, lastRefresh });
    return answerOf(store.replace(req.sessionID, req.session as SessionData));
  }

  async function end(req: Request, res: Response): Promise<void> {
    await askStore((done) => req.session.destroy(done));
    res.clearCookie(name, cookie);
  }

  return { required, optional, begin, reload, update, end };
}

/**
 * express-session saves a session that has changed, once more or anew, after the answer's headers are out. By then a
 * quick sign-out may have ended it, and that would bring it back.
 */
function isSaved(req: Request): void {
  req.session.save = function alreadySaved(callback) {
    callback?.(undefined);
    return this;
  };
}

/** express-session alone would keep a session alive for ever, as long as it is used. */
function isOver(req: Request): boolean {
  const { signedInAtMs } = req.session;
  return signedInAtMs !== undefined && Date.now() - signedInAtMs > ABSOLUTE_LIMIT_MS;
}

function empty(data: Partial<SessionData>): void {
  delete data.signIn;
  delete data.signedInAtMs;
  delete data.lastRefresh;
  delete data.state;
}
