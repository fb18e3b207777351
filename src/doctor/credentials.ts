// POST <token_endpoint> with a made-up code. The provider authenticates the client before it checks the code, so its error
// shows whether client ID, secret, and method are correct (RFC 6749, sections 3.2.1 and 5.2).

import { randomBytes, randomUUID } from 'node:crypto';
import type { SignInError } from '../pingone/index.ts';
import { createPendingSignIn, requestTokens } from '../pingone/steps.ts';
import { attemptOf, type DoctorCheck, type Examination, type Finding, outcomeOf, required } from './check.ts';
import { explainConnection, explainError, isConnectionError } from './explain.ts';

/**
 * Sends the token request of a sign-in with a made-up code. If PingOne rejects only the code, sends it again with a wrong
 * secret.
 */
export const credentials: DoctorCheck = {
  name: 'credentials',
  needs: ['discovery', 'client_secret_post'],
  run: checkCredentials,
};

async function checkCredentials(context: Examination): Promise<Finding[]> {
  const error = await tryMadeUpCode(context);
  if (!error) return [unclear('PingOne issued tokens for a made-up code.')];
  if (error.facts.error !== 'invalid_grant') return [judge(error, required(context.metadata).token_endpoint)];
  // Some providers check the code before the secret. They return the same error for a wrong secret.
  const control = await tryMadeUpCode(context, randomBytes(32).toString('base64url'));
  if (control?.kind === 'configuration' && control.facts.status !== undefined) {
    const message =
      'The client ID and the client secret are accepted. Tested with a made-up code, which PingOne rejected as expected, and with a wrong secret, for which PingOne returned another error.';
    return [{ result: 'passed', message }];
  }
  const response = control ? explainError(control).message : 'PingOne issued tokens.';
  return [unclear(`PingOne did not clearly reject a wrong client secret. ${response}`)];
}

/** @returns the error of PingOne */
async function tryMadeUpCode(context: Examination, wrongSecret?: string): Promise<SignInError | undefined> {
  const attempt = attemptOf(context);
  if (wrongSecret) attempt.registration = { ...attempt.registration, clientSecret: wrongSecret };
  // PingOne's codes are UUIDs, too.
  const grant = { code: randomUUID(), codeVerifier: createPendingSignIn().codeVerifier };
  attempt.secrets.push(grant.code, grant.codeVerifier);
  const { error } = await outcomeOf(requestTokens(attempt, required(context.metadata), grant));
  return error;
}

/** An error that ends every sign-in is a failure. An error that says nothing about the credentials is unclear. */
function judge(error: SignInError, endpoint: string): Finding {
  if (isConnectionError(error))
    return { result: 'failed', ...explainConnection(error, new URL(endpoint).host) };
  const { message, causes, next } = explainError(error);
  const { status = 200, error: word = 'invalid_request' } = error.facts;
  // A token endpoint sends no redirect, no page, and no 404: another server responded.
  if (status < 400 || status === 404) {
    const find = `Find out what responds at ${endpoint}. The discovery document names this token endpoint, so check PINGONE_ISSUER too.`;
    return { result: 'failed', message, next: find };
  }
  // For some providers, a made-up code makes the request malformed.
  const isAboutCode = status === 400 && word === 'invalid_request';
  if (error.kind !== 'configuration' || isAboutCode) return unclear(message);
  return { result: 'failed', message, causes, next };
}

function unclear(why: string): Finding {
  const next = 'Sign in once with this app to find out whether Client ID and Client Secret are correct.';
  return { result: 'unclear', message: `Unclear: ${why}`, next };
}
