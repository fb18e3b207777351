// The ID token: who signed in, signed by the provider for this app and this sign-in. Nothing in it, and no other token, is
// used before every check has passed (OpenID Connect Core 1.0, section 3.1.3.7; RFC 9700, section 4.5.3.2).

import { verify } from 'node:crypto';
import { type Attempt, check, checkShape } from './attempt.ts';
import type { ProviderMetadata } from './discovery.ts';
import { type CheckedRule, CLAIM_RULES, HEADER_RULES, registeredClaims } from './id-token-rules.ts';
import type { GetKeys, SigningKey } from './jwk-set.ts';
import { observe } from './observer.ts';
import { DEPTH_LIMIT, isDeeperThan, type JsonObject, parseJsonObject } from './response.ts';
import { shown } from './text.ts';
import type { TokenResponse } from './token-request.ts';

/** Several keys may have one `kid`: so many are tried. */
const KEYS_TRIED = 4;

const SHAPE = ['id_token_malformed', 'the ID token is a signed JSON Web Token', 'Core 2'] as const;
const KEY = ['id_token_key_unknown', 'the key is one that the provider publishes', 'Core 10.1'] as const;
const USABLE = ['id_token_key_unusable', 'the key is strong enough', 'RFC 7518, 3.3'] as const;
const SIGNATURE = ['id_token_signature', 'the signature is valid', 'Core 3.1.3.7 (6)'] as const;
const CLAIMS = ['id_token_claim_missing', 'required claims are there, of the right type', 'Core 2'] as const;

/**
 * All claims of an ID token that passes every check.
 * @param rules of a sign-in, or of a refresh, beside those of every ID token
 * @throws SignInError id_token_* at the first check that fails, pingone_* where the keys cannot be fetched
 */
export async function validateIdToken(
  attempt: Attempt,
  { issuer, jwks_uri }: ProviderMetadata,
  { tokens, rules, keys }: { tokens: TokenResponse; rules: readonly CheckedRule[]; keys: GetKeys },
): Promise<JsonObject & { sub: string }> {
  const { id_token: idToken, access_token: accessToken } = tokens;
  const { header, claims } = decode(attempt, idToken);
  for (const rule of HEADER_RULES) check(attempt, rule, rule[3](header));
  await checkSignature(attempt, { idToken, kid: header['kid'] }, (than) => keys(attempt, jwks_uri, than));

  const registered = checkShape(attempt, CLAIMS, registeredClaims.safeParse(claims));
  const expected = { issuer, clientId: attempt.registration.clientId, accessToken };
  const token = { ...registered, expected, nowSeconds: Date.now() / 1000 };
  for (const rule of [...CLAIM_RULES, ...rules]) check(attempt, rule, rule[3](token));
  // All of them, also those that no rule knows.
  return { ...claims, sub: token.sub };
}

/** Three parts: five would be an encrypted token. Nothing of it is believed before the signature was checked. */
function decode(attempt: Attempt, idToken: string): { header: JsonObject; claims: JsonObject } {
  const parts = /^[\w-]+\.[\w-]+\.[\w-]*$/.test(idToken) ? idToken.split('.') : [];
  const texts = parts.slice(0, 2).map((part) => Buffer.from(part, 'base64url').toString());
  const parsed = texts.map((text) => parseJsonObject(text).json);
  const isSound = parts.length > 0 && !parsed.includes(undefined) && !isDeeperThan(DEPTH_LIMIT + 1, parsed);
  check(attempt, SHAPE, isSound || {});
  const [header = {}, claims = {}] = parsed;
  observe(attempt, { type: 'id_token', header, claims });
  return { header, claims };
}

/**
 * The key comes from the provider's JWK Set by `kid` alone; what a header brings (jwk, jku, x5c) is never looked at. Where
 * no key fits, the set is fetched again, once: keys rotate, and PingOne's key id "default" can change its key.
 */
async function checkSignature(
  attempt: Attempt,
  { idToken, kid }: { idToken: string; kid: unknown },
  getKeys: (than?: SigningKey[]) => Promise<SigningKey[]>,
): Promise<void> {
  const known = await getKeys();
  const isSigned = (keys: SigningKey[]) => fitting(keys, kid).some((key) => isSignedBy(idToken, key));
  const isKnown = isSigned(known);
  const keys = isKnown ? known : await getKeys(known);
  const found = `kid ${shown(kid)}`;
  const [best] = fitting(keys, kid);
  check(attempt, KEY, best !== undefined || { found });
  check(attempt, USABLE, best?.key !== undefined || { found: `${found} ${best?.unusable}` });
  check(attempt, SIGNATURE, isKnown || isSigned(keys) || { found });
}

/**
 * The keys that may have signed, the usable ones first. Keys with the token's `kid` come before keys without one; a token
 * without a `kid` may be signed with any key.
 */
function fitting(keys: SigningKey[], kid: unknown): SigningKey[] {
  const ofKid = keys.filter((key) => kid === undefined || key.kid === kid);
  const withoutKid = keys.filter((key) => kid !== undefined && key.kid === undefined);
  return [...ofKid, ...withoutKid].sort((a, b) => Number(!a.key) - Number(!b.key)).slice(0, KEYS_TRIED);
}

/** RS256: RSASSA-PKCS1-v1_5 with SHA-256 over the first two parts (RFC 7515, section 5.2; RFC 7518, section 3.3). */
function isSignedBy(idToken: string, { key }: SigningKey): boolean {
  const end = idToken.lastIndexOf('.');
  const signature = Buffer.from(idToken.slice(end + 1), 'base64url');
  return key !== undefined && verify('sha256', Buffer.from(idToken.slice(0, end)), key, signature);
}
