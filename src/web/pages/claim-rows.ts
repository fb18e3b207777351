// Claims as rows of a table. They are data from outside, with any name and any JSON value, and never code.

import { nameProvider, type ProviderName } from '../../error-texts/index.ts';
import type { SignIn } from '../../pingone/index.ts';
import { formatClaimUtc } from '../utc.ts';
import { explainClaim, TIME_CLAIMS, TOKEN_CLAIMS } from './claim-explanations.ts';

/** The limit for one value, in characters. */
const SHOWN_LIMIT = 20_000;

/**
 * All claims of a sign-in in two groups: about the user and about the token. In both, claims of userinfo come
 * first.
 */
export function claimGroups({ claims, userinfo = {} }: SignIn, provider: ProviderName) {
  const names = [...new Set([...Object.keys(userinfo), ...Object.keys(claims)])];
  const rowsOf = (name: string) => {
    const explanation = nameProvider(explainClaim(name), provider);
    return sourcesOf(name, claims, userinfo).map(({ source, value }) => {
      return { name, explanation, source, ...describe(name, value) };
    });
  };
  return {
    user: names.filter((name) => !TOKEN_CLAIMS.includes(name)).flatMap(rowsOf),
    token: names.filter((name) => TOKEN_CLAIMS.includes(name)).flatMap(rowsOf),
  };
}

/** The sources of a claim: the ID token, userinfo, or both if the value is the same. */
function sourcesOf(name: string, claims: SignIn['claims'], userinfo: SignIn['claims']) {
  const found = [
    { source: 'ID token', of: claims },
    { source: 'userinfo', of: userinfo },
  ].filter(({ of }) => Object.hasOwn(of, name));
  const values = found.map(({ source, of }) => ({ source, value: of[name] }));
  const [first, second] = values;
  const isSame = second && JSON.stringify(first?.value) === JSON.stringify(second.value);
  return isSame ? [{ source: 'ID token and userinfo', value: second.value }] : values;
}

/** The value as text, or as JSON if it is not a string. For a time, also the date. */
function describe(name: string, value: unknown) {
  const isJson = typeof value !== 'string';
  const shown = isJson ? readable(value) : value;
  const time = TIME_CLAIMS.includes(name) ? formatClaimUtc(value) : undefined;
  return { value: truncate(shown), isJson, time };
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
