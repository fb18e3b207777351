// What the steps of one sign-in, or of one refresh, share: the connection, the time that is left, the secrets that must
// not show, and the observer. Steps report their checks here.

import type * as z from 'zod';
import { type GivenFacts, SignInError, type SignInErrorCode, type Step, stepOf } from './errors.ts';
import type { Http } from './http.ts';
import { type Exchange, type Observer, observe } from './observer.ts';
import { wrongFields } from './response.ts';
import { createRedactor, type Redactor } from './text.ts';

/** The application as it is registered in PingOne (Applications > Applications > your application). */
export interface Registration {
  /** As the console shows it; compared exactly. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Space-separated, with openid. */
  scope: string;
  redirectUri: string;
  /** Registered as a Signoff URL: where PingOne sends the browser after sign-off (post_logout_redirect_uri). */
  signOffUrl: string;
}

/** What a caller may want to hear while a sign-in or a refresh is under way. */
export interface Hooks {
  observer?: Observer | undefined;
  /** Told of a refresh token as soon as it has come, before any check: it must be kept or revoked. */
  onRefreshToken?: ((refreshToken: string) => void) | undefined;
}

export interface Attempt extends Hooks {
  http: Http;
  registration: Registration;
  /** Milliseconds of performance.now(). */
  deadline: number;
  /** Grows with each secret that comes. */
  secrets: string[];
  redact: Redactor;
  /** The last exchange, secrets and all. */
  last?: Exchange;
}

export type Base = Pick<Attempt, 'http' | 'registration'>;

/** @param limitMs how long all of its steps together may take */
export function createAttempt({ http, registration }: Base, limitMs: number, hooks: Hooks = {}): Attempt {
  const deadline = performance.now() + limitMs;
  const secrets = [registration.clientSecret];
  return { http, registration, ...hooks, deadline, secrets, redact: createRedactor(secrets) };
}

/** A check: the error when it fails, what is true when it has passed, the section that asks for it. */
export type Rule = readonly [code: SignInErrorCode, name: string, section: string];

/** A rule may carry more than is told of it. */
type Reported = readonly [...Rule, ...unknown[]];

/** True: the check has passed. A text: why there is nothing to compare. Facts: it has failed. */
export type Verdict = true | string | GivenFacts;

/**
 * Reports a check, and ends the attempt if it failed.
 * @throws SignInError with the rule's code
 */
export function check(attempt: Attempt, [code, name, section]: Reported, verdict: Verdict): void {
  const told = { type: 'check', step: stepIn(attempt, code), name, section } as const;
  if (verdict === true) observe(attempt, { ...told, result: 'passed' });
  else if (typeof verdict === 'string') observe(attempt, { ...told, result: 'not applicable', why: verdict });
  else {
    const error = errorIn(attempt, { code, facts: verdict });
    const { expected, found } = error.facts;
    observe(attempt, { ...told, result: 'failed', code, expected, found });
    end(attempt, error);
  }
}

/** A check that a value has a shape, and the value in it. @throws SignInError with the rule's code */
export function checkShape<T>(attempt: Attempt, rule: Rule, parsed: z.ZodSafeParseResult<T>): T {
  check(attempt, rule, parsed.success || wrongFields(parsed.error));
  return parsed.data as T;
}

/**
 * Ends the attempt because of a response that cannot be used.
 * @throws SignInError always
 */
export function fail(attempt: Attempt, code: SignInErrorCode, facts: GivenFacts): never {
  return end(attempt, errorIn(attempt, { code, facts }));
}

/** What has failed, and why. */
type Failure = Pick<SignInError, 'code' | 'cause'> & { facts: GivenFacts };

/** An error of this attempt: what the provider said is cleaned here, and only here. */
export function errorIn(attempt: Attempt, { code, facts, cause }: Failure): SignInError {
  const given = Object.entries({ step: stepIn(attempt, code), ...facts });
  const safe = given.map(([name, fact]) => [name, typeof fact === 'string' ? attempt.redact(fact) : fact]);
  return new SignInError(code, Object.fromEntries(safe), cause);
}

const stepIn = ({ last }: Attempt, code: SignInErrorCode): Step => stepOf(code) ?? last?.step ?? 'discovery';

/** What failed may be the response to another request: its connection is not used again, unless the browser brought it. */
function end({ http }: Attempt, error: SignInError): never {
  if (error.facts.step !== 'authorization_response') http.renew();
  throw error;
}
