// This app's express-session: an id in a cookie, everything else in the store. What a sign-in keeps in it is the business
// of src/sign-in/.

import type { CookieOptions, RequestHandler, Response } from 'express';
import session from 'express-session';

type Settings = { secrets: string[]; https: boolean; cookieName: string; store: session.Store };
export type Sessions = ReturnType<typeof createSessions>;

/** @param settings.secrets the newest first: it signs, all of them verify */
export function createSessions({ secrets, https, cookieName, store }: Settings) {
  const name = `${https ? '__Host-' : ''}${cookieName}_session`;
  // Lax, because a Strict cookie would not come back with the redirect from PingOne. No maxAge: the store keeps the time.
  const cookie = { httpOnly: true, sameSite: 'lax', path: '/', secure: https } satisfies CookieOptions;
  const middleware = session({
    name,
    secret: secrets,
    store,
    cookie,
    resave: false,
    saveUninitialized: false,
  });

  /** Loads the session, if any. Without its store the request goes on without `req.session`: signed out, as it were. */
  const load: RequestHandler = (req, res, next) => {
    middleware(req, res, (error?: unknown) => {
      if (error) req.log.warn({ error }, 'session not loaded');
      // express-session also reports here what failed behind a response that has been sent.
      if (!res.headersSent) next();
    });
  };

  /** Removes the cookie of a session that has ended. */
  const clearCookie = (res: Response) => void res.clearCookie(name, cookie);
  return { load, clearCookie };
}
