// The whole sign-in, from top to bottom: an authorization request, then, with its response, the tokens, the ID token's
// checks and the claims. Each step stands in the file of its name.

import { type Attempt, createAttempt, type Hooks, type Registration } from './attempt.ts';
import type { PendingSignIn, SignInRequest } from './authorization-request.ts';
import { buildAuthorizationUrl, createPendingSignIn } from './authorization-request.ts';
import { type AuthorizationResponse, checkAuthorizationResponse } from './authorization-response.ts';
import { createDiscovery, type ProviderMetadata, type Warn } from './discovery.ts';
import { createHttp } from './http.ts';
import { validateIdToken } from './id-token.ts';
import { signInRules } from './id-token-rules.ts';
import { createKeys } from './jwk-set.ts';
import { observe } from './observer.ts';
import type { JsonObject } from './response.ts';
import { requestTokens, type TokenResponse } from './token-request.ts';
import { requestUserinfo } from './userinfo.ts';

const START_LIMIT_MS = 5_000;
const FINISH_LIMIT_MS = 8_000;

/** A sign-in that passed every check. The user is `issuer` and `subject` together, never an email address. */
export interface SignIn {
  issuer: string;
  subject: string;
  /** Of the ID token. */
  claims: JsonObject;
  /** Absent where the provider has no userinfo endpoint. */
  userinfo?: JsonObject | undefined;
  tokens: TokenResponse;
  /** When the token response came, in milliseconds since 1970: expires_in counts from here. */
  receivedAtMs: number;
}

export type PingOneClient = ReturnType<typeof createPingOneClient>;
export type Provider = PingOneClient['provider'];

/**
 * @param warn told what is unusual about the provider, yet no reason to stop
 * @throws TypeError that names a field without which no sign-in can begin
 */
export function createPingOneClient(registration: Registration, warn: Warn = () => {}) {
  for (const name of ['issuer', 'redirectUri', 'signOffUrl'] as const)
    if (!URL.canParse(registration[name])) throw new TypeError(`${name} is not a URL.`);
  if (!registration.clientId) throw new TypeError('clientId is missing.');
  const base = { http: createHttp(), registration };
  const discover = createDiscovery(base, warn);
  const keys = createKeys(base);
  return {
    registration,
    /** What the steps need: for createAfterSignIn. */
    provider: { ...base, discover, keys },

    /** The URL to send the browser to, and what to keep for this browser until it comes back. @throws SignInError */
    async startSignIn(request?: SignInRequest) {
      const metadata = await discover(createAttempt(base, START_LIMIT_MS));
      const pending = createPendingSignIn(request);
      return { authorizationUrl: buildAuthorizationUrl(metadata, registration, pending).href, pending };
    },

    /**
     * Finishes a sign-in, in 8 s at most.
     * @throws SignInError at the first check that fails: the user must not be signed in then
     */
    async finishSignIn(response: AuthorizationResponse, pending: PendingSignIn, hooks?: Hooks) {
      const { state, nonce, codeVerifier } = pending;
      const attempt = createAttempt(base, FINISH_LIMIT_MS, hooks);
      attempt.secrets.push(state, nonce, codeVerifier, response.code ?? '');
      const metadata = await discover(attempt);
      showBrowserMessages(attempt, metadata, { response, pending });
      const code = checkAuthorizationResponse(attempt, metadata, { response, state });
      const tokens = await requestTokens(attempt, metadata, { code, codeVerifier });
      const receivedAtMs = Date.now();
      const claims = await validateIdToken(attempt, metadata, { tokens, keys, rules: signInRules(pending) });
      const userinfo = await requestUserinfo(attempt, metadata, { tokens, claims });
      const { issuer } = metadata;
      return { issuer, subject: claims.sub, claims, userinfo, tokens, receivedAtMs } satisfies SignIn;
    },

    /** Resolves when discovery has succeeded. @throws SignInError why it has not */
    async ready(): Promise<void> {
      await discover(createAttempt(base, START_LIMIT_MS));
    },

    /** Ends all connections. */
    close: base.http.close,
  };
}

/**
 * Shows the observer the two messages that the browser carried. The request was not kept: the function that made it makes
 * it again, from what this sign-in has kept.
 */
function showBrowserMessages(
  attempt: Attempt,
  metadata: ProviderMetadata,
  { response, pending }: { response: AuthorizationResponse; pending: PendingSignIn },
): void {
  if (!attempt.observer) return;
  const message = { type: 'exchange', method: 'GET' } as const;
  const { registration } = attempt;
  const { origin, pathname, searchParams } = buildAuthorizationUrl(metadata, registration, pending);
  const request = { url: origin + pathname, parameters: [...searchParams], startedAtMs: pending.startedAtMs };
  observe(attempt, { ...message, step: 'authorization_request', ...request });
  const { errorDescription: error_description, ...others } = response;
  const given = Object.entries({ ...others, error_description }).filter(([, value]) => value !== undefined);
  const parameters = given.map(([name, value]): [string, string] => [name, `${value}`]);
  observe(attempt, { ...message, step: 'authorization_response', url: registration.redirectUri, parameters });
}
