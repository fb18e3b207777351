// A client and the test double that it talks to, for one test, and the way through a sign-in without the app between.

import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import {
  createPingOneClient,
  type ObserverEvent,
  type PendingSignIn,
  type PingOneClient,
  type Registration,
  type SignIn,
  SignInError,
} from '../../src/pingone/index.ts';
import { type ProviderDouble, startProviderDouble } from '../helpers/provider-double.ts';

export const REDIRECT_URI = 'http://localhost:3000/callback';
export const SIGN_OFF_URL = 'http://localhost:3000/';

/** A path below the environment's, as scripts and requestsTo of the double name it. */
export const DISCOVERY = '.well-known/openid-configuration';
export const JSON_TYPE = { 'content-type': 'application/json' };

export type Response = Parameters<PingOneClient['finishSignIn']>[0];
export type Check = Extract<ObserverEvent, { type: 'check' }>;
export type Exchange = Extract<ObserverEvent, { type: 'exchange' }>;

/** A client of a registration, with what it warned of; closed with the test. */
export function clientForTest(registration: Registration, finished = onTestFinished) {
  const warnings: string[] = [];
  const client = createPingOneClient(registration, (message) => void warnings.push(message));
  finished(() => client.close());
  return { client, warnings };
}

/** @param finished that of the test's own context, where tests run at the same time */
export async function providerForTest(changes: Partial<Registration> = {}, finished = onTestFinished) {
  const provider = await startProviderDouble();
  finished(() => void provider.close());
  const registration = registrationAt(provider, changes);
  return { provider, registration, ...clientForTest(registration, finished) };
}

export function registrationAt(
  { issuer, clientId, clientSecret }: ProviderDouble,
  changes: Partial<Registration> = {},
): Registration {
  const scope = 'openid profile email';
  const app = { redirectUri: REDIRECT_URI, signOffUrl: SIGN_OFF_URL };
  return { issuer, clientId, clientSecret, scope, ...app, ...changes };
}

/** The response to an authorization request; a `code` among the changes is issued in place of the double's own. */
export function respond(provider: ProviderDouble, authorizationUrl: string, changes: Partial<Response> = {}) {
  const response = provider.authorize(authorizationUrl);
  const authorization = provider.codes.get(response.code);
  if (changes.code && authorization) provider.codes.set(changes.code, authorization);
  return { ...response, ...changes };
}

type StartRequest = Parameters<PingOneClient['startSignIn']>[0];

/** A whole sign-in; `changes` are made to the authorization response. */
export async function signIn(
  client: PingOneClient,
  provider: ProviderDouble,
  changes: Partial<Response> = {},
): Promise<SignIn> {
  const { authorizationUrl, pending } = await client.startSignIn();
  return client.finishSignIn(respond(provider, authorizationUrl, changes), pending);
}

/** What an observer heard of a sign-in. */
export interface Watched {
  events: ObserverEvent[];
  checks: Check[];
  exchanges: Exchange[];
  signedIn?: SignIn;
  error?: SignInError;
  pending: PendingSignIn;
  response: Response;
  refreshTokens: string[];
}

/** A whole sign-in with an observer, whatever it ends with. */
export async function watch(
  client: PingOneClient,
  provider: ProviderDouble,
  { changes = {}, request }: { changes?: Partial<Response>; request?: StartRequest } = {},
): Promise<Watched> {
  const { authorizationUrl, pending } = await client.startSignIn(request);
  const response = respond(provider, authorizationUrl, changes);
  const { observer, events } = collect();
  const refreshTokens: string[] = [];
  const onRefreshToken = (token: string) => void refreshTokens.push(token);
  const outcome = await outcomeOf(client.finishSignIn(response, pending, { observer, onRefreshToken }));
  return { events, ...split(events), ...outcome, pending, response, refreshTokens };
}

/** An observer and what it has heard. */
export function collect() {
  const events: ObserverEvent[] = [];
  return { events, observer: (event: ObserverEvent) => void events.push(event) };
}

export function split(events: ObserverEvent[]) {
  return {
    checks: events.filter((event) => event.type === 'check'),
    exchanges: events.filter((event) => event.type === 'exchange'),
  };
}

async function outcomeOf(work: Promise<SignIn>): Promise<{ signedIn: SignIn } | { error: SignInError }> {
  try {
    return { signedIn: await work };
  } catch (error) {
    if (error instanceof SignInError) return { error };
    throw error;
  }
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

/** Name and result of the last check. */
export function lastCheck(checks: Check[]) {
  const last = checks.at(-1);
  return last && { name: last.name, result: last.result };
}

/** A pending sign-in that no authorization request belongs to. */
export function pendingForTest(): PendingSignIn {
  return { state: randomUUID(), nonce: randomUUID(), codeVerifier: randomUUID(), startedAtMs: Date.now() };
}
