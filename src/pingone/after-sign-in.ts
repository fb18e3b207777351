// What is done for somebody who is signed in: refresh, revocation and sign-off.

import { createCheckList } from './checks.ts';
import { beforeDeadline } from './deadline.ts';
import type { ProviderMetadata } from './discovery.ts';
import type { Http } from './http.ts';
import { validateIdToken } from './id-token.ts';
import type { Jwks } from './jwks.ts';
import { requestFreshTokens } from './refresh-request.ts';
import type { Registration } from './registration.ts';
import { revokeRefreshToken } from './revocation.ts';
import type { SignIn, SignInWithRefreshToken } from './sign-in.ts';
import { buildSignOffUrl } from './sign-off.ts';

const REFRESH_LIMIT_MS = 8_000;
/** Somebody waits for the end of their sign-out. */
const SIGN_OUT_LIMIT_MS = 2_000;

export interface Provider {
  http: Http;
  metadata: () => Promise<ProviderMetadata>;
  jwksAt: (uri: string) => Jwks;
  registration: Registration;
}

/**
 * The sign-in with new tokens, and with the claims of the new ID token where one came.
 * @param rotated told the refresh token to go on with as soon as it is here: whatever is found wrong with the rest of the
 *   answer, the one before is spent
 * @throws SignInError refresh_refused or id_token_*: PingOne, or what it says, is against it; all others: a fault
 */
export async function refreshTokens(
  { http, metadata, jwksAt, registration }: Provider,
  signIn: SignInWithRefreshToken,
  rotated: (refreshToken: string) => void,
): Promise<SignIn> {
  const deadline = performance.now() + REFRESH_LIMIT_MS;
  const { issuer, token_endpoint, jwks_uri } = await beforeDeadline(deadline, 'Discovery', metadata);
  const jwks = jwksAt(jwks_uri);
  // Keys that cannot be fetched are better missed before the refresh token is spent.
  await beforeDeadline(deadline, 'The JWKS request', jwks.beReady);
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
  rotated(tokens.refresh_token);
  const refreshed = { ...signIn, tokens, receivedAt: Date.now() };
  if (tokens.id_token === signIn.tokens.id_token) return refreshed;

  const { clientId } = registration;
  const expected = { issuer, clientId, accessToken: tokens.access_token, before };
  const idTokenClaims = await validateIdToken(tokens.id_token, expected, jwks, checks, deadline);
  return { ...refreshed, idTokenClaims };
}

/** Makes a refresh token worthless. @throws SignInError: it may still be good */
export async function revokeTokens(
  { http, metadata, registration }: Provider,
  refreshToken: string,
): Promise<void> {
  const deadline = performance.now() + SIGN_OUT_LIMIT_MS;
  const { revocation_endpoint } = await beforeDeadline(deadline, 'Discovery', metadata);
  if (!revocation_endpoint) return;
  await revokeRefreshToken(http, revocation_endpoint, registration, refreshToken, deadline);
}

/** Where to send the browser to sign off at PingOne; nowhere if the provider has no such endpoint. @throws SignInError */
export async function startSignOff(
  { metadata, registration }: Provider,
  idToken?: string,
): Promise<string | undefined> {
  const deadline = performance.now() + SIGN_OUT_LIMIT_MS;
  const { end_session_endpoint } = await beforeDeadline(deadline, 'Discovery', metadata);
  return end_session_endpoint && buildSignOffUrl(end_session_endpoint, registration, idToken);
}
