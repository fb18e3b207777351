// What of an answer's body, and of an ID token, may be written down (see flow-mask.ts): each at most 2 KiB.

import { providerMetadata } from './discovery.ts';
import { cut, kindOf } from './flow-mask.ts';
import type { Quotes } from './flow-secrets.ts';
import { DEPTH_LIMIT, isDeeperThan, type JsonObject, parseJsonObject, quotes } from './pingone-answer.ts';

const BODY_LIMIT_BYTES = 2048;
/** The longest answer of a sign-in, an ID token, has about 20. */
const MEMBERS_LIMIT = 50;
const CUT_VALUE_LIMIT = 200;
const NAME_LIMIT = 100;
/** Stands for members that are left out. In ASCII, for one other character doubles what a record takes in memory. */
const MORE = '...';

/** Members of a JSON object, masked, or a line that says what is not shown and why. */
export type Body = JsonObject | string;

/** Of each step's answer the members that are harmless, or of claims all but the nonce. */
const HARMLESS: Record<string, (name: string) => boolean> = {
  'token request': (name) => ['token_type', 'expires_in', 'scope'].includes(name),
  'userinfo request': (name) => name !== 'nonce',
};
const isHarmlessInKey = (name: string) => ['kid', 'kty', 'use', 'alg'].includes(name);

/** What understanding a failure needs of an ID token: nothing of it is about the person. */
const PROTOCOL_MEMBERS = ['typ', 'alg', 'kid', 'iss', 'aud', 'azp', 'exp', 'iat', 'nbf'];

/** A body of status 200. @param answer undefined for one that is no JSON object */
export function maskBody(step: string, answer: JsonObject | undefined, quotesSecret: Quotes): Body {
  if (!isWritable(answer)) return 'not shown: no JSON object';
  if (step === 'JWKS request') {
    const keys = [answer['keys']].flat().slice(0, MEMBERS_LIMIT);
    const masked = keys.map((key) => maskMembers({ ...Object(key) }, isHarmlessInKey, quotesSecret));
    return fitted({ keys: masked });
  }
  if (step === 'discovery request') return fitted(usedOf(answer, quotesSecret));
  const isHarmless = HARMLESS[step] ?? (() => false);
  return fitted(maskMembers(answer, isHarmless, quotesSecret));
}

/** Everybody may read a discovery document; what this app reads of it is enough for a record. */
function usedOf(metadata: JsonObject, quotesSecret: Quotes): JsonObject {
  const all = Object.entries(metadata);
  const used = all.filter(([name]) => Object.hasOwn(providerMetadata.shape, name));
  const masked = maskMembers(Object.fromEntries(used), () => true, quotesSecret);
  return { ...masked, [MORE]: `${all.length - used.length} more members, which this app does not read` };
}

/** An error in either of PingOne's shapes, each of its words only if it quotes no secret in whatever encoding. */
export function maskErrorBody(answer: JsonObject | undefined, secrets: string[], quotesSecret: Quotes): Body {
  if (!isWritable(answer)) return 'not shown: no JSON object';
  const harmless = ['error', 'error_description', 'code', 'message', 'id'].filter((name) => {
    const words = String(answer[name]).slice(0, BODY_LIMIT_BYTES);
    return !secrets.some((secret) => quotes(words, secret));
  });
  return fitted(maskMembers(answer, (name) => harmless.includes(name), quotesSecret));
}

/** Header and claims of an ID token, whether it holds or not; undefined for what cannot be decoded. */
export function maskIdToken(
  idToken: string,
  quotesSecret: Quotes,
): { header: JsonObject; claims: JsonObject } | undefined {
  const [first = '', second = '', ...rest] = idToken.split('.');
  const [header, claims] = [first, second].map((part) =>
    parseJsonObject(Buffer.from(part, 'base64url').toString()),
  );
  if (rest.length !== 1 || !isWritable(header) || !isWritable(claims)) return undefined;
  const mask = (object: JsonObject) => fitted(maskMembers(object, (name) => name !== 'nonce', quotesSecret));
  return { header: mask(header), claims: mask(claims) };
}

/** Claims without the person: of theirs name, kind and length alone. For a sign-in that led to nothing. */
export function withoutPerson(claims: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => {
      const isKept = PROTOCOL_MEMBERS.includes(name) || isMasked(name, value);
      return [name, isKept ? value : kindOf(name, textOf(value))];
    }),
  );
}

function isMasked(name: string, value: unknown): boolean {
  const start = `[${name}, `;
  const text = String(value);
  return text.startsWith(start) && /^\d+ characters\]$/.test(text.slice(start.length));
}

/** The harmless members as they are, of all others, and of those that quote a secret, kind and length. */
function maskMembers(
  object: JsonObject,
  isHarmless: (name: string) => boolean,
  quotesSecret: Quotes,
): JsonObject {
  const names = Object.keys(object);
  const isFew = names.length <= MEMBERS_LIMIT && names.every(({ length }) => length <= NAME_LIMIT);
  // A copy of the whole costs a tenth of one that is made member by member.
  const masked = isFew ? { ...object } : Object.fromEntries(Object.entries(object).slice(0, MEMBERS_LIMIT));
  for (const [name, value] of Object.entries(masked)) {
    const text = textOf(value);
    const shown = text.length > BODY_LIMIT_BYTES ? cut(text, CUT_VALUE_LIMIT) : text;
    if (shown !== text) masked[name] = shown;
    if (!isHarmless(name) || quotesSecret(shown)) masked[name] = kindOf(name, text);
    // A name, too, comes from outside.
    if (name.length > NAME_LIMIT || quotesSecret(name)) {
      delete masked[name];
      masked[kindOf('name', name)] = kindOf('value', text);
    }
  }
  return masked;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** One that is nested deeply would take the stack of whoever writes it out. */
function isWritable(object: JsonObject | undefined): object is JsonObject {
  return object !== undefined && !isDeeperThan(DEPTH_LIMIT, object);
}

/** As many of the members as there is room for. */
function fitted(object: JsonObject): JsonObject {
  if (sizeOf(object) <= BODY_LIMIT_BYTES) return object;
  const entries = Object.entries(object);
  const kept: JsonObject = {};
  let room = BODY_LIMIT_BYTES - 60;
  for (const [name, value] of entries) {
    room -= sizeOf({ [name]: value });
    if (room < 0) break;
    kept[name] = value;
  }
  const left = entries.length - Object.keys(kept).length;
  return { ...kept, [MORE]: `${left} more members, for which there is no room` };
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
