// GET /login?return_to=/path: starts a sign-in and sends the browser to PingOne.

import type { RequestHandler } from 'express';
import type { PingOneClient } from '../pingone/client.ts';
import { queryOf } from './query.ts';
import { redirect } from './redirect.ts';
import { checkReturnTo, DEFAULT_RETURN_TO } from './return-to.ts';
import type { SignInCookies } from './sign-in-cookie.ts';
import type { UsedStates } from './used-states.ts';

export function login(
  client: PingOneClient,
  cookies: SignInCookies,
  usedStates: UsedStates,
  baseUrl: string,
): RequestHandler {
  return async function startSignIn(req, res) {
    const wanted = queryOf(req).get('return_to');
    const returnTo = checkReturnTo(wanted, baseUrl);
    if (wanted !== null && !returnTo) req.log.warn('return_to refused');

    await usedStates.mustHaveRoom();
    const { authorizationUrl, pending } = await client.startSignIn();
    cookies.seal(req, res, { ...pending, returnTo: returnTo ?? DEFAULT_RETURN_TO });
    redirect(res, 302, authorizationUrl);
  };
}
