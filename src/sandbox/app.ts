// The sandbox as an Express app. It has PingOne's paths and passes protocol requests on to oidc-provider.

import express, { type NextFunction, type Request, type Response } from 'express';
import type { FaultSelection } from './faults/selection.ts';
import { setCorrelationId, setSecurityHeaders } from './pages/headers.ts';
import { chooseFault, reportFollowedRedirect, requireSameOrigin, showHome } from './pages/home.ts';
import { sendProblem, showCrash, showNotFound, VIEWS } from './pages/page.ts';
import { serveDiscovery, serveJwkSet } from './provider/discovery.ts';
import { makeProvider, PROVIDER_ROUTES } from './provider/provider.ts';
import { signOff } from './provider/sign-off.ts';
import { showSignOn, submitSignOn } from './provider/sign-on.ts';
import { ENVIRONMENT_ID, REDIRECT_FAULT_PATH, type Settings } from './settings.ts';

/** Makes the app, without a port. */
export function makeSandboxApp(settings: Settings, faults: FaultSelection) {
  const provider = makeProvider(settings, faults);
  // Only for the sandbox's own forms, because oidc-provider reads the bodies of its endpoints itself.
  const readForm = express.urlencoded({ extended: false, limit: '16kb', parameterLimit: 20 });
  const app = express();
  app.use(setCorrelationId, setSecurityHeaders);

  app.get('/', showHome(settings, faults));
  app.post('/faults', requireSameOrigin(settings), readForm, chooseFault(faults));
  app.all(REDIRECT_FAULT_PATH, readForm, reportFollowedRedirect(faults, settings));
  app.get('/sandbox.css', (_req, res) => res.sendFile('sandbox.css', { root: VIEWS }));
  app.get('/icon.svg', (_req, res) => res.sendFile('icon.svg', { root: VIEWS }));

  const signOnPath = `/${ENVIRONMENT_ID}/signon/`;
  app.get(signOnPath, showSignOn(provider));
  app.post(signOnPath, readForm, submitSignOn(provider));

  const as = `/${ENVIRONMENT_ID}/as`;
  app.get(`${as}/.well-known/openid-configuration`, serveDiscovery(settings));
  app.get(`${as}/jwks`, serveJwkSet(settings));
  app.get(`${as}/signoff`, signOff(provider, settings));
  app.post(`${as}/signoff`, readForm, signOff(provider, settings));
  app.get(`${as}/authorize`, refuseOtherResponseModes);
  const serveAsProvider = provider.callback();
  app.use(as, (req, res, next) => {
    return PROVIDER_ROUTES.test(`${req.method} ${req.path}`) ? serveAsProvider(req, res) : next();
  });

  app.use(showNotFound);
  app.use(showCrash);
  return app;
}

/**
 * Differs from PingOne, which also has `fragment`, `form_post` and `pi.flow`, and accepts the request by POST. A web
 * application needs only `query`, and oidc-provider would respond to `form_post` with its own page and script.
 */
async function refuseOtherResponseModes(req: Request, res: Response, next: NextFunction) {
  const { response_mode: mode } = req.query;
  if (mode === undefined || mode === 'query') return next();
  await sendProblem(res, 400, {
    title: 'The sandbox does not support this response mode',
    sentence: 'The authorization request has a response_mode other than query.',
    facts: { 'response_mode in the request': String(mode) },
    nextStep: 'Remove response_mode from the request: query is the default of the authorization code flow.',
  });
}
