// GET <jwks_uri>: the public keys that PingOne signs with, kept and fetched anew when a token names an unknown one
// (RFC 7517, section 5; OpenID Connect Core 1.0, section 10.1.1; PingOne rotates them every 90 days).

import { type CompactVerifyGetKey, createRemoteJWKSet, customFetch, errors } from 'jose';
import { SignInError } from './errors.ts';
import type { Http } from './http.ts';
import { readJsonObject } from './pingone-answer.ts';

const STEP = 'JWKS request';
const KEPT_MS = 60 * 60 * 1000;
const BUDGET = { fetches: 10, windowMs: 10_000 };

export interface Jwks {
  /** Finds the key for a token's header, by `kid`. An unknown one is looked for in keys fetched anew. */
  findKey: CompactVerifyGetKey;
  /** Fetches the keys anew. */
  refresh(): Promise<void>;
  /** Fetches the keys if they are not here, or were fetched long ago. */
  beReady(): Promise<void>;
}

/** The key set at one address. @throws SignInError pingone_* where it cannot be fetched */
function createJwks(jwksUri: string, http: Http): Jwks {
  let fetchedAt: number[] = [];

  /** The fetch that jose is given: our own connection, and a budget, for each token may name another unknown key. */
  async function fetchKeys(): Promise<Response> {
    fetchedAt = fetchedAt.filter((time) => time > performance.now() - BUDGET.windowMs);
    if (fetchedAt.length >= BUDGET.fetches) {
      // The keys that are known go on working; the unknown one stays unknown.
      const known = keySet.jwks();
      if (known) return Response.json(known);
      throw new SignInError('pingone_busy', {
        detail: 'The keys were asked for too often.',
        retryAfterSeconds: 10,
      });
    }
    fetchedAt.push(performance.now());
    const answer = await http.send({ step: STEP, method: 'GET', url: jwksUri });
    if (answer.status !== 200) {
      throw new SignInError('pingone_failed', {
        detail: `The ${STEP} was answered with status ${answer.status}.`,
      });
    }
    return Response.json(readJsonObject(answer, STEP));
  }

  const keySet = createRemoteJWKSet(new URL(jwksUri), {
    [customFetch]: fetchKeys,
    // jose would refuse to fetch again within 30 s: the second of two quick rotations would fail.
    cooldownDuration: 0,
    cacheMaxAge: KEPT_MS,
  });

  const refresh = async () => keySet.reload().catch(asSignInError);
  return {
    findKey: async (header, token) => keySet(header, token).catch(asSignInError),
    refresh,
    beReady: async () => (keySet.fresh ? undefined : refresh()),
  };
}

/** The key set at an address, kept as long as the provider names no other. */
export function createKeySets(http: Http): (jwksUri: string) => Jwks {
  let latest: { jwksUri: string; jwks: Jwks } | undefined;
  return (jwksUri) => {
    if (latest?.jwksUri !== jwksUri) latest = { jwksUri, jwks: createJwks(jwksUri, http) };
    return latest.jwks;
  };
}

function asSignInError(error: unknown): never {
  if (error instanceof errors.JWKSInvalid) {
    throw new SignInError('pingone_answer_invalid', {
      detail: `The ${STEP} was not answered with a key set.`,
      cause: error,
    });
  }
  throw error;
}
