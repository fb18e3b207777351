// OpenID Connect Core, Discovery and RP-Initiated Logout; the RFCs of OAuth, JWT and HTTP that bind a client.

import { departing, elsewhere, type Row, shown } from './rows.ts';

const CLAIMS = 'pingone/id-token/claims: an ID token with %j is refused: %s';
const CLAIM_TYPES = 'pingone/id-token/claims: the claim %s must not be %j';
const ONE_SIGN_IN = 'pingone/id-token/claims: the ID token of one sign-in is refused in another sign-in';
const SIGNED = 'pingone/id-token/form-and-signature: an ID token whose %s is refused';
const ALGORITHM =
  'pingone/id-token/form-and-signature: an ID token with %s is refused, even if its key is published';
const REQUEST =
  'pingone/authorization-request: the authorization request has exactly these parameters, each once';
const RANDOM =
  'pingone/authorization-request: in a thousand sign-ins each state, nonce and verifier is unique and has 32 bytes in base64url';
const CHALLENGE =
  'pingone/authorization-request: the token request contains the verifier from which the challenge was made';
const ISS =
  'pingone/authorization-errors: an iss that differs by %s is refused with a code and with an error, announced or not';
const TWICE = 'pingone/authorization-response: a query with the parameter %j twice is refused: %s';
const UNKNOWN_PARAMETERS =
  'pingone/authorization-response: a response with a code is read, and unknown parameters are ignored';
const FORM = 'pingone/token-endpoint/request: the body of the token request has exactly this form';
const NO_HEADER =
  'pingone/token-endpoint/request: the token request has exactly these headers, and its only credentials are in the form';
const SENT_ONCE =
  'pingone/token-endpoint/request: after %s, the client does not send the code again, and sends no other request';
const WRONG_FIELD =
  'pingone/token-endpoint/response: a token response whose %s is %j is refused, and the error names the field';
const GOOD_FIELD = 'pingone/token-endpoint/response: a token response with %j is accepted';
const BEARER =
  'pingone/userinfo: the userinfo request contains the access token only in the Authorization header';
const USERINFO = 'pingone/userinfo: a userinfo response %j is refused';
const NO_LOOP =
  'pingone/userinfo: the sign-in fails if the userinfo response is %s, and the request is sent once';
const CHALLENGED =
  'pingone/userinfo: a 401 with the WWW-Authenticate header %s ends with userinfo_refused, and the facts contain the header';
const BAD_TLS = 'pingone/http/tls: a certificate that is not trusted is refused before any request';
const WRONG_HOST = 'pingone/http/tls: a trusted certificate for another host is refused before any request';
const NO_HTTP = 'pingone/http/tls: the %s of an https issuer must use https, also on localhost';
const OTHER_ISSUER = 'pingone/discovery/document: a document whose issuer differs by %s is refused';
const BAD_DOCUMENT =
  'pingone/discovery/document: a document whose %s is %j is refused, the error names the field, and no other request follows';
const SIGN_OFF = 'pingone/after-sign-in/sign-off: the sign-off URL has exactly these parameters, each once';
const AFTER_SIGN_OUT =
  'web/logout: with %s a sign-out ends the session, and its page says so and leads on to PingOne’s sign-off';
const FOREIGN = 'web/callback: the state of another browser is refused before the code is sent to PingOne';
const ONCE = 'web/callback-repeated: ten deliveries of a callback at the same moment make one token request';
const USED = 'web/callback-repeated: a code whose first use was %s is not sent again';
const NO_LINKS = 'web/callback: the page of a failed sign-in has no link to another site and no code';
const NO_REFERRER = 'web/callback: the response of a successful sign-in has no-referrer and no-store, too';
const HOSTILE = 'web/callback: the query "%s" is refused (%s)';
const RETURN_TO = 'web/return-to: return_to=%j leads to the claims page';
const REVOKED =
  'web/revocation: if the revocation endpoint %s, the user is signed out all the same, and the request is sent once';
const PRODUCTION = 'config/production: %s is refused';
const SECRETS = 'secrets: a sign-in, a view of each page and a sign-out show no secret';
const STEP_UP_AUTH_TIME =
  'sign-in/guard: an auth_time that is too old sends the user to PingOne with max_age, and back';
const STEP_UP_ACR =
  'sign-in/guard: an acr other than the required one sends the user to PingOne with acr_values';
