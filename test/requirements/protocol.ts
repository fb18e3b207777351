// OpenID Connect Core, Discovery and RP-Initiated Logout; the RFCs of OAuth, JWT and HTTP that bind a client.

import { departing, elsewhere, type Row, shown } from './rows.ts';

const CLAIMS = 'pingone/id-token/claims: an ID token with %j is refused: %s';
const CLAIM_TYPES = 'pingone/id-token/claims: the claim %s must not be %j';
const ONE_SIGN_IN = 'pingone/id-token/claims: the ID token of one sign-in does not serve another';
const SIGNED = 'pingone/id-token/form-and-signature: an ID token whose %s was changed is refused';
const ALGORITHM =
  'pingone/id-token/form-and-signature: an ID token with %s is refused, though its key is published';
const REQUEST =
  'pingone/authorization-request: the authorization request has these parameters, each once, and no other';
const RANDOM =
  'pingone/authorization-request: of a thousand sign-ins no value is ever seen twice, and each is 32 bytes in base64url';
const CHALLENGE =
  'pingone/authorization-request: the token request brings the verifier that the challenge was made of';
const ISS =
  'pingone/authorization-errors: an iss that differs by %s is refused, with a code or with an error, announced or not';
const TWICE = 'pingone/authorization-response: the parameter %j that comes twice is refused (%s)';
const UNKNOWN_PARAMETERS =
  'pingone/authorization-response: a response with a code is read, whatever unknown parameters come along';
const FORM = 'pingone/token-endpoint/request: the token request is exactly this';
const NO_HEADER =
  'pingone/token-endpoint/request: the token request says what it is, and carries no credentials but in its form';
const SENT_ONCE =
  'pingone/token-endpoint/request: after %s the code is not sent again, and nothing else is asked';
const WRONG_FIELD =
  'pingone/token-endpoint/response: a token response whose %s is %j is refused by that name';
const GOOD_FIELD = 'pingone/token-endpoint/response: a token response with %j is accepted';
const BEARER = 'pingone/userinfo: userinfo is asked with the access token in the header and nowhere else';
const USERINFO = 'pingone/userinfo: a userinfo response %j is refused';
const NO_LOOP = 'pingone/userinfo: a userinfo response that is %s ends the sign-in, asked once';
const CHALLENGED = 'pingone/userinfo: a 401 with the WWW-Authenticate %s is a refusal, and shows it';
const BAD_TLS = 'pingone/http/tls: a certificate that nobody trusts is refused before anything is asked';
const WRONG_HOST =
  'pingone/http/tls: a trusted certificate of another host is refused before anything is asked';
const NO_HTTP =
  'pingone/http/tls: an issuer with https must not have its %s without, not even on this machine';
const OTHER_ISSUER = 'pingone/discovery/document: a document whose issuer differs by %s is refused';
const BAD_DOCUMENT =
  'pingone/discovery/document: a document whose %s is %j is refused by that name, and nothing of it is used';
const SIGN_OFF =
  'pingone/after-sign-in/sign-off: the sign-off URL has these parameters, each once, and no other';
const AFTER_SIGN_OUT = 'web/logout: with %s it ends the session, says so, and leads on to PingOne’s sign-off';
const FOREIGN = 'web/callback: a state of another browser is refused before PingOne hears of the code';
const ONCE = 'web/callback-repeated: ten at the very same moment make one token request';
const USED = 'web/callback-repeated: a code whose first use was %s is not sent again';
const NO_LINKS = 'web/callback: a failed sign-in leaves no link to the outside and no code on its page';
const NO_REFERRER = 'web/callback: the answer of a sign-in that succeeds hides its address, too';
const HOSTILE = 'web/callback: the query "%s" is refused (%s)';
const RETURN_TO = 'web/return-to: %j leads to the profile';
const REVOKED = 'web/revocation: a revocation endpoint that %s keeps nobody signed in, and is asked once';
const PRODUCTION = 'config/production: %s is refused';
const SECRETS = 'secrets: a sign-in, a look at everything, and a sign-out';
const STEP_UP_AUTH_TIME =
  'sign-in/guard: an auth_time that is too old sends the user to PingOne with max_age, and back';
