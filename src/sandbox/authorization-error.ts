/** Errors of the authorization endpoint that must not be redirected (RFC 6749, section 4.1.2.1). */
import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { errors } from './oidc-provider.ts';
import { type Problem, renderProblem } from './pages.ts';
import type { Settings } from './settings.ts';

/**
 * Makes oidc-provider's `renderError`. At the authorization endpoint it shows the sandbox's page; elsewhere no
 * person is looking, and the answer is the OAuth error as JSON whatever the request's Accept header prefers.
 *
 * Assumed: the words and the status 400 of these pages, since PingOne's own were not seen.
 */
export function showAuthorizationError(settings: Settings) {
  return async function renderError(ctx: KoaContextWithOIDC, out: ErrorOut, error: Error) {
    if (ctx.oidc.route !== 'authorization' && ctx.oidc.route !== 'resume') {
      ctx.body = out;
      return;
    }
    const problem = explain(ctx, error, settings);
    ctx.type = 'html';
    ctx.body = await renderProblem(problem, ctx.response.get('correlation-id'));
  };
}

function explain(ctx: KoaContextWithOIDC, error: Error, settings: Settings): Problem {
  if (error instanceof errors.InvalidClient) {
    return {
      title: 'The application is not known here',
      sentence: 'The authorization request names a client_id that is not registered in this environment.',
      facts: [
        { label: 'client_id in the request', value: textOf(ctx.query['client_id']) },
        { label: 'client_id registered', value: settings.clientId },
      ],
      nextStep: 'The sandbox makes a new client ID at each start: restart the application together with it.',
    };
  }
  if (error instanceof errors.InvalidRedirectUri) {
    return {
      title: 'Redirect URI mismatch',
      sentence:
        'The redirect_uri of the authorization request is not the registered one, character by character.',
      facts: [
        { label: 'redirect_uri in the request', value: textOf(ctx.query['redirect_uri']) },
        { label: 'redirect_uri registered', value: settings.redirectUri },
      ],
      nextStep: 'Mind the scheme, localhost or 127.0.0.1, the port, and a slash at the end.',
    };
  }
  if (error instanceof errors.SessionNotFound) return NO_LONGER_OPEN;
  const description = error instanceof errors.OIDCProviderError ? error.error_description : undefined;
  return {
    title: 'The authorization request is not valid',
    sentence: `${description ?? 'The request could not be completed'}.`,
    facts: [{ label: 'redirect_uri registered', value: settings.redirectUri }],
    nextStep: 'Nothing was sent to the application, because the request does not say safely where to.',
  };
}

/** A sign-on that was finished, took too long, or was started in another browser. */
export const NO_LONGER_OPEN: Problem = {
  title: 'This sign-on is no longer open',
  sentence: 'It was finished already, took too long, or was started in another browser.',
  nextStep: 'Go back to the application and sign in from there.',
};

function textOf(parameter: string | string[] | undefined) {
  return [parameter ?? '(none)'].flat().join(', ');
}
