// What each step of a sign-in and of a refresh does, the code that does it, and the rules that it follows.
// For GET /flow.

import { type ProviderWords, wordsFor } from '../error-texts/index.ts';
import type { ExchangeEvent } from './record.ts';

interface Explanation {
  name: string;
  /** The function of this step. Absent if only PingOne takes part in it. */
  source?: [file: string, name: string];
  what: string;
  rules: { name: string; href: string }[];
  arrows: Arrow[];
}

/** A message in the diagram, from one lane to another. */
export interface Arrow {
  from: Lane;
  to: Lane;
  label: string;
  /** Drawn only if a response came, with its status. */
  isResponse?: true;
}

export type Lane = 'Browser' | 'App' | 'PingOne';
/**
 * The steps of src/pingone/, and two that happen elsewhere. The JWK Set belongs to the step of the ID token.
 */
export type StepId = Exclude<ExchangeEvent['step'], 'jwk_set' | 'revocation'> | 'sign_on' | 'session';

const DISCOVERY = 'https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig';
const CORE = 'https://openid.net/specs/openid-connect-core-1_0.html';
const PINGONE =
  'https://developer.pingidentity.com/pingone-api/workflow-library/platform-sso-and-authorization/openid-connect-oidc/client-authentication-methods/test-the-workflow/client-secret-post/step-13-get-the-access-token.html';

const arrow = (from: Lane, to: Lane, label: string): Arrow => ({ from, to, label });

export type Explanations = Record<StepId, Explanation>;

export const explanationsFor = ({ provider, Provider }: ProviderWords): Explanations => ({
  discovery: {
    name: 'Discovery',
    source: ['src/pingone/discovery.ts', 'createDiscovery'],
    what: `${Provider} publishes a document about its endpoints and what they support. This app uses the document only if its issuer is exactly the configured issuer. This app keeps the document for 24 hours.`,
    rules: [{ name: 'OpenID Connect Discovery 1.0, section 4', href: DISCOVERY }],
    arrows: exchangeOf('GET'),
  },
  authorization_request: {
    name: 'Authorization request',
    source: ['src/pingone/authorization-request.ts', 'buildAuthorizationUrl'],
    what: `This app responds to GET /login with a redirect that sends the browser to ${provider} to request a code. State, nonce, and code verifier are new for each sign-in. This app keeps them in an encrypted cookie in this browser. The request is not stored. What you see here was rebuilt from that cookie by the function that sent the request.`,
    rules: [rfc(6749, '4.1.1'), core('3.1.2.1', 'AuthRequest'), rfc(7636, '4.3', 'PKCE')],
    arrows: [arrow('App', 'Browser', '302'), arrow('Browser', 'PingOne', 'GET')],
  },
  sign_on: {
    name: `Sign-on at ${provider}`,
    what: `The user signs on to ${provider}, on ${provider}’s own pages. This app never receives the password, and knows only how long the sign-on took.`,
    rules: [rfc(6749, '4.1', 'steps A and B')],
    arrows: [arrow('Browser', 'PingOne', 'sign-on')],
  },
  authorization_response: {
    name: 'Authorization response',
    source: ['src/pingone/authorization-response.ts', 'checkAuthorizationResponse'],
    what: `${Provider} redirects the browser to the redirect URI with a code or an error. This app uses it only if the state matches a sign-in that started in this browser.`,
    rules: [rfc(6749, '4.1.2'), rfc(6749, '10.12', 'state'), rfc(9207, '2.4', 'iss')],
    arrows: [arrow('PingOne', 'Browser', '302'), arrow('Browser', 'App', 'GET')],
  },
  token_request: {
    name: 'Token request',
    source: ['src/pingone/token-request.ts', 'requestTokens'],
    what: `This app exchanges the code for tokens. It authenticates with client_secret_post: it sends the client ID and the client secret in the form, directly to ${provider} and never through the browser. It sends this request only once.`,
    rules: [
      { name: 'PingOne: Exchange code for token (POST AUTH)', href: PINGONE },
      rfc(6749, '4.1.3'),
      rfc(6749, '2.3.1', 'client secret'),
      rfc(7636, '4.5', 'code verifier'),
    ],
    arrows: exchangeOf('POST'),
  },
  refresh: {
    name: 'Refresh request',
    source: ['src/pingone/after-sign-in/refresh.ts', 'refresh'],
    what: 'This app exchanges the refresh token for new tokens. It authenticates with client_secret_post, as in the token request. This app uses the new access token only after an ID token or userinfo has confirmed that it belongs to the same user.',
    rules: [rfc(6749, '6'), core('12', 'RefreshTokens')],
    arrows: exchangeOf('POST'),
  },
  id_token: {
    name: 'ID token',
    source: ['src/pingone/id-token.ts', 'validateIdToken'],
    what: `The ID token says who signed in. Before this app uses any token, it checks that the signature is valid for one of ${provider}’s published keys (the JWK Set, kept for one hour), and that the claims match this sign-in.`,
    rules: [
      core('3.1.3.7', 'IDTokenValidation'),
      rfc(7517, '5', 'JWK Set'),
      rfc(8725, '3', 'JWT best practices'),
    ],
    arrows: exchangeOf('GET keys'),
  },
  userinfo: {
    name: 'Userinfo',
    source: ['src/pingone/userinfo.ts', 'requestUserinfo'],
    what: 'This app requests the claims of the user with the access token. It uses them only if their sub is the same as in the ID token.',
    rules: [core('5.3', 'UserInfo'), rfc(6750, '2.1', 'bearer token')],
    arrows: exchangeOf('GET'),
  },
  session: {
    name: 'Session',
    source: ['src/sign-in/session.ts', 'startSession'],
    what: 'Now the user is signed in. This app saves a new session and then redirects the browser with status 303. The session cookie contains only a random, signed ID. Tokens and claims stay on the server.',
    rules: [
      rfc(9110, '15.4.4', '303'),
      { name: 'OWASP ASVS 5.0, V7 (session management)', href: 'https://github.com/OWASP/ASVS/tree/v5.0.0' },
    ],
    arrows: [arrow('App', 'Browser', '303')],
  },
});

/** In the order of a sign-in. */
export const STEP_IDS = Object.keys(explanationsFor(wordsFor('PingOne'))) as StepId[];

function rfc(number: number, section: string, note?: string) {
  const name = `RFC ${number}, section ${section}${note ? ` (${note})` : ''}`;
  return { name, href: `https://www.rfc-editor.org/rfc/rfc${number}#section-${section}` };
}

function core(section: string, anchor: string) {
  return { name: `OpenID Connect Core 1.0, section ${section}`, href: `${CORE}#${anchor}` };
}

function exchangeOf(label: string): Arrow[] {
  return [arrow('App', 'PingOne', label), { ...arrow('PingOne', 'App', ''), isResponse: true }];
}
