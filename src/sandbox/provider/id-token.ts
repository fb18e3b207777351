// PingOne's ID token (OpenID Connect Core 1.0, section 2): how to sign it, and how to check one that the app sends back.

import { createHash } from 'node:crypto';
import { CompactSign, compactVerify, createLocalJWKSet, decodeJwt } from 'jose';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Settings } from '../settings.ts';
import type { SigningKeys } from '../signing-keys.ts';

interface TokenResponse {
  readonly access_token: string;
  readonly id_token: string;
}

/**
 * Makes a new ID token from the one in oidc-provider's token response, which has no `at_hash`, `sid`, `auth_time`, `acr`
 * or `amr` in the code flow. As in PingOne, the header has `alg` and `kid` but no `typ`, the claims are in PingOne's order,
 * and `aud` is a string.
 *
 * Assumed: an ID token from a refresh request has the nonce of the sign-in.
 */
export async function signIdToken(ctx: KoaContextWithOIDC, keys: SigningKeys): Promise<string> {
  const { id_token, access_token } = ctx.body as TokenResponse;
  const { authorizationCode, refreshToken } = ctx.oidc;
  // A refresh request has no code. The refresh token has the same data about the sign-in.
  const signIn = authorizationCode ?? refreshToken;
  if (signIn === undefined) throw new TypeError('the token request has neither a code nor a refresh token');

  const { iss, sub, aud, iat, exp, nonce, acr: _acr, auth_time: _authTime, ...claims } = decodeJwt(id_token);
  const { env, org, 'p1.region': region, ...personal } = claims;
  // JSON.stringify omits undefined values, such as the nonce if the request had none.
  const payload = JSON.stringify({
    ...{ iss, sub, aud, iat, exp },
    acr: signIn.acr,
    amr: signIn.amr,
    auth_time: signIn.authTime,
    at_hash: computeAtHash(access_token),
    // Opaque to an app, so oidc-provider's own id of the session is good enough.
    sid: signIn.sessionUid,
    nonce,
    ...personal,
    ...{ env, org, 'p1.region': region },
  });
  const header = { alg: 'RS256', kid: keys.kid };
  return new CompactSign(Buffer.from(payload)).setProtectedHeader(header).sign(keys.privateKey);
}

/** `at_hash`: the left half of the access token's SHA-256, base64url (OpenID Connect Core 1.0, 3.1.3.6). */
function computeAtHash(accessToken: string) {
  const digest = createHash('sha256').update(accessToken, 'ascii').digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
}

/**
 * Checks the signature, issuer and audience of an `id_token_hint`, and returns its user. An expired hint is valid, because
 * a user may sign off after more than an hour.
 *
 * @throws Error if this sandbox did not make the token for its application
 */
export async function verifyIdTokenHint(hint: string, settings: Settings): Promise<{ sub: string }> {
  // With all published keys, because after a rotation a key other than the usual one may have signed the hint.
  await compactVerify(hint, createLocalJWKSet(settings.keys.jwks), { algorithms: ['RS256'] });
  const { iss, aud, sub } = decodeJwt(hint);
  if (iss !== settings.issuer) throw new Error('it has another issuer');
  if (aud !== settings.clientId) throw new Error('it is for another application');
  if (sub === undefined) throw new Error('it has no sub');
  return { sub };
}
