// GET /callback?code=…&state=…: ends a sign-in (RFC 6749, section 4.1.2). A user who comes out of here signed in has passed
// every check. If one fails, the session that was there before stays as it was.

import { hash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { readAuthorizationResponse, SignInError } from '../pingone/index.ts';
import type { Context } from './context.ts';
import { RequestError, withStatus } from './errors.ts';
import { checkHost, checkNavigation, checkReturnTo, queryOf, redirect } from './request.ts';
import { identityOf, sessionOf } from './session.ts';
import { claim } from './shared.ts';
import { SIGN_IN_LIMIT_MS } from './sign-in-cookie.ts';

/** A state is remembered a minute longer than its cookie can come. */
const STATE_USED_MS = SIGN_IN_LIMIT_MS + 60_000;
/** How long the outcome is kept for a second delivery of the same callback. Finishing takes 8 s at most. */
const JOINED_MS = 10_000;
/** What startSignIn makes. */
const STATE_OF_OURS = /^[\w-]{43}$/;

export function createCallback(context: Context): RequestHandler {
  const { client, cookies, defaultPage, observe, revocations, sessions, tell } = context;
  /** The ids of the new sessions of sign-ins that this process finishes, or has just finished. */
  const deliveries = new Map<string, Promise<string>>();
  type Messages = NonNullable<ReturnType<typeof readMessages>>;

  return async function callback(req, res) {
    checkNavigation(req, context);
    let messages: Messages | undefined;
    try {
      messages = readMessages(req);
      redirect(res, 303, messages ? await locationAfter(req, res, messages) : defaultPage);
    } catch (error) {
      tell({ type: 'sign_in_failed', error }, req, res);
      throw withStatus(error, messages?.returnTo);
    }
  };

  /** What the browser brings: the response and the cookie of its sign-in. None for a reload, or the back button. */
  function readMessages(req: Request) {
    const query = queryOf(req);
    const response = readAuthorizationResponse(query);
    const encrypted = sessionOf(req) && cookies.find(req, response.state);
    if (encrypted === undefined && sessions.read(req) && cookies.count(req) === 0) return undefined;
    if (encrypted === undefined) throw lostSignIn(req, response.state);
    const content = cookies.open(encrypted, response.state);
    const returnTo = checkReturnTo(content.returnTo, context) ?? defaultPage;
    return { response, content, returnTo, delivery: hash('sha256', `${encrypted}\n${query}`) };
  }

  async function locationAfter(req: Request, res: Response, messages: Messages): Promise<string> {
    const { response, returnTo, delivery } = messages;
    // Before PingOne is called, so that one code makes one token request.
    if (await claim(context.shared, `state:${hash('sha256', response.state)}`, STATE_USED_MS)) {
      cookies.clear(res, response.state);
      const finished = finish(req, res, messages);
      deliveries.set(delivery, finished);
      setTimeout(() => deliveries.delete(delivery), JOINED_MS).unref();
      return finished.then(() => returnTo);
    }
    // The network may deliver one request twice: then its cookie and its query are the same, and so is the outcome.
    tell({ type: 'sign_in_repeated' }, req, res);
    cookies.clear(res, response.state);
    const sessionId = await deliveries.get(delivery);
    // Looked up again: a sign-out in between stays a sign-out.
    if (sessionId && (await sessions.adopt(req, sessionId))) return returnTo;
    if (!sessionId && sessions.read(req)) return defaultPage;
    throw new RequestError('sign_in_used');
  }

  /** The id of the new session. */
  async function finish(req: Request, res: Response, { response, content }: Messages): Promise<string> {
    const came: string[] = [];
    const hooks = { observer: observe(req, res), onRefreshToken: (one: string) => void came.push(one) };
    try {
      const signIn = await client.finishSignIn(response, content, hooks);
      const { auth_time, acr, amr } = signIn.claims;
      const stored = { signIn, signedInAtMs: Date.now(), authentication: { auth_time, acr, amr } };
      const prepare = () => context.onSignIn?.(req, signIn);
      await sessions.begin(req, stored, { prepare, stepUpOf: content.stepUpOf });
      tell({ type: 'signed_in', user: identityOf(signIn) }, req, res);
      return req.sessionID;
    } catch (error) {
      revocations.add(came[0]);
      throw error;
    }
  }

  /** With what tells its causes apart. */
  function lostSignIn(req: Request, state: string): RequestError | SignInError {
    checkHost(req, context, 'hostname');
    const count = cookies.count(req);
    const notOurs = { why: 'not_our_state', found: `length: ${state.length}` };
    const facts = { count, ...(!STATE_OF_OURS.test(state) && notOurs) };
    if (count > 0) return new SignInError('sign_in_unknown', facts);
    const seen = { cookiesCame: !!req.get('cookie'), behindProxy: !!req.app.get('trust proxy') };
    return new RequestError('sign_in_cookie_missing', { ...facts, ...seen });
  }
}
