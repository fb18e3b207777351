// GET /api/me: calls an API with the user's access token, as your own routes would. The API here is PingOne's
// userinfo endpoint (OpenID Connect Core 1.0, section 5.3), which every PingOne environment has.

import type { Request, RequestHandler } from 'express';
import { Agent, EnvHttpProxyAgent, request } from 'undici';
import { isLoopback } from '../../pingone/index.ts';
import type { SignInRoutes } from '../../sign-in/index.ts';

const API_LIMIT_MS = 5_000;
const CONNECT_LIMIT_MS = 2_000;
const RESPONSE_LIMIT_BYTES = 256 * 1024;

/**
 * Returns the claims from the API as JSON, or 502 if the call failed or the claims are about another user.
 */
export function apiCallRoute(auth: SignInRoutes, { issuer }: { issuer: string }): RequestHandler {
  const url = `${issuer}/userinfo`;
  const limits = { connect: { timeout: CONNECT_LIMIT_MS }, maxResponseSize: RESPONSE_LIMIT_BYTES };
  const dispatcher = isLoopback(new URL(url).hostname) ? new Agent(limits) : new EnvHttpProxyAgent(limits);

  async function callApi(req: Request, accessToken: string): Promise<unknown> {
    try {
      const { statusCode, body } = await request(url, {
        headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json' },
        signal: AbortSignal.timeout(API_LIMIT_MS),
        // A new connection for each call. On a reused one, an extra response could pass for the response to
        // the next user.
        reset: true,
        dispatcher,
      });
      if (statusCode === 200) return await body.json();
      await body.dump();
      req.log.warn({ status: statusCode }, 'API call rejected');
    } catch (error) {
      req.log.warn({ error }, 'API call failed');
    }
    return undefined;
  }

  return async function showMe(req, res) {
    // If the access token has expired, this refreshes it first.
    const accessToken = await auth.accessToken(req, res);
    const claims = await callApi(req, accessToken);
    if (isAbout(auth.user(req)?.subject, claims)) return void res.json(claims);
    res.status(502).json({ error: 'api_call_failed' });
  };
}

/** The app must not use claims of another user (section 5.3.2). */
function isAbout(subject: string | undefined, claims: unknown): boolean {
  return typeof claims === 'object' && claims !== null && 'sub' in claims && claims.sub === subject;
}
