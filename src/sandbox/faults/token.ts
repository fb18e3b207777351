/** Faults of the token endpoint: its connection, its status, its errors (RFC 6749, section 5). */
import { setTimeout } from 'node:timers/promises';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { INVALID_CREDENTIALS, UNSUPPORTED_METHOD, withCorrelationId } from '../pingone-errors.ts';
import { NEVER_CALLED } from '../settings.ts';
import { type Faults, SIGNED_IN } from './fault.ts';

/** More than a client should wait while a user looks at an empty page. */
const HELD_BACK_MS = 10_000;
const RETRY_AFTER_S = 30;
const PAGE_START = '<!doctype html><title>Sandbox — this is not PingOne</title>';

export const tokenFaults: Faults = {
  'token-slow': {
    title: 'Token endpoint too slow',
    rule: `A deadline ends the wait for a response that takes ${HELD_BACK_MS / 1000} seconds (a rule of this project: RFC 6749 sets no limit).`,
    end: 'pingone_timeout',
    inject: holdBack,
  },
  'token-down': {
    title: 'Token endpoint down',
    rule: 'Without a response the sign-in ends, and the code is not sent again, because the first try may have used it (RFC 6749, 4.1.2).',
    end: 'pingone_unreachable',
    inject: (ctx) => {
      ctx.respond = false;
      ctx.req.socket.destroy();
    },
  },
  'token-500': {
    title: 'Token endpoint returns 500',
    rule: 'An error of the server is not the same as a refusal (RFC 9110, 15.6).',
    end: 'pingone_failed',
    inject: failAsPlatform(500, 'UNEXPECTED_ERROR', 'An unexpected error occurred'),
  },
  'token-429': {
    title: 'Token endpoint returns 429, with Retry-After',
    rule: 'A client that is asked to wait waits, and says for how long (RFC 6585, 4).',
    end: 'pingone_busy',
    inject: (ctx) => {
      ctx.set('retry-after', String(RETRY_AFTER_S));
      failAsPlatform(429, 'REQUEST_LIMITED', 'The request limit is exceeded')(ctx);
    },
  },
  'token-429-gateway': {
    title: 'Gateway in front of PingOne returns 429, without Retry-After',
    rule: 'A status 429 is understood without an OAuth error and without Retry-After, which is optional (RFC 6585, 4).',
    end: 'pingone_busy',
    inject: (ctx) => respond(ctx, 429, { message: 'Too Many Requests' }),
  },
  'token-403-cdn': {
    title: 'CDN in front of PingOne returns 403, as HTML',
    rule: 'A status 403 without an OAuth error is not from the token endpoint, so it says nothing about the code or the app (RFC 6749, 5.2).',
    end: 'pingone_blocked',
    inject: (ctx) =>
      respond(ctx, 403, `${PAGE_START}<h1>403 ERROR</h1><p>The request could not be satisfied.`),
  },
  'token-html': {
    title: 'Token endpoint returns HTML',
    rule: 'Only JSON is read as a token response, whatever the status is (RFC 6749, 5.1).',
    end: 'pingone_response_invalid',
    inject: (ctx) => respond(ctx, 200, `${PAGE_START}<p>Please sign in to the Wi-Fi`),
  },
  'token-redirect': {
    title: 'Token endpoint redirects',
    rule: 'A redirect is not followed, because with 307 the client secret would be sent along (RFC 9700, 4.12).',
    end: 'pingone_redirected',
    inject: (ctx, { origin }) => {
      ctx.set('location', origin + NEVER_CALLED);
      respond(ctx, 307, '');
    },
  },
  'invalid-client-secret': {
    title: 'invalid_client: wrong secret',
    rule: 'A client that is not accepted stops, and says which setting to check (RFC 6749, 5.2).',
    end: 'token_invalid_client',
    inject: refuse(401, 'invalid_client', INVALID_CREDENTIALS),
  },
  'invalid-client-method': {
    title: 'invalid_client: unsupported method',
    rule: 'The same error has another cause: the method set in PingOne is not client_secret_post (RFC 6749, 5.2).',
    end: 'token_invalid_client',
    inject: refuse(401, 'invalid_client', UNSUPPORTED_METHOD),
  },
  'invalid-grant': {
    title: 'invalid_grant',
    rule: 'A code that is expired, used or bound to another request ends the sign-in (RFC 6749, 5.2).',
    end: 'token_invalid_grant',
    // Assumed: PingOne's wording.
    inject: refuse(400, 'invalid_grant', 'The authorization code is not valid'),
  },
  'no-refresh-token': {
    title: 'No refresh token',
    rule: 'A refresh token is optional, so the sign-in completes without one (RFC 6749, 5.1).',
    end: SIGNED_IN,
    inject: (ctx) => {
      ctx.body = { ...(ctx.body as object), refresh_token: undefined };
    },
  },
};

/** Ends early when the client goes away, and with the sandbox, which closes its connections. */
async function holdBack({ res }: KoaContextWithOIDC) {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  await setTimeout(HELD_BACK_MS, undefined, { signal: gone.signal }).catch(() => {});
}

function refuse(status: number, error: string, description: string) {
  return function respondWithError(ctx: KoaContextWithOIDC) {
    respond(ctx, status, { error, error_description: withCorrelationId(description, idOf(ctx)) });
  };
}

/** Assumed: that the token endpoint reports these in the shape of PingOne's platform, and the words. */
function failAsPlatform(status: number, code: string, message: string) {
  return (ctx: KoaContextWithOIDC) => respond(ctx, status, { id: idOf(ctx), code, message });
}

function idOf(ctx: KoaContextWithOIDC) {
  return ctx.response.get('correlation-id');
}

/** A text is HTML, all else is JSON. */
function respond(ctx: KoaContextWithOIDC, status: number, body: object | string) {
  ctx.status = status;
  if (typeof body === 'string') ctx.type = 'html';
  ctx.body = body;
}
