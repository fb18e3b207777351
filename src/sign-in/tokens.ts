// Access tokens for routes that call an API, and their refresh (RFC 6749, section 6). Requests that come at
// the same time share one token request, because PingOne may revoke all tokens if a refresh token is used
// twice.

import type { Request, Response } from 'express';
import { type SignIn, SignInError } from '../pingone/index.ts';
import type { Context } from './context.ts';
import { RequestError, withStatus } from './errors.ts';
import { identityOf } from './session.ts';
import { CLOCK_TOLERANCE_MS, isWithin, lock } from './shared.ts';
import type { StoredSignIn } from './types.ts';

/**
 * A token must not expire on its way to the API. One that is valid for less than a minute is used for half of
 * that time.
 */
const LEEWAY_MS = 30_000;
/** Requests that a browser sends together may arrive after the refresh of the first one has ended. */
const JUST_NOW_MS = 1_000;

export function createTokens({ after, observe, revocations, sessions, shared, emit }: Context) {
  /**
   * By session ID: the refresh under way in this process, even if it waits for another process. Later
   * requests wait for it.
   */
  const underWay = new Map<string, Promise<StoredSignIn>>();

  /** An access token that has not expired. Without `expires_in`, every access token counts as not expired. */
  async function accessToken(req: Request, res: Response): Promise<string> {
    const { tokens, receivedAtMs } = sessions.readOrThrow(req).signIn;
    const { expires_in: seconds = Number.POSITIVE_INFINITY, access_token } = tokens;
    const isUsable = (leadMs: number) => isWithin(receivedAtMs, seconds * 1000 - leadMs, CLOCK_TOLERANCE_MS);
    if (isUsable(Math.min(LEEWAY_MS, seconds * 500))) return access_token;
    const { signIn } = await refresh(req, res).catch(async (error: unknown) => {
      // The current token is used until it expires, unless the session has ended.
      const stored = isUsable(0) && (await sessions.reload(req).catch(() => undefined));
      return stored || Promise.reject(error);
    });
    return signIn.tokens.access_token;
  }

  /**
   * Gets new tokens now. Requests of one session at the same time share one token request and its outcome.
   */
  async function refresh(req: Request, res: Response): Promise<StoredSignIn> {
    const { sessionID } = req;
    const countBefore = sessions.readOrThrow(req).refresh?.count;
    const findRefreshed = () => refreshedMeanwhile(req, countBefore);
    const earlier = underWay.get(sessionID);
    // If the earlier request failed and its session has ended, its error says why.
    const shareError = (error: unknown) => findRefreshed().catch(() => Promise.reject(error));
    const refreshed = earlier && (await earlier.then(findRefreshed, shareError));
    if (refreshed) return refreshed;
    const work = async () => (await findRefreshed()) ?? refreshNow(req, res);
    const own = lock(shared, sessionID).then((release) => work().finally(release));
    underWay.set(sessionID, own);
    return own.finally(() => underWay.delete(sessionID));
  }

  /**
   * What another request stored after its refresh, if that ended after this request started, or within the
   * second before.
   * @throws SignInError if that refresh failed
   */
  async function refreshedMeanwhile(req: Request, countBefore?: number): Promise<StoredSignIn | undefined> {
    const stored = await sessions.reload(req);
    if (!stored) throw new RequestError('not_signed_in');
    const { refresh: last } = stored;
    if (!last || (last.count === countBefore && !isWithin(last.endedAtMs, JUST_NOW_MS))) return undefined;
    if (last.failedWith) throw withStatus(new SignInError(last.failedWith, last.facts));
    return stored;
  }

  async function refreshNow(req: Request, res: Response): Promise<StoredSignIn> {
    const stored = sessions.readOrThrow(req);
    const { signIn: before } = stored;
    const usedToken = before.tokens.refresh_token;
    if (!usedToken) throw new RequestError('refresh_token_missing');
    const issued: string[] = [];
    const listeners = { observer: observe(req, res), onRefreshToken: (token: string) => issued.push(token) };

    async function save(signIn: SignIn, outcome: Partial<StoredSignIn['refresh']> = {}) {
      const count = (stored.refresh?.count ?? 0) + 1;
      const next = { ...stored, signIn, refresh: { ...outcome, count, endedAtMs: Date.now() } };
      await sessions.update(req, next).catch((error: unknown) => {
        // The new refresh token is revoked, because no session has it.
        if (issued[0] !== usedToken) revocations.add(issued[0]);
        throw error;
      });
      return next;
    }

    try {
      const { signIn, userinfoError } = await after.refresh(before, listeners);
      const refreshed = await save(signIn, userinfoError && { userinfoError: userinfoError.code });
      emit({ type: 'refreshed', user: identityOf(signIn) }, req, res);
      return refreshed;
    } catch (error) {
      emit({ type: 'refresh_failed', error }, req, res);
      if (error instanceof RequestError) throw error;
      const refresh_token = issued[0] ?? usedToken;
      const failure = error instanceof SignInError ? error : new SignInError('refresh_unconfirmed');
      const { code: failedWith, kind, facts } = failure;
      // Only a rejection by PingOne, or a response about another user, ends the session. Other failures are
      // temporary.
      if (kind === 'identity') for (const token of new Set([...issued, usedToken])) revocations.add(token);
      if (kind === 'identity' || kind === 'user') await sessions.destroy(req);
      else await save({ ...before, tokens: { ...before.tokens, refresh_token } }, { failedWith, facts });
      throw withStatus(error);
    }
  }

  return { accessToken, refresh };
}
