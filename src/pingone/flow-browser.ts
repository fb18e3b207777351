// The two messages of a sign-in that pass through the browser, as the flow's record keeps them: masked.

import { buildAuthorizationUrl, type PendingSignIn } from './authorization-request.ts';
import type { AuthorizationResponse } from './authorization-response.ts';
import type { ProviderMetadata } from './discovery.ts';
import type { Exchange } from './flow-exchange.ts';
import { maskParameters } from './flow-mask.ts';
import type { Registration } from './registration.ts';

export interface BrowserMessages {
  registration: Registration;
  pending: PendingSignIn;
  /** What came back to /callback. */
  query: URLSearchParams;
}

/** What must not show, whoever quotes it. */
export function secretsOf({ registration, pending, query }: BrowserMessages): string[] {
  const { state, nonce, codeVerifier } = pending;
  return [registration.clientSecret, state, nonce, codeVerifier, ...query.getAll('code')];
}

/** It was made at /login: the same values make the same request again. */
export function authorizationRequest(
  metadata: ProviderMetadata,
  { registration, pending }: BrowserMessages,
): Exchange {
  const [address = '', query] = buildAuthorizationUrl(metadata, registration, pending).split('?');
  return exchangeOf(address, new URLSearchParams(query), []);
}

export function authorizationResponse({ registration, query }: BrowserMessages, secrets: string[]): Exchange {
  return exchangeOf(registration.redirectUri, query, secrets);
}

/** The query that a response was read from. */
export function parametersOf({ errorDescription, ...response }: AuthorizationResponse): URLSearchParams {
  return new URLSearchParams({
    ...response,
    ...(errorDescription && { error_description: errorDescription }),
  });
}

function exchangeOf(url: string, query: URLSearchParams, secrets: string[]): Exchange {
  return { method: 'GET', url, headers: [], parameters: maskParameters(query, secrets) };
}
