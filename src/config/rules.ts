// The rules for the value of each environment variable. A rule returns what to use instead, or undefined.

import { isLoopback } from '../pingone/index.ts';

type Problem = string | undefined;

/** Shown in place of a value that may contain a secret. */
export const HIDDEN = 'not valid (value not shown)';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const WELL_KNOWN = '/.well-known/openid-configuration';
/** Each host name of PingOne ends with one of these. */
const REGIONS = ['com', 'ca', 'eu', 'com.au', 'sg', 'asia'];
/** At most two short labels, because `auth.pingone.example.com` is a custom domain. */
const PINGONE_HOST = /^auth\.pingone\.([a-z]{2,4}|com?\.[a-z]{2})$/;
const COPY_ISSUER = 'Copy the Issuer from Applications > Applications > your application > Overview';
const HTTPS = 'Start it with https://. Only loopback addresses may use http://.';
const NO_QUOTES =
  'Remove quotes and white space from the value. In .env, one pair of quotes around the whole value is allowed.';
/** Includes typographic quotes, and white space that editors do not show. */
const QUOTE_OR_SPACE = /[\s"'`\u2018-\u201f\u00ab\u00bb\ufeff\u200b]/;

/** Accepts any issuer that conforms to OpenID Connect; on PingOne's own hosts, only the form that PingOne uses. */
export function issuerProblem(issuer: string): Problem {
  const url = URL.parse(issuer);
  // First, because no later text may quote a user name, which can come with a password.
  if (issuer.includes('@') || /[?#]/.test(issuer)) {
    return `Remove the query, the fragment, and the user name. ${COPY_ISSUER}.`;
  }
  // A placeholder such as <environment id> may contain spaces: a later rule says what to use in its place.
  if (hasQuoteOrSpace(issuer.replace(/<[^<>]*>/g, ''))) return NO_QUOTES;
  if (!url) return `Use a URL that starts with https://. ${COPY_ISSUER}.`;
  if (issuer.endsWith(WELL_KNOWN)) {
    return `Set it to ${issuer.slice(0, -WELL_KNOWN.length)}, without ${WELL_KNOWN}.`;
  }
  if (!isHttpsOrLocal(url)) return HTTPS;
  if (/^(console|apps|api)\.pingone\./.test(url.hostname)) {
    return `Use the issuer, not the URL of the console, the sign-on pages, or the API. ${COPY_ISSUER}.`;
  }
  return PINGONE_HOST.test(url.hostname) ? pingOneIssuerProblem(issuer, url) : undefined;
}

/** https://auth.pingone.<region>/<environment id>/as */
function pingOneIssuerProblem(issuer: string, url: URL): Problem {
  const [, environment = '', as, more] = url.pathname.replace(/\/+$/, '').split('/');
  if (!REGIONS.includes(url.hostname.slice('auth.pingone.'.length))) {
    return `PingOne has no such region. Its host names end in ${REGIONS.join(', ')}. ${COPY_ISSUER}.`;
  }
  if (as !== 'as' || more !== undefined) {
    return `Use ${url.origin}/<environment id>/as, with /as at the end. ${COPY_ISSUER}.`;
  }
  if (!UUID.test(environment)) return `Put the environment ID, a UUID, before /as. ${COPY_ISSUER}.`;
  if (issuer.endsWith('/')) return `Set it to ${issuer.replace(/\/+$/, '')}, without the slash at the end.`;
  if (!issuer.startsWith(url.origin)) return `Spell the host as PingOne does: ${url.href}.`;
  return undefined;
}

export function baseUrlProblem(baseUrl: string): Problem {
  const url = URL.parse(baseUrl);
  if (!url) return 'Set it to the origin that browsers open. Example: https://app.example.com.';
  if (url.origin === 'null') return 'Start it with http:// or https://. Example: https://app.example.com.';
  if (baseUrl.includes('@')) return 'Use only the origin, without a user name.';
  if (url.origin !== baseUrl) return `Use only the origin, exactly like this: ${url.origin}.`;
  return isHttpsOrLocal(url) ? undefined : HTTPS;
}

export function redisUrlProblem(value: string): Problem {
  const url = URL.parse(value);
  if (!url?.hostname || !['redis:', 'rediss:'].includes(url.protocol)) {
    return 'Use redis://<host>:<port>, or rediss:// for TLS. If Redis has a password, put :<password>@ before the host.';
  }
  // The client of Redis decodes both. A % that encodes nothing would end the process.
  if (!hasDecodableUser(url)) return ENCODE_USER;
  if (/^\/?\d*$/.test(url.pathname)) return undefined;
  return 'After the port, only a database number is allowed. Example: /1.';
}

const ENCODE_USER = 'Percent-encode the user name and the password. For example, % becomes %25.';

/** The URL of an HTTP proxy, in the form that undici accepts. */
export function proxyProblem(value: string): Problem {
  const url = URL.parse(value);
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    return 'Use the URL of the proxy. Example: http://proxy.example.com:3128.';
  }
  if (!hasDecodableUser(url)) return ENCODE_USER;
  const more = url.pathname !== '/' || /[?#]/.test(value);
  return more ? 'Use the URL of the proxy without a path, a query, or a fragment.' : undefined;
}

function hasDecodableUser({ username, password }: URL): boolean {
  try {
    return [username, password].map(decodeURIComponent).length > 0;
  } catch {
    return false;
  }
}

/** The client ID and the client secret. */
export function clientValueProblem(value: string): Problem {
  if (isPlaceholder(value)) {
    return 'Copy the real value from Applications > Applications > your application > Configuration.';
  }
  // A line break means that a second line was copied, too.
  return /[\r\n]/.test(value) || [value.at(0), value.at(-1)].some(hasQuoteOrSpace) ? NO_QUOTES : undefined;
}

/** PingOne's values contain neither. Values of other providers may contain both (RFC 6749, appendix A). */
export function hasQuoteOrSpace(value = ''): boolean {
  return QUOTE_OR_SPACE.test(value);
}

export function scopeProblem(scope: string): Problem {
  const scopes = scope.split(' ');
  if (!scopes.includes('openid') && scope.includes(',')) {
    return 'Separate the scopes with one space, without commas.';
  }
  if (!scopes.includes('openid')) return 'Add openid to the scopes. Example: openid profile email.';
  if (scopes.every((name) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(name))) return undefined;
  return 'Separate the scopes with one space.';
}

function isHttpsOrLocal(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

/** Checks each of the comma-separated secrets. */
export function sessionSecretProblem(secrets: string): Problem {
  const make = 'To make one, run: node -p "crypto.randomBytes(32).toString(\'base64url\')"';
  for (const secret of secrets.split(',')) {
    if (secret.trim() !== secret) return 'Remove the white space around the secret.';
    if (secret.length < 32) return `Use at least 32 characters for each secret. ${make}`;
    if (isPlaceholder(secret)) return `Use a secret of your own. ${make}`;
  }
  return undefined;
}

/** Whether a long secret is easy to guess: few different characters, or a repeated word. Random hex digits are not. */
export function isWeak(secret: string): boolean {
  return new Set(secret).size < 8 || /^(.{8,})\1/.test(secret);
}

const PLACEHOLDER =
  /change.?me|keyboard.cat|your.?(client|session)?.?(secret|id)|replace.?(this|me)|placeholder|^<.*>$|^\{\{.*\}\}$/i;
const isPlaceholder = (value: string) => PLACEHOLDER.test(value);

/** Fields of every session: the sign-in cannot be stored under such a name. */
const SESSION_FIELDS = 'cookie id req touch save reload destroy regenerate constructor'.split(' ');

export function cookieNameProblem(name: string): Problem {
  const valid = /^[a-z][a-z0-9_-]{0,19}$/.test(name) && !SESSION_FIELDS.includes(name);
  if (valid) return undefined;
  return 'Use up to 20 lowercase letters, digits, _, or -. The first must be a letter. Example: orders. Names of session fields, such as cookie, are not allowed.';
}

export const trustProxyProblem = (count: string): Problem =>
  /^\d$/.test(count) ? undefined : 'Set it to the number of proxies in front of this app, from 0 to 9.';

export const rateLimitProblem = (limit: string): Problem =>
  /^\d{1,6}$/.test(limit) ? undefined : 'Set it to the number of requests per minute, or to 0 for no limit.';

export function portProblem(port: string): Problem {
  // Without leading zeros, as browsers write it, because the default BASE_URL contains it.
  const valid = /^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65_535;
  return valid ? undefined : 'Use a number from 1 to 65535.';
}
