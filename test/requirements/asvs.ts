// OWASP Application Security Verification Standard 5.0, the chapters that a sign-in touches.

import { departing, elsewhere, type Row, shown } from './rows.ts';

const FOREIGN = 'web/callback: the state of another browser is refused before the code is sent to PingOne';
const ONE_SIGN_IN = 'pingone/id-token/claims: the ID token of one sign-in is refused in another sign-in';
const CLAIMS = 'pingone/id-token/claims: an ID token with %j is refused: %s';
const ISS =
  'pingone/authorization-errors: an iss that differs by %s is refused with a code and with an error, announced or not';
const REQUEST =
  'pingone/authorization-request: the authorization request has exactly these parameters, each once';
const SECRETS = 'secrets: a sign-in, a view of each page and a sign-out show no secret';
const QUOTED =
  'kinds/foreign-text: no page and no log line quotes a secret that comes back in a name or a value (SEED=%s)';
const HEADERS = 'web/security-headers: has every security header';
const BAD_TLS = 'pingone/http/tls: a certificate that is not trusted is refused before any request';
const PRODUCTION = 'config/production: %s is refused';
const SECURE = 'web/https: all cookies are Secure and have the __Host- prefix';
const COOKIE = 'web/session: the session cookie has only a signed id, and expires when the browser closes';
const EIGHT_HOURS =
  'web/session: after eight hours the session has expired, however busy it was, and its tokens are gone';
const SIGN_OUT =
  'web/logout: with %s a sign-out ends the session, and its page says so and leads on to PingOne’s sign-off';
const CROSS_SITE =
  'web/logout: a sign-out that no page of this app asked for is refused, and the user stays signed in';
const SAME_ORIGIN =
  'kinds/fetch-metadata: only a form of this app signs out or refreshes, and both routes read Sec-Fetch-Site alike (SEED=%s)';
const NO_NAVIGATION =
  'kinds/fetch-metadata: a request that is no navigation gets 401 on every route, sets no cookie and counts towards no limit (SEED=%s)';
const NO_PAGE = 'web/routes: %s is not found, not even for a signed-in user';
const EVENTS =
  'web/logging: a sign-in, a failed sign-in and a sign-out are events, and they name the user by a hash';
const HALF = 'web/session-store: with a store that %s, the sign-in fails, and the browser gets no session';
const SAME_EMAIL = 'web/callback-session: the same email address under another subject is another user';
const SHOWS = 'kinds/visibility: in each environment, the app shows what it may, and no more (SEED=%s)';
const CONSOLE = 'PingOne’s console: Applications > Applications > your application.';
const OPERATOR = 'The operator of the app';
const NO_SCRIPT = 'No page has a script.';

