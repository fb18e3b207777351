// The sign-in of an Express app. It uses the app's own express-session, and needs the folder ../pingone/.
//
//   const auth = createSignInRoutes({ client, secrets });
//   app.use(session(...), auth.routes);
//   app.get('/orders', auth.required(), listOrders);

import express, { type Request, type RequestHandler } from 'express';
import { createCallback } from './callback.ts';
import { createContext } from './context.ts';
import { RequestError } from './errors.ts';
import { identityOf } from './session.ts';
import { createSignOut } from './sign-out.ts';
import { createStart } from './start.ts';
import { createTokens } from './tokens.ts';
import type { SignInOptions, User } from './types.ts';

export { createEncryption } from './encrypted-text.ts';
export { RequestError, type RequestErrorCode } from './errors.ts';
export { checkSameOrigin, isNavigation, isPrefetch } from './request.ts';
export { createMemoryShared } from './shared.ts';
export { MAX_PENDING_SIGN_INS, SIGN_IN_LIMIT_MS } from './sign-in-cookie.ts';
export type * from './types.ts';

export type SignInRoutes = ReturnType<typeof createSignInRoutes>;

/**
 * Makes everything that an app needs to sign users in. Its routes and functions fail with a RequestError, or
 * a SignInError with a `status`.
 * @throws TypeError if there is no secret, or if one is too short
 */
export function createSignInRoutes(options: SignInOptions) {
  const context = createContext(options);
  const { paths, revocations, sessions } = context;
  const { start, route, required } = createStart(context);

  const routes = express.Router({ caseSensitive: true, strict: true });
  routes.use(sessions.middleware);
  routes.all(paths.signIn, only('GET', route));
  routes.all(paths.callback, only('GET', createCallback(context)));
  routes.all(paths.signOut, only('POST', createSignOut(context)));

  function user(req: Request): User | undefined {
    const { signIn } = sessions.read(req) ?? {};
    return signIn && { ...identityOf(signIn), claims: { ...signIn.claims, ...signIn.userinfo } };
  }

  return {
    /** The routes for sign-in, callback and sign-out. Mount them at the root, after express-session. */
    routes,
    /** The guard of a route. Only signed-in users who satisfy the requirement pass. */
    required,
    /**
     * The signed-in user, or undefined. If the ID token and userinfo have the same claim, the claim of
     * userinfo counts.
     */
    user,
    /** All that is stored about the signed-in user, with the tokens, or undefined. */
    storedSignIn: sessions.read,
    ...createTokens(context),
    /** Starts a sign-in: redirects the browser to PingOne. */
    start,
    /** Revokes the refresh tokens that wait for their revocation. Call it before `client.close()`. */
    close: revocations.close,
  };
}

/**
 * Rejects other methods. Express would run the GET handler for HEAD, and the HEAD of a link scanner would use
 * a code.
 */
function only(method: 'GET' | 'POST', handler: RequestHandler): RequestHandler {
  return (req, res, next) => {
    // The URL may contain a code or the ID token, so no Referer header may contain the URL (RFC 9700, section
    // 4.2.4).
    res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
    if (req.method === method) return handler(req, res, next);
    res.set('Allow', method);
    throw new RequestError('method_not_allowed', { expected: method });
  };
}
