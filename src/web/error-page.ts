// The last two handlers: what matched no route, and whatever failed. Every error becomes a page that teaches and a log
// line that says the same; no error page redirects.

import type { ErrorRequestHandler, RequestHandler } from 'express';
import { type ErrorDetails, type ErrorText, errorTexts, SignInError } from '../pingone/errors.ts';
import { type RenderPage, sendPage } from './pages.ts';
import { WebError, webErrorTexts } from './web-errors.ts';

const RETRY_AFTER_SECONDS = 5;
const TEXTS = { ...errorTexts, ...webErrorTexts };
const SIGN_IN_PATHS = ['/login', '/callback'];
const NO_ATTEMPT = ['method_not_allowed', 'prefetch_refused'];

export const notFound: RequestHandler = () => {
  throw new WebError('not_found');
};

/** For a route's other methods: 405 with the methods it has (RFC 9110, section 15.5.6). */
export function methodNotAllowed(allow: string): RequestHandler {
  return (_req, res) => {
    res.set('Allow', allow);
    throw new WebError('method_not_allowed');
  };
}

/** The error handler of the app. Express's own, which shows stacks and drops our headers, is never reached. */
export function errorPage(renderPage: RenderPage, baseUrl: string): ErrorRequestHandler {
  return (error: unknown, req, res, _next) => {
    const { code, text, details } = describe(error);
    const level = text.status >= 500 ? 'error' : 'warn';
    // Whatever a sign-in fails on, it is one event.
    const isSignIn =
      error instanceof SignInError || (SIGN_IN_PATHS.includes(req.path) && !NO_ATTEMPT.includes(code));
    const { detail, pingOneSaid, correlationId } = details;
    req.log[level](
      { code, detail, pingOneSaid, correlationId, error: text.status >= 500 ? error : undefined },
      isSignIn && !res.locals['shownAgain'] ? 'sign-in failed' : 'request refused',
    );
    // Cut off in the middle, so that nobody takes it for whole; Express's own handler would log the whole error.
    if (res.headersSent) return void res.destroy();

    // Nothing has begun at /login: however PingOne is down, it is this app that is not available for the moment.
    const status = req.path === '/login' && code.startsWith('pingone_') ? 503 : text.status;
    if (status === 503) res.set('Retry-After', String(details.retryAfterSeconds ?? RETRY_AFTER_SECONDS));
    res.status(status);
    try {
      const page = {
        title: text.title,
        code,
        text,
        details,
        startAgain: isSignIn,
        // Where the host is the wrong one, a path alone would lead there again.
        base: code === 'other_host' ? baseUrl : '',
        // Set where there is a record of this sign-in.
        failedStep: res.locals['failedStep'],
        requestId: req.id,
      };
      sendPage(req, res, renderPage('error', page));
    } catch (renderError) {
      req.log.error({ error: renderError }, 'error page failed');
      sendPage(req, res, `${text.title}\n${text.what}\nRequest id: ${req.id}\n`, 'text');
    }
  };
}

function describe(error: unknown): { code: string; text: ErrorText; details: ErrorDetails } {
  const { code, details } =
    error instanceof SignInError || error instanceof WebError ? error : new WebError('internal_error');
  const { causes, next } = details;
  const text = { ...TEXTS[code], ...(causes && { causes }), ...(next && { next }) };
  return { code, text, details };
}
