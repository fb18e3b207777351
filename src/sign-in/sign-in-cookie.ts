// The cookie of one pending sign-in. It has state, nonce and code verifier, encrypted. Because each sign-in
// has its own cookie and no session, tabs do not disturb each other, and any process can finish the sign-in,
// even after a restart.

import { hash } from 'node:crypto';
import { parseCookie, type SetCookie, stringifySetCookie } from 'cookie';
import type { Request, Response } from 'express';
import type { PendingSignIn } from '../pingone/index.ts';
import { createEncryption } from './encrypted-text.ts';
import { RequestError, withStatus } from './errors.ts';
import { CLOCK_TOLERANCE_MS, isWithin } from './shared.ts';

/** A sign-in may take long, because the user may have to enroll a device. */
export const SIGN_IN_LIMIT_MS = 30 * 60 * 1000;
/** How many sign-ins can be pending in one browser. */
export const MAX_PENDING_SIGN_INS = 5;
/**
 * Limits the headers of a response to 3.5 kB, even with the longest cookie, because some proxies accept only
 * 4 kB.
 */
const CLEARED_AT_ONCE = 3;

/** `stepUpOf`: the hash of the user who must come back from a step-up. */
type CookieContent = PendingSignIn & { returnTo: string; stepUpOf?: string };

export function createSignInCookies(settings: { cookieName: string; https: boolean; secrets: string[] }) {
  const { cookieName, https, secrets } = settings;
  const prefix = `${https ? '__Host-' : ''}${cookieName}_sign_in_`;
  const encryption = createEncryption(secrets, 'PingOne sign-in cookie');

  /** The name has only a hash of the state. The state is in the encrypted value. */
  const nameOf = (state: string) => prefix + hash('sha256', state, 'base64url').slice(0, 16);
  const lineOf = (cookie: SetCookie) => stringifySetCookie({ ...cookie, path: '/', secure: https });
  const clearing = (name: string) => lineOf({ name, value: '', maxAge: 0 });
  /** If a name occurs twice, its first cookie counts. */
  const allIn = (req: Request) => parseCookie(req.get('cookie') ?? '');
  const pendingIn = (req: Request) => Object.entries(allIn(req)).filter(([name]) => name.startsWith(prefix));
  const read = (encrypted: string, name: string): CookieContent | null =>
    JSON.parse(encryption.decrypt(encrypted, name) ?? 'null');

  /** Sets the cookie, and clears up to three cookies if there are more than five. */
  function set(req: Request, res: Response, content: CookieContent): void {
    const name = nameOf(content.state);
    const value = encryption.encrypt(JSON.stringify(content), name);
    const maxAge = SIGN_IN_LIMIT_MS / 1000;
    // Lax: a Strict cookie would not come back with the redirect from PingOne.
    res.append('Set-Cookie', lineOf({ name, value, maxAge, httpOnly: true, sameSite: 'lax' }));
    // Cookies that cannot be decrypted are cleared first, then the oldest. Five remain, including the new one.
    // Browsers send older cookies first (RFC 6265, section 5.4). This orders cookies of the same millisecond.
    const oldestFirst = pendingIn(req)
      .map(([old, text = '']) => ({ old, startedAtMs: read(text, old)?.startedAtMs ?? 0 }))
      .sort((a, b) => a.startedAtMs - b.startedAtMs);
    const tooMany = oldestFirst.slice(0, 1 - MAX_PENDING_SIGN_INS);
    for (const { old } of tooMany.slice(0, CLEARED_AT_ONCE)) res.append('Set-Cookie', clearing(old));
  }

  /** The decrypted content of a cookie. @throws RequestError sign_in_unreadable, sign_in_expired */
  function open(encrypted: string, state: string): CookieContent {
    const opened = read(encrypted, nameOf(state));
    if (!opened) throw new RequestError('sign_in_unreadable');
    if (isWithin(opened.startedAtMs, SIGN_IN_LIMIT_MS, CLOCK_TOLERANCE_MS)) return opened;
    // Both times, because a clock that was set looks like a long sign-in.
    const [found, expected] = [new Date(opened.startedAtMs).toISOString(), new Date().toISOString()];
    const secondsApart = Math.round((Date.now() - opened.startedAtMs) / 1000);
    throw withStatus(new RequestError('sign_in_expired', { found, expected, secondsApart }), opened.returnTo);
  }

  /** The encrypted cookie of the sign-in that has this state. */
  const find = (req: Request, state: string) => allIn(req)[nameOf(state)];
  /** How many sign-ins are pending in this browser. */
  const count = (req: Request) => pendingIn(req).length;
  const clear = (res: Response, state: string) => void res.append('Set-Cookie', clearing(nameOf(state)));

  return { set, open, find, count, clear };
}
