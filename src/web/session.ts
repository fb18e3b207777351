// The session of somebody signed in: the tokens and claims on the server, an id in a cookie. It exists for nobody else.

import type { Request, RequestHandler, Response } from 'express';
import session, { type SessionData, type Store } from 'express-session';
import type { SignIn } from '../pingone/client.ts';
import { WebError } from './web-errors.ts';

const ABSOLUTE_LIMIT_MS = 8 * 60 * 60 * 1000;
const STORE_LIMIT_MS = 2_000;

declare module 'express-session' {
  /** The one place where tokens live. */
  interface SessionData {
    signIn: SignIn;
    signedInAtMs: number;
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
  /** Ends the session here. @throws WebError: then it still exists */
  end(req: Request, res: Response): Promise<void>;
}

export function createSessions(sessionSecrets: string[], https: boolean, store: Store): Sessions {
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
    await askStore((done) =>
      load(req, res, (error?: unknown) => {
        // After the answer: the store could not note that the session was used.
        if (res.headersSent) req.log.error({ error }, 'session not saved');
        else done(error);
      }),
    );
    // express-session goes on without one when the store has lost its connection.
    if (!req.session) throw new WebError('session_store_unavailable');
    if (isOver(req)) empty(req.session);
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
    // express-session saves a new session a second time, after the answer's headers are out. By then a quick sign-out
    // may have ended it, and the second save would bring it back.
    req.session.save = function alreadySaved(callback) {
      callback?.(undefined);
      return this;
    };
  }

  async function end(req: Request, res: Response): Promise<void> {
    await askStore((done) => req.session.destroy(done));
    res.clearCookie(name, cookie);
  }

  return { required, optional, begin, end };
}

/** Asks the store and waits, but not for ever. @throws WebError session_store_unavailable */
export async function askStore(question: (done: (error?: unknown) => void) => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error?: unknown) => reject(new WebError('session_store_unavailable', error));
    const timer = setTimeout(fail, STORE_LIMIT_MS);
    const done = (error?: unknown) => {
      clearTimeout(timer);
      if (error) fail(error);
      else resolve();
    };
    try {
      question(done);
    } catch (error) {
      done(error);
    }
  });
}

/** express-session alone would keep a session alive for ever, as long as it is used. */
function isOver(req: Request): boolean {
  const { signedInAtMs } = req.session;
  return signedInAtMs !== undefined && Date.now() - signedInAtMs > ABSOLUTE_LIMIT_MS;
}

/** The tokens go, the person is signed out; what is left of the session runs out by itself. */
function empty(data: Partial<SessionData>): void {
  delete data.signIn;
  delete data.signedInAtMs;
  delete data.state;
}
