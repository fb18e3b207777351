// The ID token: who signed in, signed by PingOne for this app and this sign-in. Nothing in it, and no other token, is
// used before every check holds (OpenID Connect Core 1.0, section 3.1.3.7; RFC 9700, section 4.5.3.2).

import {
  compactVerify,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type ProtectedHeaderParameters,
} from 'jose';
import type { CheckList } from './checks.ts';
import { beforeDeadline } from './deadline.ts';
import { SignInError } from './errors.ts';
import { checkIdTokenClaims, describe, type ExpectedIdToken } from './id-token-claims.ts';
import type { Jwks } from './jwks.ts';
import { DEPTH_LIMIT, isDeeperThan, type JsonObject } from './pingone-answer.ts';

/** What PingOne signs with, and the default of OpenID Connect. */
const ALGORITHM = 'RS256';

/**
 * All claims of an ID token that holds.
 * @throws SignInError id_token_* at the first check that does not hold, pingone_* where the keys cannot be fetched
 */
export async function validateIdToken(
  idToken: string,
  expected: ExpectedIdToken,
  jwks: Jwks,
  checks: CheckList,
  deadline: number,
): Promise<JsonObject & { sub: string }> {
  const decoded = decode(idToken);
  checks.ensure(
    'the ID token is a signed JSON Web Token',
    'Core 2',
    decoded !== undefined,
    'id_token_malformed',
  );
  checkHeader(decoded.header, checks);
  await checkSignature(idToken, jwks, checks, deadline);
  return checkIdTokenClaims(decoded.claims, expected, checks);
}

/** Three parts, for five would be an encrypted token. Nothing of it is believed before the signature holds. */
function decode(idToken: string): { header: ProtectedHeaderParameters; claims: JsonObject } | undefined {
  if (idToken.split('.').length !== 3) return undefined;
  try {
    const claims = decodeJwt(idToken);
    return isDeeperThan(DEPTH_LIMIT, claims) ? undefined : { header: decodeProtectedHeader(idToken), claims };
  } catch {
    return undefined;
  }
}

function checkHeader({ typ, alg }: ProtectedHeaderParameters, checks: CheckList): void {
  // An access token is "at+jwt", a logout token "logout+jwt": neither may pass as an ID token.
  const isIdToken = typ === undefined || typ === 'JWT';
  checks.ensure('typ is absent or JWT', 'RFC 8725, 3.11', isIdToken, 'id_token_type', describe({ typ }));
  checks.ensure(
    'alg is RS256',
    'Core 3.1.3.7 (7)',
    alg === ALGORITHM,
    'id_token_algorithm',
    describe({ alg }),
  );
}

/** The key comes from PingOne's key set by `kid` alone; what a header brings (jwk, jku, x5c) is never looked at. */
async function checkSignature(
  idToken: string,
  jwks: Jwks,
  checks: CheckList,
  deadline: number,
): Promise<void> {
  let failure: unknown;
  try {
    await beforeDeadline(deadline, 'The JWKS request', () => verify(idToken, jwks));
  } catch (error) {
    if (error instanceof SignInError) throw error;
    failure = error;
  }
  checks.ensure(
    'the key is one that PingOne publishes',
    'Core 10.1',
    !isKeyUnknown(failure),
    'id_token_key_unknown',
  );
  checks.ensure('the signature holds', 'Core 3.1.3.7 (6)', failure === undefined, 'id_token_signature');
}

function isKeyUnknown(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
}

/**
 * A signature that fails, or a key that cannot be used, is tried once more with keys fetched anew: PingOne's key id
 * "default" can change its key.
 * findKey fetches PingOne's keys where they are not here yet.
 * @throws whatever jose does, and SignInError where the keys cannot be fetched
 */
async function verify(idToken: string, jwks: Jwks): Promise<void> {
  const options = { algorithms: [ALGORITHM] };
  try {
    await compactVerify(idToken, jwks.findKey, options);
  } catch (error) {
    if (error instanceof SignInError || isKeyUnknown(error)) throw error;
    await jwks.refresh();
    await compactVerify(idToken, jwks.findKey, options);
  }
}
