// What each step of a sign-in and of a refresh is for, the code that does it, and the rules it follows, for the page.

import type { Exchange } from './record.ts';

export interface Explanation {
  name: string;
  /** The function that does it; absent for what PingOne does alone. */
  source?: [file: string, name: string];
  what: string;
  rules: { name: string; href: string }[];
  arrows: Arrow[];
}

/** Who speaks to whom; a response is drawn back. */
export interface Arrow {
  from: Lane;
  to: Lane;
  label: string;
  /** Drawn with its status, if one came. */
  isResponse?: true;
}

export type Lane = 'Browser' | 'App' | 'PingOne';
/** As the core names them, and two that it does not hear of. The keys are fetched for the ID token. */
export type StepId = Exclude<Exchange['step'], 'jwk_set' | 'revocation'> | 'sign_on' | 'session';

const DISCOVERY = 'https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig';
const CORE = 'https://openid.net/specs/openid-connect-core-1_0.html';
const PINGONE =
  'https://developer.pingidentity.com/pingone-api/workflow-library/platform-sso-and-authorization/openid-connect-oidc/client-authentication-methods/test-the-workflow/client-secret-post/step-13-get-the-access-token.html';

export const STEPS: Record<StepId, Explanation> = {
  discovery: {
    name: 'Discovery',
    source: ['src/pingone/discovery.ts', 'createDiscovery'],
    what: 'PingOne tells where its endpoints are, and what they support. The issuer in the document must be exactly the configured one, or the app does not use the document. The app keeps the response for 24 hours.',
    rules: [{ name: 'OpenID Connect Discovery 1.0, section 4', href: DISCOVERY }],
    arrows: exchangeOf('GET'),
  },
  authorization_request: {
    name: 'Authorization request',
    source: ['src/pingone/authorization-request.ts', 'buildAuthorizationUrl'],
    what: 'The app responds to GET /login with a redirect, so that the browser asks PingOne for a code. State, nonce and code verifier are new for each sign-in. The app keeps them encrypted in a cookie of this browser. No process keeps this request: for this page, the function that sent it builds it again from that cookie.',
    rules: [rfc(6749, '4.1.1'), core('3.1.2.1', 'AuthRequest'), rfc(7636, '4.3', 'PKCE')],
    arrows: [arrow('App', 'Browser', '302'), arrow('Browser', 'PingOne', 'GET')],
  },
  sign_on: {
    name: 'Sign-on at PingOne',
    what: 'The user signs on at PingOne’s own pages. The app sees only how long that took. It never receives a password.',
    rules: [rfc(6749, '4.1', 'steps A and B')],
    arrows: [arrow('Browser', 'PingOne', 'sign-on')],
  },
  authorization_response: {
    name: 'Authorization response',
    source: ['src/pingone/authorization-response.ts', 'checkAuthorizationResponse'],
    what: 'PingOne redirects the browser to the redirect URI with a code, or with an error. The app uses neither before the state matches a sign-in that began in this browser.',
    rules: [rfc(6749, '4.1.2'), rfc(6749, '10.12', 'state'), rfc(9207, '2.4', 'iss')],
    arrows: [arrow('PingOne', 'Browser', '302'), arrow('Browser', 'App', 'GET')],
  },
  token_request: {
    name: 'Token request',
    source: ['src/pingone/token-request.ts', 'requestTokens'],
    what: 'The server exchanges the code for tokens. It authenticates with client_secret_post: client ID and client secret in the form, over TLS, never through the browser. It sends this request once.',
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
    source: ['src/pingone/after-sign-in/refresh.ts', 'refreshTokens'],
    what: 'The server exchanges the refresh token for new tokens, authenticated with client_secret_post like the token request. The app uses the new access token only after an ID token or userinfo has confirmed that it belongs to the same user.',
    rules: [rfc(6749, '6'), core('12', 'RefreshTokens')],
    arrows: exchangeOf('POST'),
  },
  id_token: {
    name: 'ID token',
    source: ['src/pingone/id-token.ts', 'validateIdToken'],
    what: 'The ID token says who signed in. Before the app uses any token, the signature must be valid under one of PingOne’s published keys (the JWK Set, kept for an hour), and each claim must match this sign-in.',
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
    what: 'The claims of the user, requested with the access token. The app uses them only if their sub matches the ID token.',
    rules: [core('5.3', 'UserInfo'), rfc(6750, '2.1', 'bearer token')],
    arrows: exchangeOf('GET'),
  },
  session: {
    name: 'Session',
    source: ['src/sign-in/session.ts', 'begin'],
    what: 'Only now the user is signed in. The app saves a new session, then redirects the browser with 303. The cookie of the session has only a random ID; tokens and claims stay on the server.',
    rules: [
      rfc(9110, '15.4.4', '303'),
      { name: 'OWASP ASVS 5.0, V7 (session management)', href: 'https://github.com/OWASP/ASVS/tree/v5.0.0' },
    ],
    arrows: [arrow('App', 'Browser', '303')],
  },
};

/** In the order of a sign-in. */
export const STEP_IDS = Object.keys(STEPS) as StepId[];

function rfc(number: number, section: string, note?: string) {
  const name = `RFC ${number}, section ${section}${note ? ` (${note})` : ''}`;
  return { name, href: `https://www.rfc-editor.org/rfc/rfc${number}#section-${section}` };
}

function core(section: string, anchor: string) {
  return { name: `OpenID Connect Core 1.0, section ${section}`, href: `${CORE}#${anchor}` };
}

function arrow(from: Lane, to: Lane, label: string): Arrow {
  return { from, to, label };
}

function exchangeOf(label: string): Arrow[] {
  return [arrow('App', 'PingOne', label), { ...arrow('PingOne', 'App', ''), isResponse: true }];
}
