// The Express app: its middleware and routes in their order. It does not listen and reads no environment.

import type { Express } from 'express';
import type { Config } from './config/index.ts';
import { createFlow } from './flow/index.ts'; // flow
import type { PingOneClient } from './pingone/index.ts';
import { createSignInRoutes } from './sign-in/index.ts';
import type { Stores } from './stores/index.ts';
import { createChecks } from './web/checks.ts';
import { errorPage, notFound } from './web/error-page.ts';
import { createExpressApp, type Site } from './web/express-app.ts';
import { combine, type Listener, logEvents } from './web/listeners.ts';
import { type Logger, requestLogging } from './web/logging.ts';
import { methodNotAllowed } from './web/method-not-allowed.ts';
import { home } from './web/pages/home.ts';
import { me } from './web/pages/me.ts';
import { profile } from './web/pages/profile.ts';
import { refresh } from './web/pages/refresh.ts';
import { createSignOutPage } from './web/pages/sign-out.ts';
import { switchUser } from './web/pages/switch-user.ts';
import { proxyWarning } from './web/proxy-warning.ts';
import { signInRateLimit } from './web/rate-limit.ts';
import { noReferrer, securityHeaders } from './web/security-headers.ts';
import { createSessions } from './web/sessions.ts';
import { smallRequests } from './web/small-requests.ts';
import { withoutSession } from './web/without-session.ts';

type Settings = 'baseUrl' | 'cookieName' | 'sessionSecrets' | 'trustProxy' | 'loginRateLimit';
type Shown = 'errorDetails' | 'flowPage';

interface AppOptions extends Pick<Config, Settings | Shown> {
  client: PingOneClient;
  stores: Stores;
  logger: Logger;
  site: Site;
  /** What is in use, for the home page, without secrets. */
  configuration: [name: string, value: string][];
}

/** Everything between a request and its response. `close` ends what is left to do; the client must still be open. */
export function createApp(options: AppOptions): { app: Express; close(): Promise<void> } {
  const { client, stores, baseUrl, sessionSecrets: secrets, errorDetails, logger, cookieName } = options;
  const https = baseUrl.startsWith('https:');
  const { scope } = client.registration;
  const { provider } = options.site;
  const shown = errorDetails ? options.configuration : [];
  const checks = createChecks();
  const sessions = createSessions({ secrets, https, cookieName, store: stores.sessions });
  const signOut = createSignOutPage(sessions);
  const listeners: Listener[] = [checks, logEvents(logger), signOut];
  const flow = createFlow({ records: stores.records, https, cookieName, provider, on: options.flowPage }); // flow
  listeners.push(flow); // flow
  const auth = createSignInRoutes({
    client,
    secrets,
    cookieName,
    shared: stores.shared,
    defaultPage: '/profile',
    ...combine(listeners),
    onSignIn: checks.keep,
    signOutPage: signOut.show,
  });
  const getOnly = methodNotAllowed('GET, HEAD');
  const getAlone = methodNotAllowed('GET');
  const rateLimit = () => signInRateLimit(options.loginRateLimit);

  const site = { ...options.site };
  if (options.flowPage) Object.assign(site, { flowUrl: '/flow', isInFlow: flow.hasRecord }); // flow

  const app = createExpressApp(options.trustProxy, site);
  app.use(requestLogging(logger), securityHeaders(https), proxyWarning(options.trustProxy), smallRequests);
  app.use(withoutSession({ client, store: stores.sessions, https, cookieName }));

  app.use(sessions.load);
  app.get('/login', rateLimit()).all('/callback', noReferrer).get('/callback', rateLimit());
  app.use(auth.routes);
  app.route('/').get(home(auth, shown)).all(getOnly);
  app.route('/profile').get(auth.required(), profile(auth, { provider, scope })).all(getOnly);
  if (site.flowUrl) app.route(site.flowUrl).get(flow.page(auth)).all(getOnly); // flow
  app.route('/switch-user').head(getAlone).get(rateLimit(), switchUser(auth)).all(getAlone);
  app.route('/api/me').get(auth.required(), me(auth, client.registration)).all(getOnly);
  app.route('/refresh').post(refresh(auth, baseUrl)).all(methodNotAllowed('POST'));

  app.use(notFound, errorPage({ baseUrl, errorDetails, checks, site }));
  return { app, close: auth.close };
}
