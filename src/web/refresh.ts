// POST /refresh: new tokens by the refresh token, then the profile.

import type { RequestHandler } from 'express';
import { pseudonym } from './logging.ts';
import { redirect } from './redirect.ts';
import type { Tokens } from './tokens.ts';

export function refresh(tokens: Tokens): RequestHandler {
  return async function refreshTokens(req, res) {
    if (req.session.signIn) {
      const { issuer, subject } = await tokens.refresh(req, res);
      req.log.info({ who: pseudonym(issuer, subject) }, 'tokens refreshed');
    }
    // Signed out, it leads on to the sign-in.
    redirect(res, 303, '/profile');
  };
}
