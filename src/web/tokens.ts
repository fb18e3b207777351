// The access token of somebody who is signed in, for a route that calls an API with it, and its refresh: one token
// request for all who ask at the same time, for PingOne's refresh tokens are good for one, and reuse ends them all.

import type { Request, Response } from 'express';
import type { PingOneClient, SignIn } from '../pingone/client.ts';
import { isWithin } from '../pingone/clock.ts';
import { SignInError, type SignInErrorCode } from '../pingone/errors.ts';
import type { Lock } from './lock.ts';
import type { Sessions } from './session.ts';
import { WebError } from './web-errors.ts';

/** So that a token does not run out on its way. */
const LEEWAY_MS = 30_000;
/** Of requests that were sent together, some come after the first has its answer. */
const JUST_NOW_MS = 1_000;
const SHARED = 'That is what a request at the same time was told; this one has asked nobody.';

export interface Tokens {
  /**
   * An access token that has not run out, as far as PingOne said when it will.
   * @throws WebError not_signed_in, refresh_token_missing, or whatever a refresh ends with
   */
  accessTokenOf(req: Request, res: Response): Promise<string>;
  /**
   * Gets new tokens, unless a request at the same time has just tried: what that led to, this one leads to.
   * @throws SignInError: refused, or with an ID token of somebody else, the session is over; with any other it goes on
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
    const countBefore = req.session.lastRefresh?.count;
    return lock(req.sessionID, async () => {
      // Whoever has waited here finds what the one before has got, or that the session is over.
      await sessions.reload(req);
      const { signIn, lastRefresh } = req.session;
      if (!signIn) throw new WebError('not_signed_in');
      if (
        !lastRefresh ||
        (lastRefresh.count === countBefore && !isWithin(lastRefresh.endedAtMs, JUST_NOW_MS))
      )
        return refreshNow(req, res, signIn);
      // It may have spent the refresh token: to send that again is for a person to decide.
      if (lastRefresh.failedWith) throw new SignInError(lastRefresh.failedWith, { detail: SHARED });
      return signIn;
    });
  }

  async function refreshNow(req: Request, res: Response, signIn: SignIn): Promise<SignIn> {
    const { refresh_token } = signIn.tokens;
    if (!refresh_token) throw new WebError('refresh_token_missing');
    const count = (req.session.lastRefresh?.count ?? 0) + 1;
    /** A refresh token that has come, and stands in no session yet. */
    let unkept: string | undefined;
    const keep = async (toKeep: SignIn, failedWith?: SignInErrorCode) => {
      const lastRefresh = { count, endedAtMs: Date.now(), ...(failedWith && { failedWith }) };
      if (!(await sessions.update(req, toKeep, lastRefresh))) throw new WebError('not_signed_in');
      unkept = undefined;
    };
    try {
      const fresh = await client.refreshTokens(withRefreshToken(signIn, refresh_token), (rotated) => {
        if (rotated !== refresh_token) unkept = rotated;
      });
      await keep(fresh);
      return fresh;
    } catch (error) {
      if (endsSignIn(error)) await sessions.end(req, res);
      else if (error instanceof SignInError)
        await keep(withRefreshToken(signIn, unkept ?? refresh_token), error.code);
      throw error;
    } finally {
      // Signed out meanwhile, refused, or the store is gone: nobody can use it any more.
      if (unkept)
        await client.revokeTokens(unkept).catch((error: unknown) => {
          req.log.warn({ error }, 'revocation not confirmed');
        });
    }
  }

  return { accessTokenOf, refresh };
}

function withRefreshToken(signIn: SignIn, refresh_token: string) {
  return { ...signIn, tokens: { ...signIn.tokens, refresh_token } };
}

/** Without expires_in nobody knows; PingOne always says. With a clock that was set back nobody knows, either. */
function hasRunOut({ tokens: { expires_in }, receivedAt }: SignIn): boolean {
  if (expires_in === undefined) return false;
  const leeway = Math.min(LEEWAY_MS, (expires_in * 1000) / 2);
  return !isWithin(receivedAt - leeway, expires_in * 1000);
}

/** What is wrong with an ID token where a clock is: nothing that says whose it is. */
const CLOCK_ERRORS = [
  'id_token_expired',
  'id_token_issued_in_future',
  'id_token_too_old',
  'id_token_not_yet_valid',
];

/** PingOne wants this person to sign in again, or its answer is about somebody else. */
function endsSignIn(error: unknown): boolean {
  if (!(error instanceof SignInError) || CLOCK_ERRORS.includes(error.code)) return false;
  return /^(refresh_refused$|id_token_)/.test(error.code);
}
