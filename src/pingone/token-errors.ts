// What can go wrong at the token endpoint and at the userinfo endpoint.

import type { ErrorText } from './errors.ts';

export const tokenErrors = {
  token_invalid_client: {
    status: 502,
    title: 'PingOne did not accept this app’s credentials',
    what: 'The token endpoint answered invalid_client: the client ID, the secret or the way they were sent is not what PingOne expects.',
    causes: [
      'The application’s Token Endpoint Authentication Method is not Client Secret Post.',
      'PINGONE_CLIENT_SECRET is old, incomplete or from another environment. In .env, a # without quotes cuts it off.',
      'PINGONE_CLIENT_ID belongs to another environment than PINGONE_ISSUER.',
    ],
    next: 'Applications > Applications > your application > Configuration: set Token Endpoint Authentication Method to Client Secret Post and copy Client ID and Client Secret anew.',
  },
  token_invalid_grant: {
    status: 502,
    title: 'PingOne did not accept the authorization code',
    what: 'The token endpoint answered invalid_grant: the code is expired, was used before, or does not belong to this request.',
    causes: [
      'The code ran out before it was exchanged.',
      'BASE_URL was changed between the start and the end of this sign-in.',
      'The code belongs to another sign-in: its code verifier does not fit (PKCE).',
    ],
    next: 'Start a new sign-in.',
  },
  token_refused: {
    status: 502,
    title: 'PingOne refused the token request',
    what: 'The token endpoint refused the request. If PingOne gave a reason, it stands below.',
    causes: ['A setting of the application: its grant types or its scopes; perhaps it is switched off.'],
    next: 'Compare the settings with the README: Applications > Applications > your application > Configuration.',
  },
  refresh_refused: {
    status: 403,
    title: 'Your sign-in could not be extended',
    what: 'PingOne did not accept the refresh token any more, so this app has signed you out.',
    causes: [
      'The refresh token has run out, or the session at PingOne was ended.',
      'The refresh token was used twice, and PingOne has ended all that came of it.',
      'The application’s Refresh Token grant was switched off.',
    ],
    next: 'Sign in again. For how long refresh tokens last: Applications > Applications > your application > Configuration.',
  },
  token_answer_invalid: {
    status: 502,
    title: 'The token answer is not complete',
    what: 'The token endpoint answered with success, but the answer lacks a member or has one of the wrong kind.',
    causes: [
      'The scope openid is not granted, so there is no ID token.',
      'Something other than PingOne answered.',
    ],
    next: 'Check that PINGONE_SCOPE contains openid and that the application grants it: Applications > Applications > your application > Resources.',
  },
  userinfo_refused: {
    status: 502,
    title: 'PingOne refused to show the claims',
    what: 'The userinfo endpoint did not accept the access token that PingOne itself had just issued.',
    causes: ['The access token is for another resource.', 'Perhaps the session at PingOne ended in between.'],
    next: 'Start a new sign-in. If it happens again, check the scopes under Applications > Applications > your application > Resources.',
  },
  userinfo_invalid: {
    status: 502,
    title: 'The userinfo answer cannot be used',
    what: 'The userinfo answer has no sub, so nobody can say whom it is about.',
    causes: ['The provider does not keep to OpenID Connect.', 'Something other than PingOne answered.'],
    next: 'Start a new sign-in. If it happens again, ask whoever runs the provider.',
  },
  userinfo_subject_mismatch: {
    status: 502,
    title: 'The userinfo answer is about somebody else',
    what: 'The sub of the userinfo answer differs from the sub of the ID token, so its claims must not be used.',
    causes: [
      'Tokens of two people were mixed up on the way.',
      'Somebody is trying to pass one person’s claims off as another’s.',
    ],
    next: 'Start a new sign-in. If it happens again, tell whoever runs this app.',
  },
} satisfies Record<string, ErrorText>;
