// What can go wrong with the authorization response: the request that PingOne makes the browser send to /callback.

import type { ErrorText } from './errors.ts';

const startAgain = 'Start a new sign-in.';
const correlate = 'If it happens again, give Ping’s support the Correlation ID, if there is one below.';

export const authorizationErrors = {
  callback_malformed: {
    status: 400,
    title: 'This is not an answer to a sign-in',
    what: 'The address that was opened is not an authorization response: a parameter is missing, empty, too long or there twice.',
    causes: ['The address was typed, shortened or changed.', 'A bookmark or an old link was opened.'],
    next: startAgain,
  },
  sign_in_unknown: {
    status: 400,
    title: 'This sign-in is not known in this browser',
    what: 'The browser sent cookies of other sign-ins, but none for this one (its state).',
    causes: ['The sign-in took too long, or has long ended.', 'Somebody else’s link was opened.'],
    next: startAgain,
  },
  issuer_mismatch: {
    status: 400,
    title: 'The answer comes from another issuer',
    what: 'The iss parameter of the authorization response is not PINGONE_ISSUER, so the answer was not believed.',
    causes: [
      'PINGONE_ISSUER and the issuer of the environment differ (custom domain).',
      'Somebody is trying to mix the answers of two providers.',
    ],
    next: 'Compare PINGONE_ISSUER with the issuer shown above.',
  },
  issuer_missing: {
    status: 400,
    title: 'The answer does not say who issued it',
    what: 'The provider announces an iss parameter in every authorization response, and this one has none.',
    causes: ['The answer was changed on its way, or does not come from this provider.'],
    next: startAgain,
  },
  access_denied: {
    status: 403,
    title: 'The sign-in was declined',
    what: 'PingOne reports that the sign-in was declined (access_denied). Nobody is signed in.',
    causes: [
      'The person cancelled, or declined at the sign-on page.',
      'The person is not in a group that the application admits.',
    ],
    next: 'Start a new sign-in. If the person should have access, have the groups checked: Applications > Applications > your application > Access.',
  },
  login_required: {
    status: 403,
    title: 'PingOne wants the person to act first',
    what: 'PingOne reports that it cannot sign the person in without asking (login, consent or an account choice).',
    causes: ['This app always lets PingOne ask, so this is not expected; PingOne’s words stand above.'],
    next: startAgain,
  },
  authorization_invalid_request: {
    status: 502,
    title: 'PingOne refused the authorization request',
    what: 'PingOne reports that a parameter of the authorization request is missing, wrong or not allowed (invalid_request).',
    causes: [
      'A setting of the application asks for more than this app sends, such as pushed or signed requests.',
    ],
    next: 'Compare the settings with the README: Applications > Applications > your application > Configuration.',
  },
  authorization_invalid_scope: {
    status: 502,
    title: 'PingOne refused the scopes',
    what: 'PingOne reports that the scopes in PINGONE_SCOPE are unknown or do not go together (invalid_scope).',
    causes: ['Scopes of more than one resource were asked for.', 'A scope is misspelt.'],
    next: 'Grant the scopes, or take them out of PINGONE_SCOPE: Applications > Applications > your application > Resources.',
  },
  authorization_unauthorized_client: {
    status: 502,
    title: 'The application may not sign people in this way',
    what: 'PingOne reports that the application may not use the authorization code flow (unauthorized_client).',
    causes: [
      'Response type Code or grant type Authorization Code is off.',
      'The application is switched off.',
    ],
    next: 'Applications > Applications > your application: the toggle on, and under Configuration response type Code and grant type Authorization Code.',
  },
  authorization_server_error: {
    status: 502,
    title: 'PingOne had an internal error',
    what: 'PingOne reports that it failed while signing the person in (server_error).',
    causes: ['A fault on PingOne’s side, or in a sign-on policy or DaVinci flow.'],
    next: `${startAgain} ${correlate}`,
  },
  authorization_temporarily_unavailable: {
    status: 503,
    title: 'PingOne is not available for the moment',
    what: 'PingOne reports that it is overloaded or under maintenance (temporarily_unavailable).',
    causes: ['High load or maintenance on PingOne’s side.'],
    next: 'Wait a minute, then start a new sign-in.',
  },
  authorization_refused: {
    status: 502,
    title: 'PingOne ended the sign-in with an error',
    what: 'PingOne sent an error that has no page of its own here; its words stand below.',
    causes: ['A rule of the environment or of the sign-on policy.'],
    next: `${startAgain} ${correlate}`,
  },
} satisfies Record<string, ErrorText>;
