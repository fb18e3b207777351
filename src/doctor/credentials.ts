// POST <token_endpoint> with a made-up code: client authentication comes before the code is looked at, so what is
// refused tells whether client ID, secret and method are right (RFC 6749, sections 3.2.1 and 5.2).

import { randomUUID } from 'node:crypto';
import { createPendingSignIn } from '../pingone/authorization-request.ts';
import { createCheckList } from '../pingone/checks.ts';
import { errorTexts, SignInError, type SignInErrorCode } from '../pingone/errors.ts';
import type { Http } from '../pingone/http.ts';
import { type PingOneAnswer, readErrorAnswer } from '../pingone/pingone-answer.ts';
import { requestTokens } from '../pingone/token-request.ts';
import { asSaid, type Check, type Context, type Finding, known } from './check.ts';
import { connectionFault, isOfConnection } from './connection.ts';

const LIMIT_MS = 5_000;
const OTHER_SERVER: SignInErrorCode[] = [
  'pingone_redirected',
  'pingone_answer_invalid',
  'pingone_answer_too_big',
];
/** What the application is set to, whichever the code (RFC 6749, section 5.2). */
const GRANT_REFUSED = ['unauthorized_client', 'unsupported_grant_type'];

/** The very request of a sign-in, with a code that nobody has issued. Sent once. */
export const credentials: Check = {
  name: 'credentials',
  needs: ['discovery', 'client_secret_post'],
  run: checkCredentials,
};

async function checkCredentials(context: Context): Promise<Finding[]> {
  const { token_endpoint } = known(context.metadata);
  const grant = {
    ...known(context.provider),
    // PingOne's codes look like this.
    code: randomUUID(),
    codeVerifier: createPendingSignIn().codeVerifier,
    redirectUri: `${known(context.config).baseUrl}/callback`,
  };
  const deadline = performance.now() + LIMIT_MS;
  const http = known(context.http);
  let answer: PingOneAnswer | undefined;
  const keepsAnswer: Http = {
    ...http,
    async send(...request) {
      answer = await http.send(...request);
      return answer;
    },
  };
  try {
    await requestTokens(keepsAnswer, token_endpoint, grant, createCheckList(), deadline);
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    return [judge(error, token_endpoint, answer)];
  }
  return [couldNotTell('the token endpoint gave tokens for a made-up code.')];
}

/** What ends every sign-in has failed; what only says nothing of the credentials could not be told. */
function judge(error: SignInError, endpoint: string, answer?: PingOneAnswer): Finding {
  if (error.code === 'token_invalid_grant') {
    const message =
      'Accepted (assumed): PingOne refused nothing but the made-up code (invalid_grant; RFC 6749, 5.2).';
    return { result: 'passed', message };
  }
  if (error.code === 'token_invalid_client') return refused(error);
  if (isOfConnection(error)) return { result: 'failed', ...connectionFault(error, new URL(endpoint).host) };
  const found = `${errorTexts[error.code].title}. ${error.message}${asSaid(error)}`;
  if (OTHER_SERVER.includes(error.code) || answer?.status === 404) {
    const next = `${endpoint}, which the discovery document names, is no token endpoint: find out what answers there, and whether PINGONE_ISSUER is right.`;
    return { result: 'failed', message: found, next };
  }
  const { error: refusal = '' } = answer ? readErrorAnswer(answer, []) : {};
  return GRANT_REFUSED.includes(refusal)
    ? { result: 'failed', message: found, next: errorTexts.authorization_unauthorized_client.next }
    : couldNotTell(found);
}

/** A wrong secret is told from a wrong method where PingOne's words tell them apart; else both are named. */
function refused(error: SignInError): Finding {
  const { causes, next = errorTexts.token_invalid_client.next } = error.details;
  const either =
    'The client secret or ID is wrong, or the application is set to another authentication method.';
  return { result: 'failed', message: `${causes?.[0] ?? either}${asSaid(error)}`, next };
}

function couldNotTell(why: string): Finding {
  return { result: 'could not tell', message: `Could not tell: ${why}` };
}
