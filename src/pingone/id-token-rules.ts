// What must be true of an ID token: a table with one row for each rule. The header's rules are checked before the
// signature, the rules of the claims after it (OpenID Connect Core 1.0, sections 2 and 3.1.3.7; "Core" below).

import { hash } from 'node:crypto';
import * as z from 'zod';
import type { Rule, Verdict } from './attempt.ts';
import type { GivenFacts } from './errors.ts';
import { type JsonObject, lenient, optional } from './response.ts';
import { shown } from './text.ts';

/** Clocks differ; Ping's own guidance allows for a minute. */
const TOLERANCE_SECONDS = 60;
/** An ID token comes straight from the token endpoint: one that was issued longer ago belongs to another sign-in. */
const MAX_AGE_SECONDS = 600;
const SUB = /^[\x20-\x7e]{1,255}$/;

export const registeredClaims = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())], 'expected string or strings'),
  exp: z.number(),
  iat: z.number(),
  nbf: optional(z.number()),
  nonce: optional(z.string()),
  azp: optional(z.string()),
  at_hash: optional(z.string()),
  auth_time: lenient(z.number()),
  acr: lenient(z.string().min(1)),
});

/** How the user must have signed on: how long ago at most, and by which of PingOne's sign-on policies. */
export interface Requirement {
  maxAgeSeconds?: number | undefined;
  /** One of these. */
  acrValues?: string[] | undefined;
}

/** The claims of a token under check, beside what is expected of them. */
export type IdToken = z.infer<typeof registeredClaims> & {
  /** The access token is the one of the same response, for at_hash. */
  expected: { issuer: string; clientId: string; accessToken: string };
  nowSeconds: number;
};

/** A rule, and the function that checks it. */
export type CheckedRule<T = IdToken> = readonly [...Rule, verdictOf: (token: T) => Verdict];

// RFC 7797, section 7, forbids b64 in a JWT; this app knows no other extension either. An access token is "at+jwt", a
// logout token "logout+jwt": neither may pass as an ID token. RS256 is what PingOne signs with.
export const HEADER_RULES: readonly CheckedRule<JsonObject>[] = [
  ['id_token_critical_header', 'crit is absent', 'RFC 7515, 4.1.11', ({ crit }) => differs(crit, undefined)],
  ['id_token_type', 'typ is absent or JWT', 'RFC 8725, 3.11', ({ typ = 'JWT' }) => isJwt(typ)],
  ['id_token_algorithm', 'alg is RS256', 'Core 3.1.3.7 (7)', ({ alg }) => differs(alg, 'RS256')],
];

export const CLAIM_RULES: readonly CheckedRule[] = [
  ['id_token_issuer', 'iss is the issuer', 'Core 3.1.3.7 (2)', (t) => differs(t.iss, t.expected.issuer)],
  ['id_token_audience', 'aud is this app alone', 'Core 3.1.3.7 (3)', audience],
  ['id_token_authorized_party', 'azp is this app', 'Core 3.1.3.7 (5)', (t) => authorizedParty(t)],
  ['id_token_subject', 'sub is 1 to 255 ASCII characters', 'Core 2', (t) => SUB.test(t.sub) || {}],
  ['id_token_expired', 'exp has not passed', 'Core 3.1.3.7 (9)', (t) => isPast(t, 'exp', 0)],
  ['id_token_issued_in_future', 'iat is not in the future', 'Core 3.1.3.7 (10)', (t) => isAhead(t, 'iat')],
  ['id_token_too_old', 'iat is not long ago', 'Core 3.1.3.7 (10)', (t) => isPast(t, 'iat', MAX_AGE_SECONDS)],
  ['id_token_not_yet_valid', 'nbf has passed', 'RFC 7519, 4.1.5', (t) => isAhead(t, 'nbf')],
  ['id_token_at_hash', 'at_hash matches the access token', 'Core 3.1.3.8', accessTokenHash],
];

/** Those of a sign-in, beside CLAIM_RULES. @param asked what the authorization request said */
export function signInRules({ nonce, ...asked }: { nonce: string } & Requirement): readonly CheckedRule[] {
  return [
    ['id_token_nonce', 'nonce matches this sign-in', 'Core 3.1.3.7 (11)', (t) => matches(t.nonce, nonce)],
    ['id_token_auth_time', 'auth_time is as recent as max_age asks', 'Core 3.1.3.7 (13)', recent(asked)],
    ['id_token_acr', 'acr is one of acr_values', 'Core 3.1.3.7 (12)', oneOf(asked)],
  ];
}

