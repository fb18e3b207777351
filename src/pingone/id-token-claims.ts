// The claims of an ID token whose signature holds: issued by whom, for whom, about whom, when, in which sign-in
// (OpenID Connect Core 1.0, sections 2 and 3.1.3.7; "Core" below).

import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { CheckList } from './checks.ts';
import type { JsonObject } from './pingone-answer.ts';

/** Clocks differ; Ping's own guidance allows for a minute. */
const TOLERANCE_SECONDS = 60;
/** No sign-in takes longer, so no ID token of one is older. */
const MAX_AGE_SECONDS = 600;

export interface ExpectedIdToken {
  issuer: string;
  clientId: string;
  nonce: string;
  /** The access token of the same answer, for at_hash. */
  accessToken: string;
}

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
});

/** The claims as they came. @throws SignInError id_token_* at the first check that does not hold */
export function checkIdTokenClaims(
  payload: JsonObject,
  expected: ExpectedIdToken,
  checks: CheckList,
): JsonObject & { sub: string } {
  const { holds } = checks;
  const parsed = registeredClaims.safeParse(payload);
  const wrong = `Missing or of the wrong kind: ${parsed.error?.issues.map(({ path }) => path[0]).join(', ')}.`;
  holds('iss, sub, aud, exp and iat are there', 'Core 2', parsed.success, 'id_token_claim_missing', wrong);

  const { iss, sub, aud, exp, iat, nbf, nonce, azp, at_hash } = parsed.data as z.infer<
    typeof registeredClaims
  >;
  const { issuer, clientId, accessToken } = expected;
  holds('iss is the issuer', 'Core 3.1.3.7 (2)', iss === issuer, 'id_token_issuer', found({ iss }));
  const forUsAlone = aud.length > 0 && [aud].flat().every((audience) => audience === clientId);
  holds('aud is this app alone', 'Core 3.1.3.7 (3)', forUsAlone, 'id_token_audience', found({ aud }));
  const toUs = azp === undefined || azp === clientId;
  holds('azp, if any, is this app', 'Core 3.1.3.7 (5)', toUs, 'id_token_authorized_party', found({ azp }));
  const names = /^[\x20-\x7e]{1,255}$/.test(sub);
  holds('sub is 1 to 255 ASCII characters', 'Core 2', names, 'id_token_subject');

  const now = Date.now() / 1000;
  const [late, early] = [now - TOLERANCE_SECONDS, now + TOLERANCE_SECONDS];
  holds('exp has not passed', 'Core 3.1.3.7 (9)', exp > late, 'id_token_expired', times({ exp }));
  const past = iat <= early;
  holds('iat is not in the future', 'Core 3.1.3.7 (10)', past, 'id_token_issued_in_future', times({ iat }));
  const fresh = iat >= late - MAX_AGE_SECONDS;
  holds('iat is not long ago', 'Core 3.1.3.7 (10)', fresh, 'id_token_too_old', times({ iat }));
  const valid = nbf === undefined || nbf <= early;
  holds('nbf, if any, has passed', 'RFC 7519, 4.1.5', valid, 'id_token_not_yet_valid', times({ nbf }));

  holds('nonce is this sign-in’s', 'Core 3.1.3.7 (11)', nonce === expected.nonce, 'id_token_nonce');
  const hash = 'at_hash fits the access token';
  if (at_hash === undefined) checks.notApplicable(hash, 'Core 3.1.3.8', 'the ID token has no at_hash');
  else holds(hash, 'Core 3.1.3.8', at_hash === atHash(accessToken), 'id_token_at_hash');
  return { ...payload, sub };
}

/** The left half of the access token's SHA-256, the hash of RS256 (section 3.1.3.6). */
function atHash(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url');
}

/** What stood in the place of what was expected, shortened, for it may come from anybody. */
export function found(claim: Record<string, unknown>): string {
  return Object.entries(claim)
    .map(([name, value]) => `${name} is ${JSON.stringify(value)?.slice(0, 200) ?? 'missing'}.`)
    .join(' ');
}

function times(claim: Record<string, number | undefined>): string {
  return Object.entries({ ...claim, 'this machine’s clock': Date.now() / 1000 })
    .map(([name, seconds]) => `${name} is ${inUtc(seconds)}`)
    .join(', ')
    .concat('.');
}

function inUtc(seconds = Number.NaN): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds} s` : date.toISOString();
}
