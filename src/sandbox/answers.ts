/** Gives the answers of oidc-provider the shape that PingOne's have: errors, redirects and token answers. */
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { signIdToken } from './id-token.ts';
import { explainCrash, renderProblem } from './pages.ts';
import type { Settings } from './settings.ts';

type Middleware = Parameters<Provider['use']>[0];
type Context = Parameters<Middleware>[0];

interface OAuthError {
  readonly error: string;
  readonly error_description: string;
}

/** PingOne's words for the two causes of `invalid_client`. */
export const UNSUPPORTED_METHOD = 'Request denied: Unsupported authentication method';
export const INVALID_CREDENTIALS = 'Request denied: Invalid client credentials';

/**
 * Makes the one middleware in front of oidc-provider. `Correlation-Id` is already among the headers of every
 * answer when it runs.
 */
export function reshapeAnswers(settings: Settings): Middleware {
  return async function reshape(ctx, next) {
    // oidc-provider takes the secret of a client_secret_post client from an Authorization header as well;
    // PingOne refuses every method but the one set for the application.
    if (isClientAuthenticated(ctx) && ctx.get('authorization') !== '') {
      ctx.status = 401;
      ctx.set('cache-control', 'no-store');
      ctx.body = { error: 'invalid_client', error_description: UNSUPPORTED_METHOD };
    } else {
      await next();
    }

    if (ctx.res.hasHeader('location')) return redirectAsPingOne(ctx, settings);
    if (isOAuthError(ctx.body)) return describeError(ctx, ctx.body);
    if (ctx.path === '/token' && ctx.status === 200) ctx.body = await tokenAnswer(ctx, settings);
  };
}

/** Koa would answer an error nobody expected in plain text, without the headers, and say nowhere what it was. */
export const catchCrashes: Middleware = async function crashes(ctx, next) {
  try {
    await next();
  } catch (error) {
    ctx.status = 500;
    ctx.type = 'html';
    ctx.body = await renderProblem(explainCrash(error), ctx.response.get('correlation-id'));
  }
};

/**
 * PingOne redirects with 302, and puts no `iss` (RFC 9207) on the authorization response: none was ever seen,
 * and its discovery document does not announce one.
 *
 * Left different: the code is 43 characters of base64url where PingOne's is a UUID, and the way back from the
 * sign-on page is `/as/authorize/<flow id>` where PingOne's is `/as/resume?flowId=`, because oidc-provider binds
 * the flow's cookie to its own path. A client has no reason to look at either.
 */
function redirectAsPingOne(ctx: Context, settings: Settings) {
  ctx.status = 302;
  const location = ctx.response.get('location');
  if (!location.startsWith(settings.redirectUri)) return;
  const url = new URL(location);
  url.searchParams.delete('iss');
  if (url.searchParams.has('error')) {
    // Assumed for access_denied and login_required: the ending is on record, their wording is not.
    url.searchParams.set(
      'error_description',
      withCorrelationId(ctx, url.searchParams.get('error_description')),
    );
  }
  ctx.set('location', url.href);
}

/**
 * Errors of the token, revocation and userinfo endpoints. Assumed: the wording other than that of
 * `invalid_client`, and that userinfo answers in this shape too.
 */
function describeError(ctx: Context, answer: OAuthError) {
  const description =
    ctx.status === 401 && answer.error === 'invalid_client' ? describeInvalidClient(ctx, answer) : undefined;
  const error_description = withCorrelationId(ctx, description ?? answer.error_description);
  ctx.body = { error: answer.error, error_description };
}

/** A known client that sent no secret in the form has used another method; all else is a wrong secret or id. */
function describeInvalidClient(ctx: Context, { error_description }: OAuthError) {
  if (error_description === UNSUPPORTED_METHOD) return UNSUPPORTED_METHOD;
  const { client, body } = (ctx as unknown as KoaContextWithOIDC).oidc;
  const isSecretSent = body?.['client_secret'] !== undefined;
  return client !== undefined && !isSecretSent ? UNSUPPORTED_METHOD : INVALID_CREDENTIALS;
}

/** An `error_description` as PingOne ends it. */
export function withCorrelationId(ctx: Pick<Context, 'response'>, description: string | null) {
  const text = description || 'The request could not be completed';
  return `${text} (Correlation ID: ${ctx.response.get('correlation-id')})`;
}

/**
 * The successful token answer, its members in PingOne's order. Left different: access and refresh tokens are
 * opaque here where PingOne's can be JWTs of 800 characters and more; a client must not look into either.
 */
async function tokenAnswer(ctx: Context, { keys }: Settings) {
  const answer = ctx.body as Record<string, unknown>;
  return {
    access_token: answer['access_token'],
    token_type: answer['token_type'],
    expires_in: answer['expires_in'],
    refresh_token: answer['refresh_token'],
    scope: answer['scope'],
    // Absent where the scope openid was not asked for.
    id_token: answer['id_token'] && (await signIdToken(ctx as unknown as KoaContextWithOIDC, keys)),
  };
}

function isClientAuthenticated(ctx: Context) {
  return ctx.path === '/token' || ctx.path === '/revoke';
}

function isOAuthError(body: unknown): body is OAuthError {
  return typeof body === 'object' && body !== null && 'error' in body;
}
