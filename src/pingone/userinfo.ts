// GET <userinfo_endpoint> with the access token: the claims of the user who signed in
// (OpenID Connect Core 1.0, section 5.3; bearer token: RFC 6750, section 2.1).

import { type Attempt, check } from './attempt.ts';
import type { ProviderMetadata } from './discovery.ts';
import { exchangeJson } from './exchange.ts';
import type { JsonObject } from './response.ts';

const HAS_SUB = ['userinfo_invalid', 'userinfo has a sub', 'Core 5.3.2'] as const;
const SAME_SUB = ['userinfo_subject_mismatch', 'sub of userinfo matches the ID token', 'Core 5.3.2'] as const;

/**
 * Requests the claims, and returns them as the provider sent them, or undefined if it has no userinfo
 * endpoint. Call this only with a validated `sub`, because the response must have the same one (section
 * 5.3.2).
 * @throws SignInError userinfo_*, pingone_*
 */
export async function requestUserinfo(
  attempt: Attempt,
  { userinfo_endpoint: url }: ProviderMetadata,
  { tokens, claims: { sub: subject } }: { tokens: { access_token: string }; claims: { sub: string } },
): Promise<JsonObject | undefined> {
  if (!url) return void check(attempt, SAME_SUB, 'the provider has no userinfo endpoint');
  const headers = { authorization: `Bearer ${tokens.access_token}` };
  const request = { step: 'userinfo', method: 'GET', url, headers } as const;
  const claims = await exchangeJson(attempt, request, ({ wwwAuthenticate, error, platformCode }) =>
    wwwAuthenticate || error || platformCode ? 'userinfo_refused' : 'pingone_blocked',
  );
  const { sub } = claims;
  check(attempt, HAS_SUB, (typeof sub === 'string' && sub !== '') || {});
  check(attempt, SAME_SUB, sub === subject || {});
  return claims;
}
