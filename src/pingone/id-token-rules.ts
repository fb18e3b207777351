// The rules for an ID token: one row of a table for each rule. The rules for the header are checked before
// the signature, the rules for the claims after it (OpenID Connect Core 1.0, sections 2 and 3.1.3.7; "Core"
// below).

import { hash } from 'node:crypto';
import * as z from 'zod';
import type { CheckDescription, Verdict } from './attempt.ts';
import type { GivenFacts } from './errors.ts';
import { type JsonObject, lenient, optional } from './response.ts';
import { asText } from './text.ts';

/** Clocks differ. Ping's own guidance allows one minute. */
const TOLERANCE_SECONDS = 60;
const SUB = /^[\x20-\x7e]{1,255}$/;

export const registeredClaims = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())], 'expected string or array of strings'),
  exp: z.number(),
  iat: z.number(),
  nbf: optional(z.number()),
  nonce: optional(z.string()),
  azp: optional(z.string()),
  at_hash: optional(z.string()),
  auth_time: lenient(z.number()),
  acr: lenient(z.string().min(1)),
});

/** How the user must have signed on at PingOne. */
export interface Requirement {
  /** The longest time since the user signed on. */
  maxAgeSeconds?: number | undefined;
  /** Names of sign-on policies. One of them is enough. */
  acrValues?: string[] | undefined;
}

/** The claims of an ID token, and the values with which the rules compare them. */
export type IdToken = z.infer<typeof registeredClaims> & {
  /** `accessToken` is from the same response as the ID token. `at_hash` must be its hash. */
  expected: { issuer: string; clientId: string; accessToken: string };
  nowSeconds: number;
};

/** The description of a check, and the function that makes it. */
export type Rule<T = IdToken> = readonly [...CheckDescription, verdictOf: (token: T) => Verdict];

// crit: RFC 7797, section 7, forbids its extension b64 in a JWT, and this app supports no other extension.
// typ: an access token ("at+jwt") or a logout token ("logout+jwt") must not pass as an ID token. alg: PingOne
// signs ID tokens with RS256.
export const HEADER_RULES: readonly Rule<JsonObject>[] = [
  ['id_token_critical_header', 'crit is absent', 'RFC 7515, 4.1.11', ({ crit }) => equals(crit, undefined)],
  ['id_token_type', 'typ is absent or JWT', 'RFC 8725, 3.11', ({ typ = 'JWT' }) => isJwt(typ)],
  ['id_token_algorithm', 'alg is RS256', 'Core 3.1.3.7 (7)', ({ alg }) => equals(alg, 'RS256')],
];

// id_token_too_old: an ID token comes directly from the token endpoint, so an older one belongs to another
// sign-in.
export const CLAIM_RULES: readonly Rule[] = [
  ['id_token_issuer', 'iss is the issuer', 'Core 3.1.3.7 (2)', (t) => equals(t.iss, t.expected.issuer)],
  ['id_token_audience', 'aud contains only the client ID', 'Core 3.1.3.7 (3)', isOnlyAudience],
  ['id_token_authorized_party', 'azp is the client ID', 'Core 3.1.3.7 (5)', (t) => isAuthorizedParty(t)],
  ['id_token_subject', 'sub has 1 to 255 ASCII characters', 'Core 2', (t) => SUB.test(t.sub) || {}],
  ['id_token_expired', 'exp has not passed', 'Core 3.1.3.7 (9)', (t) => notPast(t, 'exp', 0)],
  ['id_token_issued_in_future', 'iat is not in the future', 'Core 3.1.3.7 (10)', (t) => notAhead(t, 'iat')],
  ['id_token_too_old', 'iat is at most 10 minutes ago', 'Core 3.1.3.7 (10)', (t) => notPast(t, 'iat', 600)],
  ['id_token_not_yet_valid', 'nbf has passed', 'RFC 7519, 4.1.5', (t) => notAhead(t, 'nbf')],
  ['id_token_at_hash', 'at_hash matches the access token', 'Core 3.1.3.8', isAccessTokenHash],
];

/**
 * The rules of a sign-in, in addition to CLAIM_RULES. The parameter has the values of the authorization
 * request.
 */
export function signInRules({ nonce, ...requirement }: { nonce: string } & Requirement): readonly Rule[] {
  return [
    ['id_token_nonce', 'nonce matches this sign-in', 'Core 3.1.3.7 (11)', (t) => matches(t.nonce, nonce)],
    ['id_token_auth_time', 'auth_time satisfies max_age', 'Core 3.1.3.7 (13)', recentAuthTime(requirement)],
    ['id_token_acr', 'acr is one of acr_values', 'Core 3.1.3.7 (12)', acceptedAcr(requirement)],
  ];
}

