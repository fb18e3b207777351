// GET <jwks_uri>: the provider's JWK Set, with the public keys for its signatures. It is cached, and fetched
// again if no key fits a token (RFC 7517, section 5; OpenID Connect Core 1.0, section 10.1.1). PingOne
// rotates its keys every 90 days.

import { createPublicKey, type KeyObject } from 'node:crypto';
import * as z from 'zod';
import { type Attempt, type Connection, fail } from './attempt.ts';
import { SignInError } from './errors.ts';
import { createCache, exchangeJson, isYounger, useCached } from './exchange.ts';
import { beforeDeadline } from './http.ts';
import { optional } from './response.ts';

const KEPT_MS = 60 * 60 * 1000;
/** Limits the fetches, because each token may name another unknown key. */
const BUDGET = { fetches: 10, windowMs: 10_000 };
const KEYS_LIMIT = 100;
const MIN_BITS = 2_048;
/** In characters of base64url: a modulus of 8,192 bits, and an exponent that may begin with zeros. */
const MAX_LENGTH = { e: 8, n: 1_366 };

const BAD_EXPONENT = 'has an unsupported exponent';

const jwk = z.object({
  kty: z.literal('RSA'),
  n: z.string(),
  e: z.string(),
  kid: optional(z.string()),
  use: optional(z.literal('sig')),
  alg: optional(z.literal('RS256')),
});

/** An RSA key of the provider for signatures. It has either `key` or `unusable`. */
export interface PublicKey {
  kid: string | undefined;
  key?: KeyObject;
  /** Why the key cannot be used. */
  unusable?: string;
}

/**
 * Returns the keys of a JWK Set that was fetched within the last hour.
 * @param stale keys that did not fit. If they are the cached ones, the JWK Set is fetched again, at most ten
 *   times in 10 s.
 * @throws SignInError pingone_*
 */
export type GetKeys = (attempt: Attempt, jwksUri: string, stale?: PublicKey[]) => Promise<PublicKey[]>;

/** Makes the function that returns the keys. It caches the JWK Set. */
export function createKeySource(connection: Connection): GetKeys {
  let current = cacheFor('');
  let fetchTimes: number[] = [];

  function cacheFor(jwksUri: string) {
    const cache = createCache(connection, (attempt) => {
      fetchTimes.push(performance.now());
      return requestJwkSet(attempt, jwksUri);
    });
    return { jwksUri, ...cache };
  }

  return async (attempt, jwksUri, stale) => {
    if (current.jwksUri !== jwksUri) current = cacheFor(jwksUri);
    fetchTimes = fetchTimes.filter((time) => time > performance.now() - BUDGET.windowMs);
    const mayFetch = fetchTimes.length < BUDGET.fetches;
    const { success: cached } = current.latest;
    const isFresh = cached && cached.value !== stale && isYounger(cached, KEPT_MS);
    if (cached && (isFresh || !mayFetch)) return useCached(attempt, cached, true);
    if (!mayFetch) throw new SignInError('pingone_busy', { step: 'jwk_set', retryAfterSeconds: 10 });
    return useCached(attempt, await beforeDeadline(attempt.deadline, { step: 'jwk_set' }, current.fetchOnce));
  };
}

/** Fetches a JWK Set, and returns its RSA keys for signatures. @throws SignInError pingone_* */
export async function requestJwkSet(attempt: Attempt, jwksUri: string): Promise<PublicKey[]> {
  const request = { step: 'jwk_set', method: 'GET', url: jwksUri } as const;
  const { keys } = await exchangeJson(attempt, request, () => 'pingone_blocked');
  if (!Array.isArray(keys)) return fail(attempt, 'pingone_response_invalid', { why: 'keys_is_not_an_array' });
  // Keys of other types, and items that are not keys, are skipped (RFC 7517, section 5).
  return keys.slice(0, KEYS_LIMIT).flatMap((entry) => readKey(entry) ?? []);
}

/**
 * Reads one item of a JWK Set. RFC 7518, section 3.3, requires 2048 bits. An exponent below 3, or an even
 * one, is not valid. In practice it is 65537. A larger one makes a verification slower, and some libraries
 * accept no more than 31 bits.
 */
function readKey(entry: unknown): PublicKey | undefined {
  const { success, data } = jwk.safeParse(entry);
  if (!success) return undefined;
  const { kid, kty, n, e } = data;
  // Before createPublicKey, because work with a key takes quadratic time.
  if (e.length > MAX_LENGTH.e) return { kid, unusable: BAD_EXPONENT };
  if (n.length > MAX_LENGTH.n) return { kid, unusable: 'has an unsupported modulus' };
  const key = createPublicKey({ key: { kty, n, e }, format: 'jwk' });
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  const isSupported = publicExponent >= 3n && publicExponent % 2n === 1n && publicExponent < 2n ** 31n;
  if (isSupported && modulusLength >= MIN_BITS) return { kid, key };
  return { kid, unusable: isSupported ? `has ${modulusLength} bits, fewer than ${MIN_BITS}` : BAD_EXPONENT };
}
