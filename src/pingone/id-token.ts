// The ID token says who signed in. The provider signed it for this app and this sign-in. No claim and no
// token is used before every check has passed (OpenID Connect Core 1.0, section 3.1.3.7; RFC 9700, section
// 4.5.3.2).

import { verify } from 'node:crypto';
import { type Attempt, check, checkShape } from './attempt.ts';
import type { ProviderMetadata } from './discovery.ts';
import { CLAIM_RULES, HEADER_RULES, type Rule, registeredClaims } from './id-token-rules.ts';
import type { GetKeys, PublicKey } from './jwk-set.ts';
import { notify } from './observer.ts';
import { DEPTH_LIMIT, isDeeperThan, type JsonObject, parseJsonObject } from './response.ts';
import { asText } from './text.ts';
import type { TokenResponse } from './token-request.ts';

/** How many keys are tried if several have the same `kid`. */
const KEYS_TRIED = 4;

const SHAPE = ['id_token_malformed', 'the ID token is a signed JSON Web Token', 'Core 2'] as const;
const KEY = ['id_token_key_unknown', 'the key is in the JWK Set of the provider', 'Core 10.1'] as const;
const USABLE = ['id_token_key_unusable', 'size and exponent of the key are valid', 'RFC 7518, 3.3'] as const;
const SIGNATURE = ['id_token_signature', 'the signature is valid', 'Core 3.1.3.7 (6)'] as const;
const CLAIMS = ['id_token_claim_missing', 'required claims are present, with valid types', 'Core 2'] as const;

/**
 * Validates an ID token and returns all its claims.
 * @param rules the rules of a sign-in or of a refresh, in addition to those for every ID token
 * @throws SignInError id_token_* at the first check that fails, pingone_* if the keys cannot be fetched
 */
export async function validateIdToken(
  attempt: Attempt,
  { issuer, jwks_uri }: ProviderMetadata,
  { tokens, rules, getKeys }: { tokens: TokenResponse; rules: readonly Rule[]; getKeys: GetKeys },
): Promise<JsonObject & { sub: string }> {
  const { id_token: idToken, access_token: accessToken } = tokens;
  const { header, claims } = decode(attempt, idToken);
  for (const rule of HEADER_RULES) check(attempt, rule, rule[3](header));
  await checkSignature(attempt, { idToken, kid: header['kid'] }, (old) => getKeys(attempt, jwks_uri, old));

  const registered = checkShape(attempt, CLAIMS, registeredClaims.safeParse(claims));
  const expected = { issuer, clientId: attempt.registration.clientId, accessToken };
  const token = { ...registered, expected, nowSeconds: Date.now() / 1000 };
  for (const rule of [...CLAIM_RULES, ...rules]) check(attempt, rule, rule[3](token));
  // All claims, not only those with a rule.
  return { ...claims, sub: token.sub };
}

/**
 * Splits the token into its parts, which are not trusted before the signature is checked. A signed token has
 * three parts, an encrypted one five.
 */
function decode(attempt: Attempt, idToken: string): { header: JsonObject; claims: JsonObject } {
  const parts = /^[\w-]+\.[\w-]+\.[\w-]*$/.test(idToken) ? idToken.split('.') : [];
  const texts = parts.slice(0, 2).map((part) => Buffer.from(part, 'base64url').toString());
  const parsed = texts.map((text) => parseJsonObject(text).json);
  const isSound = parts.length > 0 && !parsed.includes(undefined) && !isDeeperThan(DEPTH_LIMIT + 1, parsed);
  check(attempt, SHAPE, isSound || {});
  const [header = {}, claims = {}] = parsed;
  notify(attempt, { type: 'id_token', header, claims });
  return { header, claims };
}

/**
 * Finds the key in the provider's JWK Set by `kid`. Keys in the header (jwk, jku, x5c) are never used. If no
 * cached key has made the signature, the JWK Set is fetched again, once: keys rotate, and PingOne can change
 * the key with the key ID "default".
 */
async function checkSignature(
  attempt: Attempt,
  { idToken, kid }: { idToken: string; kid: unknown },
  getKeys: (stale?: PublicKey[]) => Promise<PublicKey[]>,
): Promise<void> {
  const cached = await getKeys();
  const isSigned = (keys: PublicKey[]) => candidateKeys(keys, kid).some((key) => isSignedBy(idToken, key));
  const isSignedByCached = isSigned(cached);
  const keys = isSignedByCached ? cached : await getKeys(cached);
  const found = `kid ${asText(kid)}`;
  const [candidate] = candidateKeys(keys, kid);
  check(attempt, KEY, candidate !== undefined || { found });
  check(attempt, USABLE, candidate?.key !== undefined || { found: `${found} ${candidate?.unusable}` });
  check(attempt, SIGNATURE, isSignedByCached || isSigned(keys) || { found });
}

/**
 * The keys that may have made the signature. Usable keys come before unusable ones, and keys with the token's
 * `kid` before keys without one. If the token has no `kid`, every key may have made it.
 */
function candidateKeys(keys: PublicKey[], kid: unknown): PublicKey[] {
  const withKid = keys.filter((key) => kid === undefined || key.kid === kid);
  const withoutKid = keys.filter((key) => kid !== undefined && key.kid === undefined);
  return [...withKid, ...withoutKid].sort((a, b) => Number(!a.key) - Number(!b.key)).slice(0, KEYS_TRIED);
}

/** RS256: RSASSA-PKCS1-v1_5 with SHA-256 over the first two parts (RFC 7515, 5.2; RFC 7518, 3.3). */
function isSignedBy(idToken: string, { key }: PublicKey): boolean {
  const end = idToken.lastIndexOf('.');
  const signature = Buffer.from(idToken.slice(end + 1), 'base64url');
  return key !== undefined && verify('sha256', Buffer.from(idToken.slice(0, end)), key, signature);
}
