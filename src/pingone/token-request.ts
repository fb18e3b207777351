// POST <token_endpoint>: exchanges the code for tokens. client_secret_post: client ID and secret are in the
// form (RFC 6749, sections 2.3.1 and 4.1.3; PingOne: "Step 4: Exchange code for token (POST AUTH)").

import * as z from 'zod';
import { type Attempt, checkShape, type Registration } from './attempt.ts';
import type { ProviderMetadata } from './discovery.ts';
import type { GivenFacts, SignInErrorCode } from './errors.ts';
import { exchangeJson, TOKEN_LIMIT } from './exchange.ts';
import { lenient } from './response.ts';

// An access token is sent in a header (RFC 6750, section 2.1). Some providers send expires_in as a string.
const visibleAscii = z.string().regex(/^[\x21-\x7e]+$/);
const digits = z.string().regex(/^\d{1,12}$/);

// RFC 6749, section 5.1. Unknown fields are left out.
export const tokenResponse = z.object({
  access_token: visibleAscii.max(TOKEN_LIMIT),
  token_type: z.string().regex(/^bearer$/i, 'must be Bearer'),
  id_token: z.string().min(1).max(TOKEN_LIMIT),
  expires_in: lenient(z.union([z.number(), digits.transform(Number)]).pipe(z.number().positive())),
  refresh_token: lenient(z.string().min(1).max(TOKEN_LIMIT)),
  scope: lenient(z.string().min(1)),
});

/** The check of a token response. A refresh makes it, too. */
export const HAS_TOKENS = ['token_response_invalid', 'the token response is valid', 'RFC 6749, 5.1'] as const;

export type TokenResponse = z.infer<typeof tokenResponse>;

/**
 * Sends the code once, and never again after a failure, because a code is valid for only one request.
 * @throws SignInError token_*, pingone_*
 */
export async function requestTokens(
  attempt: Attempt,
  { token_endpoint: url }: ProviderMetadata,
  { code, codeVerifier: code_verifier }: { code: string; codeVerifier: string },
): Promise<TokenResponse> {
  const { redirectUri: redirect_uri } = attempt.registration;
  const credentials = credentialsOf(attempt.registration);
  const form = { grant_type: 'authorization_code', code, redirect_uri, ...credentials, code_verifier };
  const request = { step: 'token_request', method: 'POST', url, form } as const;
  const value = await exchangeJson(attempt, request, tokenErrorCode);
  return checkShape(attempt, HAS_TOKENS, tokenResponse.safeParse(value));
}

/** The fields of client_secret_post, for every POST to the provider. */
export function credentialsOf({ clientId, clientSecret }: Registration) {
  return { client_id: clientId, client_secret: clientSecret };
}

/**
 * The error code for a 4xx response of the token endpoint. A 401 with an OAuth error other than invalid_grant
 * means that client authentication failed. A response with neither an OAuth error nor a PingOne code comes
 * from a firewall or proxy, not from the provider.
 */
export function tokenErrorCode({ error, platformCode, status }: GivenFacts): SignInErrorCode {
  if (error === 'invalid_grant') return 'token_invalid_grant';
  if (error === 'invalid_client' || (error && status === 401)) return 'token_invalid_client';
  return error || platformCode ? 'token_refused' : 'pingone_blocked';
}