const STEP_UP_ACR = 'sign-in/guard: an acr that was not asked for sends the user to PingOne with acr_values';
const RIGHT_KEY = 'kinds/keys: the right key is found among any others, if it is one of four (SEED=%s)';
const CRIT = 'kinds/keys: a crit is refused, whatever it names and whatever stands beside it (SEED=%s)';
const NO_VERDICT =
  'kinds/statuses: no failure of the token endpoint but invalid_grant ends a session, and each has its code (SEED=%s)';
const ISSUED =
  'kinds/statuses: a refresh token that was issued is the one that is sent next, whatever else is odd (SEED=%s)';
const NO_PAR = 'This app pushes no authorization requests.';
const NO_INTROSPECTION = 'A client treats access tokens as opaque: nothing is introspected.';

export const protocol: Row[] = [
  shown('C-3.1.2.1a', 'scope openid, response_type, client_id, redirect_uri', REQUEST),
  shown(
    'C-3.1.2.1b',
    'redirect_uri is the registered one, whatever the request',
    'web/login: the redirect URI stays what it is when a request says %o',
    'web/login: behind a proxy, which may name another host, the redirect URI stays what it is',
    'kinds/forwarded: no field of a request moves the redirect URI, with TRUST_PROXY %i (SEED=%s)',
  ),
  shown('C-3.1.2.1c', 'no http redirect URI in production', PRODUCTION),
  shown('C-3.1.2.1d', 'state, bound to the browser', FOREIGN),
  shown('C-3.1.2.1e', 'nonces that cannot be guessed', RANDOM),
  shown('C-3.1.2.1f', 'no needless response_mode', REQUEST),
  shown(
    'C-3.1.2.7',
    'the response is validated',
    FOREIGN,
    'pingone/authorization-response: a response %j is refused: %s',
  ),
  shown('C-3.1.3.1a', 'client_secret_post, once', FORM, NO_HEADER),
  shown('C-3.1.3.1b', 'a form, properly encoded', FORM),
  shown('C-3.1.3.2', 'the same redirect_uri again', FORM),
  shown('C-3.1.3.3', 'token_type Bearer in any case, and an ID token', GOOD_FIELD, WRONG_FIELD),
  shown(
    'C-3.1.3.3b',
    'unknown fields are ignored',
    'pingone/token-endpoint/response: fifty unknown fields of every kind are left out',
  ),
  shown(
    'C-3.1.3.5',
    'the token response is validated',
    'pingone/client: a sign-in tells who it is and every check, in the order it was made',
  ),
  shown(
    'C-3.1.3.7-1',
    'an encrypted token fails cleanly',
    'pingone/id-token/form-and-signature: an ID token that %s cannot be read',
  ),
  shown('C-3.1.3.7-2', 'iss is the issuer', 'pingone/id-token/claims: an iss that differs by %s is refused'),
  shown(
    'C-3.1.3.7-3',
    'aud is this app alone',
    'pingone/id-token/claims: an ID token with %j is accepted',
    CLAIMS,
  ),
  shown('C-3.1.3.7-4/5', 'azp, where it is there, is this app', CLAIMS),
  shown('C-3.1.3.7-6', 'the signature is valid', SIGNED),
  shown(
    'C-3.1.3.7-6b',
    'only the issuer’s own keys',
    'pingone/id-token/form-and-signature: the key that a token brings in its %s is never looked at',
  ),
  shown('C-3.1.3.7-7', 'RS256 alone', ALGORITHM),
  shown('C-3.1.3.7-8', 'no HMAC', ALGORITHM),
  shown(
    'C-3.1.3.7-9',
    'exp has not passed',
    CLAIMS,
    'pingone/id-token/claims: what is wrong with a time is told beside this machine’s clock',
  ),
  shown(
    'C-3.1.3.7-10',
    'iat is neither in the future nor long ago',
    CLAIMS,
    'pingone/id-token/claims: the claim %s must not be beyond all numbers',
  ),
  shown('C-3.1.3.7-11', 'nonce matches this sign-in', ONE_SIGN_IN),
  shown(
    'C-3.1.3.7-12',
    'acr, where acr_values were asked for',
    'pingone/id-token/requirement: %j does not satisfy the acr_values %j',
    'pingone/id-token/requirement: %j satisfies the acr_values %j',
    STEP_UP_ACR,
    'sign-in/guard: no refresh changes what step-up reads',
  ),
  shown(
    'C-3.1.3.7-13',
    'auth_time, where max_age was asked for',
    'pingone/id-token/requirement: %j does not satisfy a max_age of %i',
    'pingone/id-token/requirement: %j satisfies a max_age of %i',
    'sign-in/guard: an auth_time %s is no proof',
    'sign-in/guard: the tolerance is 60 s for guard and callback alike',
    STEP_UP_AUTH_TIME,
  ),
  shown(
    'C-3.1.3.8',
    'at_hash, where it is there',
    'pingone/id-token/claims: the at_hash of another access token is refused',
  ),
  shown(
    'C-2a',
    'required claims, of the right type',
    CLAIMS,
    CLAIM_TYPES,
    'pingone/id-token/claims: a sub of 255 characters and one with signs is a user',
  ),
  shown(
    'C-2b',
    'unknown claims do no harm',
    'pingone/id-token/claims: every claim comes out as PingOne sent it',
    'kinds/json-on-pages: claims of any kind are shown, before and after a refresh (SEED=%s)',
  ),
  shown('C-2c', 'no alg none', ALGORITHM),
  shown('C-5.3.1', 'userinfo by GET with a bearer token', BEARER),
  shown(
    'C-5.3.2a',
    'userinfo is about the same sub, at each use',
    USERINFO,
    'pingone/after-sign-in/refresh: userinfo about another user ends it, also after an ID token has confirmed the refresh',
    'kinds/shifted-responses: whatever response comes once more, no user sees the data of another (SEED=%s)',
  ),
  shown('C-5.3.2b', 'userinfo is a JSON object', NO_LOOP),
  shown('C-5.3.4', 'PingOne proves who it is by TLS', BAD_TLS, WRONG_HOST),
  shown(
    'C-10.1.1',
    'keys rotate, and an unknown key is looked for again',
    'pingone/jwk-set: after each of two key rotations in a second the next sign-in succeeds at once',
    'pingone/jwk-set: a new key under the same key id is found by one fetch',
    RIGHT_KEY,
  ),
  shown('C-16.x / TLS', 'TLS for all calls', BAD_TLS, NO_HTTP),
  departing(
    'GET alone: no route reads a request body, and PingOne is assumed to send the parameters in the query. A POST gets 405.',
    shown(
      'C-4',
      'third-party initiated login',
      'kinds/initiate-login: any other iss, none at all or two of them start nothing from the portal (SEED=%s)',
      'kinds/initiate-login: the target is a page of this app or ignored, and the hint goes on if it is short (SEED=%s)',
      'sign-in/start: the portal of PingOne starts a sign-in, with a hint and a page of this app, also for a signed-in user',
      'sign-in/start: %s gets 405 with Allow, and changes nothing',
      'web/security-headers: has every header',
    ),
  ),
  departing(
    'A later auth_time with the same sub is accepted, because some providers send it when the user has signed in anew elsewhere. The auth_time of the sign-in is kept for step-up. An earlier one is refused, and ends no session.',
    shown(
      'C-12.2',
      'the ID token of a refresh is about the same sign-in',
      'pingone/after-sign-in/refresh: an ID token with %s is refused: %s',
      'pingone/after-sign-in/refresh: an ID token with %s is accepted',
      'pingone/after-sign-in/refresh: an earlier auth_time is refused with both values',
      'web/refresh: an ID token with a later auth_time is accepted: the user has signed in anew elsewhere',
      'web/refresh: an ID token with %s is about another user: the session ends, and nothing of the response is used',
      'kinds/shifted-responses: a refresh belongs to its user, with an ID token or without (SEED=%s)',
    ),
  ),

  shown('6749-2.3', 'one authentication method', NO_HEADER),
  shown(
    '6749-2.3.1',
    'no credentials in a URL',
    'pingone/token-endpoint/request: the endpoint’s own query is kept, and nothing of ours is put into it',
  ),
  shown('6749-3.1 / 3.2', 'no parameter twice, none empty', TWICE, HOSTILE),
  shown('6749-3.1.2', 'no fragment in the redirect URI', 'config/problems: %s %j is refused'),
  shown('6749-3.1.2.1', 'TLS at the redirect URI', PRODUCTION),
  departing(
    'A sign-in that fails ends on a page at /callback without external resources and without a code in a link, because an error page that redirects hides itself from reload and back.',
    shown('6749-3.1.2.5', 'nothing of others on the callback’s page', NO_LINKS),
  ),
  shown('6749-3.2', 'POST at the token endpoint', FORM),
  shown('6749-3.2.1', 'the client authenticates', FORM),
  shown('6749-3.3', 'another scope than asked for is no failure', GOOD_FIELD),
  shown(
    '6749-4.1.2a',
    'a code is used once',
    ONCE,
    USED,
    'kinds/deliveries: delivered again at any time, it joins: one token request, and each response signs in (SEED=%s)',
    'redis/sessions: one code makes one token request, over both processes',
  ),
  shown('6749-4.1.2b', 'unknown parameters are ignored', UNKNOWN_PARAMETERS),
  shown(
    '6749-4.1.2c',
    'a code of 4 kB works',
    'pingone/authorization-response: a code of 4,096 characters is exchanged as it is, and one of 4,097 is refused',
  ),
  shown(
    '6749-4.1.2.1',
    'errors are shown, once the state matches this browser',
    'pingone/authorization-errors: the error %s is the code %s, whatever its description says',
  ),
  shown('6749-4.1.3', 'redirect_uri and client_id again', FORM),
  shown(
    '6749-5.1',
    'an access token of 8 kB works; null means not given',
    'pingone/token-endpoint/response: an access token of 8 kB goes to userinfo whole',
    'pingone/token-endpoint/response: a token response whose optional %s is %j counts as one without',
    'kinds/statuses: null and "" in an optional field of a response mean that it was not given (SEED=%s)',
  ),
  shown(
    '6749-5.2',
    'each error of the token endpoint has its code, and a status alone is no verdict',
    'pingone/token-endpoint/errors: status %i with the error %s is the code %s',
    'pingone/token-endpoint/errors: an error response of %s comes from something in between, and says no more than its status',
    NO_VERDICT,
  ),
  shown(
    '6749-6',
    'a new refresh token takes the old one’s place',
    'web/refresh: each refresh token is used once: the new one takes its place',
    'sign-ins: refresh tokens rotate, and one that is used twice ends all that came of it',
    ISSUED,
  ),
  shown('6749-7.1', 'no token of an unknown type', WRONG_FIELD),
  shown('6749-10.3', 'the scope of the configuration; no token reaches the browser', SECRETS, REQUEST),
  shown('6749-10.9', 'the server’s certificate is checked', BAD_TLS, WRONG_HOST),
  shown(
    '6749-10.12',
    'no response to another browser is taken',
    FOREIGN,
    'web/callback: another browser cannot carry off a sign-in by its callback, where PingOne %s',
    'kinds/cookies: over %s no cookie under another name ends a sign-in, is a session or opens a record (SEED=%s)',
  ),
  shown(
    '6749-10.14',
    'hostile values of every kind',
    HOSTILE,
    'fuzz: 20,000 requests of every kind (FUZZ_SEED=%s)',
    'pingone/json-values: responses of odd values in random places never end in an error of another kind (SEED=%s)',
  ),
  shown('6749-10.15', 'no open redirector', RETURN_TO),

  shown('7636-4.1a', 'a verifier of the right shape', RANDOM),
  shown('7636-4.1b', 'of 256 bits', RANDOM),
  shown('7636-4.1c', 'a new one each time', RANDOM),
  shown('7636-4.2', 'S256', CHALLENGE),
  shown('7636-4.5', 'the verifier goes with the code', FORM),
  shown('7636-7.2', 'no fall-back to plain', SENT_ONCE),

  shown(
    '7515-4.1.11',
    'an extension that is not understood (crit) is refused',
    'pingone/id-token/keys: a header with %s is refused, though it is signed',
    CRIT,
  ),
  shown(
    '7797-7',
    'no b64 in a JWT',
    'pingone/id-token/keys: a header with %s is refused, though it is signed',
    'pingone/id-token/keys: a b64 without crit is an unknown field, and no obstacle to what is signed as usual',
    CRIT,
  ),
  shown(
    '7517-5',
    'keys of other kinds are skipped, and several keys may have one kid',
    'pingone/id-token/keys: the same key twice, and broken entries beside it, are no obstacle',
    'pingone/id-token/keys: of four keys with one kid, the one at index %i may have signed',
    RIGHT_KEY,
  ),
  shown(
    '7518-3.3',
    'RSA keys of 2,048 bits or more',
    'pingone/id-token/keys: a published key of 1,024 bits is not accepted, and the error says which key and why',
    'pingone/id-token/keys: a published key with the exponent %j is not accepted',
    RIGHT_KEY,
  ),

  shown('9700-2.1a', 'no open redirector', RETURN_TO),
  shown('9700-2.1b', 'no forged callback', FOREIGN),
  shown('9700-2.1c / 4.4', 'mix-up: iss is compared', ISS),
  shown('9700-2.1.1a', 'PKCE', CHALLENGE),
  shown('9700-2.1.1b', 'challenge and nonce of one sign-in', 'web/login: no value is ever used twice'),
  shown('9700-2.1.1c', 'S256', REQUEST),
  shown('9700-2.1.2', 'no tokens from the authorization endpoint', UNKNOWN_PARAMETERS),
  shown('9700-2.3', 'the scope of the configuration', REQUEST),
  elsewhere('9700-2.4', 'no password grant', 'There is no such code.'),
  departing(
    'This app is there to show client_secret_post. The README names what is stronger.',
    elsewhere('9700-2.5', 'asymmetric client authentication', 'PingOne’s console and another app.'),
  ),
  shown(
    '9700-2.6a',
    'configured from metadata',
    'pingone/client: a sign-in asks each endpoint once, in this order',
  ),
  shown('9700-2.6b', 'no response over http', PRODUCTION),
  shown('9700-4.2a', 'nothing of others on the page after the response', NO_LINKS),
  departing(
    'no-referrer is on /callback, its error pages and the sign-out page. Elsewhere the policy is same-origin, so that this app’s own forms keep their Origin.',
    shown('9700-4.2b', 'Referrer-Policy', NO_REFERRER, 'web/security-headers: has every header'),
  ),
  shown('9700-4.2c', 'a state is used once, also after a failure', USED),
  shown('9700-4.3', 'no access token in a query', BEARER),
  shown(
    '9700-4.5.3.2',
    'no token is used before the nonce was checked',
    'pingone/client: a failed sign-in lists its checks up to the one that failed',
  ),
  shown('9700-4.7.1a', 'state and nonce beside PKCE', FOREIGN, ONE_SIGN_IN),
  departing(
    'state is an opaque handle. return_to is in the encrypted cookie, not in state.',
    shown(
      '9700-4.7.1b',
      'what belongs to a sign-in cannot be changed or swapped',
      'web/login: nothing of the sign-in can be read from the cookie',
      'sign-in/sign-in-cookie: a cookie opens only under its own name, and only unchanged',
    ),
  ),
  shown('9700-4.11', 'no open redirector', RETURN_TO),
  shown(
    '9700-4.12',
    'after POST /refresh 303; POST /logout returns a page',
    'web/refresh: it sends the refresh token with client_secret_post, once, and leads to the profile',
    AFTER_SIGN_OUT,
  ),
  shown(
    '9700-4.13',
    'forwarded headers are believed of counted proxies alone',
    'web/rate-limit: no header makes another client of somebody: TRUST_PROXY is 0',
    'web/https: Origin is compared with BASE_URL, not with what the request says of its host',
    'kinds/forwarded: with TRUST_PROXY 0 no field makes another client of a user (SEED=%s)',
  ),
  shown(
    '9700-4.14',
    'refresh tokens stay on the server, and one that is of no use is revoked',
    SECRETS,
    'sign-in/callback: a refresh token that came with a response that fails a check is revoked, and nobody waits for it',
    'sign-in/session: of another user nothing crosses over, and the refresh token that nobody holds is revoked',
  ),
  shown('9700-4.16', 'no framing', 'web/security-headers: has every header'),

  shown('9207-2.4a', 'another iss is refused', ISS),
  shown('9207-2.4b', 'also with an error', ISS),
  shown(
    '9207-2.4c',
    'an announced iss must be there',
    'pingone/authorization-errors: no iss is refused where one is announced: %j',
  ),
  shown(
    '9207-2.4d',
    'one that was not announced is compared all the same',
    'pingone/authorization-errors: the issuer’s own iss is accepted where %j is announced',
  ),
  shown(
    '9207-2.4e',
    'none where none was announced',
    'pingone/authorization-errors: no iss is accepted where %j is announced',
    'pingone/client: what could not be compared is listed with the reason',
  ),
  shown('9207-4', 'one iss', TWICE),

  elsewhere('9126-2', 'PAR', NO_PAR),
  elsewhere('9126-2.2', 'PAR', NO_PAR),
  elsewhere('9126-4a', 'PAR', NO_PAR),
  elsewhere('9126-4b', 'PAR', NO_PAR),
  elsewhere(
    '9126-5',
    'PAR required by the provider',
    `${NO_PAR} PingOne then refuses the authorization request, and the page says so; the application’s setting is in the console.`,
  ),

  shown('6750-2', 'one way for the token', BEARER),
  shown('6750-2.3 / 5.3', 'no token in a URL', BEARER),
  shown('6750-5.2/5.3a', 'TLS with its check', BAD_TLS),
  shown('6750-5.3b', 'no token leaks', SECRETS),
  shown(
    '6750-5.3c',
    'no token in a cookie',
    'web/session: the cookie holds a signed id alone, and lives as long as the browser',
  ),
  shown(
    '6750-3',
    'a 401 ends the sign-in, without a loop, and its WWW-Authenticate is shown and logged',
    NO_LOOP,
    CHALLENGED,
    'pingone/token-endpoint/errors: a WWW-Authenticate of the token endpoint is shown',
    'kinds/statuses: userinfo at a refresh: a failure of the moment, or an error of its own; neither ends the session (SEED=%s)',
  ),

  shown(
    '7009-2.1',
    'revocation with client authentication',
    'web/revocation: the refresh token is made worthless, with client_secret_post, after the browser has gone on',
    'pingone/after-sign-in/revocation: the revocation request is exactly this, and any 200 is success',
  ),
  shown(
    '7009-2.2',
    'the status 200 is enough',
    'web/revocation: an answer that is no JSON is as good as any, for the status says it all',
  ),
  shown('7009-2.2.1', '503: signed out all the same', REVOKED),
  shown('7009-2.2.1b', 'unsupported_token_type', REVOKED),
  elsewhere('7662-2.1', 'introspection', NO_INTROSPECTION),
  elsewhere('7662-2.2', 'introspection', NO_INTROSPECTION),
  elsewhere('7662-4', 'introspection', NO_INTROSPECTION),

  shown(
    'D-4.1',
    'the well-known path',
    'pingone/discovery/document: an issuer without a slash at its end is asked below its path',
    'pingone/discovery/document: an issuer that ends in a slash is asked at the same path, and a whole sign-in holds its slash',
  ),
  shown(
    'D-4.2',
    '200 with a JSON object',
    'pingone/discovery/responses: a discovery response that is %s has a code of its own',
    'kinds/statuses: without metadata each response has its code: a refusal of the network’s edge is named for what it is (SEED=%s)',
  ),
  shown('D-4.3a', 'the issuer exactly', OTHER_ISSUER),
  shown(
    'D-4.3b',
    'nothing of a bad document is used, and what was good stays in use',
    BAD_DOCUMENT,
    'pingone/discovery/responses: after 24 hours the whole document of another issuer is not used, nor any part of it',
    'kinds/statuses: metadata that was good survives whatever comes after 24 hours (SEED=%s)',
  ),
  shown('D-3', 'https endpoints', NO_HTTP, BAD_DOCUMENT),
  shown(
    'D-5',
    'compared by characters',
    'pingone/discovery/document: issuers are compared by their characters, not by what they look like',
  ),
  shown('D-7.1/7.2', 'TLS with its check', BAD_TLS),

  shown(
    'L-2a',
    'id_token_hint, where the page after POST /logout leads; left out where the URL would be too long',
    AFTER_SIGN_OUT,
    'sign-in/sign-out: the page says that the session is over, and leads on to PingOne by itself and by a link',
    'pingone/after-sign-in/sign-off: a URL of 2,500 characters keeps its hint, a longer one goes without',
    'kinds/sign-out: the page leads on to the sign-off endpoint, whatever that is, by itself and by a link (SEED=%s)',
    'kinds/sign-out: the hint is left out where the address would be too long, and nothing else (SEED=%s)',
  ),
  shown('L-2b', 'each parameter once', SIGN_OFF),
  shown('L-2c', 'post_logout_redirect_uri of the configuration', SIGN_OFF),
  shown(
    'L-3',
    'a state that comes back changes nothing',
    'web/home: %s says that one is signed out, and repeats nothing',
  ),
  shown('L-4', 'signed out here first', AFTER_SIGN_OUT),
  shown(
    'L-impl',
    'the old cookie opens nothing, and the refresh token is revoked later',
    AFTER_SIGN_OUT,
    'kinds/sign-out: a refresh token is revoked ten seconds after its sign-out, or at the end (SEED=%s)',
  ),

  shown(
    '6265bis-4.1.3',
    'a cookie with the prefix __Host- is read under exactly its own name, and the same one everywhere',
    'web/https: all cookies are Secure and have the __Host- prefix',
    'kinds/cookies: over %s no cookie under another name ends a sign-in, is a session or opens a record (SEED=%s)',
    'kinds/cookies: over %s every part of the app reads the same one of several cookies with one name (SEED=%s)',
    'sign-in/random: a cookie with anything but a space or a tab before its name is not the cookie of a sign-in',
  ),
  shown(
    '9651-4.2 / Fetch Metadata',
    'Sec-Fetch-* and Sec-Purpose are tokens, compared exactly: what is no navigation gets 401',
    'kinds/fetch-metadata: what is no navigation gets 401 everywhere, sets no cookie and counts towards nothing (SEED=%s)',
    'kinds/fetch-metadata: a navigation is one with any parameters, and where a browser says nothing (SEED=%s)',
    'kinds/fetch-metadata: a prefetch is a list with that token, for the routes and for the rate limit alike (SEED=%s)',
    'kinds/fetch-metadata: only a form of this app signs out or refreshes, and both read Sec-Fetch-Site alike (SEED=%s)',
    'sign-in/random: only the token navigate and the token document are a navigation',
  ),
  shown(
    '7239-6',
    'an address in a forwarded header, with or without its port',
    'kinds/forwarded: each client has its own count, however its address is written (SEED=%s)',
    'kinds/forwarded: whatever is no address counts as the proxy’s own (SEED=%s)',
  ),
  shown(
    '9110-8.3 / 10.2.3',
    'media types and Retry-After of the provider’s responses',
    'kinds/response-headers: a response is JSON if its media type says so, and by nothing else (SEED=%s)',
    'kinds/response-headers: Retry-After is read as it is defined, an hour at most, or not at all (SEED=%s)',
    'pingone/discovery/responses: Retry-After %s is obeyed, for a minute at most',
  ),
  shown(
    '9110-9.2.2 / 9112-9.2',
    'a response belongs to its request: after one that failed a check its connection is closed',
    'pingone/http/surplus-response: a surplus token response fails one sign-in, and shifts none after it',
    'pingone/http/surplus-response: after %s has failed no connection of before is used',
    'kinds/shifted-responses: whatever response comes once more, no user sees the data of another (SEED=%s)',
  ),
];
