// POST <revocation_endpoint>: makes a refresh token worthless, with client_secret_post (RFC 7009, section 2.1).

import { SignInError } from './errors.ts';
import type { Http } from './http.ts';
import { readErrorAnswer } from './pingone-answer.ts';
import type { Registration } from './registration.ts';
import { postForm } from './token-request.ts';

const STEP = 'revocation request';

/**
 * Resolves once the token is known to be worthless: 200, also for one that was so before, whatever the body says
 * (section 2.2). Sent once.
 * @throws SignInError token_refused, pingone_*: the token may still be good
 */
export async function revokeRefreshToken(
  http: Http,
  revocationEndpoint: string,
  { clientId, clientSecret }: Registration,
  refreshToken: string,
  deadline: number,
): Promise<void> {
  const answer = await postForm(http, STEP, revocationEndpoint, deadline, {
    token: refreshToken,
    token_type_hint: 'refresh_token',
    client_id: clientId,
    client_secret: clientSecret,
  });
  if (answer.status === 200) return;
  const { error: _, ...said } = readErrorAnswer(answer, [clientSecret, refreshToken]);
  throw new SignInError('token_refused', {
    detail: `The ${STEP} was answered with status ${answer.status}.`,
    ...said,
  });
}
