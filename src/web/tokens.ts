// The access token of somebody who is signed in, for a route that calls an API with it, and its refresh: one token
// request for all who ask at the same time, for PingOne's refresh tokens are good for one, and reuse ends them all.

import type { Request, Response } from 'express';
import type { PingOneClient, SignIn } from '../pingone/client.ts';
import { SignInError } from '../pingone/errors.ts';
import type { Lock } from './lock.ts';
import type { Sessions } from './session.ts';
import { WebError } from './web-errors.ts';

/** So that a token does not run out on its way. */
const LEEWAY_MS = 30_000;
/** Of requests that were sent together, some come after the first has its answer. */
const JUST_NOW_MS = 1_000;

export interface Tokens {
  /**
   * An access token that has not run out, as far as PingOne said when it will.
   * @throws WebError not_signed_in, refresh_token_missing, or whatever a refresh ends with
   */
  accessTokenOf(req: Request, res: Response): Promise<string>;
  /**
   * Gets new tokens, unless a request at the same time has just got some.
   * @throws SignInError: refused, or with a wrong ID token, the session is over; with any other it goes on as it was
   */
  refresh(req: Request, res: Response): Promise<SignIn>;
}

export function createTokens(client: PingOneClient, sessions: Sessions, lock: Lock): Tokens {
  async function accessTokenOf(req: Request, res: Response): Promise<string> {
    const { signIn } = req.session;
    if (!signIn) throw new WebError('not_signed_in');
    const { tokens } = hasRunOut(signIn) ? await refresh(req, res) : signIn;
    return tokens.access_token;
  }

  async function refresh(req: Request, res: Response): Promise<SignIn> {
    const loaded = req.session.signIn;
    return lock(req.sessionID, async () => {
      // Whoever has waited here finds what the one before has got, or that the session is over.
      await sessions.reload(req);
      const { signIn, refreshedAtMs = 0 } = req.session;
      if (!signIn || !loaded) throw new WebError('not_signed_in');
      if (signIn.receivedAt !== loaded.receivedAt || Date.now() - refreshedAtMs < JUST_NOW_MS) return signIn;
      return refreshNow(req, res, signIn);
    });
  }

  async function refreshNow(req: Request, res: Response, signIn: SignIn): Promise<SignIn> {
    const { refresh_token } = signIn.tokens;
    if (!refresh_token) throw new WebError('refresh_token_missing');
    const withToken = { ...signIn, tokens: { ...signIn.tokens, refresh_token } };
    const fresh = await client.refreshTokens(withToken).catch(async (error: unknown) => {
      if (endsSignIn(error)) await sessions.end(req, res);
      throw error;
    });
    if (await sessions.update(req, fresh)) return fresh;
    // Signed out meanwhile: what has come is nobody's any more.
    await client.revokeTokens(fresh).catch((error: unknown) => {
      req.log.warn({ error }, 'revocation not confirmed');
    });
    throw new WebError('not_signed_in');
  }

  return { accessTokenOf, refresh };
}

/** Without expires_in nobody knows; PingOne always says. */
function hasRunOut({ tokens: { expires_in }, receivedAt }: SignIn): boolean {
  if (expires_in === undefined) return false;
  const leeway = Math.min(LEEWAY_MS, (expires_in * 1000) / 2);
  return Date.now() >= receivedAt + expires_in * 1000 - leeway;
}

/** PingOne wants this person to sign in again, or its answer is about somebody else. */
function endsSignIn(error: unknown): boolean {
  return error instanceof SignInError && /^(refresh_refused$|id_token_)/.test(error.code);
}
