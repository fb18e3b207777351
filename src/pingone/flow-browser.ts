// The two messages of a sign-in that pass through the browser, as the flow's record keeps them: masked.

import { buildAuthorizationUrl, createPendingSignIn, type PendingSignIn } from './authorization-request.ts';
import type { AuthorizationResponse } from './authorization-response.ts';
import type { ProviderMetadata } from './discovery.ts';
import { addressOf, type Exchange } from './flow-exchange.ts';
import { maskOwnParameters, maskResponse } from './flow-mask.ts';
import { type Quotes, quotesOf } from './flow-secrets.ts';
import type { Registration } from './registration.ts';

export interface BrowserMessages {
  registration: Registration;
  pending: PendingSignIn;
  /** What came back to /callback. */
  query: [string, string][];
  /** Whether that is this sign-in's response. Where not, anybody may have made it up. */
  isResponse: boolean;
}

/** What must not show, whoever quotes it. */
export function secretsOf({ registration, pending, query }: BrowserMessages): string[] {
  const codes = query.filter(([name]) => name === 'code').map(([, value]) => value);
  return [registration.clientSecret, pending.state, pending.nonce, pending.codeVerifier, ...codes];
}

/** By discovery document: all that differs between the requests of two sign-ins is masked. */
const requests = new WeakMap<ProviderMetadata, Exchange>();

/** As it was made at /login. */
export function authorizationRequest(metadata: ProviderMetadata, registration: Registration): Exchange {
  const known = requests.get(metadata);
  if (known) return known;
  const endpoint = new URL(metadata.authorization_endpoint);
  const bare = { ...metadata, authorization_endpoint: endpoint.origin };
  const own = new URL(buildAuthorizationUrl(bare, registration, createPendingSignIn())).searchParams;
  // What is left of its query is the endpoint's own.
  for (const name of own.keys()) endpoint.searchParams.delete(name);
  const url = addressOf(endpoint, quotesOf([registration.clientSecret]));
  const request = exchangeOf(url, maskOwnParameters(own));
  requests.set(metadata, request);
  return request;
}

export function authorizationResponse(
  { registration, query, isResponse }: BrowserMessages,
  quotes: Quotes,
): Exchange {
  return exchangeOf(registration.redirectUri, maskResponse(query, isResponse, quotes));
}

/** The query that a response was read from. */
export function parametersOf({ errorDescription, ...response }: AuthorizationResponse): [string, string][] {
  const description = errorDescription === undefined ? {} : { error_description: errorDescription };
  return Object.entries({ ...response, ...description });
}

function exchangeOf(url: string, parameters: Exchange['parameters']): Exchange {
  return { method: 'GET', url, headers: [], parameters };
}
