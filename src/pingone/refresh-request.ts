// POST <token_endpoint> with grant_type=refresh_token: new tokens for somebody who is signed in, with client_secret_post
// (RFC 6749, section 6; OpenID Connect Core 1.0, section 12).

import type { CheckList } from './checks.ts';
import { caseOfInvalidClient } from './error-cases.ts';
import { SignInError } from './errors.ts';
import type { Http } from './http.ts';
import { readErrorAnswer, readJsonObject } from './pingone-answer.ts';
import type { Registration } from './registration.ts';
import { checkTokenAnswer, postForm, type TokenAnswer, tokenAnswer } from './token-request.ts';

const STEP = 'refresh request';

/** Core 12.2: an ID token need not come. */
const refreshAnswer = tokenAnswer.partial({ id_token: true });

/**
 * The tokens that take the place of `tokens`; what does not come anew stays (section 6: a refresh token that comes
 * replaces the old one). Sent once: PingOne's refresh tokens are good for one request, and reuse ends them all.
 * @throws SignInError refresh_refused, token_*, pingone_*
 */
export async function requestFreshTokens(
  http: Http,
  tokenEndpoint: string,
  { clientId, clientSecret }: Registration,
  tokens: TokenAnswer & { refresh_token: string },
  checks: CheckList,
  deadline: number,
): Promise<TokenAnswer & { refresh_token: string }> {
  const answer = await postForm(http, STEP, tokenEndpoint, deadline, {
    grant_type: 'refresh_token',
    refresh_token: tokens.refresh_token,
    client_id: clientId,
    client_secret: clientSecret,
  });
  if (answer.status !== 200) {
    const { error, ...said } = readErrorAnswer(answer, [clientSecret, tokens.refresh_token]);
    throw new SignInError(error === 'invalid_client' ? 'token_invalid_client' : 'refresh_refused', {
      detail: `The ${STEP} was answered with status ${answer.status}.`,
      ...said,
      ...(error === 'invalid_client' && caseOfInvalidClient(said.pingOneSaid)),
    });
  }
  const came = checkTokenAnswer(refreshAnswer, readJsonObject(answer, STEP), checks);
  const { id_token = tokens.id_token, refresh_token = tokens.refresh_token, ...fresh } = came;
  const scope = tokens.scope === undefined ? {} : { scope: tokens.scope };
  return { ...scope, ...fresh, id_token, refresh_token };
}
