// POST <token_endpoint> with a made-up code: client authentication comes before the code is looked at, so the error
// tells whether client ID, secret and method are right (RFC 6749, sections 3.2.1 and 5.2).

import { randomBytes, randomUUID } from 'node:crypto';
import { createPendingSignIn, requestTokens, type SignInError } from '../pingone/steps.ts';
import { attemptOf, type Check, type Context, type Finding, known, outcomeOf } from './check.ts';
import { explain, explainConnection, isConnectionError } from './explain.ts';

/** The request of a sign-in, with a code that no provider has issued. If only that is rejected, with a wrong secret too. */
export const credentials: Check = {
  name: 'credentials',
  needs: ['discovery', 'client_secret_post'],
  run: checkCredentials,
};

async function checkCredentials(context: Context): Promise<Finding[]> {
  const error = await tryMadeUpCode(context);
  if (!error) return [couldNotTell('PingOne issued tokens for a made-up code.')];
  if (error.facts.error !== 'invalid_grant') return [judge(error, known(context.metadata).token_endpoint)];
  // Some providers look at the code before the secret. Then a wrong secret gets the same response.
  const control = await tryMadeUpCode(context, randomBytes(32).toString('base64url'));
  if (control?.kind === 'configuration' && control.facts.status !== undefined) {
    const message =
      'Accepted: PingOne rejected only the made-up code, and a wrong client secret differently.';
    return [{ result: 'passed', message }];
  }
  const response = control ? explain(control).message : 'PingOne issued tokens.';
  return [couldNotTell(`PingOne did not reject a wrong client secret as such. ${response}`)];
}

/** @returns why PingOne rejected it */
async function tryMadeUpCode(context: Context, wrongSecret?: string): Promise<SignInError | undefined> {
  const attempt = attemptOf(context);
  if (wrongSecret) attempt.registration = { ...attempt.registration, clientSecret: wrongSecret };
  // PingOne's codes look like this.
  const grant = { code: randomUUID(), codeVerifier: createPendingSignIn().codeVerifier };
  attempt.secrets.push(grant.code, grant.codeVerifier);
  const { error } = await outcomeOf(requestTokens(attempt, known(context.metadata), grant));
  return error;
}

/** What ends every sign-in has failed. What says nothing about the credentials could not be told. */
function judge(error: SignInError, endpoint: string): Finding {
  if (isConnectionError(error))
    return { result: 'failed', ...explainConnection(error, new URL(endpoint).host) };
  const { message, causes, next } = explain(error);
  const { status = 200, error: word = 'invalid_request' } = error.facts;
  // A token endpoint sends no redirect, no page and no 404: another server responded.
  if (status < 400 || status === 404) {
    const find = `Find out what responds at ${endpoint}. The discovery document names this token endpoint, so check PINGONE_ISSUER too.`;
    return { result: 'failed', message, next: find };
  }
  // A made-up code may be a malformed request.
  const isOfCode = status === 400 && word === 'invalid_request';
  if (error.kind !== 'configuration' || isOfCode) return couldNotTell(message);
  return { result: 'failed', message, causes, next };
}

function couldNotTell(why: string): Finding {
  const next = 'Sign in once with the app: that shows whether Client ID and Client Secret are right.';
  return { result: 'could not tell', message: `Could not tell: ${why}`, next };
}
