// OpenID Connect Core, Discovery and RP-Initiated Logout; RFC 6749, 6750, 7009, 7636, 7662, 9126, 9207, 9700.

import { elsewhere, type Row, shown } from './rows.ts';

const CLAIMS = 'pingone/id-token-claims: an ID token with';
const FOREIGN = 'web/callback: a state of another browser is refused before PingOne hears of the code';
const ONCE = 'web/callback-repeated: ten at the very same moment make one token request';
const FORM = 'pingone/token-request: the token request is this, byte for byte';
const NO_HEADER =
  'pingone/token-request: the token request says what it is, and carries no credentials but in its form';
const BAD_TLS = 'pingone/http-tls: a certificate that nobody trusts is refused before anything is asked';
const WRONG_HOST =
  'pingone/http-tls: a trusted certificate of another host is refused before anything is asked';
const RETURN_TO = 'web/return-to: %j leads to the profile';
const PRODUCTION = 'config/production: %s is refused';
const BEARER = 'pingone/userinfo: userinfo is asked with the access token in the header and nowhere else';
const SECRETS = 'secrets: a sign-in, a look at everything, and a sign-out';
const REFRESH_CHECKS = 'web/refresh: an ID token with %s ends the session: nothing of the answer is used';
const NO_PAR = 'This app pushes no authorization requests.';
const NO_INTROSPECTION = 'A client treats access tokens as opaque: nothing is introspected.';

