/** Errors of the authorization endpoint that must not be redirected (RFC 6749, section 4.1.2.1). */
import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { type Problem, renderProblem } from '../pages/page.ts';
import type { Settings } from '../settings.ts';
import { errors } from './oidc-provider.ts';
import { correlationIdOf } from './responses.ts';

/**
 * Makes oidc-provider's `renderError`. At the authorization endpoint it shows the sandbox's page, or PingOne's envelope;
 * elsewhere no user is looking, and the response is the OAuth error as JSON whatever the request's Accept header prefers.
 *
 * Assumed: the status 400, and the words of these pages, since PingOne's own were not seen.
 */
export function showAuthorizationError(settings: Settings) {
  return async function renderError(ctx: KoaContextWithOIDC, out: ErrorOut, error: Error) {
    if (ctx.oidc.route !== 'authorization' && ctx.oidc.route !== 'resume') {
      ctx.body = out;
      return;
    }
    const problem = explain(ctx, error, settings);
    Object.assign(ctx, await renderProblem(problem, correlationIdOf(ctx), ctx.accepts('json', 'html')));
  };
}

function explain(ctx: KoaContextWithOIDC, error: Error, { clientId, redirectUris }: Settings): Problem {
  const registered = { 'redirect_uri registered': redirectUris.join(', ') };
  if (error instanceof errors.InvalidClient) {
    return unknownClient(textOf(ctx.query['client_id']), clientId);
  }
  if (error instanceof errors.InvalidRedirectUri) {
    return {
      title: 'Redirect URI mismatch',
      sentence: 'The redirect_uri of the authorization request is not exactly a registered one.',
      facts: { 'redirect_uri in the request': textOf(ctx.query['redirect_uri']), ...registered },
      nextStep: 'Compare the scheme, the host (localhost or 127.0.0.1), the port, and a slash at the end.',
      envelope: { target: 'redirect_uri', message: 'Redirect URI mismatch' },
    };
  }
  if (error instanceof errors.SessionNotFound) return NO_LONGER_OPEN;
  const description = error instanceof errors.OIDCProviderError ? error.error_description : undefined;
  return {
    title: 'The authorization request is not valid',
    sentence: `${description ?? 'The request could not be completed'}.`,
    facts: registered,
    nextStep: 'Nothing was sent to the app, because the request does not say safely where to.',
  };
}

/** A client_id that is not the application's. Not verified: what PingOne shows; it may be a redirect URI mismatch. */
export function unknownClient(sent: string, registered: string): Problem {
  return {
    title: 'The client_id is not registered here',
    sentence: 'The request names a client_id that is not registered in this environment.',
    facts: { 'client_id in the request': sent, 'client_id registered': registered },
    nextStep:
      'Unless it is told one, the sandbox makes a new client ID at each start: restart the app with the new one.',
  };
}

/** A sign-on that was finished, took too long, or was started in another browser. */
export const NO_LONGER_OPEN: Problem = {
  title: 'This sign-on is no longer open',
  sentence: 'It was finished already, took too long, or was started in another browser.',
  nextStep: 'Go back to the app and sign in from there.',
};

function textOf(parameter: string | string[] | undefined) {
  return [parameter ?? '(none)'].flat().join(', ');
}
