// GET /switch-user?return_to=/path: a sign-in at which PingOne asks for the user again (prompt=login), so that another one
// can sign in. The session here goes on until that sign-in has succeeded.

import type { RequestHandler } from 'express';
import type { SignInRoutes } from '../../sign-in/index.ts';
import { queryOf } from '../query.ts';

export function switchUser(auth: SignInRoutes): RequestHandler {
  return async function startSwitch(req, res) {
    const returnTo = queryOf(req).get('return_to');
    await auth.start(req, res, { prompt: 'login', ...(returnTo !== null && { returnTo }) });
  };
}
