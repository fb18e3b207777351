// The sign-in of an Express app. It stands on the app's own express-session and needs ../pingone/ beside it.
//
//   const auth = createSignInRoutes({ client, secrets });
//   app.use(session(...), auth.routes);
//   app.get('/orders', auth.required(), listOrders);

import express, { type Request, type RequestHandler } from 'express';
import { createCallback } from './callback.ts';
import { createContext } from './context.ts';
import { RequestError } from './errors.ts';
import { identityOf } from './session.ts';
import { signOutRoute } from './sign-out.ts';
import { createStart } from './start.ts';
import { createTokens } from './tokens.ts';
import type { SignInOptions, User } from './types.ts';

export { createEncryption } from './encrypted-text.ts';
export { RequestError, type RequestErrorCode } from './errors.ts';
export { checkSameOrigin, isNavigation, isPrefetch } from './request.ts';
export { createMemoryShared } from './shared.ts';
export { KEPT_IN_ONE_BROWSER, SIGN_IN_LIMIT_MS } from './sign-in-cookie.ts';
export type * from './types.ts';

export type SignInRoutes = ReturnType<typeof createSignInRoutes>;

/**
 * Everything that an app needs to sign users in. What goes wrong in these functions is a RequestError, or a SignInError with
 * a `status`.
 * @throws TypeError if there is no secret, or a short one
 */
export function createSignInRoutes(options: SignInOptions) {
  const context = createContext(options);
  const { paths, revocations, sessions } = context;
  const { start, route, required } = createStart(context);

  const routes = express.Router({ caseSensitive: true, strict: true });
  routes.use(sessions.middleware);
  routes.all(paths.signIn, only('GET', route));
  routes.all(paths.callback, only('GET', createCallback(context)));
  routes.all(paths.signOut, only('POST', signOutRoute(context)));

  function user(req: Request): User | undefined {
    const { signIn } = sessions.read(req) ?? {};
    return signIn && { ...identityOf(signIn), claims: { ...signIn.claims, ...signIn.userinfo } };
  }

  return {
    /** Sign-in, callback and sign-out. To be mounted at the root, below express-session. */
    routes,
    /** Lets only signed-in users through, who satisfy the requirement if there is one. */
    required,
    /** The claims are those of the ID token and, in their place where both have one, of userinfo. */
    user,
    session: sessions.read,
    ...createTokens(context),
    /** Redirects to PingOne. */
    start,
    /** Revokes the refresh tokens that are due. To be called before the client is closed. */
    close: revocations.close,
  };
}

/** Express would let HEAD run the GET handler, and a link scanner's HEAD would use up a code. */
function only(method: 'GET' | 'POST', handler: RequestHandler): RequestHandler {
  return (req, res, next) => {
    // An address that holds a code, or the ID token, is named to nobody (RFC 9700, section 4.2.4).
    res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
    if (req.method === method) return handler(req, res, next);
    res.set('Allow', method);
    throw new RequestError('method_not_allowed', { expected: method });
  };
}
