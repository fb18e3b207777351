// POST <token_endpoint> with grant_type=refresh_token: new tokens for a user who is signed in, with client_secret_post
// (RFC 6749, section 6; OpenID Connect Core 1.0, section 12).

import { type Attempt, checkShape, createAttempt, fail, type Hooks, type Verdict } from '../attempt.ts';
import type { Provider, SignIn } from '../client.ts';
import type { ProviderMetadata } from '../discovery.ts';
import { SignInError } from '../errors.ts';
import { exchangeJson } from '../exchange.ts';
import { validateIdToken } from '../id-token.ts';
import { ABSENT, type CheckedRule, type IdToken, inUtc, matches } from '../id-token-rules.ts';
import { type JsonObject, optional } from '../response.ts';
import { COMPLETE, credentialsOf, refusedAs, tokenResponse } from '../token-request.ts';
import { requestUserinfo } from '../userinfo.ts';

const REFRESH_LIMIT_MS = 8_000;

/** Core 12.2: an ID token need not come. */
const refreshResponse = tokenResponse.extend({ id_token: optional(tokenResponse.shape.id_token) });

export interface Refreshed {
  signIn: SignIn;
  /** Userinfo failed for the moment, although the ID token has confirmed the refresh: the claims are those of before. */
  userinfoError?: SignInError;
}

/**
 * The sign-in with new tokens, and with the claims as they are now. One token request, in 8 s at most, never repeated:
 * PingOne's refresh tokens are good for one, and reuse ends them all. What does not come again stays as it was.
 *
 * The refresh is tied to its user: by `sub` and `at_hash` of a new ID token, or by the `sub` of userinfo; where the provider
 * has no userinfo endpoint, by the `sub` of a new ID token alone. Until then the new access token belongs to nobody, and only
 * the refresh token, told to `onRefreshToken` as soon as it is here, is of use.
 * @throws SignInError of kind `identity`: the response is about another user; with `error` invalid_grant: the user must
 *   sign in again; every other one: a failure of the moment
 */
export async function refreshTokens(provider: Provider, signIn: SignIn, hooks: Hooks): Promise<Refreshed> {
  const { refresh_token: refreshToken, id_token: idTokenBefore } = signIn.tokens;
  if (!refreshToken) throw new TypeError('There is no refresh token.');
  const attempt = createAttempt(provider, REFRESH_LIMIT_MS, hooks);
  attempt.secrets.push(refreshToken, idTokenBefore, signIn.tokens.access_token);
  const metadata = await provider.discover(attempt);
  // Keys that cannot be fetched are better missed before the refresh token is used.
  await provider.keys(attempt, metadata.jwks_uri);

  const came = await requestFreshTokens(attempt, metadata, refreshToken);
  const receivedAtMs = Date.now();
  const { id_token = idTokenBefore, refresh_token = refreshToken, scope = signIn.tokens.scope } = came;
  const tokens = { ...came, id_token, refresh_token, scope };

  let { claims }: { claims: JsonObject } = signIn;
  if (id_token !== idTokenBefore) {
    const rules = refreshRules(claims);
    claims = await validateIdToken(attempt, metadata, { tokens, rules, keys: provider.keys });
  }
  const isNew = claims !== signIn.claims;
  const isConfirmed = isNew && Boolean(claims['at_hash']);
  const refreshed = { ...signIn, claims, tokens, receivedAtMs };
  try {
    const userinfo = await requestUserinfo(attempt, metadata, { tokens, claims: { sub: signIn.subject } });
    // Without a userinfo endpoint, and without at_hash, the new ID token is all that can confirm it.
    if (!userinfo && !isNew) fail(attempt, 'refresh_unconfirmed', { step: 'refresh' });
    return { signIn: { ...refreshed, userinfo } };
  } catch (error) {
    if (!isConfirmed || !(error instanceof SignInError) || !isOfTheMoment(error)) throw error;
    return { signIn: refreshed, userinfoError: error };
  }
}

async function requestFreshTokens(
  attempt: Attempt,
  { token_endpoint: url }: ProviderMetadata,
  refresh_token: string,
) {
  const form = { grant_type: 'refresh_token', refresh_token, ...credentialsOf(attempt.registration) };
  const request = { step: 'refresh', method: 'POST', url, form } as const;
  const value = await exchangeJson(attempt, request, (facts) =>
    facts.error === 'invalid_grant' ? 'refresh_refused' : refusedAs(facts),
  );
  return checkShape(attempt, COMPLETE, refreshResponse.safeParse(value));
}

/** Not so: userinfo about another user, and a 401 or 403, which will not pass by itself. */
function isOfTheMoment({ kind, facts: { status } }: SignInError): boolean {
  return kind !== 'identity' && status !== 401 && status !== 403;
}

/**
 * What must be true of a refreshed ID token beside the rules of every one.
 * @param before the claims of the sign-in's ID token
 */
function refreshRules(before: JsonObject): readonly CheckedRule[] {
  const { sub, nonce } = before;
  const section = 'Core 12.2';
  // A nonce need not come again.
  const sameNonce = (token: IdToken) => (token.nonce && nonce ? matches(token.nonce, nonce) : ABSENT);
  return [
    ['id_token_other_user', 'sub matches the sign-in', section, (token) => matches(token.sub, sub)],
    ['id_token_nonce', 'nonce matches the sign-in', section, sameNonce],
    ['id_token_auth_time_earlier', 'auth_time is not earlier than before', section, (t) => later(t, before)],
  ];
}

/** A later one is accepted, against Core 12.2: some providers send it when the user has signed on again elsewhere. */
function later({ auth_time }: IdToken, { auth_time: first }: JsonObject): Verdict {
  if (auth_time === undefined || typeof first !== 'number') return ABSENT;
  if (auth_time >= first) return true;
  return { expected: `auth_time ${inUtc(first)} or later`, found: `auth_time ${inUtc(auth_time)}` };
}
