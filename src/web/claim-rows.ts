// Claims as rows of a table. They are data from outside, under whatever name and of whatever kind, never code.

import type { SignIn } from '../pingone/client.ts';
import { explain, TIME_CLAIMS } from './claim-explanations.ts';

/** Characters of one value. */
const SHOWN_LIMIT = 20_000;

interface ClaimRow {
  name: string;
  explanation: string;
  /** The value as text; objects and arrays as JSON. */
  value: string;
  isJson: boolean;
  /** For a time: the same, readable. */
  time?: string;
  /** Where it came from: the ID token, userinfo, or both with the same value. */
  source: string;
}

export function claimRows({ idTokenClaims, userinfoClaims = {} }: SignIn): ClaimRow[] {
  // What userinfo says is about the person; what the ID token alone says is mostly about the token.
  const names = new Set([...Object.keys(userinfoClaims), ...Object.keys(idTokenClaims)]);
  return [...names].flatMap((name) => {
    const inIdToken = Object.hasOwn(idTokenClaims, name);
    const inUserinfo = Object.hasOwn(userinfoClaims, name);
    const isInBoth = inIdToken && inUserinfo;
    if (isInBoth && JSON.stringify(idTokenClaims[name]) === JSON.stringify(userinfoClaims[name]))
      return [row(name, idTokenClaims[name], 'ID token and userinfo')];
    return [
      ...(inIdToken ? [row(name, idTokenClaims[name], 'ID token')] : []),
      ...(inUserinfo ? [row(name, userinfoClaims[name], 'userinfo')] : []),
    ];
  });
}

function row(name: string, value: unknown, source: string): ClaimRow {
  const isJson = typeof value !== 'string';
  const shown = isJson ? readable(value) : value;
  const time = TIME_CLAIMS.includes(name) ? inUtc(value) : undefined;
  return { name, explanation: explain(name), value: cut(shown), isJson, source, ...(time && { time }) };
}

/** Indented, unless it fits into a line, or indenting would make a long value many times as long. */
function readable(value: unknown): string {
  const compact = JSON.stringify(value);
  return compact.length <= 60 || compact.length > SHOWN_LIMIT ? compact : JSON.stringify(value, null, 2);
}

function cut(text: string): string {
  if (text.length <= SHOWN_LIMIT) return text;
  return `${text.slice(0, SHOWN_LIMIT)} … and ${text.length - SHOWN_LIMIT} more characters`;
}

/** A time in seconds since 1970, as 2026-01-31 12:00:00 UTC. */
export function inUtc(seconds: unknown): string | undefined {
  const date = new Date(typeof seconds === 'number' ? seconds * 1000 : Number.NaN);
  return Number.isNaN(date.getTime())
    ? undefined
    : date
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, ' UTC');
}
