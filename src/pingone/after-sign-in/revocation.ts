// POST <revocation_endpoint>: revokes a refresh token, with client_secret_post (RFC 7009, section 2.1).

import { createAttempt } from '../attempt.ts';
import type { Provider } from '../client.ts';
import { exchange } from '../exchange.ts';
import { credentialsOf } from '../token-request.ts';

const REVOKE_LIMIT_MS = 2_000;

/**
 * Revokes a refresh token, with one request of at most 2 s. Status 200 means that the token is no longer
 * valid, even if it was already invalid; the body is ignored (section 2.2). If the provider has no revocation
 * endpoint, nothing is sent.
 * @throws SignInError if that fails. Then the token may still be valid.
 */
export async function revokeToken(provider: Provider, token: string): Promise<void> {
  const attempt = createAttempt(provider, REVOKE_LIMIT_MS);
  attempt.secrets.push(token);
  const { revocation_endpoint: url } = await provider.discover(attempt);
  if (!url) return;
  const form = { token, token_type_hint: 'refresh_token', ...credentialsOf(provider.registration) };
  const request = { step: 'revocation', method: 'POST', url, form } as const;
  await exchange(attempt, request, () => 'revocation_refused');
}
