// A client and a test double for one test, and a sign-in that uses them without an app.

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

/** The path after the issuer, as `scripts` and `requestsTo` of the test double use it. */
export const DISCOVERY = '.well-known/openid-configuration';
export const JSON_TYPE = { 'content-type': 'application/json' };

export type Response = Parameters<PingOneClient['finishSignIn']>[0];
export type Check = Extract<ObserverEvent, { type: 'check' }>;
export type Exchange = Extract<ObserverEvent, { type: 'exchange' }>;

/** A client for a registration, with its warnings. It closes when the test ends. */
export function clientForTest(registration: Registration, finished = onTestFinished) {
  const warnings: string[] = [];
  const client = createPingOneClient(registration, (message) => void warnings.push(message));
  finished(() => client.close());
  return { client, warnings };
}

/** @param finished `onTestFinished` of the test's context, which concurrent tests must pass */
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

/** The response to an authorization request. A `code` in `changes` replaces the test double's code, and works. */
export function respond(provider: ProviderDouble, authorizationUrl: string, changes: Partial<Response> = {}) {
  const response = provider.authorize(authorizationUrl);
  const authorization = provider.codes.get(response.code);
  if (changes.code && authorization) provider.codes.set(changes.code, authorization);
  return { ...response, ...changes };
}

type StartRequest = Parameters<PingOneClient['startSignIn']>[0];

/** A whole sign-in. `changes` apply to the authorization response. */
export async function signIn(
  client: PingOneClient,
  provider: ProviderDouble,
  changes: Partial<Response> = {},
): Promise<SignIn> {
  const { authorizationUrl, pending } = await client.startSignIn();
  return client.finishSignIn(respond(provider, authorizationUrl, changes), pending);
}

/** A sign-in with what its observer heard. */
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

/** A whole sign-in with an observer, successful or not. */
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

/** An observer, and the events that it has heard. */
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

/** The SignInError that the work rejects with. Any other outcome is thrown. */
export async function errorOf(work: Promise<unknown>): Promise<SignInError> {
  const outcome = await work.then(
    (value) => new Error(`It succeeded: ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (outcome instanceof SignInError) return outcome;
  throw outcome;
}

/** The name and result of the last check. */
export function lastCheck(checks: Check[]) {
  const last = checks.at(-1);
  return last && { name: last.name, result: last.result };
}

/** A pending sign-in without an authorization request. */
export function pendingForTest(): PendingSignIn {
  return { state: randomUUID(), nonce: randomUUID(), codeVerifier: randomUUID(), startedAtMs: Date.now() };
}
