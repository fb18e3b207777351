// The claims of an ID token whose signature holds: issued by whom, for whom, about whom, when, in which sign-in
// (OpenID Connect Core 1.0, sections 2 and 3.1.3.7; "Core" below).

import { hash } from 'node:crypto';
import * as z from 'zod';
import type { CheckList, Ensure } from './checks.ts';
import type { JsonObject } from './pingone-answer.ts';

/** Clocks differ; Ping's own guidance allows for a minute. */
const TOLERANCE_SECONDS = 60;
/** No sign-in takes longer, so no ID token of one is older. */
const MAX_AGE_SECONDS = 600;

export type ExpectedIdToken = {
  issuer: string;
  clientId: string;
  /** The access token of the same answer, for at_hash. */
  accessToken: string;
} & (AtSignIn | AfterRefresh);

/** The nonce of the authorization request. */
type AtSignIn = { nonce: string };
/** The claims of the ID token before, which must be about the same sign-in (section 12.2). */
type AfterRefresh = { before: JsonObject };

const registeredClaims = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
  iat: z.number(),
  nbf: z.number().optional(),
  nonce: z.string().optional(),
  azp: z.string().optional(),
  at_hash: z.string().optional(),
  auth_time: z.number().optional(),
});

/** The claims as they came. @throws SignInError id_token_* at the first check that does not hold */
export function checkIdTokenClaims(
  payload: JsonObject,
  expected: ExpectedIdToken,
  checks: CheckList,
): JsonObject & { sub: string } {
  // TypeScript wants the type spelt out for a function that narrows.
  const ensure: Ensure = checks.ensure;
  const parsed = registeredClaims.safeParse(payload);
  const wrong = `Missing or of the wrong kind: ${parsed.error?.issues.map(({ path }) => path[0]).join(', ')}.`;
  ensure(
    'required claims are there, of the right kind',
    'Core 2',
    parsed.success,
    'id_token_claim_missing',
    wrong,
  );

  const { iss, sub, aud, exp, iat, nbf, nonce, azp, at_hash } = parsed.data;
  const { issuer, clientId } = expected;
  ensure('iss is the issuer', 'Core 3.1.3.7 (2)', iss === issuer, 'id_token_issuer', describe({ iss }));
  const isForUsAlone = aud.length > 0 && [aud].flat().every((audience) => audience === clientId);
  ensure('aud is this app alone', 'Core 3.1.3.7 (3)', isForUsAlone, 'id_token_audience', describe({ aud }));
  const azpIs = describe({ azp });
  checks.ifThere(
    azp,
    'azp is this app',
    'Core 3.1.3.7 (5)',
    azp === clientId,
    'id_token_authorized_party',
    azpIs,
  );
  const isSub = /^[\x20-\x7e]{1,255}$/.test(sub);
  ensure('sub is 1 to 255 ASCII characters', 'Core 2', isSub, 'id_token_subject');

  const now = Date.now() / 1000;
  const isAlive = now < exp + TOLERANCE_SECONDS;
  ensure('exp has not passed', 'Core 3.1.3.7 (9)', isAlive, 'id_token_expired', describeTime({ exp }));
  const isIssued = iat <= now + TOLERANCE_SECONDS;
  const iatIs = describeTime({ iat });
  ensure('iat is not in the future', 'Core 3.1.3.7 (10)', isIssued, 'id_token_issued_in_future', iatIs);
  const isNew = iat >= now - MAX_AGE_SECONDS - TOLERANCE_SECONDS;
  ensure('iat is not long ago', 'Core 3.1.3.7 (10)', isNew, 'id_token_too_old', iatIs);
  const isValid = (nbf ?? 0) <= now + TOLERANCE_SECONDS;
  const nbfIs = describeTime({ nbf });
  checks.ifThere(nbf, 'nbf has passed', 'RFC 7519, 4.1.5', isValid, 'id_token_not_yet_valid', nbfIs);

  if ('before' in expected) checkSameSignIn(parsed.data, expected.before, checks);
  else
    ensure('nonce is that of this sign-in', 'Core 3.1.3.7 (11)', nonce === expected.nonce, 'id_token_nonce');
  const isOfToken = at_hash === atHashOf(expected.accessToken);
  checks.ifThere(at_hash, 'at_hash fits the access token', 'Core 3.1.3.8', isOfToken, 'id_token_at_hash');
  // All of them, also those that no check knows, and `sub` once more, for its type.
  return { ...payload, sub };
}

/** Section 12.2. A nonce need not come again. */
function checkSameSignIn(
  { sub, nonce, auth_time }: { sub: string; nonce?: string | undefined; auth_time?: number | undefined },
  before: JsonObject,
  checks: CheckList,
): void {
  const code = 'id_token_other_sign_in';
  checks.ensure('sub is that of the sign-in', 'Core 12.2', sub === before['sub'], code);
  checks.ifThere(nonce, 'nonce is that of the sign-in', 'Core 12.2', nonce === before['nonce'], code);
  const isSameTime = before['auth_time'] === undefined || auth_time === before['auth_time'];
  checks.ifThere(auth_time, 'auth_time is that of the sign-in', 'Core 12.2', isSameTime, code);
}

/** The left half of the access token's SHA-256, the hash of RS256 (section 3.1.3.6). */
function atHashOf(accessToken: string): string {
  return hash('sha256', accessToken, 'buffer').subarray(0, 16).toString('base64url');
}

/** What stood in the place of what was expected, shortened, for it may come from anybody. */
export function describe(claim: Record<string, unknown>): string {
  return Object.entries(claim)
    .map(([name, value]) => `${name} is ${JSON.stringify(value)?.slice(0, 200) ?? 'missing'}.`)
    .join(' ');
}

function describeTime(claim: Record<string, number | undefined>): string {
  const now = Date.now() / 1000;
  return Object.entries(claim)
    .map(([name, seconds = 0]) => `${name} is ${inUtc(seconds)}, ${apart(seconds, now)}.`)
    .join(' ');
}

/** Both times and the difference: mostly it is this machine's clock that is wrong. */
function apart(seconds: number, now: number): string {
  const difference = Math.round(Math.abs(seconds - now));
  return `this machine’s clock is ${inUtc(now)}: ${difference} s apart`;
}

function inUtc(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds} s` : date.toISOString();
}
