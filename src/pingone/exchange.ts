// One request of an attempt and its response. The exchange is reported to the observer, and a response that
// the step cannot use ends the attempt. What all attempts share (metadata, keys) is cached with the exchange
// that fetched it.

import { type Attempt, type Connection, createAttempt, errorIn, fail } from './attempt.ts';
import { type GivenFacts, SignInError, type SignInErrorCode } from './errors.ts';
import { EXCHANGE_LIMIT_MS, factsOf, type HttpRequest, headersOf } from './http.ts';
import { type Exchange, mask, notify, type ObserverEvent } from './observer.ts';
import { errorFactsOf, type HttpResponse, readJson } from './response.ts';

/** Characters. Servers accept no header long enough for a longer token. */
export const TOKEN_LIMIT = 16_384;

/** The error code for a 4xx response of one endpoint. */
type ErrorCodeOf = (facts: GivenFacts) => SignInErrorCode;

/**
 * Sends a request of an attempt, and returns its response if the status is 200.
 * @throws SignInError with the code from `errorCodeOf`; pingone_* for another 2xx, a redirect, 429, 5xx or a
 *   connection error
 */
export async function exchange(attempt: Attempt, request: HttpRequest, errorCodeOf: ErrorCodeOf) {
  const { step, method, url, form = {} } = request;
  const sent = { step, method, url, headers: headersOf(request), parameters: Object.entries(form) };
  const message: Exchange = { type: 'exchange', ...sent, startedAtMs: Date.now() };
  const startedAt = performance.now();
  attempt.last = message;
  let response: HttpResponse;
  try {
    response = await attempt.http.send(request, attempt.deadline);
    const { status, headers: responseHeaders, json } = response;
    Object.assign(message, { status, responseHeaders, ...(json && { body: json }) });
    noteTokens(attempt, response);
  } catch (error) {
    if (error instanceof SignInError) message.failure = error.facts.networkCode ?? error.code;
    throw error;
  } finally {
    message.durationMs = Math.round((performance.now() - startedAt) * 100) / 100;
    notify(attempt, message);
  }
  if (response.status === 200) return response;
  const why = response.status < 300 ? 'status_not_200' : undefined;
  const facts = { ...factsOf(request), ...errorFactsOf(response), why };
  return fail(attempt, commonErrorCode(response.status) ?? errorCodeOf(facts), facts);
}

/**
 * Like `exchange`, but returns the JSON object.
 * @throws SignInError also pingone_response_invalid, if there is none
 */
export async function exchangeJson(attempt: Attempt, request: HttpRequest, errorCodeOf: ErrorCodeOf) {
  const response = await exchange(attempt, request, errorCodeOf);
  const { json, why } = readJson(response);
  if (json) return json;
  const { 'content-type': contentType = 'none' } = response.headers;
  const { correlationId } = errorFactsOf(response);
  return fail(attempt, 'pingone_response_invalid', { ...factsOf(request), contentType, why, correlationId });
}

function commonErrorCode(status: number): SignInErrorCode | undefined {
  if (status < 300) return 'pingone_response_invalid';
  if (status < 400) return 'pingone_redirected';
  if (status === 429 || status === 503) return 'pingone_busy';
  return status >= 500 ? 'pingone_failed' : undefined;
}

/**
 * Each token is masked from now on. A new refresh token is reported, even if the rest of the response is
 * wrong.
 */
function noteTokens({ secrets, last, onRefreshToken }: Attempt, { status, json = {} }: HttpResponse): void {
  for (const name of ['access_token', 'id_token', 'refresh_token']) {
    const token = json[name];
    if (typeof token !== 'string' || token === '') continue;
    secrets.push(token.slice(0, TOKEN_LIMIT));
    const isIssued = name === 'refresh_token' && last?.method === 'POST' && status < 300;
    if (isIssued && token.length <= TOKEN_LIMIT) onRefreshToken?.(token);
  }
}

/** The outcome of a fetch, with its exchange, and when it ended, in milliseconds since 1970. */
type Cached<Outcome> = Outcome & { exchange: Exchange | undefined; atMs: number; masked?: ObserverEvent };

/**
 * Caches what all attempts share. The caller decides how long it uses a cached outcome, and when it fetches
 * again.
 */
export function createCache<T>(connection: Connection, request: (attempt: Attempt) => Promise<T>) {
  const latest: { success?: Cached<PromiseFulfilledResult<T>>; failure?: Cached<PromiseRejectedResult> } = {};
  let underWay: Promise<Cached<PromiseSettledResult<T>>> | undefined;

  async function fetchNow(): Promise<Cached<PromiseSettledResult<T>>> {
    const attempt = createAttempt(connection, EXCHANGE_LIMIT_MS);
    const [outcome] = await Promise.allSettled([request(attempt)]);
    underWay = undefined;
    const fetched = { ...outcome, exchange: attempt.last, atMs: Date.now() };
    if (fetched.status === 'fulfilled') latest.success = fetched;
    else latest.failure = fetched;
    return fetched;
  }

  // It fetches in at most 5 s. Callers that come during a fetch share its outcome.
  return { latest, fetchOnce: () => (underWay ??= fetchNow()) };
}

/** A frozen copy of plain JSON. */
const freeze = <T>(value: T): T => JSON.parse(JSON.stringify(value), (_, inner) => Object.freeze(inner));

/**
 * Reports the exchange to the attempt's observer, and returns the value that was fetched.
 * @throws SignInError if none was
 */
export function useCached<T>(attempt: Attempt, cached: Cached<PromiseSettledResult<T>>, reused?: true): T {
  // Masked once, with the secrets of the attempt that fetched it or first reused it: an older response cannot
  // quote the secrets of a later attempt. All observers share the parts of the copy, so they are frozen.
  const copy: typeof mask = (event, redact) => {
    cached.masked ??= freeze(mask(event, redact));
    return { ...cached.masked, ...(reused && { reused }) };
  };
  if (cached.exchange) notify(attempt, cached.exchange, copy);
  if (cached.status === 'fulfilled') return cached.value;
  // Made again, because the facts may also contain secrets of this attempt.
  const error: unknown = cached.reason;
  throw error instanceof SignInError ? errorIn(attempt, error) : error;
}

/** False also if the clock was set back to a time before the fetch. */
export const isYounger = ({ atMs }: { atMs: number }, thanMs: number) =>
  Date.now() >= atMs && Date.now() < atMs + thanMs;
