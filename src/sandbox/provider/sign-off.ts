/** Sign-off, `/as/signoff` (OpenID Connect RP-Initiated Logout 1.0): comes back at once and asks nothing. */
import type { Request, Response } from 'express';
import type { Provider } from 'oidc-provider';
import { type Problem, sendPage, sendProblem } from '../pages/page.ts';
import type { Settings } from '../settings.ts';
import { unknownClient } from './authorization-error.ts';
import { verifyIdTokenHint } from './id-token.ts';
import { COOKIE_OPTIONS, SESSION_COOKIE } from './provider.ts';

/**
 * `GET` or `POST` with `id_token_hint`, `client_id`, `post_logout_redirect_uri`, `state`, each optional. Ends the
 * session and redirects to the registered Signoff URL, or shows that the user is signed off where none is
 * given. Without a hint the URL alone is matched, as PingOne documents. No token is revoked.
 *
 * Assumed: that a wrong request ends no session, the words of its page, and its status 400.
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
      sentence: 'The post_logout_redirect_uri is not exactly a registered Signoff URL.',
      facts: {
        'post_logout_redirect_uri in the request': String(url),
        'Signoff URL registered': settings.signOffUrls.join(', '),
      },
      nextStep:
        'Compare the slash at the end: http://localhost:3000 and http://localhost:3000/ are two URLs.',
      envelope: { target: 'post_logout_redirect_uri', message: 'Invalid post logout redirect URI' },
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
    'Send the ID token of the sign-in that is to end, complete and unchanged. It may have expired.';
  try {
    const { sub } = await verifyIdTokenHint(hint, settings);
    // PingOne: the hint's user must be the session's, where there is a session.
    if (signedOn === undefined || signedOn === sub) return undefined;
    return { title, sentence: 'It belongs to another user than the one who is signed on here.', nextStep };
  } catch (error) {
    return { title, sentence: `It could not be verified: ${(error as Error).message}.`, nextStep };
  }
}
