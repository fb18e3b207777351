// The last two handlers: what matched no route, and whatever failed. Every error becomes a page that says what to do and a
// log line that says the same; no error page redirects.

import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { PageError, textOf } from '../error-texts/index.ts';
import { SignInError } from '../pingone/index.ts';
import { isPrefetch, RequestError } from '../sign-in/index.ts';
import type { Checks } from './checks.ts';
import type { Site } from './express-app.ts';
import { ownErrorOf } from './log-error.ts';
import { queryOf } from './query.ts';

const RETRY_AFTER_SECONDS = 5;
/** Where the address or the method is wrong, a sign-in would not help. */
const NO_WAY_IN = [404, 405, 413];

interface ErrorPageOptions {
  /** An origin: where the links of the page lead, also if this app was opened at another address. */
  baseUrl: string;
  /** Whether the page shows what only the operator can use. */
  errorDetails: boolean;
  site: Site;
  checks: Checks;
}

type KnownError = SignInError | RequestError | PageError;

/** @throws PageError not_found */
export const notFound: RequestHandler = () => {
  throw new PageError('not_found');
};

/** The error handler of the app. Express's own, which shows stacks and drops our headers, is never reached. */
export function errorPage({ baseUrl, errorDetails, site, checks }: ErrorPageOptions): ErrorRequestHandler {
  return function showError(thrown: unknown, req, res, _next) {
    const error = isKnown(thrown) ? thrown : new PageError('internal_error', ownErrorOf(thrown));
    const status = statusOf(error);
    const text = textOf(error, site);
    const isSignIn = error instanceof SignInError || belongsToSignIn(req, status);
    req.log[status >= 500 ? 'error' : 'warn'](
      { code: error.code, detail: text.detail, error: thrown },
      isSignIn ? 'sign-in failed' : 'request refused',
    );
    // Cut off in the middle, so that no reader takes it for whole.
    if (res.headersSent) return void res.destroy();

    if (status === 503) res.set('Retry-After', String(text.retryAfterSeconds ?? RETRY_AFTER_SECONDS));
    const page = {
      title: text.title,
      code: error.code,
      text,
      operator: errorDetails,
      isSignIn,
      flowUrl: site.isInFlow?.(req) ? site.flowUrl : undefined,
      fault: site.faultOf?.(baseUrl + req.originalUrl),
      home: `${baseUrl}/`,
      links: NO_WAY_IN.includes(status) ? undefined : signInLinks(error, req, baseUrl),
      checks: errorDetails ? checks.of(req) : [],
      requestId: req.id,
    };
    send(req, res.status(status), page);
  };
}

function send(req: Request, res: Response, page: { title: string; requestId: string }): void {
  res.render('pages/error', { page }, (renderError, html) => {
    if (renderError) req.log.error({ error: renderError }, 'error page failed');
    const text = `${page.title}\nRequest ID: ${page.requestId}\n`;
    res.type(renderError ? 'text' : 'html').send(renderError ? text : html);
  });
}

function isKnown(error: unknown): error is KnownError {
  return error instanceof SignInError || error instanceof RequestError || error instanceof PageError;
}

/** src/sign-in/ gives its errors a status, which Express would use, too. */
function statusOf(error: KnownError): number {
  return 'status' in error && typeof error.status === 'number' ? error.status : 502;
}

/** Whatever a sign-in fails on, it is one event. Other methods, embedded addresses and prefetches are no sign-in. */
function belongsToSignIn(req: Request, status: number): boolean {
  const isTried = status !== 401 && status !== 405 && !isPrefetch(req);
  return isTried && ['/login', '/callback', '/switch-user'].includes(req.path);
}

/** The ways to sign in, which lead to where this request should have led: of a callback only its encrypted cookie knew. */
function signInLinks(error: KnownError, req: Request, baseUrl: string) {
  const returnTo = 'returnTo' in error ? error.returnTo : queryOf(req).get('return_to');
  const query = typeof returnTo === 'string' ? `?${new URLSearchParams({ return_to: returnTo })}` : '';
  return { signIn: `${baseUrl}/login${query}`, switchUser: `${baseUrl}/switch-user${query}` };
}
