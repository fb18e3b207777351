// POST <token_endpoint> with grant_type=refresh_token: new tokens for a user who is signed in, with
// client_secret_post (RFC 6749, section 6; OpenID Connect Core 1.0, section 12).

import { type Attempt, checkShape, createAttempt, fail, type Listeners, type Verdict } from '../attempt.ts';
import type { Provider, SignIn } from '../client.ts';
import type { ProviderMetadata } from '../discovery.ts';
import { SignInError } from '../errors.ts';
import { exchangeJson } from '../exchange.ts';
import { validateIdToken } from '../id-token.ts';
import { ABSENT, type IdToken, inUtc, matches, type Rule } from '../id-token-rules.ts';
import { type JsonObject, optional } from '../response.ts';
import { credentialsOf, HAS_TOKENS, tokenErrorCode, tokenResponse } from '../token-request.ts';
import { requestUserinfo } from '../userinfo.ts';

const REFRESH_LIMIT_MS = 8_000;

/** The ID token is optional (Core 12.2). */
const refreshResponse = tokenResponse.extend({ id_token: optional(tokenResponse.shape.id_token) });

export interface Refreshed {
  signIn: SignIn;
  /**
   * Set if the ID token confirmed the refresh, but userinfo failed temporarily. Then `signIn` has the earlier
   * userinfo.
   */
  userinfoError?: SignInError;
}

/**
 * Returns the sign-in with new tokens and current claims, in at most 8 s. Tokens, scope and claims that the
 * responses do not repeat stay as they were. The token request is never repeated: PingOne accepts each
 * refresh token once, and revokes them all if one is used twice.
 *
 * A check must confirm that the tokens belong to the same user: `sub` and `at_hash` of a new ID token, or
 * `sub` of userinfo. If the provider has no userinfo endpoint, `sub` of a new ID token is enough. Until then,
 * the new access token is used only for userinfo. `onRefreshToken` gets the new refresh token at once.
 * @throws SignInError of kind `identity` if the response is about another user; with `error` invalid_grant if
 *   the user must sign in again; any other one for a temporary failure
 */
export async function refresh(provider: Provider, signIn: SignIn, listeners: Listeners): Promise<Refreshed> {
  const { refresh_token: refreshToken, id_token: idTokenBefore } = signIn.tokens;
  if (!refreshToken) throw new TypeError('There is no refresh token.');
  const attempt = createAttempt(provider, REFRESH_LIMIT_MS, listeners);
  attempt.secrets.push(refreshToken, idTokenBefore, signIn.tokens.access_token);
  const metadata = await provider.discover(attempt);
  // Fetched first, so that missing keys end the refresh before the refresh token is used.
  await provider.getKeys(attempt, metadata.jwks_uri);

  const response = await requestNewTokens(attempt, metadata, refreshToken);
  const receivedAtMs = Date.now();
  const { id_token = idTokenBefore, refresh_token = refreshToken, scope = signIn.tokens.scope } = response;
  const tokens = { ...response, id_token, refresh_token, scope };

  let { claims }: { claims: JsonObject } = signIn;
  if (id_token !== idTokenBefore) {
    const rules = refreshRules(claims);
    claims = await validateIdToken(attempt, metadata, { tokens, rules, getKeys: provider.getKeys });
  }
  const isNew = signedPartOf(id_token) !== signedPartOf(idTokenBefore) && isNotOlder(claims, signIn.claims);
  const isConfirmed = isNew && Boolean(claims['at_hash']);
  const refreshed = { ...signIn, claims, tokens, receivedAtMs };
  try {
    const userinfo = await requestUserinfo(attempt, metadata, { tokens, claims: { sub: signIn.subject } });
    // Without a userinfo endpoint, only a new ID token can confirm the user.
    if (!userinfo && !isNew) fail(attempt, 'refresh_unconfirmed', { step: 'refresh' });
    return { signIn: { ...refreshed, userinfo } };
  } catch (error) {
    if (!isConfirmed || !(error instanceof SignInError) || !isTemporary(error)) throw error;
    return { signIn: refreshed, userinfoError: error };
  }
}

/** The signature can be encoded in more than one way. */
const signedPartOf = (idToken: string) => idToken.slice(0, idToken.lastIndexOf('.'));
const isNotOlder = (claims: JsonObject, before: JsonObject) => Number(claims['iat']) >= Number(before['iat']);

async function requestNewTokens(
  attempt: Attempt,
  { token_endpoint: url }: ProviderMetadata,
  refresh_token: string,
) {
  const form = { grant_type: 'refresh_token', refresh_token, ...credentialsOf(attempt.registration) };
  const request = { step: 'refresh', method: 'POST', url, form } as const;
  const value = await exchangeJson(attempt, request, (facts) =>
    facts.error === 'invalid_grant' ? 'refresh_refused' : tokenErrorCode(facts),
  );
  return checkShape(attempt, HAS_TOKENS, refreshResponse.safeParse(value));
}

/** Not temporary: userinfo about another user, and a 401 or 403, which another try would return again. */
function isTemporary({ kind, facts: { status } }: SignInError): boolean {
  return kind !== 'identity' && status !== 401 && status !== 403;
}

/**
 * The rules for a new ID token of a refresh, in addition to those for every ID token.
 * @param before the claims of the earlier ID token
 */
function refreshRules(before: JsonObject): readonly Rule[] {
  const { sub, nonce } = before;
  const section = 'Core 12.2';
  // The nonce is optional here.
  const sameNonce = (token: IdToken) => (token.nonce && nonce ? matches(token.nonce, nonce) : ABSENT);
  return [
    ['id_token_other_user', 'sub matches the sign-in', section, (token) => matches(token.sub, sub)],
    ['id_token_nonce', 'nonce matches the sign-in', section, sameNonce],
    ['id_token_auth_time_earlier', 'auth_time is the same or later', section, (t) => notEarlier(t, before)],
  ];
}

/**
 * Unlike Core 12.2, this accepts a later auth_time, because some providers send it after the user signed on
 * in another app.
 */
function notEarlier({ auth_time }: IdToken, { auth_time: first }: JsonObject): Verdict {
  if (auth_time === undefined || typeof first !== 'number') return ABSENT;
  if (auth_time >= first) return true;
  return { expected: `auth_time ${inUtc(first)} or later`, found: `auth_time ${inUtc(auth_time)}` };
}
