// An Express app with this app's settings, before any route.

import { fileURLToPath } from 'node:url';
import ejs from 'ejs';
import express, { type Express, type Request } from 'express';
import type { ProviderName } from '../error-texts/index.ts';

const VIEWS = fileURLToPath(new URL('../../views', import.meta.url));

/** What every page may show. */
export interface Site {
  /** What signs users in. */
  provider: ProviderName;
  /** Where the steps of the last sign-in are shown. */
  flowUrl?: string;
  /** Whether a request is what is shown there. */
  isInFlow?(req: Request): boolean;
  /** Where faults of the sandbox are chosen. */
  faultsUrl?: string;
  /** The sandbox's title of the fault that a sign-in had, by the URL of its callback. */
  faultOf?(callbackUrl: string): string | undefined;
}

/** @param trustProxy proxies in front of the app */
export function createExpressApp(trustProxy: number, site: Site): Express {
  const app = express();
  // Addresses are exact: otherwise a page could be cached or guarded under one spelling and served under another.
  app.enable('case sensitive routing').enable('strict routing');
  app.disable('x-powered-by').disable('etag').set('query parser', false).set('trust proxy', trustProxy);
  app.set('views', VIEWS).set('view engine', 'ejs').enable('view cache');
  // A template sees two objects, page and site: no claim can take the place of a variable of its own.
  const options = { root: VIEWS, cache: true, strict: true, destructuredLocals: ['page', 'site'] };
  app.engine('ejs', (path, locals, done) => ejs.renderFile(path, locals, options, done));
  app.locals['site'] = site;
  return app;
}
