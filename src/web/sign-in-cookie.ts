// The cookie of one sign-in under way: state, nonce and code verifier, sealed, in the browser that started it. It is
// no session, so tabs do not disturb each other, and a restart or another process can still end the sign-in.

import { createHash, hkdfSync } from 'node:crypto';
import type { CookieOptions, Request, Response } from 'express';
import { EncryptJWT, errors, jwtDecrypt } from 'jose';
import * as z from 'zod';
import { SignInError } from '../pingone/errors.ts';
import { cookiesOf } from './cookies.ts';
import { WebError } from './web-errors.ts';

export const SIGN_IN_LIMIT_MS = 10 * 60 * 1000;
const KEPT_IN_ONE_BROWSER = 5;
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
  seal(req: Request, res: Response, signIn: SignInUnderWay): Promise<void>;
  /** The sign-in that has this state. @throws SignInError or WebError sign_in_*: why this browser has none */
  open(req: Request, state: string): Promise<SignInUnderWay>;
  /** The sign-in that was begun last in this browser, if one is under way. */
  newest(req: Request): Promise<SignInUnderWay | undefined>;
  clear(res: Response, state: string): void;
}

/** @param sessionSecrets the newest first: it seals, all of them open */
export function createSignInCookies(sessionSecrets: string[], https: boolean): SignInCookies {
  const prefix = `${https ? '__Host-' : ''}pingone_sign_in_`;
  const keys = sessionSecrets.map(deriveKey);
  const options: CookieOptions = { httpOnly: true, sameSite: 'lax', path: '/', secure: https };

  /** The state itself stays inside the seal. */
  const nameOf = (state: string) =>
    prefix + createHash('sha256').update(state).digest('base64url').slice(0, 16);

  async function seal(req: Request, res: Response, signIn: SignInUnderWay): Promise<void> {
    for (const name of await tooMany(req)) res.clearCookie(name, options);
    const sealed = await new EncryptJWT({ ...signIn })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setExpirationTime(new Date(signIn.startedAtMs + SIGN_IN_LIMIT_MS))
      .encrypt(keys[0] as Uint8Array);
    res.cookie(nameOf(signIn.state), sealed, { ...options, maxAge: SIGN_IN_LIMIT_MS });
  }

  /** Names of the cookies that must go so that the new one is one of five: the oldest, and those that do not open. */
  async function tooMany(req: Request): Promise<string[]> {
    return (await brought(req, KEPT_IN_ONE_BROWSER))
      .slice(KEPT_IN_ONE_BROWSER - 1, KEPT_IN_ONE_BROWSER - 1 + CLEARED_AT_ONCE)
      .map(({ name }) => name);
  }

  /** The cookies of sign-ins that came along, the newest first, those that do not open last; none if fewer than that. */
  async function brought(req: Request, fewest: number): Promise<{ name: string; signIn?: SignInUnderWay }[]> {
    const cookies = [...cookiesOf(req)].filter(([name]) => name.startsWith(prefix));
    if (cookies.length < fewest) return [];
    const opened = cookies.map(async ([name, sealed]) => {
      const signIn = await unseal(sealed, keys).catch(() => undefined);
      return { name, ...(signIn && { signIn }) };
    });
    const age = ({ signIn }: { signIn?: SignInUnderWay }) => signIn?.startedAtMs ?? 0;
    return (await Promise.all(opened)).sort((a, b) => age(b) - age(a));
  }

  async function newest(req: Request): Promise<SignInUnderWay | undefined> {
    return (await brought(req, 1))[0]?.signIn;
  }

  async function open(req: Request, state: string): Promise<SignInUnderWay> {
    const cookies = cookiesOf(req);
    const sealed = cookies.get(nameOf(state));
    if (sealed === undefined) {
      const others = [...cookies.keys()].some((name) => name.startsWith(prefix));
      throw others ? new SignInError('sign_in_unknown') : new WebError('sign_in_cookie_missing');
    }
    const signIn = await unseal(sealed, keys);
    if (signIn.state !== state) throw new WebError('sign_in_unreadable');
    return signIn;
  }

  return { seal, open, newest, clear: (res, state) => void res.clearCookie(nameOf(state), options) };
}

function deriveKey(secret: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', 'PingOne sign-in cookie', 32));
}

async function unseal(sealed: string, keys: Uint8Array[]): Promise<SignInUnderWay> {
  for (const key of keys) {
    try {
      const { payload } = await jwtDecrypt(sealed, key, {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      return signInUnderWay.parse(payload);
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new WebError('sign_in_expired');
    }
  }
  throw new WebError('sign_in_unreadable');
}
