// GET /login?return_to=/path: starts a sign-in and sends the browser to PingOne (RFC 6749, section 4.1.1). It also serves as
// the Initiate Login URI of PingOne's application portal (OpenID Connect Core 1.0, section 4). The guard of a route starts
// sign-ins, too.

import type { Request, RequestHandler, Response } from 'express';
import { failedRequirement } from '../pingone/index.ts';
import type { Context } from './context.ts';
import { RequestError, shown, withStatus } from './errors.ts';
import { checkHost, checkNavigation, checkReturnTo, isNavigation, queryOf, redirect } from './request.ts';
import { sessionOf, userHash } from './session.ts';
import type { Requirement, StartRequest } from './types.ts';

/** Percent-encoded: it is in the redirect and in the cookie. */
const LOGIN_HINT_LIMIT = 256;

export function createStart(context: Context) {
  const { client, cookies, defaultPage, origin, paths, sessions, tell } = context;

  async function start(req: Request, res: Response, { returnTo, ...asked }: StartRequest = {}) {
    checkNavigation(req, context);
    checkHost(req, context, 'host');
    const checked = checkReturnTo(returnTo ?? defaultPage, context);
    if (!checked) tell({ type: 'warning', what: 'return_to_refused' }, req, res);
    const { authorizationUrl, pending } = await client.startSignIn(asked).catch((error: unknown) => {
      tell({ type: 'sign_in_failed', error }, req, res);
      throw withStatus(error, checked, true);
    });
    // If more is asked of the signed-in user, nobody else may come back. `prompt` alone is for any user.
    const isStepUp = asked.maxAgeSeconds !== undefined || asked.acrValues !== undefined;
    const user = isStepUp && sessions.read(req)?.signIn;
    const stepUp = user && { stepUpOf: userHash(user) };
    cookies.set(req, res, { ...pending, returnTo: checked ?? defaultPage, ...stepUp });
    redirect(res, 302, authorizationUrl);
  }

  /** The route: of its query nothing but `return_to` counts, unless the portal opened it. */
  const route: RequestHandler = async (req, res) => {
    const query = new URLSearchParams(queryOf(req));
    const portal = query.has('iss') ? fromPortal(query) : {};
    await start(req, res, { returnTo: query.get('return_to') ?? undefined, ...portal });
  };

  /** @throws RequestError initiate_login_issuer */
  function fromPortal(query: URLSearchParams): StartRequest {
    const { issuer: expected } = client.registration;
    const issuers = query.getAll('iss').join(' ');
    const found = shown(issuers, 200);
    if (issuers !== expected) throw new RequestError('initiate_login_issuer', { expected, found });

    const target = query.get('target_link_uri') ?? '';
    const returnTo = target.startsWith(origin) ? target.slice(origin.length) || '/' : undefined;
    const loginHint = query.get('login_hint') ?? '';
    const encoded = new URLSearchParams([['', loginHint]]).toString().slice('='.length);
    const isShort = encoded.length <= LOGIN_HINT_LIMIT && !/\p{C}/u.test(loginHint);
    return { ...(returnTo && { returnTo }), ...(isShort && { loginHint }) };
  }

  /**
   * The guard: only signed-in users pass, and only those who satisfy the requirement (step-up). Everybody else goes to
   * PingOne if a page was opened, and gets 401 if it was anything else. Nothing is replayed.
   */
  function required(requirement: Requirement = {}): RequestHandler {
    return async function guard(req, res, next) {
      const stored = sessionOf(req) && sessions.read(req);
      const why = stored && failedRequirement(stored.authentication, requirement);
      if (stored && !why) return next();

      const opensPage = isNavigation(req) && (req.method === 'GET' || (req.method === 'HEAD' && !stored));
      if (!opensPage) throw new RequestError('not_signed_in', why ? { why } : {});
      const returnTo = checkReturnTo(req.originalUrl, context);
      // prompt: PingOne may have a session of another user, who would come back again and again.
      if (stored) return start(req, res, { ...requirement, prompt: 'login', returnTo });
      redirect(res, 302, paths.signIn + (returnTo ? `?${new URLSearchParams({ return_to: returnTo })}` : ''));
    };
  }

  return { start, route, required };
}
