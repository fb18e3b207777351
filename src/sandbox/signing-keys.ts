// The keys that sign ID tokens, and the JWK Set that publishes them (RFC 7517).

import { randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK } from 'jose';

export interface SigningKeys {
  /** The `kid` of the signing key. */
  readonly kid: string;
  readonly privateKey: CryptoKey;
  /** The signing key in oidc-provider's format. It has the private parameters, so it must never be published. */
  readonly privateJwk: JWK;
  /** The response of `/as/jwks`: only the public parameters. */
  readonly jwks: { readonly keys: JWK[] };
}

/**
 * Makes two RSA keys of 2048 bits. As in PingOne, the JWK Set has more keys than the signing key, and the key ID is an
 * opaque string: `default` for older keys, a UUID for a key of a rotation policy. The signing key comes second, so an app
 * fails if it uses the first key instead of the key with the right `kid`.
 *
 * PingOne documents also x5t and x5c. The sandbox omits them, because it has no certificates.
 */
export async function makeSigningKeys(): Promise<SigningKeys> {
  const [inUse, other] = await Promise.all([makeRsaPair(), makeRsaPair()]);
  const kid = 'default';
  return {
    kid,
    privateKey: inUse.privateKey,
    privateJwk: { ...(await exportJWK(inUse.privateKey)), kid, use: 'sig' },
    jwks: {
      keys: [await toPublicJwk(other.publicKey, randomUUID()), await toPublicJwk(inUse.publicKey, kid)],
    },
  };
}

/** The first two keys, and the newest keys that rotations have added. */
const MAX_PUBLISHED = 7;

/** Publishes a new key, as a rotation does, and returns it for signing. Older keys stay valid. */
export async function publishNewKey({ jwks }: SigningKeys) {
  const { privateKey, publicKey } = await makeRsaPair();
  const kid = randomUUID();
  jwks.keys.push(await toPublicJwk(publicKey, kid));
  if (jwks.keys.length > MAX_PUBLISHED) jwks.keys.splice(2, 1);
  return { kid, privateKey };
}

function makeRsaPair() {
  return generateKeyPair('RS256', { extractable: true });
}

/** The parameters that PingOne documents. `alg` is not one of them, so an app must not require it. */
async function toPublicJwk(key: CryptoKey, kid: string): Promise<JWK> {
  const { kty, e, n } = await exportJWK(key);
  if (kty === undefined || e === undefined || n === undefined) throw new TypeError('not an RSA key');
  return { kty, e, n, kid, use: 'sig' };
}
