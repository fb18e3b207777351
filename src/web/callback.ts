// GET /callback: ends a sign-in. Whoever comes out of here signed in has passed every check; whatever fails ends on an
// error page, and a session that was there before stays as it was.

import type { Request, RequestHandler, Response } from 'express';
import { readAuthorizationResponse } from '../pingone/authorization-response.ts';
import type { PingOneClient } from '../pingone/client.ts';
import type { FlowRecord } from '../pingone/flow-steps.ts';
import { endFlow, errorAgain, failedStepOf, isOf } from './flow-ended.ts';
import type { FlowRecords } from './flow-records.ts';
import { pseudonym } from './logging.ts';
import { queryOf } from './query.ts';
import { redirect } from './redirect.ts';
import { checkReturnTo, DEFAULT_RETURN_TO } from './return-to.ts';
import type { Sessions } from './session.ts';
import type { SignInCookies } from './sign-in-cookie.ts';
import type { UsedStates } from './used-states.ts';
import { WebError } from './web-errors.ts';

export function callback(
  client: PingOneClient,
  cookies: SignInCookies,
  usedStates: UsedStates,
  sessions: Sessions,
  flows: FlowRecords,
  baseUrl: string,
): RequestHandler {
  return async function finishSignIn(req, res) {
    // Where this throws, the query is not believed at all, and so no state of it is marked.
    const response = readAuthorizationResponse(queryOf(req));
    const { state } = response;
    // Where the store of used states is gone, nothing has happened yet: the sign-in can be ended later.
    const isUsed = await usedStates.has(state);
    // From here on it is over whatever comes of it, also where the cookie does not open.
    cookies.clear(res, state);

    if (isUsed || req.session.state === state) return repeated(req, res, state);
    const pending = cookies.open(req, state);
    // Before PingOne is called: of two that come at once, one goes on.
    if (!(await usedStates.add(state))) return repeated(req, res, state);

    let flow: FlowRecord = { steps: [] };
    try {
      const signIn = await client.finishSignIn(response, pending, (record) => {
        flow = record;
      });
      await sessions.begin(req, signIn, state);
      req.log.info({ who: pseudonym(signIn.issuer, signIn.subject) }, 'sign-in succeeded');
    } catch (error) {
      const ended = endFlow(flow, state, error);
      await flows.keep(req, res, ended);
      res.locals['failedStep'] = failedStepOf(ended);
      throw error;
    }
    await flows.keep(req, res, endFlow(flow, state));
    redirect(res, 303, checkReturnTo(pending.returnTo, baseUrl) ?? DEFAULT_RETURN_TO);
  };

  /** A reload, the back button or a second tab: the code is spent, so what it led to is shown again. */
  async function repeated(req: Request, res: Response, state: string): Promise<void> {
    if (req.session.signIn) return redirect(res, 303, DEFAULT_RETURN_TO);
    const flow = await flows.find(req);
    if (!flow?.error || !isOf(flow, state)) throw new WebError('sign_in_used');
    res.locals['failedStep'] = failedStepOf(flow);
    res.locals['shownAgain'] = true;
    throw errorAgain(flow, flow.error);
  }
}
