// A client and the provider it talks to, for one test, and the way through a sign-in without the app between.

import { onTestFinished } from 'vitest';
import type { AuthorizationResponse } from '../../src/pingone/authorization-response.ts';
import { createPingOneClient, type PingOneClient, type Registration } from '../../src/pingone/client.ts';
import { SignInError } from '../../src/pingone/errors.ts';
import { type StandIn, startStandIn } from '../helpers/stand-in.ts';

export const REDIRECT_URI = 'http://localhost:3000/callback';
export const SIGN_OFF_URL = 'http://localhost:3000/';

/** A path below the environment's, as scripts and requestsTo of the stand-in name it. */
export const DISCOVERY = '.well-known/openid-configuration';

/** A client of a registration, with what it warned of; closed with the test. */
export function clientForTest(registration: Registration, finished = onTestFinished) {
  const warnings: string[] = [];
  const client = createPingOneClient(registration, (message) => void warnings.push(message));
  finished(() => client.close());
  return { client, warnings };
}

/** @param finished that of the test's own context, where tests run at the same time */
export async function standInForTest(changes: Partial<Registration> = {}, finished = onTestFinished) {
  const standIn = await startStandIn();
  finished(() => void standIn.close());
  const registration = registrationAt(standIn, changes);
  return { standIn, registration, ...clientForTest(registration, finished) };
}

export function registrationAt(standIn: StandIn, changes: Partial<Registration> = {}): Registration {
  const { issuer, clientId, clientSecret } = standIn;
  const scope = 'openid profile email';
  const app = { redirectUri: REDIRECT_URI, signOffUrl: SIGN_OFF_URL };
  return { issuer, clientId, clientSecret, scope, ...app, ...changes };
}

/** A whole sign-in; `changes` are made to the authorization response. */
export async function signIn(
  client: PingOneClient,
  standIn: StandIn,
  changes: Partial<AuthorizationResponse> = {},
) {
  const { authorizationUrl, pending } = await client.startSignIn();
  return client.finishSignIn({ ...standIn.authorize(authorizationUrl), ...changes }, pending);
}

/** The error that the work must end with. */
export async function errorOf(work: Promise<unknown>): Promise<SignInError> {
  const outcome = await work.then(
    (value) => new Error(`It succeeded: ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (outcome instanceof SignInError) return outcome;
  throw outcome;
}

/** Name and result of the last check that an error names. */
export function lastCheck(error: SignInError) {
  const last = error.details.checks?.at(-1);
  return last && { name: last.name, result: last.result };
}
