// POST <token_endpoint>: exchanges the code for tokens, with client_secret_post: client id and secret in the form
// (RFC 6749, sections 2.3.1 and 4.1.3; PingOne: "Step 4: Exchange code for token (POST AUTH)").

import * as z from 'zod';
import { type Attempt, checkShape, type Registration, type Rule } from './attempt.ts';
import type { ProviderMetadata } from './discovery.ts';
import type { GivenFacts, SignInErrorCode } from './errors.ts';
import { exchangeJson, TOKEN_LIMIT } from './exchange.ts';
import { lenient } from './response.ts';

// A token goes into a header (RFC 6750, section 2.1). A number of seconds, some providers quote.
const visibleAscii = z.string().regex(/^[\x21-\x7e]+$/);
const digits = z.string().regex(/^\d{1,12}$/);

// RFC 6749, section 5.1. Fields that it does not know are left out.
export const tokenResponse = z.object({
  access_token: visibleAscii.max(TOKEN_LIMIT),
  token_type: z.string().regex(/^bearer$/i, 'must be Bearer'),
  id_token: z.string().min(1).max(TOKEN_LIMIT),
  expires_in: lenient(z.union([z.number(), digits.transform(Number)]).pipe(z.number().positive())),
  refresh_token: lenient(z.string().min(1).max(TOKEN_LIMIT)),
  scope: lenient(z.string().min(1)),
});

/** A check of the response, also to a refresh. */
export const COMPLETE: Rule = ['token_response_invalid', 'the token response is complete', 'RFC 6749, 5.1'];

export type TokenResponse = z.infer<typeof tokenResponse>;

/**
 * Sends the code once, whatever comes of it: a second try could only fail, because a code is good for one request.
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
  const value = await exchangeJson(attempt, request, refusedAs);
  return checkShape(attempt, COMPLETE, tokenResponse.safeParse(value));
}

/** The client authentication of each POST: client_secret_post. */
export function credentialsOf({ clientId, clientSecret }: Registration) {
  return { client_id: clientId, client_secret: clientSecret };
}

/**
 * A 401 with an OAuth error other than invalid_grant is failed client authentication; a response without any error of the
 * provider's comes from something in between.
 */
export function refusedAs({ error, platformCode, status }: GivenFacts): SignInErrorCode {
  if (error === 'invalid_grant') return 'token_invalid_grant';
  if (error === 'invalid_client' || (error && status === 401)) return 'token_invalid_client';
  return error || platformCode ? 'token_refused' : 'pingone_blocked';
}
