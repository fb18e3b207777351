// The authorization response: GET /callback?code=…&state=… or ?error=… (RFC 6749, section 4.1.2; OpenID Connect Core 1.0,
// section 3.1.2.6). An unregistered redirect URI and a wrong client ID are not among these errors: PingOne then shows a page
// of its own, and the browser does not come back to this app.

import { MAX_PENDING_SIGN_INS } from '../sign-in/index.ts';
import { entry, SIGN_IN_MINUTES, wait } from './entry.ts';
import { APPLICATION, CONFIGURATION, POLICIES, type ProviderWords, RESOURCES } from './provider.ts';

const REPLACED = `At least ${MAX_PENDING_SIGN_INS} newer sign-ins were started in this browser, and this app keeps no more than ${MAX_PENDING_SIGN_INS}. `;

export const authorizationTexts = ({ provider, Provider, inTenant }: ProviderWords) => ({
  callback_malformed: entry('This URL is not a sign-in response', {
    what: 'A parameter in this URL is missing, empty, too long, or repeated.',
    why: 'A scanner or a broken link opened the URL. A proxy changes the query.',
    next: `No action is needed for a single case. If real sign-ins fail like this, compare the query that ${provider} sends with the query that this app receives.`,
    user: 'Start a new sign-in. This error can occur if you type, shorten, or bookmark the URL.',
  }),
  sign_in_unknown: entry('The cookie of this sign-in is missing', ({ why, count = 0 }) => ({
    what: 'The browser sent cookies of other sign-ins, but not the cookie of this sign-in.',
    why:
      why === 'state_not_from_this_app'
        ? 'The link was changed. Another app with the same redirect URI started the sign-in. An attacker made the link.'
        : 'The cookie has expired, or newer sign-ins in this browser replaced it. The `state` in the response was changed. The user opened the callback URL of another user’s sign-in, which an attacker may have sent.',
    next: 'No action is needed for a single case. If many users report it, check that proxies pass on all cookies.',
    user: `${count < MAX_PENDING_SIGN_INS ? '' : REPLACED}A sign-in expires after ${SIGN_IN_MINUTES} minutes and works only in the browser that started it. Close old tabs of this app, then start a new sign-in.`,
  })),
  issuer_mismatch: entry('The response comes from another issuer', {
    what: 'The `iss` parameter of the authorization response differs from the issuer of this sign-in, so this app did not use the response.',
    why: 'The environment has a custom domain, so it has two issuers, and the response names the other one. An attacker tries a mix-up attack with a second provider (RFC 9207).',
    next: 'Compare `PINGONE_ISSUER` with the issuer that the response names.',
  }),
  issuer_missing: entry('The response does not name its issuer', {
    what: 'The provider announces that each authorization response contains an `iss` parameter, but this response contains none.',
    why: 'The response was changed on the way. The response does not come from this provider.',
    next: 'Check that no proxy removes query parameters of `/callback`, then start a new sign-in.',
  }),
  access_denied: entry('Access was denied', {
    what: `${Provider} returned the error \`access_denied\`, so this sign-in did not complete.`,
    why: 'The user canceled or declined on the sign-on page. The user is not in a group or population that has access to the application.',
    next: `${inTenant('open')} ${APPLICATION} > Access and check the groups.`,
    user: 'If you canceled by mistake, start a new sign-in. If your account has no access, use another account or ask the administrator.',
  }),
  login_required: entry(`${Provider} needs input from the user`, {
    what: `${Provider} reports that it must ask the user to sign in, to consent, or to choose an account, but that it could not ask.`,
    why: `A sign-on policy prevents ${provider} from asking (this app never sends \`prompt=none\`).`,
    next: `${inTenant('read')} PingOne’s message and check the policies under ${POLICIES}.`,
  }),
  authorization_invalid_request: entry(`${Provider} rejected the authorization request`, (given) => ({
    what: `${Provider} reports that a parameter of the authorization request is missing, wrong, or not allowed (\`invalid_request\`).`,
    ...(given.description?.includes('acr_values')
      ? {
          why: '`acr_values` names a sign-on policy that is not assigned to the application.',
          next: `${inTenant('open')} ${POLICIES} and assign the sign-on policy, or request another policy.`,
        }
      : {
          why: 'The application requires something that this app does not send, such as a pushed or signed authorization request.',
          next: `${inTenant('open')} ${CONFIGURATION} and compare each setting with the README.`,
        }),
  })),
  authorization_invalid_scope: entry(`${Provider} rejected the scopes`, ({ description }) => ({
    what: `${Provider} reports that a requested scope is unknown, or that the scopes cannot be combined (\`invalid_scope\`).`,
    why: `${description?.includes('multiple resources') ? '' : 'A scope in `PINGONE_SCOPE` is misspelled. '}\`PINGONE_SCOPE\` contains scopes of more than one resource.`,
    next: `${inTenant('open')} ${RESOURCES} and grant the scopes, or remove them from \`PINGONE_SCOPE\`.`,
  })),
  authorization_unauthorized_client: entry('The application does not allow this kind of sign-in', {
    what: `${Provider} reports that the application is not allowed to use the authorization code flow (\`unauthorized_client\`).`,
    why: 'Response type Code or grant type Authorization Code is off. Not verified: the application is turned off (PingOne may then also show a page of its own).',
    next: `${inTenant('open')} ${CONFIGURATION} and turn on the application, response type Code, and grant type Authorization Code.`,
  }),
  authorization_server_error: entry(`${Provider} had an internal error`, {
    what: `${Provider} reports that it failed during the sign-in (\`server_error\`).`,
    why: `A sign-on policy or a DaVinci flow failed. ${Provider} itself has a problem.`,
    next: 'Check the sign-on policy or the DaVinci flow. If the error occurs again, send its Correlation ID to Ping Identity support.',
  }),
  authorization_temporarily_unavailable: entry(`${Provider} is temporarily unavailable`, (given) => ({
    what: `${Provider} reports that it is overloaded or under maintenance (\`temporarily_unavailable\`).`,
    why: `High load or maintenance at ${provider} stopped the sign-in.`,
    next: 'Look up PingOne’s service status before you change any setting.',
    user: `${wait(given, 'a minute')}, then sign in again.`,
  })),
  authorization_refused: entry(`${Provider} ended the sign-in with an error`, {
    what: `${Provider} returned an \`error\` value that this app does not know.`,
    why: 'A rule of the environment or of the sign-on policy ended the sign-in.',
    next: `Read ${provider}’s message. If it does not explain the error, send the Correlation ID to Ping Identity support.`,
  }),
});
