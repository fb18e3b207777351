// The Express app: its middleware and routes in their order. It does not listen and reads no environment.

import express, { type Express } from 'express';
import type { PingOneClient } from './pingone/client.ts';
import { asset } from './web/assets.ts';
import { callback } from './web/callback.ts';
import { errorPage, methodNotAllowed, notFound } from './web/error-page.ts';
import { flow } from './web/flow.ts';
import { createFlowRecords } from './web/flow-records.ts';
import { forgetPages } from './web/forget-pages.ts';
import { healthz, readyz } from './web/health.ts';
import { home } from './web/home.ts';
import { httpsOnly } from './web/https-only.ts';
import { type Logger, requestLogging } from './web/logging.ts';
import { login } from './web/login.ts';
import { logout } from './web/logout.ts';
import { createLostSignIn } from './web/lost-sign-in.ts';
import { noPrefetch } from './web/no-prefetch.ts';
import { ownHostOnly } from './web/own-host.ts';
import { createPages } from './web/pages.ts';
import { profile } from './web/profile.ts';
import { proxyWarning } from './web/proxy-warning.ts';
import { loginRateLimit as rateLimit } from './web/rate-limit.ts';
import { refresh } from './web/refresh.ts';
import { refusedCallback } from './web/refused-callback.ts';
import { sameOriginOnly } from './web/same-origin.ts';
import { noReferrer, securityHeaders } from './web/security-headers.ts';
import { createSessions } from './web/session.ts';
import type { SharedState } from './web/shared-state.ts';
import { createSignInCookies } from './web/sign-in-cookie.ts';
import { smallRequests } from './web/small-requests.ts';
import { createTokens } from './web/tokens.ts';

interface AppOptions {
  client: PingOneClient;
  state: SharedState;
  /** An origin. */
  baseUrl: string;
  /** The newest first. */
  sessionSecrets: string[];
  /** Proxies in front of the app. */
  trustProxy: number;
  /** Requests a minute and client address, on /login and on /callback; 0 = no limit. */
  loginRateLimit: number;
  logger: Logger;
  /** A line on every page. */
  notice?: string;
}

/** Everything between a request and its answer. */
export function createApp(options: AppOptions): Express {
  const { client, state, baseUrl, sessionSecrets, trustProxy, loginRateLimit, logger, notice } = options;
  const https = baseUrl.startsWith('https:');
  const renderPage = createPages({ notice });
  const sessions = createSessions(sessionSecrets, https, state.sessions);
  const flows = createFlowRecords(state.flows, https);
  const cookies = createSignInCookies(sessionSecrets, https, createLostSignIn(baseUrl, trustProxy));
  const tokens = createTokens(client, sessions, state.lock);
  const overHttps = httpsOnly(https);
  const limited = (name: string) => rateLimit(loginRateLimit, logger, state.rateLimitStore?.(name));

  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', false).set('trust proxy', trustProxy);
  // Addresses are exact, or a page could be cached or guarded under one spelling and served under another.
  app.enable('case sensitive routing').enable('strict routing');

  app.use(requestLogging(logger), securityHeaders(client.signOffEndpoint, https), proxyWarning(trustProxy));
  app.use(smallRequests);

  // None of these needs a session, so they go on without a store.
  app.route('/healthz').get(healthz).all(methodNotAllowed('GET, HEAD'));
  app.route('/readyz').get(readyz(client, state.sessions)).all(methodNotAllowed('GET, HEAD'));
  app.route('/style.css').get(asset('style.css', 'css')).all(methodNotAllowed('GET, HEAD'));
  app
    .route('/icon.svg')
    .get(asset('icon.svg', 'image/svg+xml; charset=utf-8'))
    .all(methodNotAllowed('GET, HEAD'));
  app.route('/signed-out.svg').get(forgetPages(https)).all(methodNotAllowed('GET, HEAD'));

  app.route('/').get(sessions.optional, home(renderPage)).all(methodNotAllowed('GET, HEAD'));
  // Express would answer HEAD by the GET handler, and a link scanner's HEAD /callback would redeem the code.
  app
    .route('/login')
    .head(methodNotAllowed('GET'))
    .get(
      noPrefetch,
      limited('login'),
      overHttps,
      ownHostOnly(baseUrl, trustProxy),
      login(client, cookies, state.usedStates, baseUrl),
    )
    .all(methodNotAllowed('GET'));
  app
    .route('/callback')
    .all(noReferrer)
    .head(methodNotAllowed('GET'))
    .get(
      noPrefetch,
      limited('callback'),
      overHttps,
      sessions.required,
      callback(client, cookies, state.usedStates, sessions, flows, baseUrl),
      refusedCallback(client, cookies, flows),
    )
    .all(methodNotAllowed('GET'));
  app.route('/profile').get(sessions.required, profile(renderPage)).all(methodNotAllowed('GET, HEAD'));
  app.route('/flow').get(sessions.optional, flow(flows, renderPage)).all(methodNotAllowed('GET, HEAD'));
  app
    .route('/refresh')
    .post(sameOriginOnly(baseUrl), sessions.required, refresh(tokens))
    .all(methodNotAllowed('POST'));
  app
    .route('/logout')
    .post(sameOriginOnly(baseUrl), sessions.required, logout(client, sessions, flows))
    .all(methodNotAllowed('POST'));

  app.use(notFound, errorPage(renderPage, baseUrl));
  return app;
}
