// OWASP Application Security Verification Standard 5.0, the chapters that a sign-in touches.

import { elsewhere, type Row, shown } from './rows.ts';

const FOREIGN = 'web/callback: a state of another browser is refused before PingOne hears of the code';
const SECRETS = 'secrets: a sign-in, a look at everything, and a sign-out';
const HEADERS = 'web/security-headers: has every header';
const BAD_TLS = 'pingone/http-tls: a certificate that nobody trusts is refused before anything is asked';
const PRODUCTION = 'config/production: %s is refused';
const SECURE = 'web/https: all cookies are Secure and have the __Host- prefix';
const SIGN_OUT = 'web/logout: with %s it ends the session and goes to PingOne’s sign-off';
const CROSS_SITE =
  'web/logout: a sign-out that no page of this app asked for is refused, and whoever is signed in stays so';
const NO_PAGE = 'web/routes: %s is no page, not even for somebody signed in';
const EVENTS = 'web/logging: a sign-in, its failure and a sign-out are events, of somebody without a name';
const HALF = 'web/session-store: a store that %s leaves nobody half signed in';
const CONSOLE = 'PingOne’s console: Applications > Applications > your application.';
const OPERATOR = 'Whoever runs the app';
const NO_SCRIPT = 'No page has a script.';

export const asvs: Row[] = [
  shown('10.1.1', 'tokens on the server alone', SECRETS),
  shown(
    '10.1.2',
    'a code counts for the browser and the sign-in it was asked for',
    FOREIGN,
    'pingone/id-token-claims: the ID token of one sign-in does not serve another',
  ),
  shown('10.2.1', 'no forged callback', FOREIGN),
  shown(
    '10.2.2',
    'mix-up',
    'pingone/authorization-errors: an iss that differs by %s is refused, with a code or with an error, announced or not',
  ),
  shown(
    '10.2.3',
    'no more scopes than configured',
    'pingone/authorization-request: the authorization request has these parameters, each once, and no other',
  ),
  elsewhere('10.3.1-10.3.5', 'a resource server’s duties', 'This app is none: it offers no API.'),
  elsewhere(
    '10.4.1-10.4.16',
    'the authorization server’s duties',
    `${CONSOLE} The README lists the settings.`,
  ),
  shown(
    '10.5.1',
    'no replayed ID token',
    'pingone/id-token-claims: the ID token of one sign-in does not serve another',
  ),
  shown(
    '10.5.2',
    'people are known by iss and sub',
    'web/callback-session: the same e-mail address under another subject is another person',
  ),
  shown(
    '10.5.3',
    'the issuer of the metadata',
    'pingone/discovery: a document whose issuer differs by %s is refused',
  ),
  shown('10.5.4', 'aud', 'pingone/id-token-claims: an ID token with %j is refused: %s'),
  elsewhere('10.5.5', 'back-channel logout', 'PingOne announces none.'),
  elsewhere('10.6.x, 10.7.x', 'the OpenID provider’s duties', 'PingOne’s own.'),

  shown(
    '7.1.1',
    'idle and absolute limit',
    'web/session: after 30 minutes without a request the session is over',
    'web/session: after eight hours it is over however busy it was',
  ),
  shown(
    '7.1.2',
    'several sessions of one person',
    'web/logout: one browser’s sign-out leaves the other browser’s session alone',
  ),
  elsewhere(
    '7.1.3',
    'how long sessions here and at PingOne last together',
    'Said in the README; PingOne’s own session: its console.',
  ),
  shown('7.2.1', 'sessions are checked on the server', 'web/session: a session cookie %s is nobody’s'),
  shown(
    '7.2.2',
    'an id for each session',
    'web/callback-session: a sign-in makes a new session, and one after it another; the old one is dead',
  ),
  shown(
    '7.2.3',
    'ids that nobody can guess',
    'web/session: the cookie holds a signed id alone, and lives as long as the browser',
  ),
  shown(
    '7.2.4',
    'a new id at each sign-in',
    'web/callback-session: a session id that was there before anybody signed in is not taken over',
  ),
  shown('7.3.1', 'idle limit', 'web/session: after 30 minutes without a request the session is over'),
  shown('7.3.2', 'absolute limit', 'web/session: after eight hours it is over however busy it was'),
  shown(
    '7.4.1',
    'a session that ended stays so',
    SIGN_OUT,
    'web/refresh: a sign-out while PingOne is asked holds, and what comes then is revoked',
    'redis/sessions: a sign-out in one process holds in both at once',
  ),
  elsewhere(
    '7.4.2',
    'sessions of people who were switched off',
    'PingOne tells nobody; the next refresh is refused, and eight hours end it in any case.',
  ),
  elsewhere('7.4.3', 'ending other sessions after a change of factors', 'PingOne’s console.'),
  shown(
    '7.4.4',
    'sign-out on each page of somebody signed in',
    'web/home: signed in it shows the profile and the way out, whatever the query says',
    'browser/sign-in: %s signs in, sees the claims and signs out',
  ),
  elsewhere(
    '7.4.5',
    'administrators can end sessions',
    `${OPERATOR}: restart the app, or delete pingone:session:* in Redis.`,
  ),
  elsewhere('7.5.1, 7.5.3', 'signing in again before sensitive changes', 'There is nothing to change here.'),
  elsewhere('7.5.2', 'people see their own sessions', 'A product’s own page; this app has none.'),
  elsewhere('7.6.1', 'max_age', 'This app asks for none.'),
  shown(
    '7.6.2',
    'nobody is signed in unasked',
    'web/login: Sec-Purpose: %s starts no sign-in',
    'web/callback: a prefetch does not redeem the code',
    FOREIGN,
  ),

  elsewhere(
    '3.1.1',
    'which browser features are expected',
    'Cookies alone; it works without JavaScript (browser/sign-in).',
  ),
  shown(
    '3.2.1',
    'nothing rendered as what it is not',
    HEADERS,
    'web/routes: the stylesheet and the icon are what they say',
  ),
  shown(
    '3.2.2',
    'text stays text',
    'web/profile-claims: any JSON value under any name is shown as it came',
    'web/flow: what came from outside is text on the page, whatever it is',
  ),
  elsewhere('3.2.3', 'DOM clobbering', NO_SCRIPT),
  shown('3.3.1', 'Secure, with a prefix', SECURE),
  shown(
    '3.3.2',
    'SameSite',
    'web/session: the cookie holds a signed id alone, and lives as long as the browser',
  ),
  shown('3.3.3', '__Host-', SECURE),
  shown('3.3.4', 'HttpOnly', SECURE, SECRETS),
  shown(
    '3.3.5',
    'cookies of 4 kB at most',
    'web/sign-in-cookie: five cookies with a return_to of 512 bytes fit into the headers Node takes (%s)',
  ),
  shown('3.4.1', 'HSTS', 'web/https: %s tells browsers to stay with https, for a year and for subdomains'),
  shown('3.4.2', 'no CORS', 'web/security-headers: a foreign Origin gets no CORS header (%s)'),
  shown('3.4.3', 'Content-Security-Policy', HEADERS),
  shown('3.4.4', 'nosniff', HEADERS),
  shown(
    '3.4.5',
    'Referrer-Policy',
    HEADERS,
    'web/callback: the answer of a sign-in that succeeds hides its address, too',
  ),
  shown('3.4.6', 'frame-ancestors', HEADERS),
  elsewhere('3.4.7', 'where violations are reported', `${OPERATOR} chooses a collector.`),
  shown('3.4.8', 'Cross-Origin-Opener-Policy', HEADERS),
  shown(
    '3.5.1',
    'no forged requests',
    CROSS_SITE,
    'web/refresh: another site cannot make it, and no other method does it',
  ),
  elsewhere('3.5.2', 'requests that need a preflight', 'Forms alone, guarded by 3.5.1.'),
  shown(
    '3.5.3',
    'safe methods change nothing',
    'web/logout: %s /logout signs nobody out',
    'web/refresh: another site cannot make it, and no other method does it',
  ),
  elsewhere('3.5.4', 'a host name for each app', OPERATOR),
  elsewhere('3.5.5-3.5.7', 'postMessage, JSONP, script inclusion', NO_SCRIPT),
  shown('3.5.8', 'not to be embedded', HEADERS),
  shown('3.6.1', 'nothing from elsewhere', 'browser/pages: $name'),
  elsewhere('3.7.1', 'no client technology of the past', 'HTML, CSS and SVG alone.'),
  shown(
    '3.7.2',
    'redirects to PingOne alone',
    'web/return-to: a redirect leads to this app or to PingOne, whatever %s says',
    'web/return-to: %j leads to the profile',
  ),
  elsewhere('3.7.3-3.7.5', 'notices, preload, old browsers', OPERATOR),

  // On the way in it is the proxy's.
  shown(
    '12.1.1',
    'TLS 1.2 or newer',
    'pingone/http-tls: a server that offers TLS 1.1 at most is refused before anything is asked',
  ),
  shown(
    '12.2.1',
    'TLS without a way around',
    PRODUCTION,
    'pingone/http-tls: a server that speaks no TLS is refused',
  ),
  elsewhere('12.2.2', 'certificates that browsers trust', `${OPERATOR}: the proxy in front.`),
  shown(
    '12.3.1-12.3.4',
    'certificates are checked; rediss:',
    BAD_TLS,
    PRODUCTION,
    'config/problems: %s %j is refused',
  ),
  shown(
    '13.1.2 / 13.1.3 / 13.2.6',
    'limits of connections, time and repetition, documented and kept',
    'pingone/http-deadline: where the connection is accepted, or hangs in the TLS handshake, and nothing comes',
    'pingone/http-faults: a $call whose kept-alive connection $how before the answer is sent $sent time(s)',
    'outbound: $name: the token request, sent once',
    'outbound: $name: the $endpoint request',
    'pingone/jwks: ten seconds after ten fetches a new key is found again',
    'pingone/discovery-answers: a failure is kept for a second, then discovery is asked again',
    'pingone/discovery-answers: Retry-After %s is obeyed, for a minute at most',
    'load/sign-ins: 50 at once against a token endpoint that takes a second all succeed, and none waits for another',
  ),
  elsewhere('13.1.1', 'who talks to whom is documented', 'The README’s diagram.'),
  shown(
    '13.1.4 / 13.3.4',
    'secrets can be replaced',
    'web/session: two secrets are accepted, the newest signs, and one that is gone is not',
    'redis/sessions: a secret can be replaced without signing anybody out, and once it is gone it opens nothing',
  ),
  shown(
    '13.2.1-13.2.3',
    'no weak or placeholder secrets',
    'config/secrets: a SESSION_SECRET %s is refused',
    'config/secrets: a PINGONE_CLIENT_SECRET %s is refused',
  ),
  shown(
    '13.2.4 / 13.2.5',
    'no strange endpoints under PingOne’s hosts',
    'pingone/http-proxy: on PingOne’s own hosts each endpoint must be on the issuer’s',
  ),
  shown(
    '13.3.1',
    'no secrets in the repository',
    'repository-secrets: no file has anything in it that looks like a key, a token or a password',
    'config/secrets: a SESSION_SECRET %s is refused',
  ),
  elsewhere('13.3.2', 'who may read the secrets', OPERATOR),
  shown('13.4.1', 'no .git', NO_PAGE),
  shown('13.4.2', 'no stack traces', 'web/error-page: %s of somebody else is a page that says nothing of it'),
  shown('13.4.3', 'no listings', NO_PAGE),
  shown('13.4.4', 'no TRACE', 'web/routes: %s refuses every method but %s'),
  shown('13.4.5', '/readyz shows nothing of the configuration', 'web/health: it says why it is not: %s'),
  shown('13.4.6', 'no versions', HEADERS),
  shown('13.4.7', 'no other files', NO_PAGE),
  elsewhere(
    '14.1.1/2',
    'data is classified',
    'The README says what is kept where; a product classifies its own.',
  ),
  shown('14.2.1', 'nothing secret in addresses', SECRETS),
  shown('14.2.2', 'nothing cached on the way', HEADERS),
  shown('14.2.3', 'nothing to third parties', 'browser/pages: $name'),
  shown('14.2.5', 'no cache deception', NO_PAGE),
  shown(
    '14.2.6 / 14.2.7',
    'no more is kept than needed, and not for ever',
    'web/flow-records: after an hour it is gone',
    'web/session: after eight hours it is over however busy it was',
  ),
  shown(
    '14.3.1',
    'nothing left in the browser after sign-out',
    'web/home: the signed-out page has the browser forget what it kept, claims and all',
    'browser/back-forward-cache: after a sign-out',
  ),
  shown('14.3.2', 'no-store', HEADERS),
  shown(
    '14.3.3',
    'nothing in the browser’s storage',
    'web/session: the cookie holds a signed id alone, and lives as long as the browser',
  ),
  elsewhere('16.1.1', 'what is logged is documented', 'The README, section Security.'),
  shown('16.2.1', 'when, where, who, what', EVENTS),
  shown('16.2.2', 'UTC', 'web/logging: of %s %s it writes the route and how it ended, not the address'),
  shown(
    '16.2.3-4',
    'one format, one place',
    'process/last-resort: each line on stdout is JSON; what Node.js itself warns of is on stderr, in its own words',
    'web/logging: of %s %s it writes the route and how it ended, not the address',
  ),
  shown('16.2.5', 'nothing secret in the log', SECRETS),
  shown('16.3.1', 'each sign-in, good or bad', EVENTS),
  shown('16.3.2-3', 'refused requests', 'web/logging: a refused request is an event, too: attempts are seen'),
  shown(
    '16.3.4',
    'unexpected errors, and controls that fail',
    'web/logging: a provider whose certificate is not accepted is in the log, with what was wrong with it',
    'web/logging: a request that ends in 5xx is an error, and its two lines have the request id of its page',
  ),
  shown(
    '16.4.1',
    'no forged lines',
    'web/logging: line breaks and terminal codes from outside do not leave their line',
  ),
  elsewhere('16.4.2-3', 'where logs go and who may change them', OPERATOR),
  shown(
    '16.5.1',
    'no inside of the app on a page',
    'web/error-page: %s of somebody else is a page that says nothing of it',
  ),
  shown(
    '16.5.2',
    'safe while others are down',
    'web/session-store: when %s, pages that need a session say so and the others go on',
    'redis/outage: killed and started again, it has lost the sessions: signed out, not broken',
  ),
  shown('16.5.3', 'fails closed', HALF),
  shown('16.5.4', 'a last handler', 'process/last-resort: an error that nothing caught ends the process'),
  shown(
    '2.4.1',
    'automation is slowed',
    'web/rate-limit: over the limit /login says how long to wait, starts nothing, and asks nobody',
  ),
  shown(
    '4.1.1',
    'a character set with each text',
    'web/routes: the stylesheet and the icon are what they say',
    HEADERS,
  ),
  elsewhere(
    '4.1.2',
    'http to https',
    `${OPERATOR}: the proxy in front redirects; the app refuses (insecure_connection).`,
  ),
  shown(
    '4.1.3',
    'forwarded headers of counted proxies alone',
    'web/rate-limit: no header makes another client of somebody: TRUST_PROXY is 0',
  ),
  shown('4.1.4', 'no method that is not used', 'web/routes: %s refuses every method but %s'),
  shown(
    '6.8.1',
    'people are known by issuer and subject',
    'web/callback-session: the same e-mail address under another subject is another person',
  ),
  shown(
    '6.8.2',
    'signatures are always checked',
    'pingone/id-token: an ID token whose %s was changed is refused',
  ),
  elsewhere(
    '6.8.4',
    'acr and auth_time',
    'A product that needs a strength of sign-on asks for it; this app does not.',
  ),
  shown(
    '9.1.1-9.1.3',
    'signature, algorithm, keys',
    'pingone/id-token: an ID token with %s is refused, though its key is published',
    'pingone/id-token: the key that a token brings in its %s is never looked at',
  ),
  shown(
    '9.2.1',
    'exp and nbf',
    'pingone/id-token-claims: an ID token with %j is refused: %s',
    'pingone/id-token-claims: what is wrong with a time is told beside this machine’s clock',
  ),
  shown(
    '9.2.2',
    'the right kind of token',
    'pingone/id-token: a token of the typ %j is refused, though PingOne signed it',
  ),
  shown('9.2.3', 'audience', 'pingone/id-token-claims: an ID token with %j is refused: %s'),
  shown(
    '11.5.1',
    'random values of 128 bits or more',
    'pingone/authorization-request: of a thousand sign-ins no value is ever seen twice',
    'web/flow-records: its cookie holds a random id alone, and lasts as long as the record',
  ),
  shown(
    '15.3.2',
    'no redirect is followed',
    'pingone/http-answers: a redirect of %s with %i to another origin is not followed: nothing arrives there',
  ),
  shown(
    '15.3.4',
    'the client’s address behind a proxy',
    'web/rate-limit: behind one proxy it is the address that the proxy saw, whatever stood before it',
  ),
  shown(
    '15.3.5',
    'strict types',
    'pingone/token-answer: a token answer whose %s is %j is refused by that name',
  ),
  shown(
    '15.3.6',
    'prototypes',
    'pingone/id-token-claims: a prototype of the claims’ own does not stand in for what they lack',
    'pingone/token-answer: a prototype of the answer’s own does not stand in for what it lacks',
  ),
  shown(
    '15.3.7',
    'parameters that come twice',
    'pingone/authorization-response: the parameter %j that comes twice is refused (%s)',
  ),
];
