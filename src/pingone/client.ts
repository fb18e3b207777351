// The whole sign-in: startSignIn makes the authorization request; finishSignIn checks its response, requests
// the tokens, validates the ID token, and requests userinfo. Each step is in the file with its name.

import { type Attempt, createAttempt, type Listeners, type Registration } from './attempt.ts';
import type { PendingSignIn, SignInRequest } from './authorization-request.ts';
import { buildAuthorizationUrl, createPendingSignIn } from './authorization-request.ts';
import { type AuthorizationResponse, checkAuthorizationResponse } from './authorization-response.ts';
import { createDiscovery, type ProviderMetadata, type Warn } from './discovery.ts';
import { createHttp } from './http.ts';
import { validateIdToken } from './id-token.ts';
import { signInRules } from './id-token-rules.ts';
import { createKeySource } from './jwk-set.ts';
import { notify } from './observer.ts';
import type { JsonObject } from './response.ts';
import { requestTokens, type TokenResponse } from './token-request.ts';
import { requestUserinfo } from './userinfo.ts';

const START_LIMIT_MS = 5_000;
const FINISH_LIMIT_MS = 8_000;

/**
 * A sign-in that passed every check. Identify the user by `issuer` and `subject` together, never by an email
 * address.
 */
export interface SignIn {
  issuer: string;
  subject: string;
  /** All claims of the ID token. */
  claims: JsonObject;
  /** The userinfo response. Absent if the provider has no userinfo endpoint. */
  userinfo?: JsonObject | undefined;
  tokens: TokenResponse;
  /** When the token response arrived, in milliseconds since 1970. `expires_in` counts from this time. */
  receivedAtMs: number;
}

export type PingOneClient = ReturnType<typeof createPingOneClient>;
export type Provider = PingOneClient['provider'];

/**
 * Makes the client of one application. The first request to the provider is the discovery of its metadata.
 * @param warn called if the provider's metadata is unusual but can be used
 * @throws TypeError that names a field of the registration that is missing, not a URL, or the secret
 */
export function createPingOneClient(registration: Registration, warn: Warn = () => {}) {
  for (const name of ['issuer', 'redirectUri', 'signOffUrl'] as const)
    if (!URL.canParse(registration[name])) throw new TypeError(`${name} is not a URL.`);
  const { clientId, clientSecret } = registration;
  if (!clientId || clientId === clientSecret) throw new TypeError('clientId is missing, or is the secret.');
  const connection = { http: createHttp(), registration };
  const discover = createDiscovery(connection, warn);
  const getKeys = createKeySource(connection);
  return {
    registration,
    /** For createAfterSignIn. */
    provider: { ...connection, discover, getKeys },

    /**
     * The URL to which to redirect the browser, and the values to keep for this browser.
     * @throws SignInError
     */
    async startSignIn(request?: SignInRequest) {
      const metadata = await discover(createAttempt(connection, START_LIMIT_MS));
      const pending = createPendingSignIn(request);
      return { authorizationUrl: buildAuthorizationUrl(metadata, registration, pending).href, pending };
    },

    /**
     * Finishes a sign-in in at most 8 s.
     * @throws SignInError at the first check that fails. Then the app must not sign the user in.
     */
    async finishSignIn(response: AuthorizationResponse, pending: PendingSignIn, listeners?: Listeners) {
      const rules = signInRules(pending);
      const attempt = createAttempt(connection, FINISH_LIMIT_MS, listeners);
      attempt.secrets.push(pending.state, pending.nonce, pending.codeVerifier);
      const metadata = await discover(attempt);
      // Only now, because the browser can choose it, and all sign-ins share the masked discovery document.
      attempt.secrets.push(response.code ?? '');
      notifyOfBrowser(attempt, metadata, { response, pending });
      const code = checkAuthorizationResponse(attempt, metadata, { response, state: pending.state });
      const tokens = await requestTokens(attempt, metadata, { code, ...pending });
      const receivedAtMs = Date.now();
      const claims = await validateIdToken(attempt, metadata, { tokens, rules, getKeys });
      const userinfo = await requestUserinfo(attempt, metadata, { tokens, claims });
      const { issuer } = metadata;
      return { issuer, subject: claims.sub, claims, userinfo, tokens, receivedAtMs } satisfies SignIn;
    },

    /** Resolves when discovery has succeeded. @throws SignInError if it fails */
    async ready(): Promise<void> {
      await discover(createAttempt(connection, START_LIMIT_MS));
    },

    /** Closes all connections. */
    close: connection.http.close,
  };
}

/**
 * Reports the two messages that the browser carried. The app did not keep the request: the function that made
 * it makes it again, from the values that the app kept.
 */
function notifyOfBrowser(attempt: Attempt, metadata: ProviderMetadata, { response, pending }: Browser): void {
  const { observer, registration } = attempt;
  if (!observer) return;
  const message = { type: 'exchange', method: 'GET' } as const;
  const { origin, pathname, searchParams } = buildAuthorizationUrl(metadata, registration, pending);
  const request = { url: origin + pathname, parameters: [...searchParams], startedAtMs: pending.startedAtMs };
  notify(attempt, { ...message, step: 'authorization_request', ...request });
  const { errorDescription: error_description, ...others } = response;
  const given = Object.entries({ ...others, error_description }).filter(([, value]) => value !== undefined);
  const parameters = given.map(([name, value]): [string, string] => [name, `${value}`]);
  notify(attempt, { ...message, step: 'authorization_response', url: registration.redirectUri, parameters });
}

/** What the browser carried, and what the app kept for it. */
type Browser = { response: AuthorizationResponse; pending: PendingSignIn };
