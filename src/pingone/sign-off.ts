// GET <end_session_endpoint>?id_token_hint=…: ends the person's session at PingOne, which calls this "sign-off"
// (OpenID Connect RP-Initiated Logout 1.0, section 2).

import { randomBytes } from 'node:crypto';

// PingOne takes 6 KB of request headers in all (platform limits); the URL is one of them.
const URL_LIMIT = 6000;

/**
 * The address to send the browser to after the local session is gone.
 * @param idToken tells PingOne whose session to end; left out where the address would grow too long for PingOne
 */
export function buildSignOffUrl(
  endSessionEndpoint: string,
  client: { clientId: string; signOffUrl: string },
  idToken?: string,
): string {
  const url = new URL(endSessionEndpoint);
  url.searchParams.set('client_id', client.clientId);
  url.searchParams.set('post_logout_redirect_uri', client.signOffUrl);
  url.searchParams.set('state', randomBytes(16).toString('base64url'));
  const withoutHint = url.href;
  if (!idToken) return withoutHint;
  url.searchParams.set('id_token_hint', idToken);
  return url.href.length > URL_LIMIT ? withoutHint : url.href;
}
