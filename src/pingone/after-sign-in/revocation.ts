// POST <revocation_endpoint>: makes a refresh token worthless, with client_secret_post (RFC 7009, section 2.1).

import { createAttempt } from '../attempt.ts';
import type { Provider } from '../client.ts';
import { exchange } from '../exchange.ts';
import { credentialsOf } from '../token-request.ts';

const REVOKE_LIMIT_MS = 2_000;

/**
 * Resolves once the token is known to be worthless: with 200, also for one that was so before, whatever the body says
 * (section 2.2). Sent once, in 2 s at most. A provider without a revocation endpoint is asked nothing.
 * @throws SignInError: the token may still be good
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
