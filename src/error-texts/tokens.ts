// The token endpoint, revocation and userinfo (RFC 6749, section 5; RFC 7009; OpenID Connect Core 1.0, section 5.3).

import { type Case, CONFIGURATION, type EntryOf, type Facts, OVERVIEW, RESOURCES } from './entry.ts';

const METHOD = 'Token Endpoint Authentication Method of the application is not Client Secret Post.';
const CREDENTIALS =
  '`PINGONE_CLIENT_SECRET` is out of date, incomplete or from another environment; in `.env`, a `#` without quotes cuts it off. `PINGONE_CLIENT_ID` belongs to another environment than `PINGONE_ISSUER`.';

export const tokenTexts = {
  token_invalid_client: (facts) => ({
    what: 'PingOne did not accept this app’s credentials. PingOne rejected the client authentication of this app: the client ID, the secret, or how this app sent them.',
    ...credentialsCase(facts),
  }),
  token_invalid_grant: {
    what: 'PingOne did not accept the authorization code. The token endpoint returned `invalid_grant`: the code has expired, was used before, or belongs to another request.',
    why: 'The code expired before this app exchanged it (Not verified: after about two minutes). `BASE_URL` changed between the start and the end of this sign-in, so the redirect URI differs. The code belongs to another sign-in, so its code verifier does not match (PKCE).',
    next: 'Start a new sign-in. If it fails again, compare `redirect_uri` of the authorization request and of the token request.',
    user: 'Start a new sign-in, and do not reload the page before it has finished.',
  },
  token_refused: {
    what: 'PingOne rejected the token request. The token endpoint returned an error that is about neither the credentials nor the code.',
    why: 'Not verified: grant type Authorization Code or Refresh Token is off, or the application is turned off. The application grants none of the scopes in `PINGONE_SCOPE`.',
    next: `Open ${CONFIGURATION} and compare the grant types and scopes with the README.`,
  },
  token_response_invalid: {
    what: 'The token response is not complete. The token endpoint reported success, but a field of its response is missing or wrong.',
    why: 'The scope `openid` is not granted, so PingOne sends no ID token. A server between this app and PingOne replaced the token response.',
    next: `Check that \`PINGONE_SCOPE\` contains \`openid\`. Open ${RESOURCES} and check that the application grants it.`,
  },
  refresh_refused: {
    what: 'Your session has ended. PingOne did not accept the refresh token (`invalid_grant`), so this app signed you out.',
    why: 'The refresh token has expired: by default after 30 days, or 180 days after the sign-in. The refresh token was used twice, and replay protection then ends all tokens of that sign-in. An administrator deleted the sessions of the user. The Refresh Token grant was turned off.',
    next: `Open ${CONFIGURATION} and check the Refresh Token grant and its durations. Send each refresh token only once: PingOne replaces it at each use.`,
    user: 'Sign in again to continue.',
  },
  refresh_unconfirmed: {
    what: 'The new tokens are not confirmed yet. PingOne sent new tokens, but neither an ID token nor a userinfo response has confirmed which user they belong to. This app keeps only the new refresh token. You stay signed in.',
    why: 'The refresh response has no ID token with `at_hash`, and userinfo is not available.',
    next: 'Look for a failed userinfo request in the log. This app asks userinfo again at the next use of the access token.',
    user: 'Wait a moment, then repeat what you did. You do not need to sign in again.',
  },
  revocation_refused: {
    what: 'PingOne did not revoke the refresh token. The revocation endpoint rejected the request, so the refresh token may stay valid until it expires.',
    why: 'The client secret is out of date, or the authentication method, which applies to revocation too, is not Client Secret Post.',
    next: `Check Token Endpoint Authentication Method under ${CONFIGURATION}. To end the token at once, delete the sessions of the user in PingOne.`,
  },
  userinfo_refused: (facts) => ({
    what: 'PingOne did not return the claims. The userinfo endpoint rejected the access token, although the token endpoint had issued it.',
    ...userinfoCase(facts),
  }),
  userinfo_invalid: {
    what: 'The userinfo response names no user. The `sub` in the userinfo response is missing or not a text, so the response cannot be tied to a user.',
    why: 'The userinfo endpoint does not follow OpenID Connect Core 5.3.2. Another server responded for it.',
    next: 'Compare `userinfo_endpoint` in the discovery document with the address of the request.',
  },
  userinfo_subject_mismatch: {
    what: 'The userinfo response is about another user. The `sub` of the userinfo response differs from the `sub` of the sign-in, so this app did not use its claims.',
    why: 'A proxy or a cache mixed up the responses of two users. An attacker tries to present the claims of one user as the claims of another.',
    next: 'Check that nothing between this app and PingOne caches responses or shares connections.',
  },
} satisfies Record<string, EntryOf>;

/** PingOne tells a wrong secret from a wrong method in its description alone. */
function credentialsCase({ description = '' }: Facts): Case {
  if (description.includes('Unsupported authentication method')) {
    return {
      why: METHOD,
      next: `Open ${CONFIGURATION} and set Token Endpoint Authentication Method to Client Secret Post.`,
    };
  }
  if (description.includes('Invalid client credentials')) {
    return {
      why: CREDENTIALS,
      next: `Open ${CONFIGURATION} and copy Client ID and Client Secret again. In \`.env\`, put the secret in quotes.`,
    };
  }
  return {
    why: `${METHOD} ${CREDENTIALS}`,
    next: `Open ${CONFIGURATION}, set Token Endpoint Authentication Method to Client Secret Post, and copy Client ID and Client Secret again.`,
  };
}

/** RFC 6750, section 3.1: the error stands in WWW-Authenticate. */
function userinfoCase({ wwwAuthenticate = '', error }: Facts): Case {
  if (error === 'insufficient_scope' || wwwAuthenticate.includes('insufficient_scope')) {
    return {
      why: 'The access token has no scope for userinfo (`insufficient_scope`).',
      next: `Open ${RESOURCES} and grant \`openid\` and the other scopes in \`PINGONE_SCOPE\`.`,
    };
  }
  return {
    why: 'The session of the user at PingOne ended, or the access token was revoked, before this request. The access token was issued for another resource.',
    next: `Read the \`WWW-Authenticate\` header, if there is one. Then compare the Issuer under ${OVERVIEW} and the scopes under ${RESOURCES} with the configuration.`,
  };
}
