// What of a message may be written down: names, shapes, and values that are no secret. Of a code, a token, a state, a
// nonce or a code verifier its kind and length, of the client secret only that it was set. Whatever is not known to be
// harmless counts as secret, and so does a harmless part that quotes one.

import { printable } from './errors.ts';

const VALUE_LIMIT = 300;
const NAME_LIMIT = 40;
/** A request of the flow has 8; a query that somebody made up may have thousands. */
const PARAMETERS_LIMIT = 20;
const PIECE_LENGTH = 16;

export interface Parameter {
  name: string;
  value: string;
  /** The value only says what stood there. */
  masked?: true;
}

const KINDS = new Map(
  Object.entries({
    code: 'authorization code',
    code_verifier: 'code verifier',
    access_token: 'access token',
    id_token: 'ID token',
    refresh_token: 'refresh token',
  }),
);

const HARMLESS_PARAMETERS = new Set(
  `response_type client_id redirect_uri scope code_challenge code_challenge_method grant_type
  error error_description iss`.split(/\s+/),
);
const HARMLESS_HEADERS = 'accept content-type cache-control date retry-after correlation-id'.split(' ');

/** @param secrets what must not show, whoever quotes it */
export function maskParameters(parameters: Iterable<[string, string]>, secrets: string[]): Parameter[] {
  return [...parameters].slice(0, PARAMETERS_LIMIT).map(([name, value]) => {
    if (name === 'client_secret') return { name, value: '[client secret, set]', masked: true };
    const harmless = HARMLESS_PARAMETERS.has(name) && !mentions(value, secrets);
    return harmless
      ? { name, value: cut(value) }
      : { name: cut(name, NAME_LIMIT), value: kindOf(name, value), masked: true };
  });
}

/** The headers that matter here. Of the access token in Authorization kind and length. */
export function maskHeaders(headers: Record<string, unknown>, secrets: string[]): Parameter[] {
  const { authorization } = headers;
  const harmless = HARMLESS_HEADERS.filter((name) => headers[name] !== undefined)
    .map((name) => ({ name, value: cut(String(headers[name])) }))
    .filter(({ value }) => !mentions(value, secrets));
  if (authorization === undefined) return harmless;
  const [scheme = '', credentials = ''] = String(authorization).split(' ', 2);
  return [
    ...harmless,
    { name: 'authorization', value: `${scheme} ${kindOf('access_token', credentials)}`, masked: true },
  ];
}

/** Stands in the place of a value that must not show. */
export function kindOf(name: string, value: string): string {
  return `[${KINDS.get(name) ?? cut(name, NAME_LIMIT)}, ${value.length} characters]`;
}

/** Whether a text holds a piece of a secret: each 16th character of it begins one, of a long one each eighth part. */
export function mentions(text: string, secrets: string[]): boolean {
  return secrets.some((secret) => {
    const step = Math.max(PIECE_LENGTH, Math.floor(secret.length / 8));
    for (let at = 0; at < secret.length && (at === 0 || at + PIECE_LENGTH <= secret.length); at += step) {
      if (text.includes(secret.slice(at, at + PIECE_LENGTH))) return true;
    }
    return false;
  });
}

function cut(text: string, limit = VALUE_LIMIT): string {
  return printable(text).slice(0, limit);
}
