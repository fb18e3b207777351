// The whole sign-in, from top to bottom: an authorization request, then, with its response, the tokens, the ID token's
// checks and the claims. Each step stands in the file of its name.

import { refreshTokens, revokeTokens, startSignOff } from './after-sign-in.ts';
import { buildAuthorizationUrl, createPendingSignIn, type PendingSignIn } from './authorization-request.ts';
import {
  type AuthorizationResponse,
  checkAuthorizationResponse,
  readAuthorizationResponse,
} from './authorization-response.ts';
import { createDiscovery } from './discovery.ts';
import { SignInError } from './errors.ts';
import { parametersOf } from './flow-browser.ts';
import { createFlowRecorder, type FlowRecorder } from './flow-record.ts';
import { noteSharedExchanges } from './flow-shared.ts';
import type { FlowRecord } from './flow-steps.ts';
import { createHttp } from './http.ts';
import { validateIdToken } from './id-token.ts';
import { createKeySets } from './jwks.ts';
import type { Registration } from './registration.ts';
import type { PingOneClient, SignIn } from './sign-in.ts';
import { requestTokens } from './token-request.ts';
import { requestUserinfo, SAME_SUBJECT } from './userinfo.ts';

export type { PendingSignIn } from './authorization-request.ts';
// What whoever copies this folder needs beside the client.
export { type AuthorizationResponse, readAuthorizationResponse } from './authorization-response.ts';
export { errorTexts, SignInError } from './errors.ts';
export type { Registration } from './registration.ts';
export type { PingOneClient, SignIn } from './sign-in.ts';

const FINISH_LIMIT_MS = 8_000;

/** @param warn told what is odd about the provider, yet no reason to stop */
export function createPingOneClient(
  registration: Registration,
  warn: (message: string) => void,
): PingOneClient {
  const http = createHttp();
  const shared = noteSharedExchanges(http, registration.clientSecret);
  const discovery = createDiscovery(registration.issuer, shared.http, warn);
  const jwksAt = createKeySets(shared.http);

  async function startSignIn() {
    const metadata = await discovery.metadata();
    const pending = createPendingSignIn();
    return { authorizationUrl: buildAuthorizationUrl(metadata, registration, pending), pending };
  }

  async function finishSignIn(
    response: AuthorizationResponse,
    pending: PendingSignIn,
    show?: (flow: FlowRecord) => void,
  ): Promise<SignIn> {
    const recorder = createFlowRecorder(http, shared, {
      registration,
      pending,
      query: parametersOf(response),
      isResponse: true,
    });
    try {
      return await checkSignIn(response, pending, recorder);
    } catch (error) {
      if (!(error instanceof SignInError)) throw error;
      // What held until then. In an error of its own, for one of the discovery or the keys is shared by all who wait.
      throw new SignInError(error.code, { ...error.details, checks: recorder.checks.made, cause: error });
    } finally {
      show?.(recorder.record(discovery.known()));
    }
  }

  async function checkSignIn(
    response: AuthorizationResponse,
    { state, nonce, codeVerifier }: PendingSignIn,
    { step, checks, http, noteWaits }: FlowRecorder,
  ): Promise<SignIn> {
    const { clientId, clientSecret, redirectUri } = registration;
    const deadline = performance.now() + FINISH_LIMIT_MS;
    const metadata = await step('discovery', () => discovery.metadata());
    const { issuer, token_endpoint, jwks_uri, userinfo_endpoint } = metadata;

    const code = await step('authorizationResponse', () =>
      checkAuthorizationResponse(response, state, metadata, checks),
    );

    const grant = { code, redirectUri, clientId, clientSecret, codeVerifier };
    const tokens = await step('tokenRequest', () =>
      requestTokens(http, token_endpoint, grant, checks, deadline),
    );
    const receivedAt = Date.now();

    const { id_token, access_token: accessToken } = tokens;
    const expected = { issuer, clientId, nonce, accessToken };
    const idTokenClaims = await step('idToken', () =>
      validateIdToken(id_token, expected, noteWaits(jwksAt(jwks_uri)), checks, deadline),
    );
    const subject = idTokenClaims.sub;

    const userinfoClaims = await step('userinfo', () => {
      if (userinfo_endpoint)
        return requestUserinfo(http, userinfo_endpoint, accessToken, subject, checks, deadline);
      checks.notApplicable(SAME_SUBJECT, 'Core 5.3.2', 'the provider has no userinfo endpoint');
      return undefined;
    });
    const signIn = { issuer, subject, idTokenClaims, tokens, receivedAt, checks: checks.made };
    return userinfoClaims ? { ...signIn, userinfoClaims } : signIn;
  }

  async function refusedFlow(
    query: URLSearchParams,
    pending: PendingSignIn,
  ): Promise<FlowRecord | undefined> {
    const messages = { registration, pending, query: [...query], isResponse: false };
    const { step, checks, record } = createFlowRecorder(http, shared, messages);
    const metadata = discovery.known();
    if (!metadata) return undefined;
    await step('discovery', () => metadata);
    const check = () =>
      checkAuthorizationResponse(readAuthorizationResponse(query), pending.state, metadata, checks);
    // Whoever asks for this has been told already why it is refused.
    await step('authorizationResponse', check).catch(() => undefined);
    return record(metadata);
  }

  function signOffEndpoint(): string {
    return discovery.known()?.end_session_endpoint ?? registration.issuer;
  }

  async function ready(): Promise<void> {
    await discovery.metadata();
  }

  const provider = { http, metadata: discovery.metadata, jwksAt, registration };
  return {
    startSignIn,
    finishSignIn,
    refusedFlow,
    refreshTokens: (signIn, rotated) => refreshTokens(provider, signIn, rotated),
    revokeTokens: (refreshToken) => revokeTokens(provider, refreshToken),
    startSignOff: (idToken) => startSignOff(provider, idToken),
    signOffEndpoint,
    ready,
    close: http.close,
  };
}