export const ABSENT = 'the claim is not there';

/** Without regard to case (RFC 7515, section 4.1.9). */
const isJwt = (typ: unknown) => differs(/^jwt$/i.test(shown(typ)) ? 'JWT' : typ, 'JWT');

function audience({ aud, expected: { clientId } }: IdToken): Verdict {
  const audiences = [aud].flat();
  const isAlone = audiences.length > 0 && audiences.every((one) => one === clientId);
  return isAlone || { expected: clientId, found: shown(aud) };
}

const authorizedParty = ({ azp, expected }: IdToken): Verdict =>
  azp === undefined ? ABSENT : differs(azp, expected.clientId);

function isPast(token: IdToken, claim: 'exp' | 'iat', grantedSeconds: number): Verdict {
  const { [claim]: seconds, nowSeconds } = token;
  return nowSeconds < seconds + grantedSeconds + TOLERANCE_SECONDS || times(claim, seconds, nowSeconds);
}

function isAhead(token: IdToken, claim: 'iat' | 'nbf'): Verdict {
  const { [claim]: seconds, nowSeconds } = token;
  if (seconds === undefined) return ABSENT;
  return seconds <= nowSeconds + TOLERANCE_SECONDS || times(claim, seconds, nowSeconds);
}

function recent({ maxAgeSeconds }: Requirement): (token: IdToken) => Verdict {
  if (maxAgeSeconds === undefined) return () => 'the sign-in asked for no max_age';
  const expected = `auth_time at most ${maxAgeSeconds} s ago`;
  return ({ auth_time, nowSeconds }) => {
    const isRecent = !failedRequirement({ auth_time }, { maxAgeSeconds });
    const found = auth_time === undefined ? {} : times('auth_time', auth_time, nowSeconds);
    return isRecent || { ...found, expected };
  };
}

function oneOf({ acrValues = [] }: Requirement): (token: IdToken) => Verdict {
  if (acrValues.length === 0) return () => 'the sign-in asked for no acr_values';
  const expected = shown(acrValues);
  return ({ acr }) => !failedRequirement({ acr }, { acrValues }) || { expected, found: shown(acr) };
}

/** The left half of the access token's SHA-256, the hash of RS256 (section 3.1.3.6). */
function accessTokenHash({ at_hash, expected }: IdToken): Verdict {
  if (at_hash === undefined) return ABSENT;
  const half = hash('sha256', expected.accessToken, 'buffer').subarray(0, 16);
  return matches(at_hash, half.toString('base64url'));
}

/**
 * Which claim of a sign-in does not satisfy a requirement: a missing or too old `auth_time`, a missing or other `acr`.
 * Undefined: it satisfies it. The guard of a route and the rules above share this comparison (Core 3.1.2.1).
 */
export function failedRequirement(
  { auth_time, acr }: { auth_time?: unknown; acr?: unknown },
  { maxAgeSeconds, acrValues }: Requirement,
): 'auth_time' | 'acr' | undefined {
  const age = typeof auth_time === 'number' ? Date.now() / 1000 - auth_time : Number.POSITIVE_INFINITY;
  // One in the future proves nothing.
  const isRecent = age >= -TOLERANCE_SECONDS && age <= (maxAgeSeconds ?? 0) + TOLERANCE_SECONDS;
  if (maxAgeSeconds !== undefined && !isRecent) return 'auth_time';
  const isAsked = typeof acr === 'string' && acrValues?.includes(acr);
  return acrValues?.length && !isAsked ? 'acr' : undefined;
}

const differs = (found: unknown, expected: unknown): Verdict =>
  found === expected || { expected: shown(expected), found: shown(found) };

/** Neither value is shown: a nonce is a secret. */
export const matches = (found: unknown, expected: unknown): Verdict => found === expected || {};

/** Both times and the difference: mostly it is this machine's clock that is wrong. */
function times(claim: string, seconds: number, nowSeconds: number): GivenFacts {
  const secondsApart = Math.round(Math.abs(seconds - nowSeconds));
  return { expected: `clock ${inUtc(nowSeconds)}`, found: `${claim} ${inUtc(seconds)}`, secondsApart };
}

export function inUtc(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds} s` : date.toISOString();
}
