/** The keys that sign ID tokens, and the JWK Set that publishes them (RFC 7517). */
import { randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK } from 'jose';

export interface SigningKeys {
  /** `kid` of the key that signs. */
  readonly kid: string;
  readonly privateKey: CryptoKey;
  /** The signing key as oidc-provider wants it. Holds the private parameters: never published. */
  readonly privateJwk: JWK;
  /** The response of `/as/jwks`: public parameters alone. */
  readonly jwks: { readonly keys: JWK[] };
}

/**
 * Makes two RSA keys of 2048 bits. As in PingOne the set holds more keys than the one in use, and the key id is
 * an opaque string: `default` for the older kind, a UUID for a key of a rotation policy. The key that does not
 * sign comes first, so that a client which takes the first key instead of choosing by `kid` fails here.
 *
 * PingOne documents x5t and x5c besides; the sandbox has no certificates and leaves them out.
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

/** The first two stay, with so many of those that rotations have added. */
const MAX_PUBLISHED = 7;

/** Publishes one more key, as a rotation does, and returns it to sign with. The ones before it stay good. */
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

/** PingOne's documented parameters; `alg` is not among them, so a client must not wait for it. */
async function toPublicJwk(key: CryptoKey, kid: string): Promise<JWK> {
  const { kty, e, n } = await exportJWK(key);
  if (kty === undefined || e === undefined || n === undefined) throw new TypeError('not an RSA key');
  return { kty, e, n, kid, use: 'sig' };
}
