// The last two handlers: one for requests that match no route, and one for errors. Every error becomes a page
// that says what to do, and a log line with the code and the details. No error page redirects.

import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { PageError, textOf } from '../error-texts/index.ts';
import { SignInError } from '../pingone/index.ts';
import { isPrefetch, RequestError } from '../sign-in/index.ts';
import type { CheckCollector } from './checks.ts';
import { describeOwnError } from './error-serializer.ts';
import type { SiteData } from './express-app.ts';
import { queryParameters } from './query.ts';

const RETRY_AFTER_SECONDS = 5;
/** With these statuses, the URL, method, or body is wrong, so a sign-in would not help. */
const NO_SIGN_IN_LINKS = [404, 405, 413];

interface ErrorPageOptions {
  /** The app's origin. The page's links lead there, even if the browser opened the app at another URL. */
  baseUrl: string;
  /** Whether the page shows the details for the administrator. */
  errorDetails: boolean;
  site: SiteData;
  checks: CheckCollector;
}

type KnownError = SignInError | RequestError | PageError;

/** Handles requests that match no route. @throws PageError not_found */
export const notFound: RequestHandler = () => {
  throw new PageError('not_found');
};

/**
 * The app's error handler. Express's own handler, which shows stacks and removes this app's headers, never
 * runs.
 */
export function errorPage({ baseUrl, errorDetails, site, checks }: ErrorPageOptions): ErrorRequestHandler {
  return function showError(thrown: unknown, req, res, _next) {
    const error = isKnown(thrown) ? thrown : new PageError('internal_error', describeOwnError(thrown));
    const status = statusOf(error);
    const text = textOf(error, site);
    const isSignIn = error instanceof SignInError || belongsToSignIn(req, status);
    req.log[status >= 500 ? 'error' : 'warn'](
      { code: error.code, detail: text.detail, error: thrown },
      isSignIn ? 'sign-in failed' : 'request rejected',
    );
    // The response has already started. Closing the connection shows the client that it is incomplete.
    if (res.headersSent) return void res.destroy();

    if (status === 503) res.set('Retry-After', String(text.retryAfterSeconds ?? RETRY_AFTER_SECONDS));
    const page = {
      title: text.title,
      code: error.code,
      text,
      operator: errorDetails,
      isSignIn,
      flowUrl: site.hasFlowRecord?.(req) ? site.flowUrl : undefined,
      fault: site.faultTitleOf?.(baseUrl + req.originalUrl),
      home: `${baseUrl}/`,
      links: NO_SIGN_IN_LINKS.includes(status) ? undefined : signInLinks(error, req, baseUrl),
      checks: errorDetails ? checks.checksOfRequest(req) : [],
      requestId: req.id,
    };
    sendPage(req, res.status(status), page);
  };
}

function sendPage(req: Request, res: Response, page: { title: string; requestId: string }): void {
  res.render('pages/error', { page }, (renderError, html) => {
    if (renderError) req.log.error({ error: renderError }, 'error page not rendered');
    const text = `${page.title}\nRequest ID: ${page.requestId}\n`;
    res.type(renderError ? 'text' : 'html').send(renderError ? text : html);
  });
}

function isKnown(error: unknown): error is KnownError {
  return error instanceof SignInError || error instanceof RequestError || error instanceof PageError;
}

/**
 * The status that the error carries, which Express would use too. src/pingone/ sets none: its errors are
 * about PingOne, so they get 502.
 */
function statusOf(error: KnownError): number {
  return 'status' in error && typeof error.status === 'number' ? error.status : 502;
}

/**
 * Whether the error ends a sign-in. A request with another method (405), a request that is not a navigation
 * (401) and a prefetch do not start one.
 */
function belongsToSignIn(req: Request, status: number): boolean {
  const isTried = status !== 401 && status !== 405 && !isPrefetch(req);
  return isTried && ['/login', '/callback', '/switch-user'].includes(req.path);
}

/**
 * Links to sign in and then reach the page that this request asked for. If the request is a callback, the
 * error contains that page.
 */
function signInLinks(error: KnownError, req: Request, baseUrl: string) {
  const returnTo = 'returnTo' in error ? error.returnTo : queryParameters(req).get('return_to');
  const query = typeof returnTo === 'string' ? `?${new URLSearchParams({ return_to: returnTo })}` : '';
  return { signIn: `${baseUrl}/login${query}`, switchUser: `${baseUrl}/switch-user${query}` };
}
