// This app's express-session: an ID in a cookie, and everything else in the store. src/sign-in/ decides what
// a sign-in stores in the session.

import { randomUUID } from 'node:crypto';
import type { CookieOptions, RequestHandler, Response } from 'express';
import session from 'express-session';

type Settings = { secrets: string[]; https: boolean; cookieName: string; store: session.Store };
export type SessionMiddleware = ReturnType<typeof createSessionMiddleware>;

/**
 * Creates the middleware that loads sessions, and a function that removes the session cookie.
 * @param settings.secrets the newest first: it signs cookies, and all of them verify cookies
 */
export function createSessionMiddleware({ secrets, https, cookieName, store }: Settings) {
  const name = `${https ? '__Host-' : ''}${cookieName}_session`;
  // Lax, because browsers do not send a Strict cookie after the redirect from PingOne. No maxAge,
  // because the store limits the time.
  const cookie = { httpOnly: true, sameSite: 'lax', path: '/', secure: https } satisfies CookieOptions;
  // 244 random bits. Node makes UUIDs from a pool, so they cost much less than randomBytes.
  const genid = () => randomUUID() + randomUUID();
  const options = { name, secret: secrets, genid, store, cookie, resave: false, saveUninitialized: false };
  const handle = session(options);

  /** Loads the session, if there is one. If its store fails, the request continues without `req.session`. */
  const load: RequestHandler = (req, res, next) => {
    handle(req, res, (error?: unknown) => {
      if (error) req.log.warn({ error }, 'session not loaded');
      // express-session also calls this for an error that occurred after the response.
      if (!res.headersSent) next();
    });
  };

  /** Removes the cookie of a session that has ended. */
  const clearCookie = (res: Response) => void res.clearCookie(name, cookie);
  return { load, clearCookie };
}
