// What is done with the tokens of somebody who is signed in: refresh and revocation.

import { createCheckList } from './checks.ts';
import type { ProviderMetadata } from './discovery.ts';
import type { Http } from './http.ts';
import { validateIdToken } from './id-token.ts';
import type { Jwks } from './jwks.ts';
import { requestFreshTokens } from './refresh-request.ts';
import type { Registration } from './registration.ts';
import { revokeRefreshToken } from './revocation.ts';
import type { SignIn, SignInWithRefreshToken } from './sign-in.ts';

const REFRESH_LIMIT_MS = 8_000;
/** Somebody waits for the end of their sign-out. */
const REVOCATION_LIMIT_MS = 2_000;

export interface Provider {
  http: Http;
  metadata: () => Promise<ProviderMetadata>;
  jwksAt: (uri: string) => Jwks;
  registration: Registration;
}

/**
 * The sign-in with new tokens, and with the claims of the new ID token where one came.
 * @throws SignInError refresh_refused or id_token_*: the sign-in is over; all others: its tokens are what they were
 */
export async function refreshTokens(
  { http, metadata, jwksAt, registration }: Provider,
  signIn: SignInWithRefreshToken,
): Promise<SignIn> {
  const deadline = performance.now() + REFRESH_LIMIT_MS;
  const { issuer, token_endpoint, jwks_uri } = await metadata();
  const checks = createCheckList();
  const before = signIn.idTokenClaims;
  const tokens = await requestFreshTokens(
    http,
    token_endpoint,
    registration,
    signIn.tokens,
    checks,
    deadline,
  );
  const refreshed = { ...signIn, tokens, receivedAt: Date.now() };
  if (tokens.id_token === signIn.tokens.id_token) return refreshed;

  const { clientId } = registration;
  const expected = { issuer, clientId, accessToken: tokens.access_token, before };
  const idTokenClaims = await validateIdToken(tokens.id_token, expected, jwksAt(jwks_uri), checks, deadline);
  return { ...refreshed, idTokenClaims };
}

/** Makes the refresh token worthless, if there is one. @throws SignInError: it may still be good */
export async function revokeTokens(
  { http, metadata, registration }: Provider,
  { tokens: { refresh_token } }: SignIn,
): Promise<void> {
  const deadline = performance.now() + REVOCATION_LIMIT_MS;
  const { revocation_endpoint } = await metadata();
  if (!refresh_token || !revocation_endpoint) return;
  await revokeRefreshToken(http, revocation_endpoint, registration, refresh_token, deadline);
}
