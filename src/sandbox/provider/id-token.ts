/** PingOne's ID token (OpenID Connect Core 1.0, section 2): signing one, and checking one that comes back. */
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
 * Makes the ID token of a token response anew from the one oidc-provider made, which in the code flow has no
 * `at_hash`, `sid`, `auth_time`, `acr` or `amr`. Header: `alg` and `kid`, no `typ`, as in PingOne's. The claims
 * come in PingOne's order; `aud` is a string.
 *
 * Assumed: an ID token from a refresh request carries the nonce of the sign-in.
 */
export async function signIdToken(ctx: KoaContextWithOIDC, keys: SigningKeys): Promise<string> {
  const { id_token, access_token } = ctx.body as TokenResponse;
  const { authorizationCode, refreshToken } = ctx.oidc;
  // In a refresh request there is no code; the refresh token remembers the same of the sign-in.
  const signIn = authorizationCode ?? refreshToken;
  if (signIn === undefined) throw new TypeError('neither a code nor a refresh token led here');

  const { iss, sub, aud, iat, exp, nonce, acr: _acr, auth_time: _authTime, ...claims } = decodeJwt(id_token);
  const { env, org, 'p1.region': region, ...personal } = claims;
  // What is undefined, such as the nonce of a request that had none, is not in the JSON.
  const payload = JSON.stringify({
    ...{ iss, sub, aud, iat, exp },
    acr: signIn.acr,
    amr: signIn.amr,
    auth_time: signIn.authTime,
    at_hash: accessTokenHash(access_token),
    // Opaque to a client, so it may as well be the name oidc-provider has for the session.
    sid: signIn.sessionUid,
    nonce,
    ...personal,
    ...{ env, org, 'p1.region': region },
  });
  const header = { alg: 'RS256', kid: keys.kid };
  return new CompactSign(Buffer.from(payload)).setProtectedHeader(header).sign(keys.privateKey);
}

/** `at_hash`: the left half of the access token's SHA-256, base64url (OpenID Connect Core 1.0, 3.1.3.6). */
function accessTokenHash(accessToken: string) {
  const digest = createHash('sha256').update(accessToken, 'ascii').digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
}

/**
 * Checks an `id_token_hint`: signature, issuer, audience. An expired one is valid: a user may well sign off
 * after an hour. Returns whose it is.
 *
 * @throws Error when it is not an ID token that this sandbox made for its application.
 */
export async function verifyIdTokenHint(hint: string, settings: Settings): Promise<{ sub: string }> {
  // By all published keys: after a rotation the hint may be signed with another than the usual one.
  await compactVerify(hint, createLocalJWKSet(settings.keys.jwks), { algorithms: ['RS256'] });
  const { iss, aud, sub } = decodeJwt(hint);
  if (iss !== settings.issuer) throw new Error('another issuer made it');
  if (aud !== settings.clientId) throw new Error('it was made for another application');
  if (sub === undefined) throw new Error('it has no sub');
  return { sub };
}
