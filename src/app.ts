// The Express app: its middleware and its routes, in order. It does not listen on a port or read the
// environment.

import type { Express } from 'express';
import type { Config } from './config/index.ts';
import { createFlow } from './flow/index.ts'; // flow
import type { PingOneClient } from './pingone/index.ts';
import { createSignInRoutes } from './sign-in/index.ts';
import type { Stores } from './stores/index.ts';
import { bodyLimit } from './web/body-limit.ts';
import { createCheckCollector } from './web/checks.ts';
import { errorPage, notFound } from './web/error-page.ts';
import { createExpressApp, type SiteData } from './web/express-app.ts';
import { combineListeners, createEventLog, type SignInListener } from './web/listeners.ts';
import { type Logger, requestLogging } from './web/logging.ts';
import { methodNotAllowed } from './web/method-not-allowed.ts';
import { homePage } from './web/pages/home.ts';
import { apiCallRoute } from './web/pages/me.ts';
import { claimsPage } from './web/pages/profile.ts';
import { refreshRoute } from './web/pages/refresh.ts';
import { createSignOutPage } from './web/pages/sign-out.ts';
import { switchUserRoute } from './web/pages/switch-user.ts';
import { proxyWarning } from './web/proxy-warning.ts';
import { signInRateLimit } from './web/rate-limit.ts';
import { noReferrer, securityHeaders } from './web/security-headers.ts';
import { sessionlessRoutes } from './web/sessionless-routes.ts';
import { createSessionMiddleware } from './web/sessions.ts';

type Settings = 'baseUrl' | 'cookieName' | 'sessionSecrets' | 'trustProxy' | 'loginRateLimit';
type Visibility = 'errorDetails' | 'flowPage';

interface AppOptions extends Pick<Config, Settings | Visibility> {
  client: PingOneClient;
  stores: Stores;
  logger: Logger;
  site: SiteData;
  /** The configuration in use, for the home page. It contains no secrets. */
  configuration: [name: string, value: string][];
}

/** Creates the app. `close` revokes the refresh tokens that are due. Call it before you close the client. */
export function createApp(options: AppOptions): { app: Express; close(): Promise<void> } {
  const { client, stores, baseUrl, sessionSecrets: secrets, errorDetails, logger, cookieName } = options;
  const https = baseUrl.startsWith('https:');
  const { scope } = client.registration;
  const { provider } = options.site;
  const configuration = errorDetails ? options.configuration : [];
  const checks = createCheckCollector();
  const sessions = createSessionMiddleware({ secrets, https, cookieName, store: stores.sessions });
  const signOut = createSignOutPage(sessions);
  const listeners: SignInListener[] = [checks, createEventLog(logger), signOut];
  const flow = createFlow({ records: stores.records, https, cookieName, provider, isOn: options.flowPage }); // flow
  listeners.push(flow); // flow
  const auth = createSignInRoutes({
    client,
    secrets,
    cookieName,
    shared: stores.shared,
    defaultPage: '/profile',
    ...combineListeners(listeners),
    onSignIn: checks.saveInSession,
    signOutPage: signOut.show,
  });
  const onlyGetAndHead = methodNotAllowed('GET, HEAD');
  const onlyGet = methodNotAllowed('GET');
  const rateLimit = () => signInRateLimit(options.loginRateLimit);

  const site = { ...options.site };
  if (options.flowPage) Object.assign(site, { flowUrl: '/flow', hasFlowRecord: flow.hasRecord }); // flow

  const app = createExpressApp(options.trustProxy, site);
  app.use(requestLogging(logger), securityHeaders(https), proxyWarning(options.trustProxy));
  app.all('/callback', noReferrer).use(bodyLimit);
  app.use(sessionlessRoutes({ client, store: stores.sessions, https, cookieName }));

  app.use(sessions.load);
  app.get('/login', rateLimit()).get('/callback', rateLimit());
  app.use(auth.routes);
  app.route('/').get(homePage(auth, configuration)).all(onlyGetAndHead);
  app.route('/profile').get(auth.required(), claimsPage(auth, { provider, scope })).all(onlyGetAndHead);
  if (site.flowUrl) app.route(site.flowUrl).get(flow.page(auth)).all(onlyGetAndHead); // flow
  app.route('/switch-user').head(onlyGet).get(rateLimit(), switchUserRoute(auth)).all(onlyGet);
  app.route('/api/me').get(auth.required(), apiCallRoute(auth, client.registration)).all(onlyGetAndHead);
  app.route('/refresh').post(refreshRoute(auth, baseUrl)).all(methodNotAllowed('POST'));

  app.use(notFound, errorPage({ baseUrl, errorDetails, checks, site }));
  return { app, close: auth.close };
}
