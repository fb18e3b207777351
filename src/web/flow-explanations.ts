// What each step of a sign-in is for, and the rules it follows, for the page of the flow. By the step's id.

import type { ALL_STEPS } from './flow-ended.ts';

export interface Explanation {
  what: string;
  rules: { name: string; href: string }[];
  /** Who speaks to whom; an answer is drawn back. */
  arrows: Arrow[];
}

export interface Arrow {
  from: Lane;
  to: Lane;
  label: string;
  /** An answer: drawn with its status, where one came. */
  isAnswer?: true;
}

export type Lane = 'Browser' | 'App' | 'PingOne';

const RFC = 'https://www.rfc-editor.org/rfc';
const CORE = 'https://openid.net/specs/openid-connect-core-1_0.html';
const PINGONE =
  'https://developer.pingidentity.com/pingone-api/workflow-library/platform-sso-and-authorization/openid-connect-oidc/client-authentication-methods/test-the-workflow/client-secret-post/step-13-get-the-access-token.html';

const request = { from: 'App', to: 'PingOne' } as const;
const answer = { from: 'PingOne', to: 'App', label: '', isAnswer: true } as const;

export const EXPLANATIONS: Record<keyof typeof ALL_STEPS, Explanation> = {
  discovery: {
    what: 'Where PingOne’s endpoints are and what they can do. The issuer in the document must be the configured one to the letter, or none of it is used. The answer is kept for 24 hours.',
    rules: [
      {
        name: 'OpenID Connect Discovery 1.0, section 4',
        href: 'https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig',
      },
    ],
    arrows: [{ ...request, label: 'GET' }, answer],
  },
  authorizationRequest: {
    what: 'This app answers GET /login with a redirect, and with it the browser asks PingOne for a code. State, nonce and code verifier are new for each sign-in and wait, encrypted, in a cookie of this browser.',
    rules: [
      { name: 'RFC 6749, section 4.1.1', href: `${RFC}/rfc6749#section-4.1.1` },
      { name: 'OpenID Connect Core 1.0, section 3.1.2.1', href: `${CORE}#AuthRequest` },
      { name: 'RFC 7636, section 4.3 (PKCE)', href: `${RFC}/rfc7636#section-4.3` },
    ],
    arrows: [
      { from: 'App', to: 'Browser', label: '302' },
      { from: 'Browser', to: 'PingOne', label: 'GET' },
    ],
  },
  signOn: {
    what: 'The person signs on at PingOne’s own pages. This app sees nothing of it but how long it took; no password ever passes through here.',
    rules: [{ name: 'RFC 6749, section 4.1, steps A and B', href: `${RFC}/rfc6749#section-4.1` }],
    arrows: [{ from: 'Browser', to: 'PingOne', label: 'sign-on' }],
  },
  authorizationResponse: {
    what: 'PingOne redirects the browser to the redirect URI with a code, or with an error. Neither is believed before the state is that of a sign-in which this very browser began.',
    rules: [
      { name: 'RFC 6749, section 4.1.2', href: `${RFC}/rfc6749#section-4.1.2` },
      { name: 'RFC 6749, section 10.12 (state)', href: `${RFC}/rfc6749#section-10.12` },
      { name: 'RFC 9207, section 2.4 (iss)', href: `${RFC}/rfc9207#section-2.4` },
    ],
    arrows: [
      { from: 'PingOne', to: 'Browser', label: '302' },
      { from: 'Browser', to: 'App', label: 'GET' },
    ],
  },
  tokenRequest: {
    what: 'The server exchanges the code for tokens. It authenticates with client_secret_post: client ID and secret in the form, over TLS, never through the browser. Sent once, whatever comes of it.',
    rules: [
      { name: 'PingOne: Exchange code for token (POST AUTH)', href: PINGONE },
      { name: 'RFC 6749, section 4.1.3', href: `${RFC}/rfc6749#section-4.1.3` },
      { name: 'RFC 6749, section 2.3.1 (client secret)', href: `${RFC}/rfc6749#section-2.3.1` },
      { name: 'RFC 7636, section 4.5 (code verifier)', href: `${RFC}/rfc7636#section-4.5` },
    ],
    arrows: [{ ...request, label: 'POST' }, answer],
  },
  idToken: {
    what: 'The ID token says who signed in. Before anything in it is believed, and before any token is used, its signature must hold under one of PingOne’s published keys (JWKS, kept for an hour), and each claim must fit this sign-in.',
    rules: [
      { name: 'OpenID Connect Core 1.0, section 3.1.3.7', href: `${CORE}#IDTokenValidation` },
      { name: 'RFC 7517, section 5 (JWK Set)', href: `${RFC}/rfc7517#section-5` },
      { name: 'RFC 8725 (JWT best practices)', href: `${RFC}/rfc8725` },
    ],
    arrows: [{ ...request, label: 'GET keys' }, answer],
  },
  userinfo: {
    what: 'The claims of the person, asked for with the access token. They count only if their sub is that of the ID token.',
    rules: [
      { name: 'OpenID Connect Core 1.0, section 5.3', href: `${CORE}#UserInfo` },
      { name: 'RFC 6750, section 2.1 (bearer token)', href: `${RFC}/rfc6750#section-2.1` },
    ],
    arrows: [{ ...request, label: 'GET' }, answer],
  },
  session: {
    what: 'Only now somebody is signed in: a new session, saved before the browser is sent on with 303. Its cookie holds a random id alone; tokens and claims stay on the server.',
    rules: [
      { name: 'RFC 9110, section 15.4.4 (303)', href: `${RFC}/rfc9110#section-15.4.4` },
      { name: 'OWASP ASVS 5.0, V7 (session management)', href: 'https://github.com/OWASP/ASVS/tree/v5.0.0' },
    ],
    arrows: [{ from: 'App', to: 'Browser', label: '303' }],
  },
};

const PARAMETERS: Record<string, string> = {
  response_type: 'Asks for a code, not for tokens: they never pass through the browser.',
  client_id: 'Which application asks.',
  redirect_uri: 'Where the answer goes; registered in PingOne to the letter.',
  scope: 'What is asked for; openid makes it a sign-in.',
  state: 'Ties the answer to this browser (against forged answers).',
  nonce: 'Ties the ID token to this sign-in (against replayed tokens).',
  code_challenge: 'The hash of the code verifier: whoever has the code must also know the verifier (PKCE).',
  code_challenge_method: 'How the hash was made: SHA-256.',
  grant_type: 'What is exchanged: an authorization code.',
  code: 'What PingOne answered: good for one token request, for a short time.',
  code_verifier: 'What the challenge was the hash of: shows that the code was asked for by this app (PKCE).',
  client_secret: 'Shows that this app is the application: known to the server and to PingOne alone.',
  iss: 'Which issuer answered (PingOne sends none today).',
  error: 'Why there is no code. This, and nothing else, is decided upon.',
  error_description: 'PingOne’s own words about the error.',
};

/** What a parameter is for, in one line. */
export function explainParameter(name: string): string {
  return Object.hasOwn(PARAMETERS, name)
    ? (PARAMETERS[name] ?? '')
    : 'A parameter that this app does not know.';
}

/** The same of a query that is no response to this sign-in. */
export const FOREIGN_PARAMETER =
  'What the query held under this name. It is not believed, so only its length is kept.';
