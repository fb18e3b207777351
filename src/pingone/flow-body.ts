// What of an answer's body, and of an ID token, may be written down (see flow-mask.ts): each cut at 2 KiB.

import { decodeJwt, decodeProtectedHeader } from 'jose';
import { kindOf, mentions } from './flow-mask.ts';
import { DEPTH_LIMIT, isDeeperThan, type JsonObject, quotes } from './pingone-answer.ts';

const BODY_LIMIT_BYTES = 2048;

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

/** Nothing of a text that quotes a secret, else as much as there is room for. */
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
