// The authorization response: GET /callback?code=…&state=… or ?error=… (RFC 6749, section 4.1.2; OpenID Connect Core 1.0,
// section 3.1.2.6). An unregistered redirect URI or a wrong client ID is not among these errors: PingOne then shows a page
// of its own and never calls this app.

import { APPLICATION, CONFIGURATION, type EntryOf, type Facts, POLICIES, RESOURCES } from './entry.ts';
import { KEPT_IN_ONE_BROWSER, SIGN_IN_MINUTES } from './limits.ts';

export const authorizationTexts = {
  callback_malformed: {
    what: 'This address is not a response to a sign-in. A parameter of the address is missing, empty or too long, or it comes twice.',
    why: 'A scanner or a broken link opened the address. A proxy rewrites the query.',
    next: 'No action is needed, unless proper sign-ins fail like this: then compare the query that PingOne sends with the one that this app receives.',
    user: 'Start a new sign-in. This can happen if the address was typed, shortened or changed, or comes from a bookmark.',
  },
  sign_in_unknown: (facts) => ({
    what: 'This browser does not know this sign-in. The browser sent cookies of other sign-ins, but not the cookie of this one.',
    why:
      facts.why === 'not_our_state'
        ? 'The address was changed, or the response belongs to another app with this redirect URI. An attacker made the link.'
        : 'The cookie has expired, or newer sign-ins in the same browser replaced it. The user opened a link to a sign-in of another user, which an attacker may have sent.',
    next: 'No action is needed, unless many users report it: then check that a proxy passes on all cookies.',
    user: `${pushedOut(facts)}A sign-in expires after ${SIGN_IN_MINUTES} minutes, and works only in the browser that started it. Close old tabs of this app, then start a new sign-in.`,
  }),
  issuer_mismatch: {
    what: 'The response comes from another issuer. The `iss` parameter of the authorization response is not the issuer of this sign-in, so this app did not use the response.',
    why: 'The environment has a custom domain, and PingOne names the other one of its two issuers. An attacker tries to mix up the responses of two providers (RFC 9207).',
    next: 'Compare `PINGONE_ISSUER` with the issuer that the response names.',
  },
  issuer_missing: {
    what: 'The response does not name its issuer. The provider announces an `iss` parameter in each authorization response, and this response has none.',
    why: 'The response was changed on its way, or it does not come from this provider.',
    next: 'Check that no proxy removes query parameters of `/callback`, then start a new sign-in.',
  },
  access_denied: {
    what: 'The sign-in was declined. PingOne reports that the sign-in was declined (`access_denied`). This sign-in did not complete.',
    why: 'The user canceled or declined on the sign-on page. The user is not in a group or population that the application admits.',
    next: `Open ${APPLICATION} > Access and check the groups.`,
    user: 'If you canceled by mistake, start a new sign-in. If your account has no access, use another account or ask the administrator.',
  },
  login_required: {
    what: 'PingOne needs the user to act first. PingOne reports that it must ask the user for a sign-in, a consent or an account, and that it could not ask.',
    why: 'A sign-on policy prevents it: this app never sends `prompt=none`, so PingOne may always ask.',
    next: `Read the words of PingOne and check the policies under ${POLICIES}.`,
  },
  authorization_invalid_request: ({ description }) => ({
    what: 'PingOne rejected the authorization request. PingOne reports that a parameter of the authorization request is missing, wrong or not allowed (`invalid_request`).',
    ...(description?.includes('acr_values')
      ? {
          why: '`acr_values` names a sign-on policy that is not assigned to the application.',
          next: `Open ${POLICIES} and assign the sign-on policy, or ask for another one.`,
        }
      : {
          why: 'A setting of the application asks for more than this app sends, such as pushed or signed requests.',
          next: `Open ${CONFIGURATION} and compare each setting with the README.`,
        }),
  }),
  authorization_invalid_scope: ({ description }) => ({
    what: 'PingOne rejected the scopes. PingOne reports that requested scopes are unknown or cannot be combined (`invalid_scope`).',
    why: `${description?.includes('multiple resources') ? '' : 'A scope in `PINGONE_SCOPE` is misspelled. '}\`PINGONE_SCOPE\` has scopes of more than one resource.`,
    next: `Open ${RESOURCES} and grant the scopes, or remove them from \`PINGONE_SCOPE\`.`,
  }),
  authorization_unauthorized_client: {
    what: 'The application may not use this kind of sign-in. PingOne reports that the application may not use the authorization code flow (`unauthorized_client`).',
    why: 'Response type Code or grant type Authorization Code is off. Not verified: the application is turned off, for which PingOne may also show a page of its own.',
    next: `Open ${CONFIGURATION} and turn on the application, response type Code and grant type Authorization Code.`,
  },
  authorization_server_error: {
    what: 'PingOne had an internal error. PingOne reports that it failed while it signed the user in (`server_error`).',
    why: 'PingOne has a problem. A sign-on policy or a DaVinci flow failed.',
    next: 'Check the sign-on policy or the DaVinci flow. If it fails again, send Ping’s support the Correlation ID of this error.',
  },
  authorization_temporarily_unavailable: {
    what: 'PingOne is temporarily unavailable. PingOne reports that it is overloaded or under maintenance (`temporarily_unavailable`).',
    why: 'High load or maintenance at PingOne stopped the sign-in.',
    next: 'Look up the status of PingOne before you change anything here.',
    user: 'Wait a minute, then sign in again.',
  },
  authorization_refused: {
    what: 'PingOne ended the sign-in with an error. PingOne returned an `error` that this app has no page for.',
    why: 'A rule of the environment or of the sign-on policy ended the sign-in.',
    next: 'Read the words of PingOne. If they do not explain the error, give Ping’s support the Correlation ID.',
  },
} satisfies Record<string, EntryOf>;

function pushedOut({ count = 0 }: Facts): string {
  if (count < KEPT_IN_ONE_BROWSER) return '';
  return `At least ${KEPT_IN_ONE_BROWSER} newer sign-ins were started in this browser, which keeps only so many. `;
}
