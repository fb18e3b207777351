/** Faults of the token endpoint: its connection, its status, its errors (RFC 6749, section 5). */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { INVALID_CREDENTIALS, UNSUPPORTED_METHOD, withCorrelationId } from '../answers.ts';
import { NEVER_CALLED } from '../settings.ts';
import { type Fault, SIGNED_IN } from './fault.ts';

/** More than a client should wait while a person looks at an empty page. */
const HELD_BACK_MS = 10_000;
const RETRY_AFTER_S = 30;

export const tokenFaults: readonly Fault[] = [
  {
    id: 'token-slow',
    title: 'Token endpoint too slow',
    defence: `A deadline ends the wait for an answer that takes ${HELD_BACK_MS / 1000} seconds (our own rule: RFC 6749 sets none).`,
    end: 'pingone_timeout',
    misbehave: holdBack,
  },
  {
    id: 'token-down',
    title: 'Token endpoint down',
    defence:
      'No answer is no sign-in, and the code is not sent again, for the first try may have used it (RFC 6749, 4.1.2).',
    end: 'pingone_unreachable',
    misbehave: (ctx) => {
      ctx.respond = false;
      ctx.req.socket.destroy();
    },
  },
  {
    id: 'token-500',
    title: 'Token endpoint answers 500',
    defence: 'A fault of the server is told apart from a refusal (RFC 9110, 15.6).',
    end: 'pingone_failed',
    misbehave: (ctx) => answerProblem(ctx, 500, 'UNEXPECTED_ERROR', 'An unexpected error occurred'),
  },
  {
    id: 'token-429',
    title: 'Token endpoint answers 429, with Retry-After',
    defence: 'Who is asked to wait waits, and says for how long (RFC 6585, 4).',
    end: 'pingone_busy',
    misbehave: (ctx) => {
      ctx.set('retry-after', String(RETRY_AFTER_S));
      answerProblem(ctx, 429, 'REQUEST_LIMITED', 'The request limit is exceeded');
    },
  },
  {
    id: 'token-html',
    title: 'Token endpoint answers HTML',
    defence: 'Only JSON is read as a token answer, whatever the status says (RFC 6749, 5.1).',
    end: 'pingone_answer_invalid',
    misbehave: (ctx) => {
      ctx.type = 'html';
      ctx.body = '<!doctype html><title>Sandbox — this is not PingOne</title><p>Please sign in to the Wi-Fi';
    },
  },
  {
    id: 'token-redirect',
    title: 'Token endpoint redirects',
    defence: 'A redirect is not followed, for with 307 the client secret would go along (RFC 9700, 4.12).',
    end: 'pingone_redirected',
    misbehave: (ctx, { origin }) => {
      ctx.status = 307;
      ctx.set('location', origin + NEVER_CALLED);
      ctx.body = '';
    },
  },
  {
    id: 'invalid-client-secret',
    title: 'invalid_client: wrong secret',
    defence: 'A client that is not accepted stops, and says which setting to look at (RFC 6749, 5.2).',
    end: 'token_invalid_client',
    misbehave: (ctx) => refuse(ctx, 401, 'invalid_client', INVALID_CREDENTIALS),
  },
  {
    id: 'invalid-client-method',
    title: 'invalid_client: unsupported method',
    defence:
      'The same code for another cause: the method set in PingOne is not client_secret_post (RFC 6749, 5.2).',
    end: 'token_invalid_client',
    misbehave: (ctx) => refuse(ctx, 401, 'invalid_client', UNSUPPORTED_METHOD),
  },
  {
    id: 'invalid-grant',
    title: 'invalid_grant',
    defence: 'A code that is expired, spent or bound to another request signs nobody in (RFC 6749, 5.2).',
    end: 'token_invalid_grant',
    // Assumed: PingOne's wording.
    misbehave: (ctx) => refuse(ctx, 400, 'invalid_grant', 'The authorization code is not valid'),
  },
  {
    id: 'no-refresh-token',
    title: 'No refresh token',
    defence: 'A refresh token is optional, and its absence harms nobody (RFC 6749, 5.1).',
    end: SIGNED_IN,
    misbehave: (ctx) => {
      ctx.body = { ...(ctx.body as object), refresh_token: undefined };
    },
  },
];

/** Ends early when the client goes away, and with the sandbox, which closes its connections. */
async function holdBack({ res }: KoaContextWithOIDC) {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  await setTimeout(HELD_BACK_MS, undefined, { signal: gone.signal }).catch(() => {});
}

function refuse(ctx: KoaContextWithOIDC, status: number, error: string, description: string) {
  ctx.status = status;
  ctx.body = { error, error_description: withCorrelationId(ctx, description) };
}

/** Assumed: that the token endpoint reports these in the shape of PingOne's platform, and the words. */
function answerProblem(ctx: KoaContextWithOIDC, status: number, code: string, message: string) {
  ctx.status = status;
  ctx.body = { id: ctx.response.get('correlation-id') || randomUUID(), code, message };
}
