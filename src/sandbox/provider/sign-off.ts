// Sign-off, `/as/signoff` (OpenID Connect RP-Initiated Logout 1.0): redirects at once and asks the user nothing.

import type { Request, Response } from 'express';
import type { Provider } from 'oidc-provider';
import { type Problem, sendPage, sendProblem } from '../pages/page.ts';
import type { Settings } from '../settings.ts';
import { unknownClient } from './authorization-error.ts';
import { verifyIdTokenHint } from './id-token.ts';
import { COOKIE_OPTIONS, SESSION_COOKIE } from './provider.ts';

/**
 * `GET` or `POST` with `id_token_hint`, `client_id`, `post_logout_redirect_uri` and `state`, all optional. Ends the session
 * and redirects to the registered Signoff URL. If the request has no URL, it shows that the user is signed off. Without a
 * hint, only the URL must match, as PingOne documents. No token is revoked.
 *
 * Assumed: that an invalid request ends no session, the wording of its page, and its status 400.
 */
export function signOff(provider: Provider, settings: Settings) {
  return async function endSession(req: Request, res: Response) {
    const session = await provider.Session.get(provider.createContext(req, res));
    const parameters: Record<string, unknown> = req.method === 'POST' ? (req.body ?? {}) : req.query;

    const problem = await findProblem(parameters, session.accountId, settings);
    if (problem !== undefined) return sendProblem(res, 400, problem);

    if (session.accountId !== undefined) await session.destroy();
    res.clearCookie(SESSION_COOKIE, COOKIE_OPTIONS).clearCookie(`${SESSION_COOKIE}.sig`, COOKIE_OPTIONS);

    const { post_logout_redirect_uri: signOffUrl, state } = parameters;
    if (typeof signOffUrl !== 'string') return sendPage(res, 'signed-off', {});
    const url = new URL(signOffUrl);
    if (typeof state === 'string') url.searchParams.set('state', state);
    res.redirect(url.href);
  };
}

async function findProblem(
  parameters: Record<string, unknown>,
  signedOn: string | undefined,
  settings: Settings,
): Promise<Problem | undefined> {
  const { id_token_hint: hint, client_id: clientId, post_logout_redirect_uri: url } = parameters;

  if (url !== undefined && !settings.signOffUrls.some((registered) => registered === url)) {
    return {
      title: 'Invalid post logout redirect URI',
      sentence: 'The post_logout_redirect_uri in the request is not exactly a registered Signoff URL.',
      facts: {
        'post_logout_redirect_uri in the request': String(url),
        'Registered Signoff URL': settings.signOffUrls.join(', '),
      },
      nextStep:
        'Compare the slash at the end: http://localhost:3000 and http://localhost:3000/ are different URLs.',
      pingoneError: { target: 'post_logout_redirect_uri', message: 'Invalid post logout redirect URI' },
    };
  }
  if (clientId !== undefined && clientId !== settings.clientId) {
    return unknownClient(String(clientId), settings.clientId);
  }
  if (hint === undefined) return undefined;
  return findHintProblem(String(hint), signedOn, settings);
}

async function findHintProblem(hint: string, signedOn: string | undefined, settings: Settings) {
  const title = 'The id_token_hint is not valid';
  const nextStep =
    'Send the unchanged ID token of the sign-in that you want to end. An expired ID token is accepted.';
  try {
    const { sub } = await verifyIdTokenHint(hint, settings);
    // As in PingOne, the hint must be about the user of the session, if there is a session.
    if (signedOn === undefined || signedOn === sub) return undefined;
    const sentence = 'The ID token belongs to a user other than the one who is signed on at the sandbox.';
    const advice = `You are signed out of the app, but the session at the sandbox continues. For developers: ${nextStep}`;
    return { title, sentence, nextStep: advice, appUrl: `${settings.appOrigin}/` };
  } catch (error) {
    const sentence = `The sandbox could not verify the ID token: ${(error as Error).message}.`;
    return { title, sentence, nextStep };
  }
}
