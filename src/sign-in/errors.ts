// What the routes pass to next(error). Each error has the `status` and `expose: false` that Express's error handling knows,
// so an app without an error handler of its own responds with the right status and shows nothing of the error.

import { SignInError } from '../pingone/index.ts';

const STATUS = {
  ...{ sign_in_cookie_missing: 400, sign_in_unreadable: 400, sign_in_expired: 400, sign_in_used: 400 },
  ...{ query_too_long: 400, initiate_login_issuer: 400, insecure_connection: 400, user_refused: 403 },
  ...{ other_host: 400, not_signed_in: 401, not_a_navigation: 401, other_user: 403, cross_site_request: 403 },
  ...{ method_not_allowed: 405, refresh_token_missing: 409, prefetch_refused: 503, session_unavailable: 503 },
} as const;

export type RequestErrorCode = keyof typeof STATUS;

/**
 * What is known of one case. No field holds a secret. `behindProxy`: a proxy is trusted, so the app cannot tell under which
 * host it was opened.
 */
type RequestFacts = SignInError['facts'] & { cookiesCame?: boolean; behindProxy?: boolean };

/** Foreign text in the facts of an error, without control characters. */
export const shown = (text: string, limit: number) => text.slice(0, limit).replace(/[\p{C}\p{Z}]/gu, ' ');

/** A request that the routes refuse. */
export class RequestError extends Error {
  readonly code: RequestErrorCode;
  readonly status: number;
  readonly expose = false;
  readonly facts: RequestFacts;

  constructor(code: RequestErrorCode, facts: RequestFacts = {}, cause?: unknown) {
    super(`${code} ${JSON.stringify(facts)}`, cause === undefined ? {} : { cause });
    this.name = 'RequestError';
    this.code = code;
    this.status = STATUS[code];
    this.facts = facts;
  }
}

/**
 * An error of ours with what its sign-in knows; a SignInError also with its status. That is a copy, because requests that
 * wait for one response of PingOne share its error, and their status may differ.
 * @param returnTo the path that the sign-in should have led to, so that a new one can lead there
 * @param starting whether the sign-in had not begun yet, so that all a user can do is to try again later
 */
export function withStatus(error: unknown, returnTo?: string, starting = false): unknown {
  if (error instanceof RequestError) return Object.assign(error, returnTo && { returnTo });
  if (!(error instanceof SignInError)) return error;
  const copy = new SignInError(error.code, error.facts, error.cause);
  return Object.assign(copy, { status: statusOf(error, starting), expose: false }, returnTo && { returnTo });
}

/** Handles the error of a store. */
export const unavailable = (why: string) => (error?: unknown) =>
  Promise.reject(new RequestError('session_unavailable', { why }, error));

function statusOf({ code, kind, facts }: SignInError, starting: boolean): number {
  if (kind === 'user') return facts.step === 'authorization_response' && !facts.error ? 400 : 403;
  if (kind === 'connection') return code === 'pingone_timeout' && !starting ? 504 : 503;
  const isBusy = facts.status === 429 || facts.status === 503 || facts.error === 'temporarily_unavailable';
  return isBusy ? 503 : 502;
}
