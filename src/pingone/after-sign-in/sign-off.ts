// GET <end_session_endpoint>?id_token_hint=…: ends the user's session at PingOne, which calls this "sign-off"
// (OpenID Connect RP-Initiated Logout 1.0, section 2).

import { randomBytes } from 'node:crypto';
import { createAttempt } from '../attempt.ts';
import type { Provider } from '../client.ts';

/** The user waits for the end of the sign-out. */
const DISCOVERY_LIMIT_MS = 2_000;
// PingOne takes 6 KB of request headers in all (platform limits): the URL, the cookies and the rest.
const URL_LIMIT = 2_500;

/**
 * Where to send the browser to end the user's session at PingOne, after this app's own has ended; undefined if the provider
 * has no such endpoint.
 * @param idToken tells PingOne whose session to end; left out where the URL would be longer than 2,500 characters
 * @throws SignInError where discovery fails within 2 s
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
