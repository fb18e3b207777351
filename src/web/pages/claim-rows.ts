// Claims as rows of a table. They are data from outside, with any name and any JSON value, and never code.

import type { ProviderName } from '../../error-texts/index.ts';
import type { SignIn } from '../../pingone/index.ts';
import { formatClaimUtc } from '../utc.ts';
import { explainClaim, TIME_CLAIMS, TOKEN_CLAIMS } from './claim-explanations.ts';

/** The limit for one value, in characters. */
const SHOWN_LIMIT = 20_000;

/**
 * All claims of a sign-in in two groups: about the user and about the token. In both, claims of userinfo come
 * first. A claim of both sources has one row if its value is the same, and otherwise two.
 */
export function claimGroups({ claims, userinfo = {} }: SignIn, provider: ProviderName) {
  function rowOf(name: string, source: string, value: unknown) {
    const explanation = explainClaim(name, provider);
    const isJson = typeof value !== 'string';
    const text = truncate(isJson ? readable(value) : value);
    const time = TIME_CLAIMS.has(name) ? formatClaimUtc(value) : undefined;
    return { name, explanation, source, isJson, value: text, time };
  }
  const rows: ReturnType<typeof rowOf>[] = [];
  for (const name of Object.keys(userinfo)) {
    const isInBoth = Object.hasOwn(claims, name);
    const isSame = isInBoth && JSON.stringify(claims[name]) === JSON.stringify(userinfo[name]);
    if (isInBoth && !isSame) rows.push(rowOf(name, 'ID token', claims[name]));
    rows.push(rowOf(name, isSame ? 'ID token and userinfo' : 'userinfo', userinfo[name]));
  }
  for (const name of Object.keys(claims)) {
    if (!Object.hasOwn(userinfo, name)) rows.push(rowOf(name, 'ID token', claims[name]));
  }
  return {
    user: rows.filter(({ name }) => !TOKEN_CLAIMS.has(name)),
    token: rows.filter(({ name }) => TOKEN_CLAIMS.has(name)),
  };
}

/** Indented, unless the JSON fits on one line or is so long that indents would make it many times longer. */
function readable(value: unknown): string {
  const compact = JSON.stringify(value);
  return compact.length <= 60 || compact.length > SHOWN_LIMIT ? compact : JSON.stringify(value, null, 2);
}

function truncate(text: string): string {
  if (text.length <= SHOWN_LIMIT) return text;
  return `${text.slice(0, SHOWN_LIMIT)} … (cut, length: ${text.length})`;
}
