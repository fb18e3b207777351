// Claims as rows of a table. They are data from outside, under whatever name and of whatever kind, never code.

import { nameProvider, type ProviderName } from '../../error-texts/index.ts';
import type { SignIn } from '../../pingone/index.ts';
import { claimInUtc } from '../utc.ts';
import { explain, TIME_CLAIMS, TOKEN_CLAIMS } from './claim-explanations.ts';

/** Characters of one value. */
const SHOWN_LIMIT = 20_000;

/** Every claim of a sign-in, in two groups: about the user, and about the token. In each, those of userinfo come first. */
export function claimGroups({ claims, userinfo = {} }: SignIn, provider: ProviderName) {
  const names = [...new Set([...Object.keys(userinfo), ...Object.keys(claims)])];
  const rowsOf = (name: string) => {
    const explanation = nameProvider(explain(name), provider);
    return sourcesOf(name, claims, userinfo).map(({ source, value }) => {
      return { name, explanation, source, ...describe(name, value) };
    });
  };
  return {
    user: names.filter((name) => !TOKEN_CLAIMS.includes(name)).flatMap(rowsOf),
    token: names.filter((name) => TOKEN_CLAIMS.includes(name)).flatMap(rowsOf),
  };
}

/** Where a claim came from: the ID token, userinfo, or both with the same value. */
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

/** The value as text, objects and arrays as JSON; of a time also what it says. */
function describe(name: string, value: unknown) {
  const isJson = typeof value !== 'string';
  const shown = isJson ? readable(value) : value;
  const time = TIME_CLAIMS.includes(name) ? claimInUtc(value) : undefined;
  return { value: cut(shown), isJson, time };
}

/** Indented, unless it fits into a line, or indenting would make a long value many times as long. */
function readable(value: unknown): string {
  const compact = JSON.stringify(value);
  return compact.length <= 60 || compact.length > SHOWN_LIMIT ? compact : JSON.stringify(value, null, 2);
}

function cut(text: string): string {
  if (text.length <= SHOWN_LIMIT) return text;
  return `${text.slice(0, SHOWN_LIMIT)} … (cut, length: ${text.length})`;
}
