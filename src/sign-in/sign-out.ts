// POST /logout: ends the session of the app, then leads the browser to PingOne to end the session there
// (RP-Initiated Logout 1.0, section 2). The response is a page, because browsers block redirects of a form to
// a host that is not in form-action.

import type { Request, RequestHandler } from 'express';
import type { Context } from './context.ts';
import { checkSameOrigin } from './request.ts';
import { identityOf } from './session.ts';
import { lock } from './shared.ts';
import type { SignInOptions } from './types.ts';

/**
 * Some providers end the user's session when its refresh token is revoked. The browser should reach the
 * sign-off endpoint first.
 */
const REVOCATION_DELAY_MS = 10_000;
/** Sign-out waits for a refresh under way, so that its new refresh token is revoked, too. */
const WAIT_MS = 10_000;

export function createSignOut(context: Context): RequestHandler {
  const { after, revocations, sessions, shared, signOutPage = barePage, emit } = context;

  return async function signOut(req, res) {
    checkSameOrigin(req, context);
    // The session ends even if the lock is not available.
    const release = sessions.read(req) && (await lock(shared, req.sessionID, WAIT_MS).catch(() => undefined));
    const { signIn } = (await endSession(req).finally(release)) ?? {};
    revocations.add(signIn?.tokens.refresh_token, REVOCATION_DELAY_MS);
    if (signIn) emit({ type: 'signed_out', user: identityOf(signIn) }, req, res);
    const signOffUrl = await after.signOffUrl(signIn?.tokens.id_token).catch((error: unknown) => {
      emit({ type: 'warning', what: 'sign_off_failed', error }, req, res);
      return undefined;
    });
    await signOutPage(req, res, signOffUrl ? { signOffUrl } : {});
  };

  async function endSession(req: Request) {
    // Another request may just have stored new tokens.
    const stored = await sessions.reload(req);
    // express-session makes a session for every request. Only a stored one has to be destroyed.
    if (await sessions.find(req)) await sessions.destroy(req);
    return stored;
  }
}

const barePage: NonNullable<SignInOptions['signOutPage']> = (_req, res, { signOffUrl }) => {
  const address = (signOffUrl ?? '/').replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  const refresh = signOffUrl ? `<meta http-equiv="refresh" content="0; url=${address}">` : '';
  res.send(`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">${refresh}<title>Signed out</title></head>
<body><p>You are signed out of this app. <a href="${address}">Continue</a></p></body></html>`);
};