export const ABSENT = 'the claim is absent';

/** Upper and lower case are the same (RFC 7515, section 4.1.9). */
const isJwt = (typ: unknown) => equals(/^jwt$/i.test(asText(typ)) ? 'JWT' : typ, 'JWT');

function isOnlyAudience({ aud, expected: { clientId } }: IdToken): Verdict {
  const audiences = [aud].flat();
  const isOnly = audiences.length > 0 && audiences.every((one) => one === clientId);
  return isOnly || { expected: clientId, found: asText(aud) };
}

const isAuthorizedParty = ({ azp, expected }: IdToken): Verdict =>
  azp === undefined ? ABSENT : equals(azp, expected.clientId);

function notPast(token: IdToken, claim: 'exp' | 'iat', allowedSeconds: number): Verdict {
  const { [claim]: seconds, nowSeconds } = token;
  return nowSeconds < seconds + allowedSeconds + TOLERANCE_SECONDS || timeFacts(claim, seconds, nowSeconds);
}

function notAhead(token: IdToken, claim: 'iat' | 'nbf'): Verdict {
  const { [claim]: seconds, nowSeconds } = token;
  if (seconds === undefined) return ABSENT;
  return seconds <= nowSeconds + TOLERANCE_SECONDS || timeFacts(claim, seconds, nowSeconds);
}

function recentAuthTime({ maxAgeSeconds }: Requirement): (token: IdToken) => Verdict {
  if (maxAgeSeconds === undefined) return () => 'the sign-in did not request max_age';
  const expected = `auth_time at most ${maxAgeSeconds} s ago`;
  return ({ auth_time, nowSeconds }) => {
    const isRecent = !failedRequirement({ auth_time }, { maxAgeSeconds });
    const found = auth_time === undefined ? {} : timeFacts('auth_time', auth_time, nowSeconds);
    return isRecent || { ...found, expected };
  };
}

function acceptedAcr({ acrValues = [] }: Requirement): (token: IdToken) => Verdict {
  if (acrValues.length === 0) return () => 'the sign-in did not request acr_values';
  const expected = asText(acrValues);
  return ({ acr }) => !failedRequirement({ acr }, { acrValues }) || { expected, found: asText(acr) };
}

/** `at_hash` is the left half of the access token's SHA-256, which is the hash of RS256 (section 3.1.3.6). */
function isAccessTokenHash({ at_hash, expected }: IdToken): Verdict {
  if (at_hash === undefined) return ABSENT;
  const half = hash('sha256', expected.accessToken, 'buffer').subarray(0, 16);
  return matches(at_hash, half.toString('base64url'));
}

/**
 * The claim that does not satisfy the requirement: `auth_time` if it is missing or too old, `acr` if it is
 * missing or not in the list. Undefined if both satisfy it. The guard of a route and the rules above make the
 * same comparison (Core 3.1.2.1).
 */
export function failedRequirement(
  { auth_time, acr }: { auth_time?: unknown; acr?: unknown },
  { maxAgeSeconds, acrValues }: Requirement,
): 'auth_time' | 'acr' | undefined {
  const age = typeof auth_time === 'number' ? Date.now() / 1000 - auth_time : Number.POSITIVE_INFINITY;
  // A time in the future proves nothing.
  const isRecent = age >= -TOLERANCE_SECONDS && age <= (maxAgeSeconds ?? 0) + TOLERANCE_SECONDS;
  if (maxAgeSeconds !== undefined && !isRecent) return 'auth_time';
  const isAccepted = typeof acr === 'string' && acrValues?.includes(acr);
  return acrValues?.length && !isAccepted ? 'acr' : undefined;
}

const equals = (found: unknown, expected: unknown): Verdict =>
  found === expected || { expected: asText(expected), found: asText(found) };

/** Like `equals`, but the facts do not contain the values, because a nonce is a secret. */
export const matches = (found: unknown, expected: unknown): Verdict => found === expected || {};

/** Both times and their difference, because often the clock of this machine is wrong. */
function timeFacts(claim: string, seconds: number, nowSeconds: number): GivenFacts {
  const secondsApart = Math.round(Math.abs(seconds - nowSeconds));
  return { expected: `clock ${inUtc(nowSeconds)}`, found: `${claim} ${inUtc(seconds)}`, secondsApart };
}

export function inUtc(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds} s` : date.toISOString();
}
