// OWASP Application Security Verification Standard 5.0, the chapters that a sign-in touches.

import { departing, elsewhere, type Row, shown } from './rows.ts';

const FOREIGN = 'web/callback: a state of another browser is refused before PingOne hears of the code';
const ONE_SIGN_IN = 'pingone/id-token/claims: the ID token of one sign-in does not serve another';
const CLAIMS = 'pingone/id-token/claims: an ID token with %j is refused: %s';
const ISS =
  'pingone/authorization-errors: an iss that differs by %s is refused, with a code or with an error, announced or not';
const REQUEST =
  'pingone/authorization-request: the authorization request has these parameters, each once, and no other';
const SECRETS = 'secrets: a sign-in, a look at everything, and a sign-out';
const QUOTED =
  'kinds/foreign-text: no page and no log line quotes a secret that came back in a name or a value (SEED=%s)';
const HEADERS = 'web/security-headers: has every header';
const BAD_TLS = 'pingone/http/tls: a certificate that nobody trusts is refused before anything is asked';
const PRODUCTION = 'config/production: %s is refused';
const SECURE = 'web/https: all cookies are Secure and have the __Host- prefix';
const COOKIE = 'web/session: the cookie holds a signed id alone, and lives as long as the browser';
const EIGHT_HOURS = 'web/session: after eight hours it is over however busy it was, and its tokens are gone';
const SIGN_OUT = 'web/logout: with %s it ends the session, says so, and leads on to PingOne’s sign-off';
const CROSS_SITE =
  'web/logout: a sign-out that no page of this app asked for is refused, and whoever is signed in stays so';
const SAME_ORIGIN =
  'kinds/fetch-metadata: only a form of this app signs out or refreshes, and both read Sec-Fetch-Site alike (SEED=%s)';
const NO_NAVIGATION =
  'kinds/fetch-metadata: what is no navigation gets 401 everywhere, sets no cookie and counts towards nothing (SEED=%s)';
const NO_PAGE = 'web/routes: %s is no page, not even for somebody signed in';
const EVENTS = 'web/logging: a sign-in, its failure and a sign-out are events, of somebody without a name';
const HALF = 'web/session-store: a store that %s leaves nobody half signed in';
const SAME_EMAIL = 'web/callback-session: the same e-mail address under another subject is another person';
const SHOWS = 'kinds/visibility: each environment shows what it may, and no more (SEED=%s)';
const CONSOLE = 'PingOne’s console: Applications > Applications > your application.';
const OPERATOR = 'The operator of the app';
const NO_SCRIPT = 'No page has a script.';