const RIGHT_KEY =
  'kinds/keys: the app finds the right key among any others, if it is one of the first four candidates (SEED=%s)';
const CRIT =
  'kinds/keys: a crit is refused, whatever it names and whatever other fields the header has (SEED=%s)';
const NO_VERDICT =
  'kinds/statuses: of all failures of the token endpoint only invalid_grant ends a session, and each failure has its code (SEED=%s)';
const ISSUED =
  'kinds/statuses: the next refresh sends the refresh token that was issued last, whatever else the response says (SEED=%s)';
const NO_PAR = 'This app pushes no authorization requests.';
const NO_INTROSPECTION = 'A client treats access tokens as opaque: nothing is introspected.';

export const protocol: Row[] = [
  shown('C-3.1.2.1a', 'scope openid, response_type, client_id, redirect_uri', REQUEST),
  shown(
    'C-3.1.2.1b',
    'redirect_uri is the registered one in every request',
    'web/login: the redirect URI does not change if a request has the headers %o',
    'web/login: behind a proxy, which may name another host, the redirect URI does not change',
    'kinds/forwarded: no header of a request changes the redirect URI, with TRUST_PROXY %i (SEED=%s)',
  ),
  shown('C-3.1.2.1c', 'no http redirect URI in production', PRODUCTION),
  shown('C-3.1.2.1d', 'state, bound to the browser', FOREIGN),
  shown('C-3.1.2.1e', 'nonces that cannot be guessed', RANDOM),
  shown('C-3.1.2.1f', 'no unnecessary response_mode', REQUEST),
  shown(
    'C-3.1.2.7',
    'the response is validated',
    FOREIGN,
    'pingone/authorization-response: the query %j is refused: %s',
  ),
  shown('C-3.1.3.1a', 'client_secret_post, once', FORM, NO_HEADER),
  shown('C-3.1.3.1b', 'a form, properly encoded', FORM),
  shown('C-3.1.3.2', 'the same redirect_uri again', FORM),
  shown('C-3.1.3.3', 'token_type Bearer in any case, and an ID token', GOOD_FIELD, WRONG_FIELD),
  shown(
    'C-3.1.3.3b',
    'unknown fields are ignored',
    'pingone/token-endpoint/response: fifty unknown fields of different types are left out',
  ),
  shown(
    'C-3.1.3.5',
    'the token response is validated',
    'pingone/client: a sign-in returns the user, and an observer hears of every check in order',
  ),
  shown(
    'C-3.1.3.7-1',
    'an encrypted ID token is refused',
    'pingone/id-token/form-and-signature: an ID token that %s is refused as malformed',
  ),
  shown('C-3.1.3.7-2', 'iss is the issuer', 'pingone/id-token/claims: an iss that differs by %s is refused'),
  shown(
    'C-3.1.3.7-3',
    'aud is only this app',
    'pingone/id-token/claims: an ID token with %j is accepted',
    CLAIMS,
  ),
  shown('C-3.1.3.7-4/5', 'azp, if present, is this app', CLAIMS),
  shown('C-3.1.3.7-6', 'the signature is valid', SIGNED),
  shown(
    'C-3.1.3.7-6b',
    'only the issuer’s own keys',
    'pingone/id-token/form-and-signature: a key in the %s header parameter of a token is never used',
  ),
  shown('C-3.1.3.7-7', 'only RS256', ALGORITHM),
  shown('C-3.1.3.7-8', 'no HMAC', ALGORITHM),
  shown(
    'C-3.1.3.7-9',
    'exp has not passed',
    CLAIMS,
    'pingone/id-token/claims: an error about a time contains the time of this machine',
  ),
  shown(
    'C-3.1.3.7-10',
    'iat is neither in the future nor long ago',
    CLAIMS,
    'pingone/id-token/claims: the claim %s must not be an infinite number',
  ),
  shown('C-3.1.3.7-11', 'nonce matches this sign-in', ONE_SIGN_IN),
  shown(
    'C-3.1.3.7-12',
    'acr, if acr_values were requested',
    'pingone/id-token/requirement: %j does not satisfy the acr_values %j',
    'pingone/id-token/requirement: %j satisfies the acr_values %j',
    STEP_UP_ACR,
    'sign-in/guard: a refresh does not change the acr and the auth_time that step-up reads',
    'kinds/interoperability: acr and auth_time of another type count as missing: only a sign-in that asked for them fails (SEED=%s)',
  ),
  shown(
    'C-3.1.3.7-13',
    'auth_time, if max_age was requested',
    'pingone/id-token/requirement: %j does not satisfy a max_age of %i',
    'pingone/id-token/requirement: %j satisfies a max_age of %i',
    'sign-in/guard: an auth_time that is %s does not satisfy max_age',
    'sign-in/guard: the guard and the callback have the same tolerance of 60 s',
    STEP_UP_AUTH_TIME,
    'kinds/interoperability: acr and auth_time of another type count as missing: only a sign-in that asked for them fails (SEED=%s)',
  ),
  shown(
    'C-3.1.3.8',
    'at_hash, if present',
    'pingone/id-token/claims: the at_hash of another access token is refused',
  ),
  shown(
    'C-2a',
    'required claims, of the right type',
    CLAIMS,
    CLAIM_TYPES,
    'pingone/id-token/claims: a sub may have 255 characters and any printable ASCII characters',
  ),
  shown(
    'C-2b',
    'unknown claims do no harm',
    'pingone/id-token/claims: each claim is returned as PingOne sent it',
    'kinds/json-on-pages: claims of any kind are shown, before and after a refresh (SEED=%s)',
  ),
  shown('C-2c', 'no alg none', ALGORITHM),
  shown('C-5.3.1', 'userinfo by GET with a bearer token', BEARER),
  shown(
    'C-5.3.2a',
    'userinfo is about the same sub, at each use',
    USERINFO,
    'pingone/after-sign-in/refresh: userinfo about another user ends the refresh, even if an ID token has confirmed it',
    'kinds/shifted-responses: whatever response the provider repeats, no user sees the data of another (SEED=%s)',
  ),
  shown('C-5.3.2b', 'userinfo is a JSON object', NO_LOOP),
  shown('C-5.3.4', 'TLS authenticates PingOne', BAD_TLS, WRONG_HOST),
  shown(
    'C-10.1.1',
    'keys rotate, and the app fetches the JWK Set again for an unknown key',
    'pingone/jwk-set: after each of two key rotations within one second, the next sign-in succeeds',
    'pingone/jwk-set: the client finds a new key with the same key ID by one fetch',
    RIGHT_KEY,
  ),
  shown('C-16.x / TLS', 'TLS for all calls', BAD_TLS, NO_HTTP),
  departing(
    'Only GET: no route reads a request body. Assumed: PingOne sends the parameters in the query. A POST gets 405.',
    shown(
      'C-4',
      'third-party initiated login',
      'kinds/initiate-login: another iss, an empty iss or two of them start no sign-in (SEED=%s)',
      'kinds/initiate-login: the app ignores a target that is not its own page, and sends only a short hint to PingOne (SEED=%s)',
      'sign-in/start: the portal of PingOne starts a sign-in, with a hint and a page of this app, also for a signed-in user',
      'sign-in/start: %s gets 405 with Allow, and changes nothing',
      'web/security-headers: has every security header',
    ),
  ),
  departing(
    'A later auth_time with the same sub is accepted, because some providers send it when the user has signed in again elsewhere. The auth_time of the sign-in is kept for step-up. An earlier auth_time is refused, and ends no session.',
    shown(
      'C-12.2',
      'the ID token of a refresh is about the same sign-in',
      'pingone/after-sign-in/refresh: an ID token with %s is refused: %s',
      'pingone/after-sign-in/refresh: an ID token with %s is accepted',
      'pingone/after-sign-in/refresh: the error about an earlier auth_time contains both values',
      'web/refresh: an ID token with a later auth_time is accepted: the user has signed in again elsewhere',
      'web/refresh: an ID token with %s is about another user: the session ends, and nothing of the response is used',
      'kinds/shifted-responses: a refresh belongs to its user, with an ID token or without (SEED=%s)',
      'kinds/interoperability: without a userinfo endpoint a new ID token with the same sub confirms a refresh (SEED=%s)',
    ),
  ),

  shown('6749-2.3', 'one authentication method', NO_HEADER),
  shown(
    '6749-2.3.1',
    'no credentials in a URL',
    'pingone/token-endpoint/request: the token request keeps the query of the endpoint and adds nothing to it',
  ),
  shown('6749-3.1 / 3.2', 'no parameter twice, none empty', TWICE, HOSTILE),
  shown('6749-3.1.2', 'no fragment in the redirect URI', 'config/problems: %s %j is refused'),
  shown('6749-3.1.2.1', 'TLS at the redirect URI', PRODUCTION),
  departing(
    'A sign-in that fails shows its error page at /callback, without external resources and without a code in a link. After a redirect, reload and the Back button would not show the error.',
    shown('6749-3.1.2.5', 'no third-party content on the page of the callback', NO_LINKS),
  ),
  shown('6749-3.2', 'POST at the token endpoint', FORM),
  shown('6749-3.2.1', 'the client authenticates', FORM),
  shown('6749-3.3', 'a scope other than the requested one is no failure', GOOD_FIELD),
  shown(
    '6749-4.1.2a',
    'a code is used once',
    ONCE,
    USED,
    'kinds/deliveries: a callback that is delivered again at any time makes one token request, and each response signs the user in (SEED=%s)',
    'redis/sessions: 10 deliveries of one callback to both processes make one token request',
  ),
  shown('6749-4.1.2b', 'unknown parameters are ignored', UNKNOWN_PARAMETERS),
  shown(
    '6749-4.1.2c',
    'a code of 4 kB works',
    'pingone/authorization-response: a code of 4,096 characters is sent unchanged, and a code of 4,097 characters is refused',
  ),
  shown(
    '6749-4.1.2.1',
    'an error is shown only if the state matches this browser',
    'pingone/authorization-errors: the error %s becomes the code %s, and its description does not change that',
  ),
  shown('6749-4.1.3', 'redirect_uri and client_id again', FORM),
  shown(
    '6749-5.1',
    'an access token of 8 kB works; null means not given',
    'pingone/token-endpoint/response: the userinfo request contains the whole access token of 8 kB',
    'pingone/token-endpoint/response: the optional field %s of a token response counts as absent if its value is %j',
    'kinds/statuses: null and "" in an optional field of a response count as not given (SEED=%s)',
  ),
  shown(
    '6749-5.2',
    'each error of the token endpoint has its code, and a status alone ends no session',
    'pingone/token-endpoint/errors: status %i with the error %s becomes the code %s',
    'pingone/token-endpoint/errors: an error response with %s ends with pingone_blocked, and the facts contain only its status',
    NO_VERDICT,
    'kinds/interoperability: at every endpoint, a 2xx status other than 200 counts neither as a success nor as a refusal (SEED=%s)',
  ),
  shown(
    '6749-6',
    'a new refresh token replaces the old one',
    'web/refresh: each refresh token is used once, and the new one replaces it',
    'sign-ins: refresh tokens rotate, and using one twice revokes all tokens of the sign-in',
    ISSUED,
    'kinds/interoperability: routes get an access token until it expires, unless the refresh ends the session (SEED=%s)',
  ),
  shown('6749-7.1', 'no token of an unknown type', WRONG_FIELD),
  shown('6749-10.3', 'the scope of the configuration; no token reaches the browser', SECRETS, REQUEST),
  shown('6749-10.9', 'the server’s certificate is checked', BAD_TLS, WRONG_HOST),
  shown(
    '6749-10.12',
    'no response for another browser is accepted',
    FOREIGN,
    'web/callback: a code from the sign-in of another browser is refused, where PingOne %s',
    'kinds/cookies: over %s no cookie under another name completes a sign-in, is a session or opens a record (SEED=%s)',
  ),
  shown(
    '6749-10.14',
    'hostile values of every kind',
    HOSTILE,
    'fuzz: 20,000 random requests cause no bug and use little memory (FUZZ_SEED=%s)',
    'pingone/json-values: odd values in random places of a response never cause an error other than SignInError (SEED=%s)',
  ),
  shown('6749-10.15', 'no open redirector', RETURN_TO),

  shown('7636-4.1a', 'a verifier of the right form', RANDOM),
  shown('7636-4.1b', 'a verifier of 256 bits', RANDOM),
  shown('7636-4.1c', 'a new verifier for each sign-in', RANDOM),
  shown('7636-4.2', 'S256', CHALLENGE),
  shown('7636-4.5', 'the token request has the verifier', FORM),
  shown('7636-7.2', 'no fallback to plain', SENT_ONCE),

  shown(
    '7515-4.1.9',
    'typ, in upper or lower case',
    'kinds/interoperability: a typ is compared without regard to case, and other types are refused (SEED=%s)',
  ),
  shown(
    '7515-4.1.11',
    'an extension that is not understood (crit) is refused',
    'pingone/id-token/keys: a header with %s is refused, even if its signature is valid',
    CRIT,
  ),
  shown(
    '7797-7',
    'no b64 in a JWT',
    'pingone/id-token/keys: a header with %s is refused, even if its signature is valid',
    'pingone/id-token/keys: b64 without crit is an unknown field, and the token is accepted',
    CRIT,
  ),
  shown(
    '7517-5',
    'keys of other kinds are skipped, and several keys may have one kid',
    'pingone/id-token/keys: a sign-in succeeds if the JWK Set has the same key twice and also malformed entries',
    'pingone/id-token/keys: with four keys of one kid, the key at index %i may verify the signature',
    RIGHT_KEY,
  ),
  shown(
    '7518-3.3',
    'RSA keys of 2,048 bits or more',
    'pingone/id-token/keys: a published key of 1,024 bits is refused, and the error names the key and the reason',
    'pingone/id-token/keys: a published key with the exponent %j is refused',
    RIGHT_KEY,
  ),

  shown('9700-2.1a', 'no open redirector', RETURN_TO),
  shown('9700-2.1b', 'no forged callback', FOREIGN),
  shown('9700-2.1c / 4.4', 'mix-up: iss is compared', ISS),
  shown('9700-2.1.1a', 'PKCE', CHALLENGE),
  shown(
    '9700-2.1.1b',
    'each sign-in has its own challenge and nonce',
    'web/login: each sign-in has its own state, nonce and code_challenge',
  ),
  shown('9700-2.1.1c', 'S256', REQUEST),
  shown('9700-2.1.2', 'no tokens from the authorization endpoint', UNKNOWN_PARAMETERS),
  shown('9700-2.3', 'the scope of the configuration', REQUEST),
  elsewhere('9700-2.4', 'no password grant', 'The app has no code for it.'),
  departing(
    'The purpose of this app is to show client_secret_post. The README names stronger methods.',
    elsewhere(
      '9700-2.5',
      'asymmetric client authentication',
      'It needs other settings in PingOne’s console, and another app.',
    ),
  ),
  shown(
    '9700-2.6a',
    'configured from metadata',
    'pingone/client: a sign-in sends one request to each endpoint, in this order',
  ),
  shown('9700-2.6b', 'no response over http', PRODUCTION),
  shown('9700-4.2a', 'no third-party content on the page after the response', NO_LINKS),
  departing(
    'no-referrer is on /callback, its error pages and the sign-out page. Elsewhere the policy is same-origin, so that this app’s own forms keep their Origin.',
    shown('9700-4.2b', 'Referrer-Policy', NO_REFERRER, 'web/security-headers: has every security header'),
  ),
  shown('9700-4.2c', 'a state is used once, also after a failure', USED),
  shown('9700-4.3', 'no access token in a query', BEARER),
  shown(
    '9700-4.5.3.2',
    'no token is used before the nonce is checked',
    'pingone/client: if a check fails, an observer hears of the checks up to this one',
  ),
  shown('9700-4.7.1a', 'state and nonce beside PKCE', FOREIGN, ONE_SIGN_IN),
  departing(
    'state is an opaque handle. return_to is in the encrypted cookie, not in state.',
    shown(
      '9700-4.7.1b',
      'what belongs to a sign-in cannot be changed or swapped',
      'web/login: nothing of the sign-in can be read from the cookie',
      'sign-in/sign-in-cookie: a cookie can be decrypted only under its own name, and only unchanged',
    ),
  ),
  shown('9700-4.11', 'no open redirector', RETURN_TO),
  shown(
    '9700-4.12',
    'after POST /refresh 303; POST /logout returns a page',
    'web/refresh: a refresh sends the refresh token once, with client_secret_post, and redirects to the claims page',
    AFTER_SIGN_OUT,
  ),
  shown(
    '9700-4.13',
    'forwarded headers are accepted only from counted proxies',
    'web/rate-limit: with TRUST_PROXY 0, no header makes a request count as another client’s',
    'web/https: Origin is compared with BASE_URL, not with the host that the request names',
    'kinds/forwarded: with TRUST_PROXY 0, no header makes a request count as another client’s (SEED=%s)',
  ),
  shown(
    '9700-4.14',
    'refresh tokens stay on the server, and the app revokes a refresh token that it no longer needs',
    SECRETS,
    'sign-in/callback: if a token response fails a check, its refresh token is revoked in the background',
    'sign-in/session: if another user signs in, no data crosses over, and the first user’s refresh token is revoked',
  ),
  shown('9700-4.16', 'no framing', 'web/security-headers: has every security header'),

  shown('9207-2.4a', 'another iss is refused', ISS),
  shown('9207-2.4b', 'another iss is refused in an error response, too', ISS),
  shown(
    '9207-2.4c',
    'an announced iss must be present',
    'pingone/authorization-errors: a response without iss is refused if the metadata announces one: %j',
  ),
  shown(
    '9207-2.4d',
    'an iss that was not announced is compared, too',
    'pingone/authorization-errors: the correct iss is accepted if authorization_response_iss_parameter_supported is %j',
  ),
  shown(
    '9207-2.4e',
    'iss may be absent if it was not announced',
    'pingone/authorization-errors: iss may be absent if authorization_response_iss_parameter_supported is %j',
    'pingone/client: an observer hears why a check is not applicable',
  ),
  shown('9207-4', 'no second iss', TWICE),

  elsewhere('9126-2', 'PAR', NO_PAR),
  elsewhere('9126-2.2', 'PAR', NO_PAR),
  elsewhere('9126-4a', 'PAR', NO_PAR),
  elsewhere('9126-4b', 'PAR', NO_PAR),
  elsewhere(
    '9126-5',
    'PAR required by the provider',
    `${NO_PAR} PingOne then refuses the authorization request, and the page says so; the application’s setting is in the console.`,
  ),

  shown('6750-2', 'the access token is sent in one way', BEARER),
  shown('6750-2.3 / 5.3', 'no token in a URL', BEARER),
  shown('6750-5.2/5.3a', 'TLS with its check', BAD_TLS),
  shown('6750-5.3b', 'no token leaks', SECRETS),
  shown(
    '6750-5.3c',
    'no token in a cookie',
    'web/session: the session cookie has only a signed id, and expires when the browser closes',
  ),
  shown(
    '6750-3',
    'a 401 ends the sign-in, without a loop, and its WWW-Authenticate is shown and logged',
    NO_LOOP,
    CHALLENGED,
    'pingone/token-endpoint/errors: the facts contain the WWW-Authenticate header of the token endpoint',
    'kinds/statuses: a failure of userinfo at a refresh is noted or becomes an error, and never ends the session (SEED=%s)',
    'kinds/interoperability: all lines of WWW-Authenticate are in the error (SEED=%s)',
  ),

  shown(
    '7009-2.1',
    'revocation with client authentication',
    'web/revocation: a sign-out revokes the refresh token, with client_secret_post, after the browser has gone on',
    'pingone/after-sign-in/revocation: the revocation request has exactly this form, and any response with status 200 is a success',
  ),
  shown(
    '7009-2.2',
    'the status 200 is enough',
    'web/revocation: a revocation response that is not JSON is accepted, because only the status counts',
    'kinds/interoperability: at every endpoint, a 2xx status other than 200 counts neither as a success nor as a refusal (SEED=%s)',
  ),
  shown('7009-2.2.1', 'after a 503 the user is signed out all the same', REVOKED),
  shown('7009-2.2.1b', 'after unsupported_token_type the user is signed out all the same', REVOKED),
  elsewhere('7662-2.1', 'introspection', NO_INTROSPECTION),
  elsewhere('7662-2.2', 'introspection', NO_INTROSPECTION),
  elsewhere('7662-4', 'introspection', NO_INTROSPECTION),

  shown(
    'D-4.1',
    'the well-known path',
    'pingone/discovery/document: the discovery path follows the path of an issuer without a trailing slash',
    'pingone/discovery/document: an issuer with a trailing slash has the same discovery path, and a whole sign-in keeps the slash',
  ),
  shown(
    'D-4.2',
    '200 with a JSON object',
    'pingone/discovery/responses: a discovery response that is %s is refused with the error code for this case',
    'kinds/statuses: without metadata each failed response has its code, also a refusal at the edge of the network (SEED=%s)',
    'kinds/interoperability: at every endpoint, a 2xx status other than 200 counts neither as a success nor as a refusal (SEED=%s)',
  ),
  shown('D-4.3a', 'the issuer exactly', OTHER_ISSUER),
  shown(
    'D-4.3b',
    'no part of a bad document is used, and the last good document stays in use',
    BAD_DOCUMENT,
    'pingone/discovery/responses: after 24 hours, the client uses no part of a complete document of another issuer',
    'kinds/statuses: good metadata stays in use, whatever response comes after 24 hours (SEED=%s)',
  ),
  shown('D-3', 'https endpoints', NO_HTTP, BAD_DOCUMENT),
  shown(
    'D-5',
    'issuers are compared by their characters',
    'pingone/discovery/document: two issuers that look the same but have different characters do not match',
  ),
  shown('D-7.1/7.2', 'TLS with its check', BAD_TLS),

  shown(
    'L-2a',
    'id_token_hint is in the sign-off URL, and is left out if the URL would be too long',
    AFTER_SIGN_OUT,
    'sign-in/sign-out: the page says that the session has ended, and leads on to PingOne by itself and by a link',
    'pingone/after-sign-in/sign-off: a sign-off URL of 2,500 characters contains the id_token_hint, and a longer one does not',
    'kinds/sign-out: the page leads on to the sign-off endpoint by itself and by a link, whatever the URL of the endpoint (SEED=%s)',
    'kinds/sign-out: if the URL would be too long, the app leaves out the hint, and nothing else (SEED=%s)',
  ),
  shown('L-2b', 'each parameter once', SIGN_OFF),
  shown('L-2c', 'post_logout_redirect_uri of the configuration', SIGN_OFF),
  shown(
    'L-3',
    'a state that comes back changes nothing',
    'web/home: %s says that the user is signed out, and shows nothing of the query',
  ),
  shown('L-4', 'the session here ends first', AFTER_SIGN_OUT),
  shown(
    'L-impl',
    'the old cookie opens nothing, and the refresh token is revoked later',
    AFTER_SIGN_OUT,
    'kinds/sign-out: the app revokes a refresh token ten seconds after the sign-out, or when the app stops (SEED=%s)',
  ),

  shown(
    '6265bis-4.1.3',
    'a cookie with the prefix __Host- is read under exactly its own name, and the same one everywhere',
    'web/https: all cookies are Secure and have the __Host- prefix',
    'kinds/cookies: over %s no cookie under another name completes a sign-in, is a session or opens a record (SEED=%s)',
    'kinds/cookies: over %s every part of the app reads the first of several cookies with one name (SEED=%s)',
    'sign-in/random: a cookie with anything but a space or a tab before its name is not the cookie of a sign-in',
  ),
  shown(
    '9651-4.2 / Fetch Metadata',
    'Sec-Fetch-*, Sec-Purpose and Purpose are tokens, compared exactly: what is no navigation gets 401',
    'kinds/fetch-metadata: a request that is no navigation gets 401 on every route, sets no cookie and counts towards no limit (SEED=%s)',
    'kinds/fetch-metadata: a navigation is accepted with any parameters of its headers, and without the headers (SEED=%s)',
    'kinds/fetch-metadata: the routes and the rate limit take the same requests for a prefetch: a list with this token (SEED=%s)',
    'kinds/fetch-metadata: only a form of this app signs out or refreshes, and both routes read Sec-Fetch-Site alike (SEED=%s)',
    'sign-in/random: only the tokens navigate and document make a request a navigation',
  ),
  shown(
    '7239-6',
    'an address in a forwarded header, with or without its port',
    'kinds/forwarded: each client has its own count, however its address is written (SEED=%s)',
    'kinds/forwarded: a text that is no address counts as the proxy’s own address (SEED=%s)',
  ),
  shown(
    '9110-8.3 / 10.2.3',
    'media types, content codings and Retry-After of the provider’s responses',
    'kinds/response-headers: only the media type decides whether a response is JSON (SEED=%s)',
    'kinds/response-headers: the app reads a Retry-After of the defined forms, up to an hour, and ignores all others (SEED=%s)',
    'pingone/discovery/responses: the client waits as long as a Retry-After %s says, but at most one minute',
    'kinds/interoperability: the client reads a response with Content-Encoding: identity in any spelling (SEED=%s)',
  ),
  shown(
    '9110-9.2.2 / 9112-9.2',
    'a response belongs to its request: after one that failed a check its connection is closed',
    'pingone/http/surplus-response: a surplus token response makes one sign-in fail, and later sign-ins get their own responses',
    'pingone/http/surplus-response: after a failure of %s, the client uses no earlier connection',
    'kinds/shifted-responses: whatever response the provider repeats, no user sees the data of another (SEED=%s)',
  ),
];
