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
  response: AuthorizationResponse;
}

/** What must not show, whoever quotes it. */
export function secretsOf({ registration, pending, response }: BrowserMessages): string[] {
  const { state, nonce, codeVerifier } = pending;
  return [registration.clientSecret, state, nonce, codeVerifier, response.code ?? ''];
}

/** It was made at /login: the same values make the same request again. */
export function authorizationRequest(
  metadata: ProviderMetadata,
  { registration, pending }: BrowserMessages,
): Exchange {
  return exchangeOf(new URL(buildAuthorizationUrl(metadata, registration, pending)), []);
}

export function authorizationResponse(
  { registration, response }: BrowserMessages,
  secrets: string[],
): Exchange {
  const { errorDescription, ...parameters } = response;
  const url = new URL(registration.redirectUri);
  for (const [name, value] of Object.entries({ ...parameters, error_description: errorDescription }))
    if (value !== undefined) url.searchParams.append(name, value);
  return exchangeOf(url, secrets);
}

function exchangeOf(url: URL, secrets: string[]): Exchange {
  const parameters = maskParameters(url.searchParams, secrets);
  return { method: 'GET', url: url.origin + url.pathname, headers: [], parameters };
}