export const asvs: Row[] = [
  shown('10.1.1', 'tokens on the server alone', SECRETS),
  shown(
    '10.1.2',
    'a code counts for the browser and the sign-in it was asked for',
    FOREIGN,
    ONE_SIGN_IN,
    'kinds/deliveries: delivered again at any time, it joins: one token request, and each response signs in (SEED=%s)',
  ),
  shown('10.2.1', 'no forged callback', FOREIGN),
  shown('10.2.2', 'mix-up', ISS),
  shown('10.2.3', 'no more scopes than configured', REQUEST),
  elsewhere('10.3.1-10.3.5', 'a resource server’s duties', 'This app is none: it accepts no access tokens.'),
  elsewhere(
    '10.4.1-10.4.16',
    'the authorization server’s duties',
    `${CONSOLE} The README lists the settings.`,
  ),
  shown('10.5.1', 'no replayed ID token', ONE_SIGN_IN),
  shown(
    '10.5.2',
    'users are known by iss and sub',
    SAME_EMAIL,
    'sign-in/session: the same subject of another issuer is another user',
  ),
  shown(
    '10.5.3',
    'the issuer of the metadata',
    'pingone/discovery/document: a document whose issuer differs by %s is refused',
  ),
  shown('10.5.4', 'aud', CLAIMS),
  elsewhere('10.5.5', 'back-channel logout', 'PingOne announces none.'),
  elsewhere('10.6.x, 10.7.x', 'the OpenID provider’s duties', 'PingOne’s own.'),

  shown(
    '7.1.1',
    'idle and absolute limit',
    'web/session: after 30 minutes without a request the session is over',
    EIGHT_HOURS,
  ),
  shown(
    '7.1.2',
    'several sessions of one user',
    'web/logout: one browser’s sign-out leaves the other browser’s session alone',
    'stores/sessions: full, it ends the oldest session of the user who has the most',
  ),
  elsewhere(
    '7.1.3',
    'how long sessions here and at PingOne last together',
    'The README says so; PingOne’s own session is set in its console.',
  ),
  shown('7.2.1', 'sessions are checked on the server', 'web/session: a session cookie %s is nobody’s'),
  shown(
    '7.2.2',
    'an id for each session',
    'web/callback-session: a sign-in makes a new session, and one after it another; the old one is dead',
  ),
  shown('7.2.3', 'ids that cannot be guessed', COOKIE),
  shown(
    '7.2.4',
    'a new id at each sign-in',
    'web/callback-session: a session id that was there before anybody signed in is not taken over',
  ),
  shown('7.3.1', 'idle limit', 'web/session: after 30 minutes without a request the session is over'),
  shown('7.3.2', 'absolute limit', EIGHT_HOURS),
  shown(
    '7.4.1',
    'a session that ended stays so',
    SIGN_OUT,
    'web/refresh: a sign-out while PingOne is asked waits, and revokes what comes then',
    'stores/sessions: an ended session is remembered for 30 minutes, and not longer',
    'redis/sessions: a sign-out in one process holds in both at once',
  ),
  elsewhere(
    '7.4.2',
    'sessions of disabled accounts',
    'PingOne sends no signal; the next refresh is refused, and eight hours end the session in any case.',
  ),
  elsewhere('7.4.3', 'ending other sessions after a change of factors', 'PingOne’s console.'),
  shown(
    '7.4.4',
    'sign-out on each page of a signed-in user',
    'web/home: signed in it shows the profile and the way out, whatever the query says',
    'browser/sign-in: %s signs in, sees the claims and signs out',
  ),
  elsewhere(
    '7.4.5',
    'administrators can end sessions',
    `${OPERATOR}: restart the app, or delete pingone:session:* in Redis.`,
  ),
  shown(
    '7.5.1, 7.5.3',
    'signing in again before sensitive changes: the guard’s step-up',
    'sign-in/guard: an auth_time that is too old sends the user to PingOne with max_age, and back',
    'sign-in/guard: an acr that was not asked for sends the user to PingOne with acr_values',
    'sign-in/guard: step-up of anything but a page is 401, which names what is missing',
    'sign-in/guard: a step-up by another user is refused: the session stays, the new refresh token is revoked',
  ),
  elsewhere('7.5.2', 'users see their own sessions', 'A product’s own page; this app has none.'),
  shown(
    '7.6.1',
    'max_age and auth_time decide how long ago the user may have signed in',
    'sign-in/guard: the tolerance is 60 s for guard and callback alike',
    'sign-in/guard: no refresh changes what step-up reads',
    'pingone/id-token/requirement: %j does not satisfy a max_age of %i',
  ),
  departing(
    'A GET may start a sign-in. Only /callback with this browser’s own cookie ends one.',
    shown(
      '7.6.2',
      'no user is signed in unasked',
      'web/login: Sec-Purpose: %s starts no sign-in',
      'web/callback: a prefetch does not redeem the code',
      NO_NAVIGATION,
      FOREIGN,
    ),
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
    'flow/page: what came from outside is text on the page, whatever it is',
    'kinds/json-on-pages: claims of any kind are shown, before and after a refresh (SEED=%s)',
  ),
  elsewhere('3.2.3', 'DOM clobbering', NO_SCRIPT),
  shown('3.3.1', 'Secure, with a prefix', SECURE),
  shown('3.3.2', 'SameSite', COOKIE),
  shown('3.3.3', '__Host-', SECURE),
  shown('3.3.4', 'HttpOnly', SECURE, SECRETS),
  shown(
    '3.3.5',
    'cookies of 4 kB at most',
    'web/sign-in-cookie: five cookies with a return_to of 512 bytes fit into the headers that proxies accept',
    'kinds/deliveries: no response has more than 3.5 kB of headers, whatever cookies come and whatever is asked (SEED=%s)',
  ),
  shown('3.4.1', 'HSTS', 'web/https: %s tells browsers to stay with https, for a year and for subdomains'),
  shown('3.4.2', 'no CORS', 'web/security-headers: a foreign Origin gets no CORS header (%s)'),
  shown('3.4.3', 'Content-Security-Policy', HEADERS),
  shown('3.4.4', 'nosniff', HEADERS),
  shown(
    '3.4.5',
    'Referrer-Policy, no-referrer on the callback and after sign-out',
    HEADERS,
    'web/callback: the answer of a sign-in that succeeds hides its address, too',
    'kinds/sign-out: the page leads on to the sign-off endpoint, whatever that is, by itself and by a link (SEED=%s)',
  ),
  shown('3.4.6', 'frame-ancestors', HEADERS),
  elsewhere('3.4.7', 'where violations are reported', `${OPERATOR} chooses a collector.`),
  shown('3.4.8', 'Cross-Origin-Opener-Policy', HEADERS),
  shown(
    '3.5.1',
    'no forged requests',
    CROSS_SITE,
    'web/refresh: another site cannot make it, and no other method does it',
    SAME_ORIGIN,
  ),
  elsewhere('3.5.2', 'requests that need a preflight', 'There are only forms, guarded by 3.5.1.'),
  shown(
    '3.5.3',
    'safe methods change nothing',
    'web/logout: %s /logout signs nobody out',
    'web/refresh: another site cannot make it, and no other method does it',
    NO_NAVIGATION,
  ),
  elsewhere('3.5.4', 'a host name for each app', OPERATOR),
  elsewhere('3.5.5-3.5.7', 'postMessage, JSONP, script inclusion', NO_SCRIPT),
  shown('3.5.8', 'not to be embedded', HEADERS, NO_NAVIGATION),
  shown('3.6.1', 'nothing from elsewhere', 'browser/pages: $name'),
  elsewhere('3.7.1', 'no client technology of the past', 'There are HTML, CSS and SVG alone.'),
  shown(
    '3.7.2',
    'redirects to PingOne alone',
    'web/return-to: a redirect leads to this app or to PingOne, whatever %s says',
    'web/return-to: %j leads to the profile',
    'kinds/initiate-login: the target is a page of this app or ignored, and the hint goes on if it is short (SEED=%s)',
    'sign-in/random: wherever return_to leads, it is a path of this app, exactly as it was written',
  ),
  elsewhere('3.7.3-3.7.5', 'notices, preload, old browsers', OPERATOR),

  // On the way in it is the proxy's.
  shown(
    '12.1.1',
    'TLS 1.2 or newer',
    'pingone/http/tls: a server that offers TLS 1.1 at most is refused before anything is asked',
  ),
  shown(
    '12.2.1',
    'TLS without a way around',
    PRODUCTION,
    'pingone/http/tls: a server that speaks no TLS is refused, and no certificate is blamed: %s',
    'kinds/forwarded: a request is secure if the trusted proxy says exactly https; else the sign-in does not start (SEED=%s)',
  ),
  elsewhere('12.2.2', 'certificates that browsers trust', `${OPERATOR}: the proxy in front.`),
  shown(
    '12.3.1-12.3.4',
    'certificates are checked; rediss:',
    BAD_TLS,
    PRODUCTION,
    'config/problems: REDIS_URL %j is refused, and never shown',
  ),
  elsewhere('13.1.1', 'who talks to whom is documented', 'The README’s diagram.'),
  shown(
    '13.1.2 / 13.1.3 / 13.2.6',
    'limits of connections, time and repetition, documented and kept',
    'pingone/http/deadline: where the connection is accepted, or hangs in the TLS handshake, and nothing comes',
    'pingone/http/broken-connections: a $call whose kept-alive connection $how before the response is sent $sent time(s)',
    'outbound: $name: the token request, sent once',
    'outbound: $name: the $endpoint request',
    'pingone/jwk-set: ten seconds after ten fetches a new key is found again',
    'pingone/discovery/responses: a failure is kept for a second, then discovery is asked again',
    'pingone/discovery/responses: Retry-After %s is obeyed, for a minute at most',
    'load/sign-ins: 50 at once against a token endpoint that takes a second all succeed, and none waits for another',
  ),
  shown(
    '13.1.4 / 13.3.4',
    'secrets can be replaced',
    'web/session: two secrets are accepted, the newest signs, and one that is gone is not',
    'redis/sessions: a secret can be replaced without signing users out, and what was encrypted with one that is gone is lost',
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
      'no strange endpoints under PingOne’s hosts',
      'pingone/http/proxy: on PingOne’s own hosts each endpoint must be on the issuer’s',
    ),
  ),
  shown(
    '13.3.1',
    'no secrets in the repository',
    'repository-secrets: no file has anything in it that looks like a key, a token or a password',
    'config/secrets: a SESSION_SECRET %s is refused',
  ),
  elsewhere('13.3.2', 'who may read the secrets', OPERATOR),
  shown('13.4.1', 'no .git', NO_PAGE),
  shown(
    '13.4.2',
    'no stack traces; what helps a developer is off elsewhere',
    'web/error-page: %s from elsewhere is a page and a line that say nothing of it',
    SHOWS,
  ),
  shown('13.4.3', 'no listings', NO_PAGE),
  shown('13.4.4', 'no TRACE', 'web/routes: %s refuses every method but %s'),
  shown(
    '13.4.5',
    'neither /readyz nor /flow shows what visitors must not see',
    'web/health: it says why it is not: %s',
    SHOWS,
  ),
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
    'flow/records: after an hour it is gone',
    EIGHT_HOURS,
  ),
  shown(
    '14.3.1',
    'nothing left in the browser after sign-out',
    'web/home: the signed-out page has the browser forget what it kept, claims and all',
    'browser/back-forward-cache: after a sign-out, the back button shows no claims, even if the browser kept the page in memory',
  ),
  shown('14.3.2', 'no-store', HEADERS),
  shown('14.3.3', 'nothing in the browser’s storage', COOKIE),
  elsewhere('16.1.1', 'what is logged is documented', 'The README of src/web/.'),
  shown('16.2.1', 'when, where, who, what', EVENTS),
  shown('16.2.2', 'UTC', 'web/logging: of %s %s it writes the route and how it ended, not the address'),
  shown(
    '16.2.3-4',
    'one format, one place',
    'process/last-resort: each line on stdout is JSON; warnings of Node.js itself are on stderr, as plain text',
    'web/logging: of %s %s it writes the route and how it ended, not the address',
  ),
  shown(
    '16.2.5',
    'nothing secret in the log',
    SECRETS,
    QUOTED,
    'pingone/observer/secrets: an error response that quotes a secret anywhere shows none of it (SEED=%s)',
  ),
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
    'no forged lines, and nothing that a terminal obeys',
    'web/logging: line breaks and terminal codes from outside do not leave their line',
    'kinds/foreign-text: no log line and no fact has a character that a terminal obeys: %s (SEED=%s)',
    'config/secrets: a value is shown without characters that a terminal interprets',
    'doctor/report: text from outside stays on one line, and each line has a limit',
  ),
  elsewhere('16.4.2-3', 'where logs go and who may change them', OPERATOR),
  shown(
    '16.5.1',
    'no inside of the app and no words of the provider on a visitor’s page',
    'web/error-page: %s from elsewhere is a page and a line that say nothing of it',
    SHOWS,
    'kinds/foreign-text: a made-up callback with names and values of every kind shows none of them (SEED=%s)',
  ),
  shown(
    '16.5.2',
    'safe while others are down',
    'web/session-store: when %s, pages that need a session say so and the others go on',
    'redis/outage: killed and started again, it has lost the sessions: users are signed out, and nothing is broken',
  ),
  shown('16.5.3', 'fails closed', HALF),
  shown(
    '16.5.4',
    'a last handler',
    'process/last-resort: an uncaught error ends the process, and the log has a line about it that does not quote its message',
  ),
  shown(
    '1.5.3',
    'parsers of one kind of data agree: cookies, Fetch Metadata, forwarded addresses, JSON',
    'kinds/cookies: over %s every part of the app reads the same one of several cookies with one name (SEED=%s)',
    SAME_ORIGIN,
    'kinds/forwarded: each client has its own count, however its address is written (SEED=%s)',
    'pingone/json-values: responses of odd values in random places never end in an error of another kind (SEED=%s)',
  ),
  shown(
    '2.4.1',
    'automation is slowed, and uses up only its own share',
    'web/rate-limit: over the limit /login says how long to wait, starts nothing, and asks nobody',
    'web/rate-limit: an IPv6 line counts as one client, whichever address of its /56 it takes',
    'kinds/forwarded: each client has its own count, however its address is written (SEED=%s)',
    NO_NAVIGATION,
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
    'kinds/forwarded: no field of a request moves the redirect URI, with TRUST_PROXY %i (SEED=%s)',
  ),
  shown('4.1.4', 'no method that is not used', 'web/routes: %s refuses every method but %s'),
  shown(
    '4.2.1',
    'where a request ends',
    'attacks: with %s nothing after it is taken for a request',
    'attacks: two requests that are two get two answers',
  ),
  shown(
    '4.2.5',
    'no URL and no headers that are too long for their receiver',
    'kinds/deliveries: no response has more than 3.5 kB of headers, whatever cookies come and whatever is asked (SEED=%s)',
    'kinds/sign-out: the hint is left out where the address would be too long, and nothing else (SEED=%s)',
    'sign-in/sign-in-cookie: no response has more than 3.5 kB of headers, with a hint of %s',
  ),
  shown('6.8.1', 'users are known by issuer and subject', SAME_EMAIL),
  shown(
    '6.8.2',
    'signatures are always checked',
    'pingone/id-token/form-and-signature: an ID token whose %s was changed is refused',
  ),
  shown(
    '6.8.4',
    'acr and auth_time, where a route asks for them',
    'pingone/id-token/requirement: %j does not satisfy the acr_values %j',
    'pingone/id-token/requirement: of two things asked for both are required',
    'sign-in/guard: an auth_time %s is no proof',
  ),
  shown(
    '9.1.1-9.1.3',
    'signature, algorithm, keys',
    'pingone/id-token/form-and-signature: an ID token with %s is refused, though its key is published',
    'pingone/id-token/form-and-signature: the key that a token brings in its %s is never looked at',
    'kinds/keys: the right key is found among any others, if it is one of four (SEED=%s)',
  ),
  shown(
    '9.2.1',
    'exp and nbf',
    CLAIMS,
    'pingone/id-token/claims: what is wrong with a time is told beside this machine’s clock',
  ),
  shown(
    '9.2.2',
    'the right kind of token',
    'pingone/id-token/form-and-signature: a token of the typ %j is refused, though PingOne signed it',
  ),
  shown('9.2.3', 'audience', CLAIMS),
  shown(
    '11.5.1',
    'random values of 128 bits or more',
    'pingone/authorization-request: of a thousand sign-ins no value is ever seen twice, and each is 32 bytes in base64url',
    'flow/records: its cookie holds a random id alone',
  ),
  shown(
    '15.2.2',
    'work grows no faster than its input, and responses are bounded',
    'kinds/work: a query of any length, at %s (SEED=%s)',
    'kinds/work: the field %s, of any length (SEED=%s)',
    'kinds/work: claims of any size: the sign-in and %s after it (SEED=%s)',
    'kinds/work: an error response of any size: %s (SEED=%s)',
    'kinds/work: a JWK Set and a discovery document of any size (SEED=%s)',
    'kinds/work: each cookie is decrypted once at most, and no state or name is hashed again for each (SEED=%s)',
    'pingone/http/responses: a response of 256 KiB is read, one byte more is refused',
    'pingone/bounds: of a set of 400 keys a hundred are read, once for all sign-ins',
    'pingone/bounds: a query of any content is read or refused in one pass over 8 KiB',
  ),
  shown('15.2.3', 'nothing for developers in a deployed copy, unless it is asked for', SHOWS),
  shown(
    '15.3.2',
    'no redirect is followed',
    'pingone/http/responses: a redirect of %s with %i to another origin is not followed: nothing arrives there',
  ),
  shown(
    '15.3.4',
    'the client’s address behind a proxy',
    'web/rate-limit: behind one proxy it is the address that the proxy saw, whatever stood before it',
    'kinds/forwarded: whatever is no address counts as the proxy’s own (SEED=%s)',
  ),
  shown(
    '15.3.5',
    'strict types',
    'pingone/token-endpoint/response: a token response whose %s is %j is refused by that name',
    'kinds/json-on-pages: a failure is told by its code, whatever the response beside it says (SEED=%s)',
  ),
  shown(
    '15.3.6',
    'prototypes',
    'pingone/id-token/claims: a prototype of the claims’ own does not stand in for what they lack',
    'pingone/token-endpoint/response: a prototype of the response’s own does not stand in for what it lacks',
  ),
  shown(
    '15.3.7',
    'parameters that come twice',
    'pingone/authorization-response: the parameter %j that comes twice is refused (%s)',
  ),
  shown(
    '15.4.2',
    'a state is used and a session ended in one step',
    'web/callback-repeated: ten at the very same moment make one token request',
    'redis/stores: of 50 claims at once in two processes, one is made',
    'kinds/deliveries: what came before the right callback has used nothing up (SEED=%s)',
  ),
  shown(
    '15.4.4',
    'what is shared has a share for each',
    'kinds/shares: a flood of sign-ins, good or declined, leaves the records of others (SEED=%s)',
    'kinds/shares: callbacks that end no sign-in of their browser claim no state (SEED=%s)',
    'stores/sessions: one account that signs in 10,000 times locks nobody out',
    'stores/memory: with 100,000 claims the next one is made, and the oldest is forgotten',
    'redis/stores: one account cannot fill Redis: its oldest sessions end, and stay ended',
    'process/log: no more than 1 MiB waits for a slow reader, and every lost line is counted',
    'slow-clients: 200 such clients at once keep nobody from a page, nor the server from stopping',
  ),
];
