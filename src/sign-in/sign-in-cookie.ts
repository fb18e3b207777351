// The cookie of one pending sign-in: state, nonce and code verifier, encrypted, in the browser that started it. It is no
// session, so tabs do not disturb each other, and another process, or this one after a restart, can finish the sign-in.

import { hash } from 'node:crypto';
import { parseCookie, type SetCookie, stringifySetCookie } from 'cookie';
import type { Request, Response } from 'express';
import type { PendingSignIn } from '../pingone/index.ts';
import { createEncryption } from './encrypted-text.ts';
import { RequestError, withStatus } from './errors.ts';
import { CLOCK_TOLERANCE_MS, isWithin } from './shared.ts';

/** How long a sign-in may take: a user may have to enroll a device. */
export const SIGN_IN_LIMIT_MS = 30 * 60 * 1000;
/** How many sign-ins can be pending in one browser. */
export const KEPT_IN_ONE_BROWSER = 5;
/** So that a response with the longest cookie stays below 3.5 kB of headers: some proxies accept 4 kB. */
const CLEARED_AT_ONCE = 3;

/** `stepUpOf`: of a step-up, who must come back. */
type CookieContent = PendingSignIn & { returnTo: string; stepUpOf?: string };

export function createSignInCookies(settings: { cookieName: string; https: boolean; secrets: string[] }) {
  const { cookieName, https, secrets } = settings;
  const prefix = `${https ? '__Host-' : ''}${cookieName}_sign_in_`;
  const encryption = createEncryption(secrets, 'PingOne sign-in cookie');

  /** The state itself is only in the encrypted part. */
  const nameOf = (state: string) => prefix + hash('sha256', state, 'base64url').slice(0, 16);
  const lineOf = (cookie: SetCookie) => stringifySetCookie({ ...cookie, path: '/', secure: https });
  const clearing = (name: string) => lineOf({ name, value: '', maxAge: 0 });
  /** The first of each name counts. */
  const allIn = (req: Request) => parseCookie(req.get('cookie') ?? '');
  const pendingIn = (req: Request) => Object.entries(allIn(req)).filter(([name]) => name.startsWith(prefix));
  const read = (encrypted: string, name: string): CookieContent | null =>
    JSON.parse(encryption.decrypt(encrypted, name) ?? 'null');

  /** Sets the cookie, and clears some of those beyond the five newest. */
  function set(req: Request, res: Response, content: CookieContent): void {
    const name = nameOf(content.state);
    const value = encryption.encrypt(JSON.stringify(content), name);
    const maxAge = SIGN_IN_LIMIT_MS / 1000;
    // Lax: a Strict cookie would not come back with the redirect from PingOne.
    res.append('Set-Cookie', lineOf({ name, value, maxAge, httpOnly: true, sameSite: 'lax' }));
    // Browsers send the older first (RFC 6265, section 5.4), which tells those of one millisecond apart.
    const pending = pendingIn(req).reverse();
    // Those must go that do not open, then the oldest, so that the new one is one of five.
    const tooMany = pending
      .map(([old, text = '']) => ({ old, startedAtMs: read(text, old)?.startedAtMs ?? 0 }))
      .sort((a, b) => b.startedAtMs - a.startedAtMs)
      .slice(KEPT_IN_ONE_BROWSER - 1);
    for (const { old } of tooMany.slice(-CLEARED_AT_ONCE)) res.append('Set-Cookie', clearing(old));
  }

  /** What a cookie holds. @throws RequestError sign_in_unreadable, sign_in_expired */
  function open(encrypted: string, state: string): CookieContent {
    const opened = read(encrypted, nameOf(state));
    if (!opened) throw new RequestError('sign_in_unreadable');
    if (isWithin(opened.startedAtMs, SIGN_IN_LIMIT_MS, CLOCK_TOLERANCE_MS)) return opened;
    // Both times: a clock that was set looks like a sign-in that took long.
    const [found, expected] = [new Date(opened.startedAtMs).toISOString(), new Date().toISOString()];
    const secondsApart = Math.round((Date.now() - opened.startedAtMs) / 1000);
    throw withStatus(new RequestError('sign_in_expired', { found, expected, secondsApart }), opened.returnTo);
  }

  /** The encrypted cookie of the sign-in that has this state. */
  const find = (req: Request, state: string) => allIn(req)[nameOf(state)];
  /** How many sign-ins have a cookie in this browser. */
  const count = (req: Request) => pendingIn(req).length;
  const clear = (res: Response, state: string) => void res.append('Set-Cookie', clearing(nameOf(state)));

  return { set, open, find, count, clear };
}
