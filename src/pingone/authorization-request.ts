// GET <authorization_endpoint>?response_type=code&…: the request that the browser is sent to PingOne with
// (RFC 6749, section 4.1.1; OpenID Connect Core 1.0, section 3.1.2.1; PKCE: RFC 7636, section 4).

import { hash, randomBytes } from 'node:crypto';
import type { ProviderMetadata } from './discovery.ts';

/** What must be remembered, for this browser alone, from the authorization request to its response. */
export interface PendingSignIn {
  /** Ties the response to the browser that asked (RFC 6749, section 10.12). */
  state: string;
  /** Ties the ID token to this sign-in (OpenID Connect Core, section 15.5.2). */
  nonce: string;
  /** Ties the code to whoever asked for it: only its hash is sent now, it itself with the code. */
  codeVerifier: string;
  /** When the browser was sent to PingOne, in milliseconds since 1970. */
  startedAtMs: number;
}

/** New values for one sign-in, 256 bits each: 43 characters that need no encoding in a URL. */
export function createPendingSignIn(): PendingSignIn {
  return { state: randomValue(), nonce: randomValue(), codeVerifier: randomValue(), startedAtMs: Date.now() };
}

/** Whether a state has the form of those made here. What has not was never the state of a sign-in. */
export function couldBeOurState(state: string): boolean {
  return /^[\w-]{43}$/.test(state);
}

function randomValue(): string {
  return randomBytes(32).toString('base64url');
}

/** The address to redirect the browser to. Query parameters that the endpoint has already are kept (section 3.1). */
export function buildAuthorizationUrl(
  metadata: ProviderMetadata,
  client: { clientId: string; redirectUri: string; scope: string },
  pending: PendingSignIn,
): string {
  const url = new URL(metadata.authorization_endpoint);
  const query = new URLSearchParams(url.search);
  query.set('response_type', 'code');
  query.set('client_id', client.clientId);
  query.set('redirect_uri', client.redirectUri);
  query.set('scope', client.scope);
  query.set('state', pending.state);
  query.set('nonce', pending.nonce);
  query.set('code_challenge', s256(pending.codeVerifier));
  query.set('code_challenge_method', 'S256');
  url.search = query.toString();
  return url.href;
}

/** RFC 7636, section 4.2. */
function s256(codeVerifier: string): string {
  return hash('sha256', codeVerifier, 'base64url');
}
