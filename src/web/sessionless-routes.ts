// Routes that need no session: health checks, and the files for browsers. They come before the session
// middleware, so that they respond even if the session store fails.

import { Router } from 'express';
import type { Store } from 'express-session';
import type { PingOneClient } from '../pingone/index.ts';
import { signedOutIconWithCookie, staticFile } from './assets.ts';
import { healthz, readyz } from './health.ts';
import { methodNotAllowed } from './method-not-allowed.ts';

const ONLY_GET_AND_HEAD = methodNotAllowed('GET, HEAD');

type Options = { client: PingOneClient; store: Store; https: boolean; cookieName: string };

export function sessionlessRoutes(options: Options): Router {
  // Paths must match exactly, as in the app.
  const router = Router({ caseSensitive: true, strict: true });
  router.route('/healthz').get(healthz).all(ONLY_GET_AND_HEAD);
  router.route('/readyz').get(readyz(options)).all(ONLY_GET_AND_HEAD);
  router.route('/style.css').get(staticFile('style.css')).all(ONLY_GET_AND_HEAD);
  router.route('/icon.svg').get(staticFile('icon.svg')).all(ONLY_GET_AND_HEAD);
  router.route('/signed-out.svg').get(signedOutIconWithCookie(options)).all(ONLY_GET_AND_HEAD);
  return router;
}
