// POST /refresh: gets new tokens with the refresh token, then redirects to the claims page.

import type { RequestHandler } from 'express';
import { checkSameOrigin, type SignInRoutes } from '../../sign-in/index.ts';

/**
 * Without a session it also redirects to the claims page, which starts a sign-in.
 * @throws RequestError cross_site_request
 */
export function refreshRoute(auth: SignInRoutes, origin: string): RequestHandler {
  return async function refreshTokens(req, res) {
    checkSameOrigin(req, { origin });
    if (auth.user(req)) await auth.refresh(req, res);
    res.redirect(303, '/profile');
  };
}
