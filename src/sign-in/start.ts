// GET /login?return_to=/path: starts a sign-in and sends the browser to PingOne (RFC 6749, section 4.1.1). It
// is also the Initiate Login URI for PingOne's application portal (OpenID Connect Core 1.0, section 4). The
// guard starts sign-ins, too.

import type { Request, RequestHandler, Response } from 'express';
import { failedRequirement } from '../pingone/index.ts';
import type { Context } from './context.ts';
import { printable, RequestError, withStatus } from './errors.ts';
import { checkHost, checkNavigation, isNavigation, queryOf, redirect, toOwnPath } from './request.ts';
import { sessionOf, userHash } from './session.ts';
import type { Requirement, StartRequest } from './types.ts';

/**
 * In percent-encoded characters. The hint is part of the redirect and of the cookie, which must stay short.
 */
const LOGIN_HINT_LIMIT = 256;

export function createStart(context: Context) {
  const { client, cookies, defaultPage, origin, paths, sessions, emit } = context;

  async function start(req: Request, res: Response, { returnTo, ...options }: StartRequest = {}) {
    checkNavigation(req, context);
    checkHost(req, context, 'host');
    const ownPath = toOwnPath(returnTo ?? defaultPage, context);
    if (!ownPath) emit({ type: 'warning', what: 'return_to_refused' }, req, res);
    const { authorizationUrl, pending } = await client.startSignIn(options).catch((error: unknown) => {
      emit({ type: 'sign_in_failed', error }, req, res);
      throw withStatus(error, ownPath, true);
    });
    // A step-up is only for the signed-in user. A sign-in with `prompt` alone is for any user.
    const isStepUp = options.maxAgeSeconds !== undefined || options.acrValues !== undefined;
    const user = isStepUp && sessions.read(req)?.signIn;
    const stepUp = user && { stepUpOf: userHash(user) };
    cookies.set(req, res, { ...pending, returnTo: ownPath ?? defaultPage, ...stepUp });
    redirect(res, 302, authorizationUrl);
  }

  /** The route. It reads only `return_to` from the query, unless the request comes from the portal. */
  const route: RequestHandler = async (req, res) => {
    const query = new URLSearchParams(queryOf(req));
    const portal = query.has('iss') ? fromPortal(query) : {};
    await start(req, res, { returnTo: query.get('return_to') ?? undefined, ...portal });
  };

  /** @throws RequestError initiate_login_issuer */
  function fromPortal(query: URLSearchParams): StartRequest {
    const { issuer: expected } = client.registration;
    const issuers = query.getAll('iss').join(' ');
    const found = printable(issuers, 200);
    if (issuers !== expected) throw new RequestError('initiate_login_issuer', { expected, found });

    const target = query.get('target_link_uri') ?? '';
    const returnTo = target.startsWith(origin) ? target.slice(origin.length) || '/' : undefined;
    const loginHint = query.get('login_hint') ?? '';
    const encoded = new URLSearchParams([['', loginHint]]).toString().slice('='.length);
    const isShort = encoded.length <= LOGIN_HINT_LIMIT && !/\p{C}/u.test(loginHint);
    return { ...(returnTo && { returnTo }), ...(isShort && { loginHint }) };
  }

  /**
   * The guard of a route. Signed-in users who satisfy the requirement pass. For others, a page navigation
   * starts a sign-in or a step-up, and any other request gets 401. No request is repeated after the sign-in.
   */
  function required(requirement: Requirement = {}): RequestHandler {
    return async function guard(req, res, next) {
      const stored = sessionOf(req) && sessions.read(req);
      const why = stored && failedRequirement(stored.authentication, requirement);
      if (stored && !why) return next();

      const opensPage = isNavigation(req) && (req.method === 'GET' || (req.method === 'HEAD' && !stored));
      if (!opensPage) throw new RequestError('not_signed_in', why ? { why } : {});
      const returnTo = toOwnPath(req.originalUrl, context);
      // prompt=login, because PingOne may have a session of another user. Without it, that user would come
      // back every time.
      if (stored) return start(req, res, { ...requirement, prompt: 'login', returnTo });
      redirect(res, 302, paths.signIn + (returnTo ? `?${new URLSearchParams({ return_to: returnTo })}` : ''));
    };
  }

  return { start, route, required };
}
