/** Gives the responses of oidc-provider the shape that PingOne's have: errors, redirects and token responses. */
import type { KoaContextWithOIDC } from 'oidc-provider';
import { explainCrash, renderProblem, tellCrash } from '../pages/page.ts';
import { INVALID_CREDENTIALS, UNSUPPORTED_METHOD, withCorrelationId } from '../pingone-errors.ts';
import type { Settings } from '../settings.ts';
import { signIdToken } from './id-token.ts';

type Next = () => Promise<unknown>;

interface OAuthError {
  readonly error: string;
  readonly error_description: string;
}

/**
 * Makes the one middleware in front of oidc-provider. `Correlation-Id` is already among the headers of every response
 * when it runs.
 */
export function reshapeResponses(settings: Settings) {
  return async function reshape(ctx: KoaContextWithOIDC, next: Next) {
    // oidc-provider takes the secret of a client_secret_post client from an Authorization header as well;
    // PingOne refuses every method but the one set for the application.
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

/** Koa would report an unexpected error in plain text, without the headers, and not say what it was. */
export async function catchCrashes(ctx: KoaContextWithOIDC, next: Next) {
  try {
    await next();
  } catch (error) {
    tellCrash(error);
    const { body } = await renderProblem(explainCrash(error), correlationIdOf(ctx), 'html');
    ctx.status = 500;
    ctx.type = 'html';
    ctx.body = body;
  }
}

/** Of the response, as a header that is set already. */
export function correlationIdOf(ctx: KoaContextWithOIDC): string {
  return ctx.response.get('correlation-id');
}

/**
 * PingOne redirects with 302, and puts no `iss` (RFC 9207) on the authorization response: none was ever seen,
 * and its discovery document does not announce one.
 *
 * Left different: the code is 43 characters of base64url where PingOne's is a UUID, and the way back from the
 * sign-on page is `/as/authorize/<flow id>` where PingOne's is `/as/resume?flowId=`, because oidc-provider binds
 * the flow's cookie to its own path. A client has no reason to look at either.
 */
function redirectAsPingOne(ctx: KoaContextWithOIDC, { origin }: Settings) {
  ctx.status = 302;
  const location = ctx.response.get('location');
  if (location.startsWith(`${origin}/`)) return;
  const url = new URL(location);
  url.searchParams.delete('iss');
  if (url.searchParams.has('error')) {
    // Assumed for access_denied and login_required: the ending is on record, their wording is not.
    const description = url.searchParams.get('error_description');
    url.searchParams.set('error_description', withCorrelationId(description, correlationIdOf(ctx)));
  }
  ctx.set('location', url.href);
}

/**
 * Errors of the token, revocation and userinfo endpoints. Assumed: the wording other than that of
 * `invalid_client`, and that userinfo responds in this shape too.
 */
function describeError(ctx: KoaContextWithOIDC, { error, error_description }: OAuthError) {
  const isClient = ctx.status === 401 && error === 'invalid_client';
  const description = isClient ? describeInvalidClient(ctx, error_description) : error_description;
  ctx.body = { error, error_description: withCorrelationId(description, correlationIdOf(ctx)) };
}

/** A known client that sent no secret in the form has used another method; all else is a wrong secret or id. */
function describeInvalidClient({ oidc }: KoaContextWithOIDC, description: string) {
  if (description === UNSUPPORTED_METHOD) return UNSUPPORTED_METHOD;
  const isSecretSent = oidc.body?.['client_secret'] !== undefined;
  return oidc.client !== undefined && !isSecretSent ? UNSUPPORTED_METHOD : INVALID_CREDENTIALS;
}

/**
 * The successful token response, its fields in PingOne's order. Left different: access and refresh tokens are
 * opaque here where PingOne's can be JWTs of 800 characters and more; a client must not look into either.
 */
async function tokenResponse(ctx: KoaContextWithOIDC, { keys }: Settings) {
  const { access_token, token_type, expires_in, refresh_token, scope, id_token } = ctx.body as {
    [field: string]: unknown;
  };
  // Absent where the scope openid was not asked for.
  const signed = id_token && (await signIdToken(ctx, keys));
  return { access_token, token_type, expires_in, refresh_token, scope, id_token: signed };
}

function isOAuthError(body: unknown): body is OAuthError {
  return typeof body === 'object' && body !== null && 'error' in body;
}
