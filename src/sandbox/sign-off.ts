/** Sign-off, `/as/signoff` (OpenID Connect RP-Initiated Logout 1.0): comes back at once and asks nothing. */
import type { Request, Response } from 'express';
import type { Provider } from 'oidc-provider';
import { verifyIdTokenHint } from './id-token.ts';
import { type Problem, sendPage, sendProblem } from './pages.ts';
import { COOKIE_OPTIONS, SESSION_COOKIE } from './provider.ts';
import type { Settings } from './settings.ts';

/**
 * `GET` or `POST` with `id_token_hint`, `client_id`, `post_logout_redirect_uri`, `state`, each optional. Ends the
 * session and redirects to the registered Signoff URL, or shows that the person is signed off where none is
 * given. Without a hint the URL alone is matched, as PingOne documents. No token is revoked.
 *
 * Assumed: that the page for a wrong request ends no session, its words, and its status 400.
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
    if (signOffUrl === undefined) return sendPage(res, 'signed-off', {});
    const url = new URL(settings.signOffUrl);
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

  if (url !== undefined && url !== settings.signOffUrl) {
    return {
      title: 'The sign-off URL is not registered',
      sentence: 'The post_logout_redirect_uri is not the registered Signoff URL, character by character.',
      facts: [
        { label: 'post_logout_redirect_uri in the request', value: String(url) },
        { label: 'Signoff URL registered', value: settings.signOffUrl },
      ],
      nextStep: 'Mind the slash at the end: http://localhost:3000 and http://localhost:3000/ are two URLs.',
    };
  }
  if (clientId !== undefined && clientId !== settings.clientId) {
    return {
      title: 'The application is not known here',
      sentence: 'The sign-off request names a client_id that is not registered in this environment.',
      facts: [
        { label: 'client_id in the request', value: String(clientId) },
        { label: 'client_id registered', value: settings.clientId },
      ],
      nextStep: 'The sandbox makes a new client ID at each start: restart the application together with it.',
    };
  }
  if (hint === undefined) return undefined;
  return findHintProblem(String(hint), signedOn, settings);
}

async function findHintProblem(hint: string, signedOn: string | undefined, settings: Settings) {
  const title = 'The id_token_hint is not good';
  const nextStep =
    'Send the ID token of the sign-in that is to end, whole and unchanged; it may have expired.';
  try {
    const { sub } = await verifyIdTokenHint(hint, settings);
    // PingOne: the hint's person must be the session's, where there is a session.
    if (signedOn === undefined || signedOn === sub) return undefined;
    return { title, sentence: 'It belongs to another person than the one who is signed on here.', nextStep };
  } catch (error) {
    return { title, sentence: `It could not be verified: ${(error as Error).message}.`, nextStep };
  }
}