export const protocol: Row[] = [
  shown(
    'C-3.1.2.1a',
    'scope openid, response_type, client_id, redirect_uri',
    'pingone/authorization-request: the authorization request has these parameters, each once, and no other',
  ),
  shown(
    'C-3.1.2.1b',
    'redirect_uri is the registered one, whatever the request',
    'web/login: the redirect URI stays what it is when a request says %o',
    'web/login: behind a proxy, which may name another host, the redirect URI stays what it is',
  ),
  shown('C-3.1.2.1c', 'no http redirect URI in production', PRODUCTION),
  shown('C-3.1.2.1d', 'state, bound to the browser', FOREIGN),
  shown(
    'C-3.1.2.1e',
    'nonces that nobody can guess',
    'pingone/authorization-request: of a thousand sign-ins no value is ever seen twice',
  ),
  shown(
    'C-3.1.2.1f',
    'no needless response_mode',
    'pingone/authorization-request: the authorization request has these parameters, each once, and no other',
  ),
  shown(
    'C-3.1.2.7',
    'the response is validated',
    FOREIGN,
    'pingone/authorization-response: a response %j is refused',
  ),
  shown('C-3.1.3.1a', 'client_secret_post, once', FORM, NO_HEADER),
  shown('C-3.1.3.1b', 'a form, properly encoded', FORM),
  shown('C-3.1.3.2', 'the same redirect_uri again', FORM),
  shown(
    'C-3.1.3.3',
    'token_type Bearer in any case, and an ID token',
    'pingone/token-answer: a token answer with %j is accepted',
    'pingone/token-answer: a token answer whose %s is %j is refused by that name',
  ),
  shown(
    'C-3.1.3.3b',
    'unknown members are ignored',
    'pingone/token-answer: fifty unknown members of every kind are left out',
  ),
  shown(
    'C-3.1.3.5',
    'the token answer is validated',
    'pingone/client: a sign-in tells who it is and every check, in the order it was made',
  ),
  shown(
    'C-3.1.3.7-1',
    'an encrypted token fails cleanly',
    'pingone/id-token: an ID token that %s cannot be read',
  ),
  shown('C-3.1.3.7-2', 'iss is the issuer', 'pingone/id-token-claims: an iss that differs by %s is refused'),
  shown(
    'C-3.1.3.7-3',
    'aud is this app alone',
    CLAIMS,
    'pingone/id-token-claims: an ID token with %j is refused: %s',
  ),
  shown(
    'C-3.1.3.7-4/5',
    'azp, where it is there, is this app',
    'pingone/id-token-claims: an ID token with %j is refused: %s',
  ),
  shown(
    'C-3.1.3.7-6',
    'the signature holds',
    'pingone/id-token: an ID token whose %s was changed is refused',
  ),
  shown(
    'C-3.1.3.7-6b',
    'only the issuer’s own keys',
    'pingone/id-token: the key that a token brings in its %s is never looked at',
  ),
  shown(
    'C-3.1.3.7-7',
    'RS256 alone',
    'pingone/id-token: an ID token with %s is refused, though its key is published',
  ),
  shown(
    'C-3.1.3.7-8',
    'no HMAC',
    'pingone/id-token: an ID token with %s is refused, though its key is published',
  ),
  shown(
    'C-3.1.3.7-9',
    'exp has not passed',
    'pingone/id-token-claims: an ID token with %j is refused: %s',
    'pingone/id-token-claims: what is wrong with a time is told beside this machine’s clock',
  ),
  shown(
    'C-3.1.3.7-10',
    'iat is neither in the future nor long ago',
    'pingone/id-token-claims: an ID token with %j is refused: %s',
    'pingone/id-token-claims: the claim %s must not be beyond all numbers',
  ),
  shown(
    'C-3.1.3.7-11',
    'nonce is that of this sign-in',
    'pingone/id-token-claims: the ID token of one sign-in does not serve another',
  ),
  elsewhere('C-3.1.3.7-12', 'acr, where asked for', 'This app asks for no acr_values.'),
  elsewhere('C-3.1.3.7-13', 'auth_time, where max_age is asked for', 'This app asks for no max_age.'),
  shown(
    'C-3.1.3.8',
    'at_hash, where it is there',
    'pingone/id-token-claims: the at_hash of another access token is refused',
  ),
  shown(
    'C-2a',
    'required claims, of the right kind',
    'pingone/id-token-claims: an ID token with %j is refused: %s',
    'pingone/id-token-claims: a sub of 255 characters and one with signs is a person',
  ),
  shown(
    'C-2b',
    'unknown claims are no harm',
    'pingone/id-token-claims: every claim comes out as PingOne sent it',
  ),
  shown(
    'C-2c',
    'no alg none',
    'pingone/id-token: an ID token with %s is refused, though its key is published',
  ),
  shown('C-5.3.1', 'userinfo by GET with a bearer token', BEARER),
  shown('C-5.3.2a', 'userinfo is about the same sub', 'pingone/userinfo: a userinfo answer %j is refused'),
  shown(
    'C-5.3.2b',
    'userinfo is a JSON object',
    'pingone/userinfo: a userinfo answer that is %s ends the sign-in, asked once',
  ),
  shown('C-5.3.4', 'PingOne proves who it is by TLS', BAD_TLS, WRONG_HOST),
  shown(
    'C-10.1.1',
    'an unknown key is looked for anew',
    'pingone/jwks: after each of two key rotations in a second the next sign-in succeeds at once',
  ),
  shown(
    'C-16.x / TLS',
    'TLS for all calls',
    BAD_TLS,
    'pingone/http-tls: an issuer with https must not have its %s without, not even on this machine',
  ),
  elsewhere(
    'C-4',
    'third-party-initiated login',
    '/login takes return_to alone: iss, login_hint and target_link_uri are ignored.',
  ),
  shown(
    'C-12.2',
    'the ID token of a refresh is about the same sign-in',
    REFRESH_CHECKS,
    'web/refresh: an ID token without a nonce is fine, and its claims take the place of those before',
  ),

  shown('6749-2.3', 'one authentication method', NO_HEADER),
  shown(
    '6749-2.3.1',
    'no credentials in an address',
    'pingone/token-request: the endpoint’s own query is kept, and nothing of ours is put into it',
  ),
  shown(
    '6749-3.1 / 3.2',
    'no parameter twice, none empty',
    'pingone/authorization-response: the parameter %j that comes twice is refused (%s)',
    'web/callback: the query "%s" is refused (%s)',
  ),
  shown('6749-3.1.2', 'no fragment in the redirect URI', 'config/problems: %s %j is refused'),
  shown('6749-3.1.2.1', 'TLS at the redirect URI', PRODUCTION),
  shown(
    '6749-3.1.2.5',
    'nothing of others on the callback’s page',
    'web/callback: a failed sign-in leaves no link to the outside and no code on its page',
  ),
  shown('6749-3.2', 'POST at the token endpoint', FORM),
  shown('6749-3.2.1', 'the client authenticates', FORM),
  shown(
    '6749-3.3',
    'another scope than asked for is no fault',
    'pingone/token-answer: a token answer with %j is accepted',
  ),
  shown(
    '6749-4.1.2a',
    'a code is used once',
    ONCE,
    'web/callback-repeated: a code whose first use was %s is not sent again',
    'redis/sessions: one code makes one token request, over both processes',
  ),
  shown(
    '6749-4.1.2b',
    'unknown parameters are ignored',
    'pingone/authorization-response: a response with a code is read, whatever unknown parameters come along',
  ),
  shown(
    '6749-4.1.2c',
    'a code of 4 kB works',
    'pingone/authorization-response: a code of 4,096 characters is exchanged as it is',
  ),
  shown(
    '6749-4.1.2.1',
    'errors are shown, once the state is that of this browser',
    'pingone/authorization-errors: the error %s is the code %s, whatever its description says',
  ),
  shown('6749-4.1.3', 'redirect_uri and client_id again', FORM),
  shown(
    '6749-5.1',
    'an access token of 8 kB works',
    'pingone/token-answer: an access token of 8 kB goes to userinfo whole',
  ),
  shown(
    '6749-5.2',
    'each error of the token endpoint has a page',
    'pingone/token-errors: status %i with the error %s is the code %s',
  ),
  shown(
    '6749-6',
    'a new refresh token takes the old one’s place',
    'web/refresh: each refresh token is used once: the new one takes its place',
    'sign-ins: refresh tokens rotate, and one that is used twice ends all that came of it',
  ),
  shown(
    '6749-7.1',
    'no token of an unknown type',
    'pingone/token-answer: a token answer whose %s is %j is refused by that name',
  ),
  shown(
    '6749-10.3',
    'the scope of the configuration; no token reaches the browser',
    SECRETS,
    'pingone/authorization-request: the authorization request has these parameters, each once, and no other',
  ),
  shown('6749-10.9', 'the server’s certificate is checked', BAD_TLS, WRONG_HOST),
  shown(
    '6749-10.12',
    'nobody else’s response is taken',
    FOREIGN,
    'web/callback: another browser cannot carry off a sign-in by its callback',
  ),
  shown(
    '6749-10.14',
    'hostile values of every kind',
    'web/callback: the query "%s" is refused (%s)',
    'fuzz: 20,000 requests of every kind',
  ),
  shown('6749-10.15', 'no open redirector', RETURN_TO),

  shown(
    '7636-4.1a',
    'a verifier of the right shape',
    'pingone/authorization-request: of a thousand sign-ins no value is ever seen twice',
  ),
  shown(
    '7636-4.1b',
    'of 256 bits',
    'pingone/authorization-request: of a thousand sign-ins no value is ever seen twice',
  ),
  shown(
    '7636-4.1c',
    'a new one each time',
    'pingone/authorization-request: of a thousand sign-ins no value is ever seen twice',
  ),
  shown(
    '7636-4.2',
    'S256',
    'pingone/authorization-request: the token request brings the verifier that the challenge was made of',
  ),
  shown('7636-4.5', 'the verifier goes with the code', FORM),
  shown(
    '7636-7.2',
    'no fall-back to plain',
    'pingone/token-request: after %s the code is not sent again, and nothing else is asked',
  ),

  shown('9700-2.1a', 'no open redirector', RETURN_TO),
  shown('9700-2.1b', 'no forged callback', FOREIGN),
  shown(
    '9700-2.1c / 4.4',
    'mix-up: iss is compared',
    'pingone/authorization-errors: an iss that differs by %s is refused, with a code or with an error, announced or not',
  ),
  shown(
    '9700-2.1.1a',
    'PKCE',
    'pingone/authorization-request: the token request brings the verifier that the challenge was made of',
  ),
  shown('9700-2.1.1b', 'challenge and nonce of one sign-in', 'web/login: no value is ever used twice'),
  shown(
    '9700-2.1.1c',
    'S256',
    'pingone/authorization-request: the authorization request has these parameters, each once, and no other',
  ),
  shown(
    '9700-2.1.2',
    'no tokens from the authorization endpoint',
    'pingone/authorization-response: a response with a code is read, whatever unknown parameters come along',
  ),
  shown(
    '9700-2.3',
    'the scope of the configuration',
    'pingone/authorization-request: the authorization request has these parameters, each once, and no other',
  ),
  elsewhere('9700-2.4', 'no password grant', 'There is no such code.'),
  elsewhere(
    '9700-2.5',
    'asymmetric client authentication',
    'This app is there to show client_secret_post; the README names what is stronger.',
  ),
  shown(
    '9700-2.6a',
    'configured from metadata',
    'pingone/client: a sign-in asks each endpoint once, in this order',
  ),
  shown('9700-2.6b', 'no response over http', PRODUCTION),
  shown(
    '9700-4.2a',
    'nothing of others on the page after the response',
    'web/callback: a failed sign-in leaves no link to the outside and no code on its page',
  ),
  shown(
    '9700-4.2b',
    'no-referrer on the callback',
    'web/callback: the answer of a sign-in that succeeds hides its address, too',
  ),
  shown(
    '9700-4.2c',
    'a state is used once, also after a failure',
    'web/callback-repeated: a code whose first use was %s is not sent again',
  ),
  shown('9700-4.3', 'no access token in a query', BEARER),
  shown(
    '9700-4.5.3.2',
    'no token is used before the nonce held',
    'pingone/client: a failed sign-in lists its checks up to the one that failed',
  ),
  shown(
    '9700-4.7.1a',
    'state and nonce beside PKCE',
    FOREIGN,
    'pingone/id-token-claims: the ID token of one sign-in does not serve another',
  ),
  shown(
    '9700-4.7.1b',
    'return_to is sealed, not in state',
    'web/login: nothing of the sign-in can be read from the cookie',
  ),
  shown('9700-4.11', 'no open redirector', RETURN_TO),
  shown(
    '9700-4.12',
    'after a POST 303',
    'web/logout: with %s it ends the session and goes to PingOne’s sign-off',
    'web/refresh: it sends the refresh token with client_secret_post, once, and leads to the profile',
  ),
  shown(
    '9700-4.13',
    'forwarded headers are believed of counted proxies alone',
    'web/rate-limit: no header makes another client of somebody: TRUST_PROXY is 0',
    'web/https: Origin is compared with BASE_URL, not with what the request says of its host',
  ),
  shown('9700-4.14', 'refresh tokens stay on the server', SECRETS),
  shown('9700-4.16', 'no framing', 'web/security-headers: has every header'),

  shown(
    '9207-2.4a',
    'another iss is refused',
    'pingone/authorization-errors: an iss that differs by %s is refused, with a code or with an error, announced or not',
  ),
  shown(
    '9207-2.4b',
    'also with an error',
    'pingone/authorization-errors: an iss that differs by %s is refused, with a code or with an error, announced or not',
  ),
  shown(
    '9207-2.4c',
    'a promised iss must be there',
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
    'pingone/client: what could not be compared is listed with the reason',
  ),
  shown(
    '9207-4',
    'one iss',
    'pingone/authorization-response: the parameter %j that comes twice is refused (%s)',
  ),

  elsewhere('9126-2', 'PAR', NO_PAR),
  elsewhere('9126-2.2', 'PAR', NO_PAR),
  elsewhere('9126-4a', 'PAR', NO_PAR),
  elsewhere('9126-4b', 'PAR', NO_PAR),
  elsewhere(
    '9126-5',
    'PAR required by the provider',
    `${NO_PAR} PingOne then refuses the authorization request, and the page says so; the application’s setting is the console’s.`,
  ),

  shown('6750-2', 'one way for the token', BEARER),
  shown('6750-2.3 / 5.3', 'no token in an address', BEARER),
  shown('6750-5.2/5.3a', 'TLS with its check', BAD_TLS),
  shown('6750-5.3b', 'no token leaks', SECRETS),
  shown(
    '6750-5.3c',
    'no token in a cookie',
    'web/session: the cookie holds a signed id alone, and lives as long as the browser',
  ),
  shown(
    '6750-3',
    'a 401 ends the sign-in, without a loop',
    'pingone/userinfo: a userinfo answer that is %s ends the sign-in, asked once',
  ),

  shown(
    '7009-2.1',
    'revocation with client authentication',
    'web/revocation: the refresh token is made worthless, with client_secret_post',
  ),
  shown(
    '7009-2.2',
    '200 says it all',
    'web/revocation: an answer that is no JSON is as good as any, for the status says it all',
  ),
  shown(
    '7009-2.2.1',
    '503: signed out all the same',
    'web/revocation: a revocation endpoint that %s keeps nobody signed in, and is asked once',
  ),
  shown(
    '7009-2.2.1b',
    'unsupported_token_type',
    'web/revocation: a revocation endpoint that %s keeps nobody signed in, and is asked once',
  ),
  elsewhere('7662-2.1', 'introspection', NO_INTROSPECTION),
  elsewhere('7662-2.2', 'introspection', NO_INTROSPECTION),
  elsewhere('7662-4', 'introspection', NO_INTROSPECTION),

  shown(
    'D-4.1',
    'the well-known path',
    'pingone/discovery: an issuer without a slash at its end is asked below its path',
    'pingone/discovery: an issuer that ends in a slash is asked at the same path',
  ),
  shown(
    'D-4.2',
    '200 with a JSON object',
    'pingone/discovery-answers: a discovery answer that is %s has a code of its own',
  ),
  shown(
    'D-4.3a',
    'the issuer to the letter',
    'pingone/discovery: a document whose issuer differs by %s is refused',
  ),
  shown(
    'D-4.3b',
    'nothing of a bad document is used',
    'pingone/discovery: a document whose %s is %j is refused by that name, and nothing of it is used',
  ),
  shown(
    'D-3',
    'https endpoints',
    'pingone/http-tls: an issuer with https must not have its %s without, not even on this machine',
    'pingone/discovery: a document whose %s is %j is refused by that name, and nothing of it is used',
  ),
  shown(
    'D-5',
    'compared by characters',
    'pingone/discovery: issuers are compared by their characters, not by what they look like',
  ),
  shown('D-7.1/7.2', 'TLS with its check', BAD_TLS),
  shown('L-2a', 'id_token_hint', 'web/logout: with %s it ends the session and goes to PingOne’s sign-off'),
  shown(
    'L-2b',
    'each parameter once',
    'pingone/sign-off: the sign-off address has these parameters, each once, and no other',
  ),
  shown(
    'L-2c',
    'post_logout_redirect_uri of the configuration',
    'pingone/sign-off: the sign-off address has these parameters, each once, and no other',
  ),
  shown(
    'L-3',
    'a state that comes back changes nothing',
    'web/home: %s says that one is signed out, and repeats nothing',
  ),
  shown(
    'L-4',
    'signed out here first',
    'web/logout: with %s it ends the session and goes to PingOne’s sign-off',
  ),
  shown(
    'L-impl',
    'the old cookie is dead',
    'web/logout: with %s it ends the session and goes to PingOne’s sign-off',
  ),
];
