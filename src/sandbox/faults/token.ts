// Faults of the token endpoint: its connection, its status, and its errors (RFC 6749, section 5).

import { setTimeout } from 'node:timers/promises';
import type { KoaContextWithOIDC } from 'oidc-provider';
import {
  INVALID_CREDENTIALS,
  readCorrelationId,
  UNSUPPORTED_METHOD,
  withCorrelationId,
} from '../pingone-errors.ts';
import { REDIRECT_FAULT_PATH } from '../settings.ts';
import { type Faults, SIGNED_IN } from './fault.ts';

/** Longer than an app should let a user wait in front of an empty page. */
const DELAY_MS = 10_000;
const RETRY_AFTER_S = 30;
const PAGE_START = '<!doctype html><title>Sandbox — this is not PingOne</title>';

export const tokenFaults: Faults = {
  'token-slow': {
    title: 'Token endpoint too slow',
    rule: `This response takes ${DELAY_MS / 1000} seconds, and the app stops waiting before that (a rule of this project: RFC 6749 sets no limit).`,
    end: 'pingone_timeout',
    inject: delayResponse,
  },
  'token-down': {
    title: 'Token endpoint down',
    rule: 'If no response comes, the app ends the sign-in and does not send the code again, because the first request may have used it (RFC 6749, 4.1.2).',
    end: 'pingone_unreachable',
    inject: (ctx) => {
      ctx.respond = false;
      ctx.req.socket.destroy();
    },
  },
  'token-500': {
    title: 'Token endpoint returns 500',
    rule: 'A server error does not mean that PingOne rejected the code or the app (RFC 9110, 15.6).',
    end: 'pingone_failed',
    inject: respondWithPlatformError(500, 'UNEXPECTED_ERROR', 'An unexpected error occurred'),
  },
  'token-429': {
    title: 'Token endpoint returns 429, with Retry-After',
    rule: 'The app does not send the request again at once, and tells the user how long to wait (RFC 6585, 4).',
    end: 'pingone_busy',
    inject: (ctx) => {
      ctx.set('retry-after', String(RETRY_AFTER_S));
      respondWithPlatformError(429, 'REQUEST_LIMITED', 'The request limit is exceeded')(ctx);
    },
  },
  'token-429-gateway': {
    title: 'Gateway in front of PingOne returns 429, without Retry-After',
    rule: 'The app handles status 429 as a rate limit, even without an OAuth error and without Retry-After, which is optional (RFC 6585, 4).',
    end: 'pingone_busy',
    inject: (ctx) => respond(ctx, 429, { message: 'Too Many Requests' }),
  },
  'token-403-cdn': {
    title: 'CDN in front of PingOne returns 403, as HTML',
    rule: 'Status 403 without an OAuth error does not come from the token endpoint, so it says nothing about the code or the app (RFC 6749, 5.2).',
    end: 'pingone_blocked',
    inject: (ctx) =>
      respond(ctx, 403, `${PAGE_START}<h1>403 ERROR</h1><p>The request could not be satisfied.`),
  },
  'token-html': {
    title: 'Token endpoint returns HTML',
    rule: 'The app accepts only JSON as a token response, whatever the status is (RFC 6749, 5.1).',
    end: 'pingone_response_invalid',
    inject: (ctx) => respond(ctx, 200, `${PAGE_START}<p>Please sign in to the Wi-Fi`),
  },
  'token-redirect': {
    title: 'Token endpoint redirects',
    rule: 'The app follows no redirect, because after status 307 it would send the client secret to the new URL (RFC 9700, 4.12).',
    end: 'pingone_redirected',
    inject: (ctx, { origin }) => {
      ctx.set('location', origin + REDIRECT_FAULT_PATH);
      respond(ctx, 307, '');
    },
  },
  'invalid-client-secret': {
    title: 'invalid_client: wrong secret',
    rule: 'If PingOne rejects the client, the app stops and says which setting to check (RFC 6749, 5.2).',
    end: 'token_invalid_client',
    inject: respondWithOAuthError(401, 'invalid_client', INVALID_CREDENTIALS),
  },
  'invalid-client-method': {
    title: 'invalid_client: unsupported method',
    rule: 'invalid_client can also mean that the authentication method set in PingOne is not client_secret_post (RFC 6749, 5.2).',
    end: 'token_invalid_client',
    inject: respondWithOAuthError(401, 'invalid_client', UNSUPPORTED_METHOD),
  },
  'invalid-grant': {
    title: 'invalid_grant',
    rule: 'If the code has expired, was used, or belongs to another request, the app ends the sign-in (RFC 6749, 5.2).',
    end: 'token_invalid_grant',
    // Assumed: PingOne's wording.
    inject: respondWithOAuthError(400, 'invalid_grant', 'The authorization code is not valid'),
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

/** Waits. The wait ends early if the app closes the connection or the sandbox stops, which closes all connections. */
async function delayResponse({ res }: KoaContextWithOIDC) {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  await setTimeout(DELAY_MS, undefined, { signal: gone.signal }).catch(() => {});
}

function respondWithOAuthError(status: number, error: string, description: string) {
  return function respondWithError(ctx: KoaContextWithOIDC) {
    respond(ctx, status, {
      error,
      error_description: withCorrelationId(description, readCorrelationId(ctx)),
    });
  };
}

/** Assumed: the wording, and that the token endpoint uses the error format of PingOne's platform here. */
function respondWithPlatformError(status: number, code: string, message: string) {
  return (ctx: KoaContextWithOIDC) => respond(ctx, status, { id: readCorrelationId(ctx), code, message });
}

/** Sends a string as HTML and everything else as JSON. */
function respond(ctx: KoaContextWithOIDC, status: number, body: object | string) {
  ctx.status = status;
  if (typeof body === 'string') ctx.type = 'html';
  ctx.body = body;
}
