// POST /logout: ends the session here, then leads the browser on to end it at PingOne (RP-Initiated Logout 1.0, section 2).
// The response is a page, because browsers block a form whose redirects lead to a host that form-action does not name.

import type { Request, RequestHandler } from 'express';
import type { Context } from './context.ts';
import { checkSameOrigin } from './request.ts';
import { identityOf } from './session.ts';
import { lock } from './shared.ts';
import type { SignInOptions } from './types.ts';

/** Some providers end the user's session with its refresh token. The browser should reach the sign-off endpoint first. */
const AFTER_SIGN_OUT_MS = 10_000;
/** A refresh under way ends first, so that the tokens that it brings are revoked. */
const WAIT_MS = 10_000;

export function signOutRoute(context: Context): RequestHandler {
  const { after, revocations, sessions, shared, signOutPage = barePage, tell } = context;

  return async function signOut(req, res) {
    checkSameOrigin(req, context);
    // Without the lock the session ends all the same.
    const release = sessions.read(req) && (await lock(shared, req.sessionID, WAIT_MS).catch(() => undefined));
    const { signIn } = (await end(req).finally(release)) ?? {};
    revocations.add(signIn?.tokens.refresh_token, AFTER_SIGN_OUT_MS);
    if (signIn) tell({ type: 'signed_out', user: identityOf(signIn) }, req, res);
    const signOffUrl = await after.signOffUrl(signIn?.tokens.id_token).catch((error: unknown) => {
      tell({ type: 'warning', what: 'sign_off_failed', error }, req, res);
      return undefined;
    });
    await signOutPage(req, res, signOffUrl ? { signOffUrl } : {});
  };

  async function end(req: Request) {
    // With the tokens of a refresh that has just ended in another request.
    const stored = await sessions.reload(req);
    // express-session makes a session for every request; only one that is stored has to end.
    if (await sessions.find(req, req.sessionID)) await sessions.end(req);
    return stored;
  }
}

const barePage: NonNullable<SignInOptions['signOutPage']> = (_req, res, { signOffUrl }) => {
  const address = (signOffUrl ?? '/').replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  const refresh = signOffUrl ? `<meta http-equiv="refresh" content="0; url=${address}">` : '';
  res.send(`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">${refresh}<title>Signed out</title></head>
<body><p>You are signed out of this app. <a href="${address}">Continue</a></p></body></html>`);
};
