// What needs no session, and so goes on without its store: health, and the three files that browsers may have.

import { Router } from 'express';
import type { Store } from 'express-session';
import type { PingOneClient } from '../pingone/index.ts';
import { asset, signedOutMark } from './assets.ts';
import { healthz, readyz } from './health.ts';
import { methodNotAllowed } from './method-not-allowed.ts';

const NO_OTHER = methodNotAllowed('GET, HEAD');

type Options = { client: PingOneClient; store: Store; https: boolean; cookieName: string };

export function withoutSession(options: Options): Router {
  // As exact as the app's own routes.
  const router = Router({ caseSensitive: true, strict: true });
  router.route('/healthz').get(healthz).all(NO_OTHER);
  router.route('/readyz').get(readyz(options)).all(NO_OTHER);
  router.route('/style.css').get(asset('style.css')).all(NO_OTHER);
  router.route('/icon.svg').get(asset('icon.svg')).all(NO_OTHER);
  router.route('/signed-out.svg').get(signedOutMark(options)).all(NO_OTHER);
  return router;
}
