// What the steps of one attempt (a sign-in, a refresh, or one step alone) share: the connections, the
// deadline, the secrets to mask, and the observer. The steps report their checks here.

import type { ZodSafeParseResult as Parsed } from 'zod';
import { type GivenFacts, SignInError, type SignInErrorCode, type Step, stepOf } from './errors.ts';
import type { Http } from './http.ts';
import { type Exchange, notify, type Observer } from './observer.ts';
import { wrongFields } from './response.ts';
import { createRedactor, type Redactor } from './text.ts';

/** The application as it is registered in PingOne (Applications > Applications > your application). */
export interface Registration {
  /** The Issuer ID from the PingOne console. It is compared exactly. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Scopes, separated by spaces. One of them must be `openid`. */
  scope: string;
  redirectUri: string;
  /**
   * A Signoff URL of the application. PingOne sends the browser there after sign-off
   * (`post_logout_redirect_uri`).
   */
  signOffUrl: string;
}

/** Functions of the caller, called during a sign-in or a refresh. */
export interface Listeners {
  observer?: Observer | undefined;
  /** Called with each new refresh token, before any check. The caller must keep the token or revoke it. */
  onRefreshToken?: ((refreshToken: string) => void) | undefined;
}

export interface Attempt extends Listeners {
  http: Http;
  registration: Registration;
  /** In milliseconds of performance.now(). */
  deadline: number;
  /** The redactor masks these. Each new token is added. */
  secrets: string[];
  redact: Redactor;
  /** The last exchange. Its secrets are not masked. */
  last?: Exchange;
}

/** The connections to the provider, and the application that uses them. */
export type Connection = Pick<Attempt, 'http' | 'registration'>;

/** @param limitMs the time limit for all steps together */
export function createAttempt(connection: Connection, limitMs: number, listeners: Listeners = {}): Attempt {
  const deadline = performance.now() + limitMs;
  const secrets = [connection.registration.clientSecret];
  return { ...connection, ...listeners, deadline, secrets, redact: createRedactor(secrets) };
}

/**
 * `code`: the error if the check fails. `name`: what is true if it passes. `section`: where a specification
 * requires it.
 */
export type CheckDescription = readonly [code: SignInErrorCode, name: string, section: string];

/** A rule also has a function, which is not reported. */
type Reported = readonly [...CheckDescription, ...unknown[]];

/** `true`: the check passed. A string: why the check does not apply. Facts: the check failed. */
export type Verdict = true | string | GivenFacts;

/**
 * Reports a check to the observer, and ends the attempt if the check failed.
 * @throws SignInError with the code of the check
 */
export function check(attempt: Attempt, [code, name, section]: Reported, verdict: Verdict): void {
  const base = { type: 'check', step: stepIn(attempt, code), name, section } as const;
  if (verdict === true) notify(attempt, { ...base, result: 'passed' });
  else if (typeof verdict === 'string') notify(attempt, { ...base, result: 'not applicable', why: verdict });
  else {
    const error = errorIn(attempt, { code, facts: verdict });
    const { expected, found } = error.facts;
    notify(attempt, { ...base, result: 'failed', code, expected, found });
    endAttempt(attempt, error);
  }
}

/**
 * Checks that a value has the required fields, and returns the parsed value.
 * @throws SignInError with the code of the check
 */
export function checkShape<T>(attempt: Attempt, description: CheckDescription, parsed: Parsed<T>): T {
  check(attempt, description, parsed.success || wrongFields(parsed.error));
  return parsed.data as T;
}

/**
 * Ends the attempt because a response cannot be used.
 * @throws SignInError always
 */
export function fail(attempt: Attempt, code: SignInErrorCode, facts: GivenFacts): never {
  return endAttempt(attempt, errorIn(attempt, { code, facts }));
}

type Failure = Pick<SignInError, 'code' | 'cause'> & { facts: GivenFacts };

/** Makes an error of this attempt. Text from the provider is cleaned here, and secrets in it are masked. */
export function errorIn(attempt: Attempt, { code, facts, cause }: Failure): SignInError {
  const given = Object.entries({ step: stepIn(attempt, code), ...facts });
  const safe = given.map(([name, fact]) => [name, typeof fact === 'string' ? attempt.redact(fact) : fact]);
  return new SignInError(code, Object.fromEntries(safe), cause);
}

const stepIn = ({ last }: Attempt, code: SignInErrorCode): Step => stepOf(code) ?? last?.step ?? 'discovery';

/**
 * A response that fails a check may belong to another request, so its connection is not used again. The
 * browser brings the authorization response, so that one used no connection.
 */
function endAttempt({ http }: Attempt, error: SignInError): never {
  if (error.facts.step !== 'authorization_response') http.renew();
  throw error;
}
