// The access token of a signed-in user, for a route that calls an API, and its refresh (RFC 6749, section 6): one token
// request for all requests that come at the same time, because a refresh token that is used twice may end them all.

import type { Request, Response } from 'express';
import { type SignIn, SignInError } from '../pingone/index.ts';
import type { Context } from './context.ts';
import { RequestError, withStatus } from './errors.ts';
import { identityOf } from './session.ts';
import { CLOCK_TOLERANCE_MS, isWithin, lock } from './shared.ts';
import type { StoredSignIn } from './types.ts';

/** A token must not expire on its way. If it is good for less than a minute, it is used for half of that time. */
const LEEWAY_MS = 30_000;
/** Of requests that were sent together, some come after the refresh of the first has ended. */
const JUST_NOW_MS = 1_000;

export function createTokens({ after, observe, revocations, sessions, shared, tell }: Context) {
  /** By session, the request of this process that refreshes, or waits for another process; the others wait for it. */
  const underWay = new Map<string, Promise<StoredSignIn>>();

  /** An access token that has not expired, as far as PingOne has said when it does. */
  async function accessToken(req: Request, res: Response): Promise<string> {
    const { tokens, receivedAtMs } = sessions.signedIn(req).signIn;
    const { expires_in: seconds = Number.POSITIVE_INFINITY, access_token } = tokens;
    const isGood = (leadMs: number) => isWithin(receivedAtMs, seconds * 1000 - leadMs, CLOCK_TOLERANCE_MS);
    if (isGood(Math.min(LEEWAY_MS, seconds * 500))) return access_token;
    const { signIn } = await refresh(req, res).catch(async (error: unknown) => {
      // The current one is good until it expires, unless the session has ended.
      const goesOn = isGood(0) && (await sessions.reload(req).catch(() => undefined));
      return goesOn || Promise.reject(error);
    });
    return signIn.tokens.access_token;
  }

  /** Gets new tokens now, once for all requests that ask at the same time: they share the outcome. */
  async function refresh(req: Request, res: Response): Promise<StoredSignIn> {
    const { sessionID } = req;
    const countBefore = sessions.signedIn(req).refresh?.count;
    const look = () => doneMeanwhile(req, countBefore);
    const ahead = underWay.get(sessionID);
    const done = ahead && (await ahead.then(look, look));
    if (done) return done;
    const work = async () => (await look()) ?? refreshNow(req, res);
    const mine = lock(shared, sessionID).then((release) => work().finally(release));
    underWay.set(sessionID, mine);
    return mine.finally(() => underWay.delete(sessionID));
  }

  /**
   * What another request has refreshed since this one came, or just before.
   * @throws SignInError the one that it ended with
   */
  async function doneMeanwhile(req: Request, countBefore?: number): Promise<StoredSignIn | undefined> {
    await sessions.reload(req);
    const stored = sessions.signedIn(req);
    const { refresh: last } = stored;
    if (!last || (last.count === countBefore && !isWithin(last.endedAtMs, JUST_NOW_MS))) return undefined;
    if (last.failedWith) throw withStatus(new SignInError(last.failedWith, last.facts));
    return stored;
  }

  async function refreshNow(req: Request, res: Response): Promise<StoredSignIn> {
    const stored = sessions.signedIn(req);
    const { signIn: before } = stored;
    const used = before.tokens.refresh_token;
    if (!used) throw new RequestError('refresh_token_missing');
    const came: string[] = [];
    const hooks = { observer: observe(req, res), onRefreshToken: (one: string) => void came.push(one) };

    async function keep(signIn: SignIn, outcome: Partial<StoredSignIn['refresh']> = {}) {
      const count = (stored.refresh?.count ?? 0) + 1;
      const next = { ...stored, signIn, refresh: { ...outcome, count, endedAtMs: Date.now() } };
      await sessions.update(req, next).catch((error: unknown) => {
        // Nobody holds it.
        if (came[0] !== used) revocations.add(came[0]);
        throw error;
      });
      return next;
    }

    try {
      const { signIn, userinfoError } = await after.refresh(before, hooks);
      const kept = await keep(signIn, userinfoError && { userinfoError: userinfoError.code });
      tell({ type: 'refreshed', user: identityOf(signIn) }, req, res);
      return kept;
    } catch (error) {
      tell({ type: 'refresh_failed', error }, req, res);
      if (error instanceof RequestError) throw error;
      const refresh_token = came[0] ?? used;
      const known = error instanceof SignInError ? error : new SignInError('refresh_unconfirmed');
      const { code: failedWith, kind, facts } = known;
      // Only PingOne's refusal, or a response about another user, ends the session. All else is a failure of the moment.
      if (kind === 'identity') for (const one of new Set([...came, used])) revocations.add(one);
      if (kind === 'identity' || kind === 'user') await sessions.end(req);
      else await keep({ ...before, tokens: { ...before.tokens, refresh_token } }, { failedWith, facts });
      throw withStatus(error);
    }
  }

  return { accessToken, refresh };
}
