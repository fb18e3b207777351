// The record of a rejected request to the callback. Such a request is not an authorization response, or not a
// response to a sign-in in this browser. If a sign-in is pending in this browser, its record shows the
// request. Anyone can send a browser to the callback with any query, so no page shows its values.

import { parseCookie } from 'cookie';
import type { Request } from 'express';
import type { CookieSettings } from './browser-records.ts';
import { VALUE_LIMIT_BYTES } from './json.ts';
import { isKnownParameter } from './parameters.ts';
import type { FlowError, FlowRecord } from './record.ts';
import { lengthOnly } from './without-user.ts';

const CAME = { type: 'exchange', step: 'authorization_response', method: 'GET' } as const;
const CODES = new Set(['callback_malformed', 'sign_in_unknown']);

/**
 * The record of a rejected callback.
 * @returns undefined if it is another error, no sign-in is pending in this browser, or a user is signed in
 */
export function makeRejectedRecord(
  req: Request,
  error: FlowError,
  cookies: CookieSettings,
): FlowRecord | undefined {
  const isSignedIn = cookies.cookieName in (req.session ?? {});
  if (!CODES.has(error.code) || isSignedIn || !hasPendingSignIn(req, cookies)) return undefined;
  const [path = '', query = ''] = req.originalUrl.split('?', 2);
  const parameters = withheldParameters(query.slice(0, VALUE_LIMIT_BYTES));
  return {
    operation: 'sign-in',
    beganAtMs: Date.now(),
    endedAfterMs: 0,
    events: [{ ...CAME, url: path, parameters, afterMs: 0 }],
    error: { code: error.code, facts: {} },
    isUntrusted: true,
  };
}

/**
 * The length of each parameter that an authorization response may have, and the number of all other
 * parameters.
 */
function withheldParameters(query: string): [string, string][] {
  const all = [...new URLSearchParams(query)];
  const known = Map.groupBy(all, ([name]) => (isKnownParameter(name) ? name : ''));
  return Array.from(known, ([name, found]) => {
    if (name === '') return ['other parameters', `[withheld parameters: ${found.length}]`];
    return [name, found.map(([, value]) => lengthOnly(value)).join(' ')];
  });
}

function hasPendingSignIn({ headers }: Request, { https, cookieName }: CookieSettings): boolean {
  const prefix = `${https ? '__Host-' : ''}${cookieName}_sign_in_`;
  return Object.keys(parseCookie(headers.cookie ?? '')).some((name) => name.startsWith(prefix));
}