export const asvs: Row[] = [
  shown('10.1.1', 'tokens stay on the server', SECRETS),
  shown(
    '10.1.2',
    'a code is valid only for the browser and the sign-in that requested it',
    FOREIGN,
    ONE_SIGN_IN,
    'kinds/deliveries: a callback that is delivered again at any time makes one token request, and each response signs the user in (SEED=%s)',
  ),
  shown('10.2.1', 'no forged callback', FOREIGN),
  shown('10.2.2', 'no mix-up of providers', ISS),
  shown('10.2.3', 'no more scopes than configured', REQUEST),
  elsewhere('10.3.1-10.3.5', 'the duties of a resource server', 'This app accepts no access tokens.'),
  elsewhere(
    '10.4.1-10.4.16',
    'the duties of the authorization server',
    `${CONSOLE} The README lists the settings.`,
  ),
  shown('10.5.1', 'no replayed ID token', ONE_SIGN_IN),
  shown(
    '10.5.2',
    'users are identified by iss and sub',
    SAME_EMAIL,
    'sign-in/session: the same subject of another issuer is another user',
  ),
  shown(
    '10.5.3',
    'the issuer of the metadata',
    'pingone/discovery/document: a document whose issuer differs by %s is refused',
  ),
  shown('10.5.4', 'aud', CLAIMS),
  elsewhere('10.5.5', 'back-channel logout', 'PingOne announces no back-channel logout.'),
  elsewhere('10.6.x, 10.7.x', 'the duties of the OpenID provider', 'PingOne is the provider.'),

  shown(
    '7.1.1',
    'idle and absolute limit',
    'web/session: after 30 minutes without a request the session has expired',
    EIGHT_HOURS,
  ),
  shown(
    '7.1.2',
    'several sessions of one user',
    'web/logout: a sign-out in one browser does not end the session in another browser',
    'stores/sessions: a full store ends the oldest session of the user who has the most sessions',
  ),
  elsewhere(
    '7.1.3',
    'when sessions here and at PingOne expire',
    'The README explains it. The lifetime of PingOne’s own session is set in PingOne’s console.',
  ),
  shown('7.2.1', 'sessions are checked on the server', 'web/session: a session cookie %s opens no session'),
  shown(
    '7.2.2',
    'each session has its own id',
    'web/callback-session: each sign-in makes a new session, and the id of the earlier one opens nothing',
  ),
  shown('7.2.3', 'ids that cannot be guessed', COOKIE),
  shown(
    '7.2.4',
    'a new id at each sign-in',
    'web/callback-session: a sign-in never takes over a session id that the browser had before',
  ),
  shown('7.3.1', 'idle limit', 'web/session: after 30 minutes without a request the session has expired'),
  shown('7.3.2', 'absolute limit', EIGHT_HOURS),
  shown(
    '7.4.1',
    'a session that has ended stays ended',
    SIGN_OUT,
    'web/refresh: a sign-out during a refresh waits for it, and revokes the refresh token that comes',
    'stores/sessions: the store remembers for 30 minutes that a session has ended',
    'redis/sessions: a sign-out in one process is effective in both at once',
  ),
  elsewhere(
    '7.4.2',
    'sessions of disabled accounts',
    'PingOne sends no signal. It refuses the next refresh, and the session expires after eight hours in any case.',
  ),
  elsewhere(
    '7.4.3',
    'ending other sessions after a change of factors',
    'An administrator does this in PingOne’s console.',
  ),
  shown(
    '7.4.4',
    'sign-out on each page of a signed-in user',
    'web/home: the home page shows a signed-in user the link to the claims page and the sign-out button, whatever the query says',
    'browser/sign-in: %s signs in, sees the claims and signs out',
  ),
  elsewhere(
    '7.4.5',
    'administrators can end sessions',
    `${OPERATOR} restarts it, or deletes pingone:session:* in Redis.`,
  ),
  shown(
    '7.5.1, 7.5.3',
    'a new sign-in before sensitive changes: the step-up of the guard',
    'sign-in/guard: an auth_time that is too old sends the user to PingOne with max_age, and back',
    'sign-in/guard: an acr other than the required one sends the user to PingOne with acr_values',
    'sign-in/guard: if a request that is no navigation needs step-up, it gets 401, and the error names what is missing',
    'sign-in/guard: a step-up by another user is refused: the session stays, and the new refresh token is revoked',
  ),
  elsewhere('7.5.2', 'users see their own sessions', 'A product has a page for this. This app has none.'),
  shown(
    '7.6.1',
    'max_age and auth_time limit how long ago the user signed in',
    'sign-in/guard: the guard and the callback have the same tolerance of 60 s',
    'sign-in/guard: a refresh does not change the acr and the auth_time that step-up reads',
    'pingone/id-token/requirement: %j does not satisfy a max_age of %i',
  ),
  departing(
    'A GET may start a sign-in. Only /callback with this browser’s own cookie completes one.',
    shown(
      '7.6.2',
      'no user is signed in without asking for it',
      'web/login: Sec-Purpose: %s starts no sign-in',
      'web/callback: a prefetch does not redeem the code',
      NO_NAVIGATION,
      FOREIGN,
    ),
  ),

  elsewhere(
    '3.1.1',
    'which browser features are expected',
    'Only cookies. The app works without JavaScript (browser/sign-in).',
  ),
  shown(
    '3.2.1',
    'no response is rendered as another type',
    HEADERS,
    'web/routes: the stylesheet and the icon have their content types',
  ),
  shown(
    '3.2.2',
    'text from outside is shown as text',
    'web/profile-claims: any JSON value under any name is shown as it came',
    'flow/page: every value from outside is text on the page',
    'kinds/json-on-pages: claims of any kind are shown, before and after a refresh (SEED=%s)',
  ),
  elsewhere('3.2.3', 'DOM clobbering', NO_SCRIPT),
  shown('3.3.1', 'Secure, with a prefix', SECURE),
  shown('3.3.2', 'SameSite', COOKIE),
  shown('3.3.3', '__Host-', SECURE),
  shown('3.3.4', 'HttpOnly', SECURE, SECRETS),
  shown(
    '3.3.5',
    'cookies have at most 4 kB',
    'web/sign-in-cookie: five cookies with a return_to of 512 bytes fit into the headers that proxies accept',
    'kinds/deliveries: no response has more than 3.5 kB of headers, whatever the cookies and the query (SEED=%s)',
  ),
  shown('3.4.1', 'HSTS', 'web/https: %s tells browsers to use only https, for a year and for subdomains'),
  shown('3.4.2', 'no CORS', 'web/security-headers: a request from another origin gets no CORS header (%s)'),
  shown('3.4.3', 'Content-Security-Policy', HEADERS),
  shown('3.4.4', 'nosniff', HEADERS),
  shown(
    '3.4.5',
    'Referrer-Policy, no-referrer on the callback and after sign-out',
    HEADERS,
    'web/callback: the response of a successful sign-in has no-referrer and no-store, too',
    'kinds/sign-out: the page leads on to the sign-off endpoint by itself and by a link, whatever the URL of the endpoint (SEED=%s)',
  ),
  shown('3.4.6', 'frame-ancestors', HEADERS),
  elsewhere('3.4.7', 'where violations are reported', `${OPERATOR} chooses a collector.`),
  shown('3.4.8', 'Cross-Origin-Opener-Policy', HEADERS),
  shown(
    '3.5.1',
    'no forged requests',
    CROSS_SITE,
    'web/refresh: another site cannot cause a refresh, and only POST does',
    SAME_ORIGIN,
  ),
  elsewhere('3.5.2', 'requests that need a preflight', 'The app has only forms, which 3.5.1 protects.'),
  shown(
    '3.5.3',
    'safe methods change nothing',
    'web/logout: %s /logout does not sign the user out',
    'web/refresh: another site cannot cause a refresh, and only POST does',
    NO_NAVIGATION,
  ),
  elsewhere('3.5.4', 'a host name for each app', `${OPERATOR} chooses it.`),
  elsewhere('3.5.5-3.5.7', 'postMessage, JSONP, script inclusion', NO_SCRIPT),
  shown('3.5.8', 'no embedding in other sites', HEADERS, NO_NAVIGATION),
  shown(
    '3.6.1',
    'no resources from other sites',
    'browser/pages: the page $name is accessible, fits the screen and requests nothing from another site',
  ),
  elsewhere('3.7.1', 'no obsolete client technology', 'The pages have only HTML, CSS and SVG.'),
  shown(
    '3.7.2',
    'redirects only to this app and to PingOne',
    'web/return-to: a redirect leads to this app or to PingOne, whatever %s says',
    'web/return-to: return_to=%j leads to the claims page',
    'kinds/initiate-login: the app ignores a target that is not its own page, and sends only a short hint to PingOne (SEED=%s)',
    'sign-in/random: a sign-in leads to its return_to exactly as it was written, or to the default page, and always to this app',
  ),
  elsewhere('3.7.3-3.7.5', 'notices, preload, old browsers', `${OPERATOR} decides.`),

  // For incoming connections, the proxy does this.
  shown(
    '12.1.1',
    'TLS 1.2 or newer',
    'pingone/http/tls: a server that offers at most TLS 1.1 is refused before any request',
  ),
  shown(
    '12.2.1',
    'TLS cannot be bypassed',
    PRODUCTION,
    'pingone/http/tls: a server without TLS is refused, and the error does not mention a certificate: %s',
    'kinds/forwarded: a request is secure only if the trusted proxy sends exactly https; otherwise no sign-in starts (SEED=%s)',
  ),
  elsewhere('12.2.2', 'certificates that browsers trust', `${OPERATOR} installs them on the proxy.`),
  shown(
    '12.3.1-12.3.4',
    'certificates are checked, and Redis is reached by rediss:',
    BAD_TLS,
    PRODUCTION,
    'config/problems: REDIS_URL %j is refused, and never shown',
  ),
  elsewhere('13.1.1', 'the connections between systems are documented', 'The README has a diagram.'),
  shown(
    '13.1.2 / 13.1.3 / 13.2.6',
    'the limits of connections, times and retries are documented and kept',
    'pingone/http/deadline: if the server accepts the connection and then sends nothing, with http and with https',
    'pingone/http/broken-connections: a $call whose kept-alive connection $how before the response is sent $sent time(s)',
    'outbound: $name: the token request is sent once, and the sign-in fails',
    'outbound: $name: the sign-in fails at the $endpoint request',
    'pingone/jwk-set: ten seconds after ten fetches, the client finds a new key again',
    'pingone/discovery/responses: the client keeps a failure for one second, and then requests the document again',
    'pingone/discovery/responses: the client waits as long as a Retry-After %s says, but at most one minute',
    'load/sign-ins: 50 simultaneous sign-ins do not wait for each other if the token endpoint takes a second',
  ),
  shown(
    '13.1.4 / 13.3.4',
    'secrets can be replaced',
    'web/session: cookies of two secrets are accepted, the newest secret signs, and a cookie of a removed secret is not accepted',
    'redis/sessions: users stay signed in while the earlier session secret is listed, and are signed out when it is removed',
  ),
  shown(
    '13.2.1-13.2.3',
    'no weak or placeholder secrets',
    'config/secrets: a SESSION_SECRET %s is refused',
    'config/secrets: a PINGONE_CLIENT_SECRET %s is refused',
  ),
  departing(
    'Endpoints on other https origins are accepted, except under PingOne’s own hosts.',
    shown(
      '13.2.4 / 13.2.5',
      'under PingOne’s hosts, no endpoint on another host',
      'pingone/http/proxy: each endpoint must be on the host of the issuer if that is a PingOne host',
    ),
  ),
  shown(
    '13.3.1',
    'no secrets in the repository',
    'repository-secrets: no file contains text that looks like a key, a token or a password',
    'config/secrets: a SESSION_SECRET %s is refused',
  ),
  elsewhere('13.3.2', 'who may read the secrets', `${OPERATOR} decides.`),
  shown('13.4.1', 'no .git', NO_PAGE),
  shown(
    '13.4.2',
    'no stack traces; details for developers are off in production',
    'web/error-page: %s from other code becomes a page and a log line that quote nothing of it',
    SHOWS,
  ),
  shown('13.4.3', 'no directory listings', NO_PAGE),
  shown('13.4.4', 'no TRACE', 'web/routes: %s refuses every method but %s'),
  shown(
    '13.4.5',
    'neither /readyz nor /flow shows what visitors must not see',
    'web/health: /readyz says why the app is not ready: %s',
    SHOWS,
  ),
  shown('13.4.6', 'no version numbers', HEADERS),
  shown('13.4.7', 'no other files', NO_PAGE),
  elsewhere(
    '14.1.1/2',
    'data is classified',
    'The README says what is kept where. A product classifies its own data.',
  ),
  shown('14.2.1', 'no secrets in URLs', SECRETS),
  shown('14.2.2', 'no caching between app and browser', HEADERS),
  shown(
    '14.2.3',
    'no data to third parties',
    'browser/pages: the page $name is accessible, fits the screen and requests nothing from another site',
  ),
  shown('14.2.5', 'no cache deception', NO_PAGE),
  shown(
    '14.2.6 / 14.2.7',
    'only the data that is needed is kept, for a limited time',
    'flow/records: a record expires after an hour',
    EIGHT_HOURS,
  ),
  shown(
    '14.3.1',
    'no data is left in the browser after a sign-out',
    'web/home: the signed-out page makes the browser drop every page that it kept in memory, claims included',
    'browser/back-forward-cache: after a sign-out, the Back button shows no claims, even if the browser kept the page in memory',
  ),
  shown('14.3.2', 'no-store', HEADERS),
  shown('14.3.3', 'no data in the browser’s storage', COOKIE),
  elsewhere('16.1.1', 'what is logged is documented', 'The README of src/web/ lists it.'),
  shown('16.2.1', 'when, where, who, what', EVENTS),
  shown('16.2.2', 'UTC', 'web/logging: the line about %s %s has the route and the status, not the URL'),
  shown(
    '16.2.3-4',
    'one format, one place',
    'process/last-resort: each line on stdout is JSON; warnings of Node.js itself are on stderr, as plain text',
    'web/logging: the line about %s %s has the route and the status, not the URL',
  ),
  shown(
    '16.2.5',
    'no secrets in the log',
    SECRETS,
    QUOTED,
    'pingone/observer/secrets: an error and its events contain no part of a secret that the response quotes (SEED=%s)',
  ),
  shown('16.3.1', 'each sign-in is logged, successful or failed', EVENTS),
  shown(
    '16.3.2-3',
    'refused requests are logged',
    'web/logging: a refused request is an event, too, so that attempts can be seen',
  ),
  shown(
    '16.3.4',
    'unexpected errors and failed controls are logged',
    'web/logging: if the provider’s certificate is not accepted, the log says what is wrong with it',
    'web/logging: a response with status 5xx is logged as an error, and its two lines have the request ID of its page',
  ),
  shown(
    '16.4.1',
    'no forged lines, and no control characters for a terminal',
    'web/logging: no value from outside adds a line to the log or a control character for a terminal',
    'kinds/foreign-text: no log line and no fact has a control character for a terminal: %s (SEED=%s)',
    'config/secrets: a value is shown without characters that a terminal interprets',
    'doctor/report: text from outside stays on one line, and each line has a limit',
  ),
  elsewhere('16.4.2-3', 'where logs go and who may change them', `${OPERATOR} decides.`),
  shown(
    '16.5.1',
    'no internals of the app and no words of the provider on a visitor’s page',
    'web/error-page: %s from other code becomes a page and a log line that quote nothing of it',
    SHOWS,
    'kinds/foreign-text: a made-up callback with names and values of every kind shows none of them (SEED=%s)',
  ),
  shown(
    '16.5.2',
    'the app stays safe while other systems are down',
    'web/session-store: when %s, pages that need a session return 503 and the others work',
    'redis/outage: after Redis was killed and started again, users are signed out and can sign in again',
  ),
  shown('16.5.3', 'an error never signs a user in', HALF),
  shown(
    '16.5.4',
    'a last handler of errors',
    'process/last-resort: an uncaught error ends the process, and the log has a line about it that does not quote its message',
  ),
  shown(
    '1.5.3',
    'parsers of one kind of data agree: cookies, Fetch Metadata, forwarded addresses, JSON',
    'kinds/cookies: over %s every part of the app reads the first of several cookies with one name (SEED=%s)',
    SAME_ORIGIN,
    'kinds/forwarded: each client has its own count, however its address is written (SEED=%s)',
    'pingone/json-values: odd values in random places of a response never cause an error other than SignInError (SEED=%s)',
  ),
  shown(
    '2.4.1',
    'automated requests are limited, and use only their own share',
    'web/rate-limit: over the limit, /login says how long to wait, starts no sign-in, and sends no token request',
    'web/rate-limit: all IPv6 addresses of one /56 network count as one client',
    'kinds/forwarded: each client has its own count, however its address is written (SEED=%s)',
    NO_NAVIGATION,
  ),
  shown(
    '4.1.1',
    'each text has a character set',
    'web/routes: the stylesheet and the icon have their content types',
    HEADERS,
  ),
  elsewhere(
    '4.1.2',
    'http to https',
    'The proxy in front redirects http to https. The app refuses http (insecure_connection).',
  ),
  shown(
    '4.1.3',
    'forwarded headers are accepted only from counted proxies',
    'web/rate-limit: with TRUST_PROXY 0, no header makes a request count as another client’s',
    'kinds/forwarded: no header of a request changes the redirect URI, with TRUST_PROXY %i (SEED=%s)',
  ),
  shown('4.1.4', 'unused methods are refused', 'web/routes: %s refuses every method but %s'),
  shown(
    '4.2.1',
    'the end of each request is clear',
    'attacks: the server processes no second request after a request with %s',
    'attacks: two valid requests on one connection get two responses',
  ),
  shown(
    '4.2.5',
    'no URL and no headers that are too long for their receiver',
    'kinds/deliveries: no response has more than 3.5 kB of headers, whatever the cookies and the query (SEED=%s)',
    'kinds/sign-out: if the URL would be too long, the app leaves out the hint, and nothing else (SEED=%s)',
    'sign-in/sign-in-cookie: no response has more than 3.5 kB of headers, with a hint of %s',
  ),
  shown('6.8.1', 'users are identified by issuer and subject', SAME_EMAIL),
  shown(
    '6.8.2',
    'signatures are always checked',
    'pingone/id-token/form-and-signature: an ID token whose %s is refused',
  ),
  shown(
    '6.8.4',
    'acr and auth_time, if a route requires them',
    'pingone/id-token/requirement: %j does not satisfy the acr_values %j',
    'pingone/id-token/requirement: if a requirement has both max_age and acr_values, both must be satisfied',
    'sign-in/guard: an auth_time that is %s does not satisfy max_age',
  ),
  shown(
    '9.1.1-9.1.3',
    'signature, algorithm, keys',
    'pingone/id-token/form-and-signature: an ID token with %s is refused, even if its key is published',
    'pingone/id-token/form-and-signature: a key in the %s header parameter of a token is never used',
    'kinds/keys: the app finds the right key among any others, if it is one of the first four candidates (SEED=%s)',
  ),
  shown(
    '9.2.1',
    'exp and nbf',
    CLAIMS,
    'pingone/id-token/claims: an error about a time contains the time of this machine',
  ),
  shown(
    '9.2.2',
    'the right kind of token',
    'pingone/id-token/form-and-signature: a token with the typ %j is refused, even if PingOne signed it',
  ),
  shown('9.2.3', 'audience', CLAIMS),
  shown(
    '11.5.1',
    'random values of 128 bits or more',
    'pingone/authorization-request: in a thousand sign-ins each state, nonce and verifier is unique and has 32 bytes in base64url',
    'flow/records: the cookie of a record has only a random id',
  ),
  shown(
    '15.2.2',
    'work grows no faster than its input, and responses are bounded',
    'kinds/work: the work for a query grows no faster than its length, at %s (SEED=%s)',
    'kinds/work: the work for the header %s grows no faster than its length (SEED=%s)',
    'kinds/work: the work for claims grows no faster than their size, in the sign-in and in %s after it (SEED=%s)',
    'kinds/work: the work for an error response grows no faster than its size: %s (SEED=%s)',
    'kinds/work: the work for a JWK Set and a discovery document grows no faster than their size (SEED=%s)',
    'kinds/work: the app decrypts each cookie at most once, and does not hash a state or a name for each cookie (SEED=%s)',
    'pingone/http/responses: a response of 256 KiB is read, and a response with one more byte is refused',
    'pingone/bounds: the client reads a hundred keys of a JWK Set with 400, once for all sign-ins',
    'pingone/bounds: a query with any content is read or refused with one pass over at most 8 KiB',
  ),
  shown('15.2.3', 'no details for developers in production, unless the operator turns them on', SHOWS),
  shown(
    '15.3.2',
    'no redirect is followed',
    'pingone/http/responses: the client does not follow a redirect of the endpoint %s with status %i to another origin',
  ),
  shown(
    '15.3.4',
    'the client’s address behind a proxy',
    'web/rate-limit: behind one proxy, the address that the proxy saw counts, whatever the client sent before it',
    'kinds/forwarded: a text that is no address counts as the proxy’s own address (SEED=%s)',
  ),
  shown(
    '15.3.5',
    'strict types',
    'pingone/token-endpoint/response: a token response whose %s is %j is refused, and the error names the field',
    'kinds/json-on-pages: a failure has its own code, whatever else the response says (SEED=%s)',
  ),
  shown(
    '15.3.6',
    'prototypes',
    'pingone/id-token/claims: a __proto__ claim does not replace a missing claim',
    'pingone/token-endpoint/response: a __proto__ field does not replace a missing field',
  ),
  shown(
    '15.3.7',
    'parameters that come twice',
    'pingone/authorization-response: a query with the parameter %j twice is refused: %s',
  ),
  shown(
    '15.4.2',
    'using a state and ending a session each happen in one step',
    'web/callback-repeated: ten deliveries of a callback at the same moment make one token request',
    'redis/stores: of 50 simultaneous claims of one key through two stores, one succeeds',
    'kinds/deliveries: wrong callbacks before the right one do not use its code or its state (SEED=%s)',
  ),
  shown(
    '15.4.4',
    'each user has a share of the shared resources',
    'kinds/shares: a flood of sign-ins, successful or declined, removes no record of another user (SEED=%s)',
    'kinds/shares: callbacks that complete no sign-in of their browser claim no state (SEED=%s)',
    'stores/sessions: one user who signs in 10,000 times does not end the sessions of other users',
    'stores/memory: after 100,000 claims, a new claim succeeds, and the oldest is deleted',
    'redis/stores: beyond the limit for one user, the oldest sessions of this user end, and stay ended',
    'process/log: no more than 1 MiB waits for a slow reader, and every lost line is counted',
    'slow-clients: 200 slow clients at once do not prevent other requests, and do not prevent the server from stopping',
  ),
];
