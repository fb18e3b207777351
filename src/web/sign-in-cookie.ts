// The cookie of one sign-in under way: state, nonce and code verifier, sealed, in the browser that started it. It is
// no session, so tabs do not disturb each other, and a restart or another process can still end the sign-in.

import { hash } from 'node:crypto';
import type { CookieOptions, Request, Response } from 'express';
import * as z from 'zod';
import { cookiesOf } from './cookies.ts';
import { KEPT_IN_ONE_BROWSER, type LostSignIn } from './lost-sign-in.ts';
import { createSealer } from './sealed-text.ts';
import { WebError, webErrorTexts } from './web-errors.ts';

export const SIGN_IN_LIMIT_MS = 10 * 60 * 1000;
const CLEARLY_LATE_MS = 60 * 1000;
/** Each takes a line of the answer's headers, and a proxy may take 4 kB of them. */
const CLEARED_AT_ONCE = 20;

const signInUnderWay = z.object({
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  returnTo: z.string(),
  startedAtMs: z.number(),
});

export type SignInUnderWay = z.infer<typeof signInUnderWay>;

export interface SignInCookies {
  /** Sets the cookie of a sign-in, and clears those beyond the five newest that the request brought. */
  seal(req: Request, res: Response, signIn: SignInUnderWay): void;
  /** The sign-in that has this state. @throws SignInError or WebError sign_in_*, other_host: why this browser has none */
  open(req: Request, state: string): SignInUnderWay;
  /** The sign-in that was begun last in this browser, if one is under way. */
  newest(req: Request): SignInUnderWay | undefined;
  clear(res: Response, state: string): void;
}

/**
 * @param sessionSecrets the newest first: it seals, all of them open
 * @param lostSignIn what to say where a state has no cookie
 */
export function createSignInCookies(
  sessionSecrets: string[],
  https: boolean,
  lostSignIn: LostSignIn,
): SignInCookies {
  const prefix = `${https ? '__Host-' : ''}pingone_sign_in_`;
  const sealer = createSealer(sessionSecrets, 'PingOne sign-in cookie');
  const options: CookieOptions = { httpOnly: true, sameSite: 'lax', path: '/', secure: https };

  /** The state itself stays inside the seal. */
  const nameOf = (state: string) => prefix + hash('sha256', state, 'base64url').slice(0, 16);

  function seal(req: Request, res: Response, signIn: SignInUnderWay): void {
    for (const name of tooMany(req)) res.clearCookie(name, options);
    const name = nameOf(signIn.state);
    res.cookie(name, sealer.seal(JSON.stringify(signIn), name), { ...options, maxAge: SIGN_IN_LIMIT_MS });
  }

  /** Names of the cookies that must go so that the new one is one of five: the oldest, and those that do not open. */
  function tooMany(req: Request): string[] {
    return brought(req, KEPT_IN_ONE_BROWSER)
      .slice(KEPT_IN_ONE_BROWSER - 1, KEPT_IN_ONE_BROWSER - 1 + CLEARED_AT_ONCE)
      .map(({ name }) => name);
  }

  /** The cookies of sign-ins that came along, the newest first, those that do not open last; none if fewer than that. */
  function brought(req: Request, fewest: number): { name: string; signIn?: SignInUnderWay | undefined }[] {
    // Browsers send the older first (RFC 6265, section 5.4), which tells those of one millisecond apart.
    const cookies = [...cookiesOf(req)].filter(([name]) => name.startsWith(prefix)).reverse();
    if (cookies.length < fewest) return [];
    const opened = cookies.map(([name, sealed]) => {
      const signIn = unseal(sealed, name);
      return { name, signIn: signIn && !isOver(signIn) ? signIn : undefined };
    });
    return opened.sort((a, b) => (b.signIn?.startedAtMs ?? 0) - (a.signIn?.startedAtMs ?? 0));
  }

  function newest(req: Request): SignInUnderWay | undefined {
    return brought(req, 1)[0]?.signIn;
  }

  function open(req: Request, state: string): SignInUnderWay {
    const cookies = cookiesOf(req);
    const name = nameOf(state);
    const sealed = cookies.get(name);
    if (sealed === undefined) {
      const others = [...cookies.keys()].filter((other) => other.startsWith(prefix));
      throw lostSignIn(req, state, others.length);
    }
    const signIn = unseal(sealed, name);
    if (signIn?.state !== state) throw new WebError('sign_in_unreadable');
    if (isOver(signIn)) throw expired(signIn);
    return signIn;
  }

  function unseal(sealed: string, name: string): SignInUnderWay | undefined {
    const json = sealer.open(sealed, name);
    return json === undefined ? undefined : signInUnderWay.safeParse(JSON.parse(json)).data;
  }

  return { seal, open, newest, clear: (res, state) => void res.clearCookie(nameOf(state), options) };
}

function isOver({ startedAtMs }: SignInUnderWay): boolean {
  return Date.now() - startedAtMs > SIGN_IN_LIMIT_MS;
}

/** Both times and the difference: a clock that was set looks like a sign-in that took long. */
function expired({ startedAtMs }: SignInUnderWay): WebError {
  const now = Date.now();
  const [begun, here] = [startedAtMs, now].map((time) => new Date(time).toISOString());
  const seconds = Math.round((now - startedAtMs) / 1000);
  const { causes } = webErrorTexts.sign_in_expired;
  return new WebError('sign_in_expired', undefined, {
    detail: `It was begun at ${begun}, this machine’s clock is ${here}: ${seconds} s apart.`,
    // By its own clock the browser drops the cookie in time, so one that comes long after means that a clock was set.
    causes: now - startedAtMs > SIGN_IN_LIMIT_MS + CLEARLY_LATE_MS ? causes.toReversed() : causes,
  });
}
