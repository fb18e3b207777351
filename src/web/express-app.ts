// Creates an Express app with this app's settings, but without routes.

import { fileURLToPath } from 'node:url';
import ejs from 'ejs';
import express, { type Express, type Request } from 'express';
import type { ProviderName } from '../error-texts/index.ts';

const VIEWS = fileURLToPath(new URL('../../views', import.meta.url));

/** The characters that EJS escapes. */
const NEEDS_ESCAPING = /[&<>'"]/;

/** The data that all pages can use, in the variable `site`. */
export interface SiteData {
  /** The name of the provider, as pages show it. */
  provider: ProviderName;
  /** The path of the page that shows the last sign-in, step by step. Absent if there is no such page. */
  flowUrl?: string;
  /** Whether that page shows the sign-in of this request. */
  hasFlowRecord?(req: Request): boolean;
  /** The URL of the page on which users choose faults. Only with the sandbox. */
  faultsUrl?: string;
  /**
   * The title of the fault that the sandbox used in a sign-in, if any. The URL of the callback identifies the
   * sign-in.
   */
  faultTitleOf?(callbackUrl: string): string | undefined;
}

/**
 * @param trustProxy the number of proxies in front of the app
 * @param site the data for all pages; later changes of the object also count
 */
export function createExpressApp(trustProxy: number, site: SiteData): Express {
  const app = express();
  // Paths must match exactly. Otherwise, a guard or a cache could miss a page under another spelling of
  // its path.
  app.enable('case sensitive routing').enable('strict routing');
  app.disable('x-powered-by').disable('etag').set('query parser', false).set('trust proxy', trustProxy);
  app.set('views', VIEWS).set('view engine', 'ejs').enable('view cache');
  // A template has only two variables, page and site, so no claim can replace a variable.
  const variables = { strict: true, destructuredLocals: ['page', 'site'] };
  const options = { ...variables, root: VIEWS, cache: true, escape: escapeHtml };
  app.engine('ejs', (path, locals, done) => ejs.renderFile(path, locals, options, done));
  app.locals['site'] = site;
  return app;
}

/** Escapes text for HTML. EJS's own function is slower, so it gets only the texts that need it. */
export function escapeHtml(value: unknown): string {
  const text = String(value ?? '');
  return NEEDS_ESCAPING.test(text) ? ejs.escapeXML(text) : text;
}
