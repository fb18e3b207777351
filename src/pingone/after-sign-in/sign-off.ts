// GET <end_session_endpoint>?id_token_hint=…: ends the user's session at PingOne. PingOne calls this
// "sign-off" (OpenID Connect RP-Initiated Logout 1.0, section 2).

import { randomBytes } from 'node:crypto';
import { createAttempt } from '../attempt.ts';
import type { Provider } from '../client.ts';

/** Short, because the user waits for the sign-out. */
const DISCOVERY_LIMIT_MS = 2_000;
// PingOne accepts 6 KB of request headers (platform limits). They include the URL and the cookies.
const URL_LIMIT = 2_500;

/**
 * The URL to which to send the browser after the app has ended its own session. There, PingOne ends the
 * user's session. Undefined if the provider has no end_session_endpoint.
 * @param idToken tells PingOne whose session to end. It is left out if the URL would exceed 2,500 characters.
 * @throws SignInError if discovery fails or takes longer than 2 s
 */
export async function buildSignOffUrl(provider: Provider, idToken?: string): Promise<string | undefined> {
  const { registration } = provider;
  const { end_session_endpoint } = await provider.discover(createAttempt(provider, DISCOVERY_LIMIT_MS));
  if (!end_session_endpoint) return undefined;
  const url = new URL(end_session_endpoint);
  url.searchParams.set('client_id', registration.clientId);
  url.searchParams.set('post_logout_redirect_uri', registration.signOffUrl);
  url.searchParams.set('state', randomBytes(16).toString('base64url'));
  const withoutHint = url.href;
  if (!idToken) return withoutHint;
  url.searchParams.set('id_token_hint', idToken);
  return url.href.length > URL_LIMIT ? withoutHint : url.href;
}
