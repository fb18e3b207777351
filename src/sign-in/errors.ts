// The errors that the routes pass to next(error). They have `status` and `expose: false`, which Express's own
// error handler uses, so an app without an error handler responds with the correct status.

import { SignInError } from '../pingone/index.ts';

const STATUS = {
  ...{ sign_in_cookie_missing: 400, sign_in_unreadable: 400, sign_in_expired: 400, sign_in_used: 400 },
  ...{ query_too_long: 400, initiate_login_issuer: 400, insecure_connection: 400, user_refused: 403 },
  ...{ other_host: 400, not_signed_in: 401, not_a_navigation: 401, other_user: 403, cross_site_request: 403 },
  ...{ method_not_allowed: 405, refresh_token_missing: 409, prefetch_refused: 503, session_unavailable: 503 },
} as const;

export type RequestErrorCode = keyof typeof STATUS;

/**
 * What is known about one case. No fact contains a secret. `hasCookies`: the browser sent at least one
 * cookie. `behindProxy`: the app trusts a proxy, so it does not know at which host the browser opened it.
 */
type RequestFacts = SignInError['facts'] & { hasCookies?: boolean; behindProxy?: boolean };

/** Text from outside as a fact: cut, and with spaces in place of control characters and separators. */
export const printable = (text: string, limit: number) => text.slice(0, limit).replace(/[\p{C}\p{Z}]/gu, ' ');

/** The error for a request that the routes reject. */
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
 * Adds `returnTo` to an error, and `status` to a SignInError. The SignInError is copied, because requests
 * that wait for the same response of PingOne share one error, but may need another status.
 * @param returnTo the path to which the sign-in should have led, so that a new sign-in can lead there
 * @param starting whether the sign-in has not started yet. Then a timeout has status 503, because the user
 *   can only try again later.
 */
export function withStatus(error: unknown, returnTo?: string, starting = false): unknown {
  if (error instanceof RequestError) return Object.assign(error, returnTo && { returnTo });
  if (!(error instanceof SignInError)) return error;
  const copy = new SignInError(error.code, error.facts, error.cause);
  return Object.assign(copy, { status: statusOf(error, starting), expose: false }, returnTo && { returnTo });
}

/** Makes a handler that turns the error of a store into a RequestError. */
export const unavailable = (why: string) => (error?: unknown) =>
  Promise.reject(new RequestError('session_unavailable', { why }, error));

function statusOf({ code, kind, facts }: SignInError, starting: boolean): number {
  if (kind === 'user') return facts.step === 'authorization_response' && !facts.error ? 400 : 403;
  if (kind === 'connection') return code === 'pingone_timeout' && !starting ? 504 : 503;
  const isBusy = facts.status === 429 || facts.status === 503 || facts.error === 'temporarily_unavailable';
  return isBusy ? 503 : 502;
}
