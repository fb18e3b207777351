// GET <authorization_endpoint>?response_type=code&…: the request with which the app sends the browser to
// PingOne (RFC 6749, section 4.1.1; OpenID Connect Core 1.0, section 3.1.2.1; PKCE: RFC 7636, section 4).

import { hash, randomBytes } from 'node:crypto';
import type { Registration } from './attempt.ts';
import type { ProviderMetadata } from './discovery.ts';
import type { Requirement } from './id-token-rules.ts';

/** Optional parameters of an authorization request. */
export interface SignInRequest extends Requirement {
  /** Asks PingOne to make the user sign on again. No response proves that PingOne did. */
  prompt?: 'login' | undefined;
  /** The user name to fill in on PingOne's sign-on page. */
  loginHint?: string | undefined;
}

/** What the app must keep, only for this browser, until the authorization response. */
export interface PendingSignIn extends SignInRequest {
  /** Ties the response to the browser that started the sign-in (RFC 6749, section 10.12). */
  state: string;
  /** Ties the ID token to this sign-in (OpenID Connect Core, section 15.5.2). */
  nonce: string;
  /**
   * Ties the code to this app. The authorization request has only its hash; the token request has the
   * verifier.
   */
  codeVerifier: string;
  /** When the sign-in started, in milliseconds since 1970. */
  startedAtMs: number;
}

/**
 * Makes the values of one sign-in. Each secret has 258 bits: 43 characters that need no encoding in a URL. One
 * call makes all three, because most of the time of a call does not depend on the number of bytes.
 */
export function createPendingSignIn(request: SignInRequest = {}): PendingSignIn {
  const random = randomBytes(97).toString('base64url');
  const [state, nonce, codeVerifier] = [random.slice(0, 43), random.slice(43, 86), random.slice(86, 129)];
  return { ...request, state, nonce, codeVerifier, startedAtMs: Date.now() };
}

/** The URL to which the app redirects the browser. The endpoint's own query parameters stay (section 3.1). */
export function buildAuthorizationUrl(
  { authorization_endpoint }: ProviderMetadata,
  registration: Registration,
  pending: PendingSignIn,
): URL {
  const url = new URL(authorization_endpoint);
  const query = url.searchParams;
  query.set('response_type', 'code');
  query.set('client_id', registration.clientId);
  query.set('redirect_uri', registration.redirectUri);
  query.set('scope', registration.scope);
  query.set('state', pending.state);
  query.set('nonce', pending.nonce);
  query.set('code_challenge', hash('sha256', pending.codeVerifier, 'base64url'));
  query.set('code_challenge_method', 'S256');
  if (pending.prompt) query.set('prompt', pending.prompt);
  if (pending.loginHint) query.set('login_hint', pending.loginHint);
  if (pending.maxAgeSeconds !== undefined) query.set('max_age', String(pending.maxAgeSeconds));
  if (pending.acrValues?.length) query.set('acr_values', pending.acrValues.join(' '));
  return url;
}
