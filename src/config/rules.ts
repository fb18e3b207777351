// What each variable of the environment must look like. A rule returns what to write instead, or undefined.

import { isLoopback } from '../pingone/index.ts';

type Problem = string | undefined;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const WELL_KNOWN = '/.well-known/openid-configuration';
/** The end of each host name of PingOne. */
const REGIONS = ['com', 'ca', 'eu', 'com.au', 'sg', 'asia'];
/** Two short labels at most: `auth.pingone.example.com` is a custom domain. */
const PINGONE_HOST = /^auth\.pingone\.([a-z]{2,4}|com?\.[a-z]{2})$/;
const COPY_ISSUER = 'Copy the Issuer from Applications > Applications > your application > Overview';
const HTTPS = 'Write it with https://. Only addresses of this machine may use http://.';
const NO_QUOTES =
  'Remove quotes and white space from the value. In .env, one pair of quotes around the whole value is allowed.';
/** Also typographic quotes, and white space that editors do not show. */
const QUOTE_OR_SPACE = /[\s"'`\u2018-\u201f\u00ab\u00bb\ufeff\u200b]/;

/** Any conforming issuer. On PingOne's own hosts, only the one form that PingOne has. */
export function issuerProblem(issuer: string): Problem {
  const url = URL.parse(issuer);
  // Before anything is quoted: a user name may come with a password.
  if (issuer.includes('@') || /[?#]/.test(issuer)) {
    return `Write it without a query, a fragment and a user name. ${COPY_ISSUER}.`;
  }
  // A placeholder such as <environment id> gets the advice for its place.
  if (hasQuoteOrSpace(issuer.replace(/<[^<>]*>/g, ''))) return NO_QUOTES;
  if (!url) return `Write a URL that starts with https://. ${COPY_ISSUER}.`;
  if (issuer.endsWith(WELL_KNOWN)) {
    return `Write ${issuer.slice(0, -WELL_KNOWN.length)}, without ${WELL_KNOWN}.`;
  }
  if (!isHttpsOrLocal(url)) return HTTPS;
  if (/^(console|apps|api)\.pingone\./.test(url.hostname)) {
    return `Write the issuer, not the address of the console, the sign-on pages or the API. ${COPY_ISSUER}.`;
  }
  return PINGONE_HOST.test(url.hostname) ? pingOneIssuerProblem(issuer, url) : undefined;
}

/** https://auth.pingone.<region>/<environment id>/as */
function pingOneIssuerProblem(issuer: string, url: URL): Problem {
  const [, environment = '', as, more] = url.pathname.replace(/\/+$/, '').split('/');
  if (!REGIONS.includes(url.hostname.slice('auth.pingone.'.length))) {
    return `PingOne has no such region. Its hosts end in ${REGIONS.join(', ')}. ${COPY_ISSUER}.`;
  }
  if (as !== 'as' || more !== undefined) {
    return `Write ${url.origin}/<environment id>/as, with /as at the end. ${COPY_ISSUER}.`;
  }
  if (!UUID.test(environment)) return `Write the environment ID, a UUID, before /as. ${COPY_ISSUER}.`;
  if (issuer.endsWith('/')) return `Write ${issuer.replace(/\/+$/, '')}, without the slash at the end.`;
  if (!issuer.startsWith(url.origin)) return `Write the host as PingOne writes it: ${url.href}.`;
  return undefined;
}

export function baseUrlProblem(baseUrl: string): Problem {
  const url = URL.parse(baseUrl);
  if (!url) return 'Write the address that browsers open, such as https://app.example.com.';
  if (url.origin === 'null') return 'Start it with http:// or https://, such as https://app.example.com.';
  if (baseUrl.includes('@')) return 'Write only the origin, without a user name.';
  if (url.origin !== baseUrl) return `Write only the origin, without a slash or a path: ${url.origin}.`;
  return isHttpsOrLocal(url) ? undefined : HTTPS;
}

export function redisUrlProblem(value: string): Problem {
  const url = URL.parse(value);
  if (!url?.hostname || !['redis:', 'rediss:'].includes(url.protocol)) {
    return 'Write redis://<host>:<port>, or rediss:// for TLS. If Redis has a password, write :<password>@ before the host.';
  }
  // The client of Redis decodes both. A % that encodes nothing would end the process.
  if (!hasDecodableUser(url)) return ENCODE_USER;
  if (/^\/?\d*$/.test(url.pathname)) return undefined;
  return 'After the port, write only a database number, such as /1.';
}

const ENCODE_USER = 'Percent-encode the user name and the password: write %25 for a %.';

/** The address of an HTTP proxy, as undici takes it. */
export function proxyProblem(value: string): Problem {
  const url = URL.parse(value);
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    return 'Write the address of the proxy, such as http://proxy.example.com:3128.';
  }
  if (!hasDecodableUser(url)) return ENCODE_USER;
  const more = url.pathname !== '/' || /[?#]/.test(value);
  return more ? 'Write the address of the proxy without a path, a query and a fragment.' : undefined;
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
  // A line break comes from a second line that was copied, too.
  return /[\r\n]/.test(value) || [value.at(0), value.at(-1)].some(hasQuoteOrSpace) ? NO_QUOTES : undefined;
}

/** PingOne's values have neither. Within those of other providers both are allowed (RFC 6749, appendix A). */
export function hasQuoteOrSpace(value = ''): boolean {
  return QUOTE_OR_SPACE.test(value);
}

export function scopeProblem(scope: string): Problem {
  const scopes = scope.split(' ');
  if (!scopes.includes('openid') && scope.includes(',')) {
    return 'Write the scopes with one space between them, and no commas.';
  }
  if (!scopes.includes('openid')) return 'Add openid to the scopes, such as openid profile email.';
  if (scopes.every((name) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(name))) return undefined;
  return 'Write the scopes with one space between them.';
}

function isHttpsOrLocal(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

/** Each of the comma-separated secrets, newest first. */
export function sessionSecretProblem(secrets: string): Problem {
  const make = 'Make one: node -p "crypto.randomBytes(32).toString(\'base64url\')"';
  for (const secret of secrets.split(',')) {
    if (secret.trim() !== secret) return 'Remove the white space around the secret.';
    if (secret.length < 32) return `Write at least 32 characters for each secret. ${make}.`;
    if (isPlaceholder(secret)) return `Write a secret of your own. ${make}.`;
  }
  return undefined;
}

/** Long, but easily guessed: few different characters, or a word that repeats. Random hex digits pass. */
export function isWeak(secret: string): boolean {
  return new Set(secret).size < 8 || /^(.{8,})\1/.test(secret);
}

const PLACEHOLDER =
  /change.?me|keyboard.cat|your.?(client|session)?.?(secret|id)|replace.?(this|me)|placeholder|^<.*>$|^\{\{.*\}\}$/i;
const isPlaceholder = (value: string) => PLACEHOLDER.test(value);

/** What a session has itself: it could not hold the sign-in under such a name. */
const SESSION_FIELDS = 'cookie id req touch save reload destroy regenerate constructor'.split(' ');

export function cookieNameProblem(name: string): Problem {
  const valid = /^[a-z][a-z0-9_-]{0,19}$/.test(name) && !SESSION_FIELDS.includes(name);
  if (valid) return undefined;
  return 'Write up to 20 lowercase letters, digits, _ or -, starting with a letter, such as orders.';
}

export const trustProxyProblem = (count: string): Problem =>
  /^\d$/.test(count) ? undefined : 'Write the number of proxies in front of this app, from 0 to 9.';

export const rateLimitProblem = (limit: string): Problem =>
  /^\d{1,6}$/.test(limit) ? undefined : 'Write a number of requests a minute, or 0 for no limit.';

export function portProblem(port: string): Problem {
  // As browsers write it, because the default BASE_URL contains it.
  const valid = /^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65_535;
  return valid ? undefined : 'Write a number from 1 to 65535.';
}
