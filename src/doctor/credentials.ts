// POST <token_endpoint> with a made-up code: client authentication comes before the code is looked at, so what is
// refused tells whether client ID, secret and method are right (RFC 6749, sections 3.2.1 and 5.2).

import { randomUUID } from 'node:crypto';
import { createPendingSignIn } from '../pingone/authorization-request.ts';
import { createCheckList } from '../pingone/checks.ts';
import { errorTexts, SignInError } from '../pingone/errors.ts';
import { requestTokens } from '../pingone/token-request.ts';
import { asSaid, type Check, type Context, type Finding, known } from './check.ts';

const LIMIT_MS = 5_000;

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
  try {
    await requestTokens(known(context.http), token_endpoint, grant, createCheckList(), deadline);
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    return [judge(error)];
  }
  return [couldNotTell('the token endpoint gave tokens for a made-up code.')];
}

function judge(error: SignInError): Finding {
  if (error.code === 'token_invalid_grant') {
    const message =
      'Accepted (assumed): PingOne refused nothing but the made-up code (invalid_grant; RFC 6749, 5.2).';
    return { result: 'passed', message };
  }
  if (error.code === 'token_invalid_client') return refused(error);
  return couldNotTell(`${errorTexts[error.code].title}. ${error.message}${asSaid(error)}`);
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
