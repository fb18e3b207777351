// One request of an attempt and its response: sent, told to the observer, and refused where its step could not use it.
// Responses that many sign-ins share are kept with the exchange that fetched them.

import { type Attempt, type Base, createAttempt, errorIn, fail } from './attempt.ts';
import { type GivenFacts, SignInError, type SignInErrorCode } from './errors.ts';
import { factsOf, type HttpRequest, headersOf } from './http.ts';
import { type Exchange, observe } from './observer.ts';
import { errorFactsOf, type HttpResponse, readJson } from './response.ts';

/** A longer token is refused: no header could carry it. */
export const TOKEN_LIMIT = 16_384;
const SHARED_LIMIT_MS = 5_000;

/** Which error a 4xx is at one endpoint. */
type RefusedAs = (facts: GivenFacts) => SignInErrorCode;

/**
 * Sends a request of an attempt, once. Only a response of status 200 comes back.
 * @throws SignInError what `refusedAs` says; pingone_* for another 2xx, redirects, 429, 5xx and every connection error
 */
export async function exchange(attempt: Attempt, request: HttpRequest, refusedAs: RefusedAs) {
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
    observe(attempt, message);
  }
  if (response.status === 200) return response;
  const why = response.status < 300 ? 'status_not_200' : undefined;
  const facts = { ...factsOf(request), ...errorFactsOf(response), why };
  return fail(attempt, unusable(response.status) ?? refusedAs(facts), facts);
}

/** The JSON object of such a response, if its content type says that it is one. @throws pingone_response_invalid, too */
export async function exchangeJson(attempt: Attempt, request: HttpRequest, refusedAs: RefusedAs) {
  const response = await exchange(attempt, request, refusedAs);
  const { json, why } = readJson(response);
  if (json) return json;
  const { 'content-type': contentType = 'none' } = response.headers;
  const { correlationId } = errorFactsOf(response);
  return fail(attempt, 'pingone_response_invalid', { ...factsOf(request), contentType, why, correlationId });
}

function unusable(status: number): SignInErrorCode | undefined {
  if (status < 300) return 'pingone_response_invalid';
  if (status < 400) return 'pingone_redirected';
  if (status === 429 || status === 503) return 'pingone_busy';
  return status >= 500 ? 'pingone_failed' : undefined;
}

/** Tokens that have come must not show from now on. A refresh token was issued, whatever else is wrong. */
function noteTokens({ secrets, last, onRefreshToken }: Attempt, { status, json = {} }: HttpResponse): void {
  for (const name of ['access_token', 'id_token', 'refresh_token']) {
    const token = json[name];
    if (typeof token !== 'string' || token === '') continue;
    secrets.push(token.slice(0, TOKEN_LIMIT));
    const isIssued = name === 'refresh_token' && last?.method === 'POST' && status < 300;
    if (isIssued && token.length <= TOKEN_LIMIT) onRefreshToken?.(token);
  }
}

/** The outcome of a fetch, kept for others, with its exchange. The time is in milliseconds since 1970. */
type Kept<Outcome> = Outcome & { exchange: Exchange | undefined; atMs: number };

/** What many sign-ins share. Those who ask decide how long a kept outcome serves, and when to fetch again. */
export function createShared<T>(base: Base, work: (attempt: Attempt) => Promise<T>) {
  const kept: { good?: Kept<PromiseFulfilledResult<T>>; failed?: Kept<PromiseRejectedResult> } = {};
  let underWay: Promise<Kept<PromiseSettledResult<T>>> | undefined;

  async function fetchNow(): Promise<Kept<PromiseSettledResult<T>>> {
    const attempt = createAttempt(base, SHARED_LIMIT_MS);
    const [outcome] = await Promise.allSettled([work(attempt)]);
    underWay = undefined;
    const fetched = { ...outcome, exchange: attempt.last, atMs: Date.now() };
    if (fetched.status === 'fulfilled') kept.good = fetched;
    else kept.failed = fetched;
    return fetched;
  }

  /** Fetches it in 5 s at most, once for all who wait. */
  function fetchOnce() {
    underWay ??= fetchNow();
    return underWay;
  }

  return { kept, fetchOnce };
}

/** The value, for one of the sign-ins that share it; its observer is told of the exchange. @throws SignInError */
export function take<T>(attempt: Attempt, kept: Kept<PromiseSettledResult<T>>, reused?: true): T {
  if (kept.exchange) observe(attempt, { ...kept.exchange, ...(reused && { reused }) });
  if (kept.status === 'fulfilled') return kept.value;
  // The secrets of this sign-in may be in it as well.
  const error: unknown = kept.reason;
  throw error instanceof SignInError ? errorIn(attempt, error) : error;
}

/** Whether a span of time still lasts. Not so once the clock has been set back behind its beginning. */
export const isWithin = (beganAtMs: number, milliseconds: number) =>
  Date.now() >= beganAtMs && Date.now() < beganAtMs + milliseconds;
