// Errors of the authorization endpoint that must not go to the app by a redirect (RFC 6749, section 4.1.2.1).

import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { type Problem, renderProblem } from '../pages/page.ts';
import { readCorrelationId } from '../pingone-errors.ts';
import type { Settings } from '../settings.ts';
import { errors } from './oidc-provider.ts';

/**
 * Makes oidc-provider's `renderError`. At the authorization endpoint it shows the sandbox's page, or PingOne's error as
 * JSON. At other endpoints there is no user, so the response is always the OAuth error as JSON.
 *
 * Assumed: the status 400 and the wording of these pages, because PingOne's own pages are not known.
 */
export function showAuthorizationError(settings: Settings) {
  return async function renderError(ctx: KoaContextWithOIDC, out: ErrorOut, error: Error) {
    if (ctx.oidc.route !== 'authorization' && ctx.oidc.route !== 'resume') {
      ctx.body = out;
      return;
    }
    const problem = problemOf(ctx, error, settings);
    Object.assign(ctx, await renderProblem(problem, readCorrelationId(ctx), ctx.accepts('json', 'html')));
  };
}

function problemOf(ctx: KoaContextWithOIDC, error: Error, { clientId, redirectUris }: Settings): Problem {
  const registered = { 'Registered redirect_uri': redirectUris.join(', ') };
  if (error instanceof errors.InvalidClient) {
    return unknownClient(parameterText(ctx.query['client_id']), clientId);
  }
  if (error instanceof errors.InvalidRedirectUri) {
    return {
      title: 'Redirect URI mismatch',
      sentence: 'The redirect_uri in the authorization request is not exactly a registered one.',
      facts: { 'redirect_uri in the request': parameterText(ctx.query['redirect_uri']), ...registered },
      nextStep: 'Compare the scheme, the host (localhost or 127.0.0.1), the port, and the slash at the end.',
      pingoneError: { target: 'redirect_uri', message: 'Redirect URI mismatch' },
    };
  }
  if (error instanceof errors.SessionNotFound) return NO_LONGER_OPEN;
  const description = error instanceof errors.OIDCProviderError ? error.error_description : undefined;
  return {
    title: 'The authorization request is not valid',
    sentence: `${description ?? 'The request could not be completed'}.`,
    facts: registered,
    nextStep:
      'Correct the request. The sandbox sent nothing to the app, because it cannot trust the redirect_uri.',
  };
}

/** The page for an unknown client_id. Not verified: PingOne's own page, which may be a redirect URI mismatch. */
export function unknownClient(sent: string, registered: string): Problem {
  return {
    title: 'Unknown client_id',
    sentence: 'The client_id in the request is not registered in this environment.',
    facts: { 'client_id in the request': sent, 'Registered client_id': registered },
    nextStep:
      'Restart the app with the registered client ID. Unless you set --client-id, each start of the sandbox makes a new one.',
  };
}

/** The page for a sign-on that is complete, has expired, or was started in another browser. */
export const NO_LONGER_OPEN: Problem = {
  title: 'This sign-on is no longer open',
  sentence: 'It is already complete, it has expired, or it was started in another browser.',
  nextStep: 'Go back to the app and sign in from there.',
};

function parameterText(parameter: string | string[] | undefined) {
  return [parameter ?? '(none)'].flat().join(', ');
}
