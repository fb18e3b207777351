// GET /callback?code=…&state=…: finishes a sign-in (RFC 6749, section 4.1.2). It signs the user in only if
// every check passes. If a check fails, an earlier session stays as it was.

import { hash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { readAuthorizationResponse, SignInError } from '../pingone/index.ts';
import type { Context } from './context.ts';
import { RequestError, withStatus } from './errors.ts';
import { checkHost, checkNavigation, queryOf, redirect, toOwnPath } from './request.ts';
import { identityOf, sessionOf } from './session.ts';
import { claim } from './shared.ts';
import { SIGN_IN_LIMIT_MS } from './sign-in-cookie.ts';

/** A used state is remembered for one minute longer than its cookie is valid. */
const STATE_USED_MS = SIGN_IN_LIMIT_MS + 60_000;
/**
 * How long a second delivery of a callback gets the outcome of the first. A sign-in finishes in at most 8 s.
 */
const DELIVERY_KEPT_MS = 10_000;
/** The form of a state that startSignIn made. */
const OWN_STATE = /^[\w-]{43}$/;

export function createCallback(context: Context): RequestHandler {
  const { client, cookies, defaultPage, observe, revocations, sessions, emit } = context;
  /** For sign-ins under way or just finished in this process: the ID of the new session. */
  const deliveries = new Map<string, Promise<string>>();
  type CallbackInput = NonNullable<ReturnType<typeof readInput>>;

  return async function callback(req, res) {
    checkNavigation(req, context);
    let input: CallbackInput | undefined;
    try {
      input = readInput(req);
      redirect(res, 303, input ? await locationAfter(req, res, input) : defaultPage);
    } catch (error) {
      emit({ type: 'sign_in_failed', error }, req, res);
      throw withStatus(error, input?.returnTo);
    }
  };

  /**
   * Reads the response and the cookie of its sign-in. Undefined if a signed-in user reloads, or goes back to,
   * an old callback.
   */
  function readInput(req: Request) {
    const query = queryOf(req);
    const response = readAuthorizationResponse(query);
    const encrypted = sessionOf(req) && cookies.find(req, response.state);
    if (encrypted === undefined && sessions.read(req) && cookies.count(req) === 0) return undefined;
    if (encrypted === undefined) throw lostSignIn(req, response.state);
    const pending = cookies.open(encrypted, response.state);
    const returnTo = toOwnPath(pending.returnTo, context) ?? defaultPage;
    return { response, pending, returnTo, deliveryKey: hash('sha256', `${encrypted}\n${query}`) };
  }

  async function locationAfter(req: Request, res: Response, input: CallbackInput): Promise<string> {
    const { response, returnTo, deliveryKey } = input;
    // Claimed before the token request, so that one code makes one token request.
    if (await claim(context.shared, `state:${hash('sha256', response.state)}`, STATE_USED_MS)) {
      cookies.clear(res, response.state);
      const finished = finish(req, res, input);
      deliveries.set(deliveryKey, finished);
      setTimeout(() => deliveries.delete(deliveryKey), DELIVERY_KEPT_MS).unref();
      return finished.then(() => returnTo);
    }
    // The network may deliver a request twice. The second one has the same cookie and query, and gets the
    // same outcome.
    emit({ type: 'sign_in_repeated' }, req, res);
    cookies.clear(res, response.state);
    const sessionId = await deliveries.get(deliveryKey);
    // Looked up again, because the user may have signed out in between.
    if (sessionId && (await sessions.adopt(req, sessionId))) return returnTo;
    if (!sessionId && sessions.read(req)) return defaultPage;
    throw new RequestError('sign_in_used');
  }

  /** Signs the user in, and returns the ID of the new session. */
  async function finish(req: Request, res: Response, { response, pending }: CallbackInput): Promise<string> {
    const issued: string[] = [];
    const listeners = { observer: observe(req, res), onRefreshToken: (token: string) => issued.push(token) };
    try {
      const signIn = await client.finishSignIn(response, pending, listeners);
      const { auth_time, acr, amr } = signIn.claims;
      const stored = { signIn, signedInAtMs: Date.now(), authentication: { auth_time, acr, amr } };
      const prepare = () => context.onSignIn?.(req, signIn);
      await sessions.startSession(req, stored, { prepare, stepUpOf: pending.stepUpOf });
      emit({ type: 'signed_in', user: identityOf(signIn) }, req, res);
      return req.sessionID;
    } catch (error) {
      revocations.add(issued[0]);
      throw error;
    }
  }

  /** The error if the cookie is missing, with facts that distinguish its causes. */
  function lostSignIn(req: Request, state: string): RequestError | SignInError {
    checkHost(req, context, 'hostname');
    const count = cookies.count(req);
    const foreignState = { why: 'state_not_from_this_app', found: `length: ${state.length}` };
    const facts = { count, ...(!OWN_STATE.test(state) && foreignState) };
    if (count > 0) return new SignInError('sign_in_unknown', facts);
    const seen = { hasCookies: !!req.get('cookie'), behindProxy: !!req.app.get('trust proxy') };
    return new RequestError('sign_in_cookie_missing', { ...facts, ...seen });
  }
}
