// What of a message may be written down: names, shapes, and values that are no secret. Of a code, a token, a state, a
// nonce or a code verifier its kind and length, of the client secret only that it was set. Whatever is not known to be
// harmless counts as secret, and so does a harmless part that quotes one.

import { decodeJwt, decodeProtectedHeader } from 'jose';
import { printable } from './errors.ts';
import { DEPTH_LIMIT, isDeeperThan, type JsonObject, quotes } from './pingone-answer.ts';

const BODY_LIMIT_BYTES = 2048;
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

const KINDS = new Map([
  ['code', 'authorization code'],
  ['code_verifier', 'code verifier'],
  ['access_token', 'access token'],
  ['id_token', 'ID token'],
  ['refresh_token', 'refresh token'],
]);

const HARMLESS_PARAMETERS =
  'response_type client_id redirect_uri scope code_challenge code_challenge_method grant_type error error_description iss';
const HARMLESS_HEADERS = 'accept content-type cache-control date retry-after correlation-id';

/** @param secrets what must not show, whoever quotes it */
export function maskParameters(parameters: Iterable<[string, string]>, secrets: string[]): Parameter[] {
  return [...parameters].slice(0, PARAMETERS_LIMIT).map(([name, value]) => {
    if (name === 'client_secret') return { name, value: '‹client secret, set›', masked: true };
    const harmless = HARMLESS_PARAMETERS.split(' ').includes(name) && !mentions(value, secrets);
    return harmless
      ? { name, value: cut(value) }
      : { name: cut(name, NAME_LIMIT), value: kindOf(name, value), masked: true };
  });
}

/** The headers that matter here. Of the access token in Authorization kind and length. */
export function maskHeaders(headers: Record<string, unknown>, secrets: string[]): Parameter[] {
  return Object.entries(headers).flatMap(([name, value = '']): Parameter[] => {
    const text = String(value);
    if (name === 'authorization') {
      const [scheme = '', credentials = ''] = text.split(' ', 2);
      return [{ name, value: `${scheme} ${kindOf('access_token', credentials)}`, masked: true }];
    }
    const harmless = HARMLESS_HEADERS.split(' ').includes(name) && !mentions(text, secrets);
    return harmless ? [{ name, value: cut(text) }] : [];
  });
}

/** Of each step's answer, if it is a JSON object, what may show. */
const BODIES: Record<string, (answer: JsonObject, secrets: string[]) => string> = {
  // Everybody may read it.
  'discovery request': (metadata) => JSON.stringify(metadata),
  'JWKS request': ({ keys }) =>
    JSON.stringify({
      keys: [keys].flat().map((key) => maskMembers({ ...Object(key) }, ['kid', 'kty', 'use', 'alg'])),
    }),
  'token request': (answer) => JSON.stringify(maskMembers(answer, ['token_type', 'expires_in', 'scope'])),
  'userinfo request': claimsOf,
};

/** A body of status 200. @param answer undefined for one that is no JSON object */
export function maskBody(step: string, answer: JsonObject | undefined, secrets: string[]): string {
  const shown = BODIES[step];
  return shown && isWritable(answer) ? careful(shown(answer, secrets), secrets) : 'not shown: no JSON object';
}

/** An error in either of PingOne's shapes, each of its words only if it quotes no secret in whatever encoding. */
export function maskErrorBody(answer: JsonObject | undefined, secrets: string[]): string {
  if (!isWritable(answer)) return 'not shown: no JSON object';
  const harmless = ['error', 'error_description', 'code', 'message', 'id'].filter((name) => {
    const words = String(answer[name]).slice(0, BODY_LIMIT_BYTES);
    return !secrets.some((secret) => quotes(words, secret));
  });
  return careful(JSON.stringify(maskMembers(answer, harmless)), secrets);
}

/** Header and claims of an ID token, whether it holds or not; undefined for what cannot be decoded. */
export function maskIdToken(
  idToken: string,
  secrets: string[],
): { header: string; claims: string } | undefined {
  try {
    const [header, claims] = [{ ...decodeProtectedHeader(idToken) }, { ...decodeJwt(idToken) }];
    if (!isWritable(header) || !isWritable(claims)) return undefined;
    return { header: careful(claimsOf(header), secrets), claims: careful(claimsOf(claims), secrets) };
  } catch {
    return undefined;
  }
}

/** All claims but the nonce. */
function claimsOf({ nonce, ...claims }: JsonObject): string {
  return JSON.stringify({ ...claims, ...(nonce !== undefined && maskMembers({ nonce }, [])) });
}

/** The harmless members as they are, of all others kind and length. */
function maskMembers(object: JsonObject, harmless: string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      return [name, harmless.includes(name) ? value : kindOf(name, text)];
    }),
  );
}

/** One that is nested deeply would take the stack of whoever writes it out. */
function isWritable(object: JsonObject | undefined): object is JsonObject {
  return object !== undefined && !isDeeperThan(DEPTH_LIMIT, object);
}

function kindOf(name: string, value: string): string {
  return `‹${KINDS.get(name) ?? cut(name, NAME_LIMIT)}, ${value.length} characters›`;
}

/** Whether a text holds a piece of a secret. Pieces do not overlap, so a run of 31 characters always holds one. */
function mentions(text: string, secrets: string[]): boolean {
  return secrets.some((secret) => {
    for (let at = 0; at === 0 || at + PIECE_LENGTH <= secret.length; at += PIECE_LENGTH) {
      if (secret !== '' && text.includes(secret.slice(at, at + PIECE_LENGTH))) return true;
    }
    return false;
  });
}

function cut(text: string, limit = VALUE_LIMIT): string {
  return printable(text).slice(0, limit);
}

function careful(text: string, secrets: string[]): string {
  if (mentions(text, secrets)) return 'not shown: it quotes a secret';
  const bytes = Buffer.from(text);
  if (bytes.length <= BODY_LIMIT_BYTES) return text;
  const kept = bytes
    .subarray(0, BODY_LIMIT_BYTES - 40)
    .toString()
    .replace(/\uFFFD$/, '');
  return `${kept} … (${text.length} characters)`;
}
