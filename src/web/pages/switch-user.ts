// GET /switch-user?return_to=/path: starts a sign-in in which PingOne asks for the user again (prompt=login),
// so that another user can sign in. The current session continues until this sign-in succeeds.

import type { RequestHandler } from 'express';
import type { SignInRoutes } from '../../sign-in/index.ts';
import { queryParameters } from '../query.ts';

/** Redirects to PingOne. After the sign-in, the browser gets to `return_to`. */
export function switchUserRoute(auth: SignInRoutes): RequestHandler {
  return async function startSwitch(req, res) {
    const returnTo = queryParameters(req).get('return_to');
    await auth.start(req, res, { prompt: 'login', ...(returnTo !== null && { returnTo }) });
  };
}
