// GET <jwks_uri>: the public keys that the provider signs with, kept and fetched again when a token names an unknown one
// (RFC 7517, section 5; OpenID Connect Core 1.0, section 10.1.1; PingOne rotates them every 90 days).

import { createPublicKey, type KeyObject } from 'node:crypto';
import * as z from 'zod';
import { type Attempt, type Base, fail } from './attempt.ts';
import { SignInError } from './errors.ts';
import { createShared, exchangeJson, isWithin, take } from './exchange.ts';
import { beforeDeadline } from './http.ts';
import { optional } from './response.ts';

const KEPT_MS = 60 * 60 * 1000;
/** Each token may name another unknown key. */
const BUDGET = { fetches: 10, windowMs: 10_000 };
const KEYS_LIMIT = 100;
const RSA_MIN_BITS = 2_048;
/** Characters of base64url. A modulus has 8,192 bits at most; zeros may stand before an exponent. */
const MAX_LENGTH = { e: 8, n: 1_366 };

const UNUSUAL = 'has an unusual exponent';

const jwk = z.object({
  kty: z.literal('RSA'),
  n: z.string(),
  e: z.string(),
  kid: optional(z.string()),
  use: optional(z.literal('sig')),
  alg: optional(z.literal('RS256')),
});

/** One of the provider's RSA keys for signatures. */
export interface SigningKey {
  kid: string | undefined;
  key?: KeyObject;
  /** Why it cannot be used. */
  unusable?: string;
}

/**
 * The keys at an address, fetched an hour ago at most.
 * @param than keys that are known already: newer ones are fetched, unless too many were fetched lately
 * @throws SignInError pingone_*
 */
export type GetKeys = (attempt: Attempt, jwksUri: string, than?: SigningKey[]) => Promise<SigningKey[]>;

export function createKeys(base: Base): GetKeys {
  let current = keysAt('');
  let fetchedAt: number[] = [];

  function keysAt(jwksUri: string) {
    const shared = createShared(base, (attempt) => {
      fetchedAt.push(performance.now());
      return requestKeys(attempt, jwksUri);
    });
    return { jwksUri, ...shared };
  }

  return async (attempt, jwksUri, than) => {
    if (current.jwksUri !== jwksUri) current = keysAt(jwksUri);
    const { kept, fetchOnce } = current;
    fetchedAt = fetchedAt.filter((time) => time > performance.now() - BUDGET.windowMs);
    const mayFetch = fetchedAt.length < BUDGET.fetches;
    const isFresh = kept.good && kept.good.value !== than && isWithin(kept.good.atMs, KEPT_MS);
    if (kept.good && (isFresh || !mayFetch)) return take(attempt, kept.good, true);
    if (!mayFetch) throw new SignInError('pingone_busy', { step: 'jwk_set', retryAfterSeconds: 10 });
    return take(attempt, await beforeDeadline(attempt.deadline, { step: 'jwk_set' }, fetchOnce));
  };
}

/** @throws SignInError pingone_* */
export async function requestKeys(attempt: Attempt, jwksUri: string): Promise<SigningKey[]> {
  const request = { step: 'jwk_set', method: 'GET', url: jwksUri } as const;
  const { keys } = await exchangeJson(attempt, request, () => 'pingone_blocked');
  if (!Array.isArray(keys)) return fail(attempt, 'pingone_response_invalid', { why: 'no_keys' });
  // Keys of other kinds, and what is no key at all, are skipped (RFC 7517, section 5).
  return keys.slice(0, KEYS_LIMIT).flatMap((entry) => readKey(entry) ?? []);
}

/**
 * RFC 7518, section 3.3, asks for 2048 bits. An even exponent, or one below 3, is none. In practice it is 65537; some
 * libraries accept no more than 31 bits, and more would take longer.
 */
function readKey(entry: unknown): SigningKey | undefined {
  const { success, data } = jwk.safeParse(entry);
  if (!success) return undefined;
  const { kid, kty, n, e } = data;
  // What is done with a key takes quadratic time.
  if (e.length > MAX_LENGTH.e) return { kid, unusable: UNUSUAL };
  if (n.length > MAX_LENGTH.n) return { kid, unusable: 'has an unusual modulus' };
  const key = createPublicKey({ key: { kty, n, e }, format: 'jwk' });
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  const isUsual = publicExponent >= 3n && publicExponent % 2n === 1n && publicExponent < 2n ** 31n;
  if (isUsual && modulusLength >= RSA_MIN_BITS) return { kid, key };
  return { kid, unusable: isUsual ? `has ${modulusLength} bits, not ${RSA_MIN_BITS}` : UNUSUAL };
}
