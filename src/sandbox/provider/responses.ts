// Gives oidc-provider's errors, redirects, and token responses the format of PingOne's.

import type { KoaContextWithOIDC } from 'oidc-provider';
import { explainCrash, printCrash, renderProblem } from '../pages/page.ts';
import {
  INVALID_CREDENTIALS,
  readCorrelationId,
  UNSUPPORTED_METHOD,
  withCorrelationId,
} from '../pingone-errors.ts';
import type { Settings } from '../settings.ts';
import { signIdToken } from './id-token.ts';

type Next = () => Promise<unknown>;

interface OAuthError {
  readonly error: string;
  readonly error_description: string;
}

/**
 * Makes the middleware that changes oidc-provider's responses. When it runs, the response already has the `Correlation-Id`
 * header.
 */
export function reshapeResponses(settings: Settings) {
  return async function reshape(ctx: KoaContextWithOIDC, next: Next) {
    // For a client_secret_post client, oidc-provider also accepts the secret in an Authorization header. PingOne rejects
    // every method except the one that is set for the application.
    const authenticatesClient = ctx.path === '/token' || ctx.path === '/revoke';
    if (authenticatesClient && ctx.get('authorization') !== '') {
      ctx.status = 401;
      ctx.set('cache-control', 'no-store');
      ctx.body = { error: 'invalid_client', error_description: UNSUPPORTED_METHOD };
    } else {
      await next();
    }

    if (ctx.res.hasHeader('location')) return redirectAsPingOne(ctx, settings);
    if (isOAuthError(ctx.body)) return describeError(ctx, ctx.body);
    if (ctx.path === '/token' && ctx.status === 200) ctx.body = await tokenResponse(ctx, settings);
  };
}

/** Shows unexpected errors. Koa would send plain text without the headers, and not say what the error is. */
export async function catchCrashes(ctx: KoaContextWithOIDC, next: Next) {
  try {
    await next();
  } catch (error) {
    printCrash(error);
    const { body } = await renderProblem(explainCrash(error), readCorrelationId(ctx), 'html');
    ctx.status = 500;
    ctx.type = 'html';
    ctx.body = body;
  }
}

/**
 * PingOne redirects with 302 and puts no `iss` (RFC 9207) into the authorization response: no known response has one, and
 * the discovery document does not announce it.
 *
 * Differs from PingOne: the code is 43 characters of base64url instead of a UUID, and the sign-on page leads back to
 * `/as/authorize/<flow id>` instead of `/as/resume?flowId=`, because oidc-provider binds the flow's cookie to its own path.
 * An app has no reason to look at either.
 */
function redirectAsPingOne(ctx: KoaContextWithOIDC, { origin }: Settings) {
  ctx.status = 302;
  const location = ctx.response.get('location');
  if (location.startsWith(`${origin}/`)) return;
  const url = new URL(location);
  url.searchParams.delete('iss');
  if (url.searchParams.has('error')) {
    // Assumed: the wording of access_denied and login_required. Only how descriptions end is known.
    const description = url.searchParams.get('error_description');
    url.searchParams.set('error_description', withCorrelationId(description, readCorrelationId(ctx)));
  }
  ctx.set('location', url.href);
}

/**
 * Errors of the token, revocation and userinfo endpoints. Assumed: the wording, except for `invalid_client`, and that
 * userinfo uses this format too.
 */
function describeError(ctx: KoaContextWithOIDC, { error, error_description }: OAuthError) {
  const isClient = ctx.status === 401 && error === 'invalid_client';
  const description = isClient ? describeInvalidClient(ctx, error_description) : error_description;
  ctx.body = { error, error_description: withCorrelationId(description, readCorrelationId(ctx)) };
}

/** A known client without a secret in the form used another method. In all other cases the secret or ID is wrong. */
function describeInvalidClient({ oidc }: KoaContextWithOIDC, description: string) {
  if (description === UNSUPPORTED_METHOD) return UNSUPPORTED_METHOD;
  const isSecretSent = oidc.body?.['client_secret'] !== undefined;
  return oidc.client !== undefined && !isSecretSent ? UNSUPPORTED_METHOD : INVALID_CREDENTIALS;
}

/**
 * The successful token response, with its fields in PingOne's order. Differs from PingOne: access and refresh tokens are
 * opaque here, and PingOne's can be JWTs of 800 characters and more. An app must not look into either.
 */
async function tokenResponse(ctx: KoaContextWithOIDC, { keys }: Settings) {
  const { access_token, token_type, expires_in, refresh_token, scope, id_token } = ctx.body as {
    [field: string]: unknown;
  };
  // Absent if the app did not request the scope openid.
  const signed = id_token && (await signIdToken(ctx, keys));
  return { access_token, token_type, expires_in, refresh_token, scope, id_token: signed };
}

function isOAuthError(body: unknown): body is OAuthError {
  return typeof body === 'object' && body !== null && 'error' in body;
}
