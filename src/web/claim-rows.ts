// Claims as rows of a table. They are data from outside: any name, any JSON value, never code.

import type { SignIn } from '../pingone/client.ts';
import { explain, TIME_CLAIMS } from './claim-explanations.ts';

export interface ClaimRow {
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
  const names = new Set([...Object.keys(idTokenClaims), ...Object.keys(userinfoClaims)]);
  return [...names].flatMap((name) => {
    const inIdToken = Object.hasOwn(idTokenClaims, name);
    const inUserinfo = Object.hasOwn(userinfoClaims, name);
    const same = JSON.stringify(idTokenClaims[name]) === JSON.stringify(userinfoClaims[name]);
    if (inIdToken && inUserinfo && same) return [row(name, idTokenClaims[name], 'ID token and userinfo')];
    return [
      ...(inIdToken ? [row(name, idTokenClaims[name], 'ID token')] : []),
      ...(inUserinfo ? [row(name, userinfoClaims[name], 'userinfo')] : []),
    ];
  });
}

function row(name: string, value: unknown, source: string): ClaimRow {
  const isJson = typeof value !== 'string';
  const shown = isJson ? JSON.stringify(value, null, 2) : value;
  const time = TIME_CLAIMS.includes(name) ? inUtc(value) : undefined;
  return { name, explanation: explain(name), value: shown, isJson, source, ...(time && { time }) };
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
