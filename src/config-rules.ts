// What each variable of the environment must look like. A rule answers with what to write instead, or with nothing.

import { isPingOneHost } from './pingone/discovery.ts';
import { isLoopback } from './pingone/loopback.ts';

type Problem = string | undefined;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const WELL_KNOWN = '/.well-known/openid-configuration';
const COPY_ISSUER = 'Copy the Issuer from Applications > Applications > your application > Overview';

/** Any conforming issuer; on PingOne's own hosts only the one form that PingOne has. */
export function issuerProblem(issuer: string): Problem {
  if (!URL.canParse(issuer)) return `Write a URL, with https:// in front. ${COPY_ISSUER}.`;
  const url = new URL(issuer);
  if (issuer.trim() !== issuer) return 'Take the white space at its ends away.';
  // Before anything is quoted: a user name may come with a password.
  if (url.username || url.password || /[?#]/.test(issuer)) {
    return `Write it without a query, a fragment and a user name. ${COPY_ISSUER}.`;
  }
  if (issuer.endsWith(WELL_KNOWN))
    return `Write ${issuer.slice(0, -WELL_KNOWN.length)}, without ${WELL_KNOWN}.`;
  if (!isHttpsOrLocal(url)) return HTTPS;
  if (/^(console|apps|api)\.pingone\./.test(url.hostname)) {
    return `Write the issuer, not the address of the console or the API. ${COPY_ISSUER}.`;
  }
  return isPingOneHost(url.hostname) ? pingOneIssuerProblem(issuer, url) : undefined;
}

/** https://auth.pingone.<region>/<environment id>/as */
function pingOneIssuerProblem(issuer: string, url: URL): Problem {
  const [, environment = '', as, more] = url.pathname.replace(/\/+$/, '').split('/');
  if (as !== 'as' || more !== undefined)
    return `Write ${url.origin}/<environment id>/as, with /as at its end. ${COPY_ISSUER}.`;
  if (!UUID.test(environment)) return `Write the environment ID, a UUID, before /as. ${COPY_ISSUER}.`;
  if (issuer.endsWith('/')) return `Write ${issuer.replace(/\/+$/, '')}, without the slash at its end.`;
  if (!issuer.startsWith(url.origin)) return `Write the host as PingOne does: ${url.href}.`;
  return undefined;
}

export function baseUrlProblem(baseUrl: string): Problem {
  if (!URL.canParse(baseUrl)) return 'Write the address that browsers open, such as https://app.example.com.';
  const url = new URL(baseUrl);
  if (url.origin === 'null')
    return 'Write it with http:// or https:// in front, such as https://app.example.com.';
  if (url.origin !== baseUrl) return `Write an origin alone, without a slash or a path: ${url.origin}.`;
  return isHttpsOrLocal(url) ? undefined : HTTPS;
}

export function redisUrlProblem(value: string): Problem {
  const url = URL.parse(value);
  if (!url?.hostname || !['redis:', 'rediss:'].includes(url.protocol)) {
    return 'Write redis://<host>:<port>, or rediss:// for TLS, with :<password>@ before the host where there is one.';
  }
  // The client of Redis decodes both, and a % with nothing to decode behind it would end the process.
  if (![url.username, url.password].every(isDecodable)) {
    return 'Percent-encode user name and password: write %25 for a %.';
  }
  return /^\/?\d*$/.test(url.pathname)
    ? undefined
    : 'Write nothing after the port, or a database number: /1.';
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

export function clientValueProblem(value: string): Problem {
  if (value.trim() !== value) return 'Take the white space at its ends away.';
  return isPlaceholder(value)
    ? 'Copy the real value from Applications > Applications > your application > Configuration.'
    : undefined;
}

export function scopeProblem(scope: string): Problem {
  const scopes = scope.split(' ');
  if (!scopes.includes('openid') && scope.includes(','))
    return 'Write scopes with one space between them, and no commas.';
  if (!scopes.includes('openid')) return 'Write openid among the scopes, such as openid profile email.';
  return scopes.every((name) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(name))
    ? undefined
    : 'Write scopes with one space between them.';
}

const HTTPS = 'Write it with https://; http is for this machine alone.';

function isHttpsOrLocal(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

/** Each of the comma-separated secrets, newest first. */
export function sessionSecretProblem(secrets: string): Problem {
  const make = 'Make one: node -p "crypto.randomBytes(32).toString(\'base64url\')"';
  for (const secret of secrets.split(',')) {
    if (secret.trim() !== secret) return 'Take the white space around the secret away.';
    if (secret.length < 32) return `Write 32 characters or more for each secret. ${make}.`;
    if (isPlaceholder(secret)) return `Write a secret of your own. ${make}.`;
  }
  return undefined;
}

/** Long, yet easily guessed: few different characters, or a word again and again. Random hex digits pass. */
export function isWeak(secret: string): boolean {
  return new Set(secret).size < 8 || /^(.{8,})\1/.test(secret);
}

function isPlaceholder(value: string): boolean {
  return /change.?me|keyboard.cat|your.?(client|session)?.?(secret|id)|replace.?(this|me)|placeholder|^<.*>$|^\{\{.*\}\}$/i.test(
    value,
  );
}

export function portProblem(port: string): Problem {
  // As browsers write it: BASE_URL is made of it.
  const valid = /^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65_535;
  return valid ? undefined : 'Write a number from 1 to 65535.';
}
