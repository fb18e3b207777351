// A callback that was refused before it was clear whose it is, because it is no response at all or that of another
// sign-in. Where a sign-in is under way in this browser, its record shows what came instead; it can still be ended.

import type { ErrorRequestHandler } from 'express';
import type { PingOneClient } from '../pingone/client.ts';
import { SignInError } from '../pingone/errors.ts';
import { endFlow, failedStepOf } from './flow-ended.ts';
import type { FlowRecords } from './flow-records.ts';
import { queryOf } from './query.ts';
import type { SignInCookies } from './sign-in-cookie.ts';

export function refusedCallback(
  client: PingOneClient,
  cookies: SignInCookies,
  flows: FlowRecords,
): ErrorRequestHandler {
  return async function recordRefused(error, req, res, next) {
    const isOfNoSignIn =
      error instanceof SignInError && ['callback_malformed', 'sign_in_unknown'].includes(error.code);
    // Anybody can send a browser here: the record of whoever is signed in is not replaced by that of such a visit.
    const pending = isOfNoSignIn && !req.session.signIn ? cookies.newest(req) : undefined;
    const flow = pending && (await client.refusedFlow(queryOf(req), pending));
    if (flow) {
      const ended = endFlow(flow, '', error);
      await flows.keep(req, res, ended);
      res.locals['failedStep'] = failedStepOf(ended);
    }
    next(error);
  };
}
