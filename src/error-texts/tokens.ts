// The token endpoint, revocation, and userinfo (RFC 6749, section 5; RFC 7009; OpenID Connect Core 1.0, section 5.3).

import { type Case, type Diagnosis, entry, requestEntry, wait } from './entry.ts';
import { CONFIGURATION, OVERVIEW, type ProviderWords, RESOURCES } from './provider.ts';

const METHOD = 'Token Endpoint Authentication Method of the application is not Client Secret Post.';
const CREDENTIALS =
  '`PINGONE_CLIENT_SECRET` is out of date, incomplete, or from another environment (in `.env`, a `#` cuts off a value without quotes). `PINGONE_CLIENT_ID` and `PINGONE_ISSUER` belong to different environments.';

export const tokenTexts = ({ provider, Provider, inTenant }: ProviderWords) => ({
  token_invalid_client: requestEntry(`${Provider} did not accept this app’s credentials`, (given) => ({
    what: `${Provider} rejected the client authentication of this app: the client ID, the client secret, or the way this app sent them.`,
    ...credentialsDiagnosis(given),
  })),
  token_invalid_grant: entry(`${Provider} did not accept the authorization code`, {
    what: 'The token endpoint returned `invalid_grant`: the code has expired, was used before, or belongs to another request.',
    why: 'The code expired before this app exchanged it (not verified: a code expires after about two minutes). `BASE_URL` changed between the start and the end of this sign-in, so the redirect URI differs. The code belongs to another sign-in, so its code verifier does not match (PKCE).',
    next: 'Start a new sign-in. If it fails again, compare `redirect_uri` in the authorization request and in the token request.',
    user: 'Start a new sign-in, and do not reload the page until it has finished.',
  }),
  token_refused: requestEntry(`${Provider} rejected the token request`, {
    what: 'The token endpoint returned an error that is not about the credentials or the code.',
    why: 'Not verified: grant type Authorization Code or Refresh Token is off, or the application is turned off. The application grants none of the scopes in `PINGONE_SCOPE`.',
    next: `${inTenant('open')} ${CONFIGURATION} and compare the grant types and scopes with the README.`,
  }),
  token_response_invalid: requestEntry('The token response is not valid', ({ why }) => ({
    what: 'The token endpoint reported success, but a field of its response is missing or wrong.',
    why: `The application does not grant the scope \`openid\`, so ${provider} sends no ID token. A server between this app and ${provider} replaced the token response.`,
    next: `${inTenant('check')} that \`PINGONE_SCOPE\` contains \`openid\`. Open ${RESOURCES} and check that the application grants it.`,
    ...(why === 'too_long' && {
      what: 'A token in the token response is longer than 16,384 characters, so this app did not use the response.',
      why: 'The token contains too many claims, for example all groups of the user.',
      next: 'Check the attribute mappings of the application and of its resources, and remove claims that make the tokens long.',
    }),
  })),
  refresh_refused: entry('Your session has ended', {
    what: `${Provider} did not accept the refresh token (\`invalid_grant\`), so this app signed you out.`,
    why: 'The refresh token has expired: by default after 30 days, or 180 days after the sign-in. The refresh token was used twice, so replay protection ended all tokens of that sign-in. An administrator deleted the sessions of the user. The Refresh Token grant was turned off.',
    next: `${inTenant('open')} ${CONFIGURATION} and check the Refresh Token grant and its durations. Send each refresh token only once, because PingOne replaces it at each use.`,
    user: 'Sign in again to continue.',
  }),
  refresh_unconfirmed: entry('The new tokens are not confirmed yet', (given) => ({
    what: `${Provider} sent new tokens, but neither an ID token nor a userinfo response has confirmed which user they belong to. This app keeps only the new refresh token. You stay signed in.`,
    why: 'The refresh response has no ID token with `at_hash`, and userinfo is not available. The provider has no userinfo endpoint, and the refresh response has no new ID token.',
    next: 'Look for a failed userinfo request in the log. This app requests userinfo again when it next uses the access token.',
    user: `${wait(given)}, then repeat what you did. You do not need to sign in again.`,
  })),
  revocation_refused: entry(`${Provider} did not revoke the refresh token`, {
    what: 'The revocation endpoint rejected the request, so the refresh token may stay valid until it expires.',
    why: 'The client secret is out of date, or the authentication method, which also applies to revocation, is not Client Secret Post.',
    next: `${inTenant('check')} Token Endpoint Authentication Method under ${CONFIGURATION}. To end the token at once, delete the sessions of the user in PingOne.`,
  }),
  userinfo_refused: entry(`${Provider} did not return the claims`, ({ wwwAuthenticate = '', error }) => ({
    what: 'The userinfo endpoint rejected the access token, although the token endpoint had issued it.',
    // RFC 6750, section 3.1: the error is in WWW-Authenticate.
    ...(error === 'insufficient_scope' || wwwAuthenticate.includes('insufficient_scope')
      ? {
          why: 'The access token has no scope for userinfo (`insufficient_scope`).',
          next: `${inTenant('open')} ${RESOURCES} and grant \`openid\` and the other scopes in \`PINGONE_SCOPE\`.`,
        }
      : {
          why: `The session of the user at ${provider} ended, or the access token was revoked, before this request. The access token was issued for another resource.`,
          next: `${inTenant('read')} the \`WWW-Authenticate\` header, if there is one. Then compare the Issuer under ${OVERVIEW} and the scopes under ${RESOURCES} with the configuration of this app.`,
        }),
  })),
  userinfo_invalid: entry('The userinfo response names no user', {
    what: 'The `sub` in the userinfo response is missing or is not a string, so this app cannot tell which user the response is about.',
    why: 'The userinfo endpoint does not follow OpenID Connect Core, section 5.3.2. Another server responded in its place.',
    next: 'Compare `userinfo_endpoint` in the discovery document with the URL of the request.',
  }),
  userinfo_subject_mismatch: entry('The userinfo response is about another user', {
    what: 'The `sub` of the userinfo response differs from the `sub` of the sign-in, so this app did not use its claims.',
    why: 'A proxy or a cache mixed up the responses of two users. An attacker tries to present the claims of one user as the claims of another.',
    next: `Check that nothing between this app and ${provider} caches responses or shares connections.`,
  }),
});

/** Only its description tells whether PingOne rejected the secret or the authentication method. */
function credentialsDiagnosis({ description = '', inTenant }: Case): Diagnosis {
  if (description.includes('Unsupported authentication method')) {
    return {
      why: METHOD,
      next: `${inTenant('open')} ${CONFIGURATION} and set Token Endpoint Authentication Method to Client Secret Post.`,
    };
  }
  if (description.includes('Invalid client credentials')) {
    return {
      why: CREDENTIALS,
      next: `${inTenant('open')} ${CONFIGURATION} and copy Client ID and Client Secret again. In \`.env\`, put the secret in quotes.`,
    };
  }
  return {
    why: `${METHOD} ${CREDENTIALS}`,
    next: `${inTenant('open')} ${CONFIGURATION}, set Token Endpoint Authentication Method to Client Secret Post, and copy Client ID and Client Secret again.`,
  };
}
