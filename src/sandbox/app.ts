/** The sandbox as an Express app: PingOne's paths, in front of oidc-provider. */
import express, { type NextFunction, type Request, type Response } from 'express';
import type { FaultSwitch } from './faults/switch.ts';
import { setCorrelationId, setSecurityHeaders } from './pages/headers.ts';
import { chooseFault, sameOriginOnly, showHome, springTrap } from './pages/home.ts';
import { sendProblem, showCrash, showNotFound, VIEWS } from './pages/page.ts';
import { serveDiscovery, serveJwks } from './provider/discovery.ts';
import { makeProvider, PROVIDER_ROUTES } from './provider/provider.ts';
import { signOff } from './provider/sign-off.ts';
import { chooseOnSignOn, showSignOn } from './provider/sign-on.ts';
import { ENVIRONMENT_ID, NEVER_CALLED, type Settings } from './settings.ts';

/** Makes the app. It listens nowhere yet. */
export function makeSandboxApp(settings: Settings, faults: FaultSwitch) {
  const provider = makeProvider(settings, faults);
  // For the sandbox's own forms only: oidc-provider reads the bodies of its endpoints itself.
  const readForm = express.urlencoded({ extended: false, limit: '16kb', parameterLimit: 20 });
  const app = express();
  app.use(setCorrelationId, setSecurityHeaders);

  app.get('/', showHome(settings, faults));
  app.post('/faults', sameOriginOnly(settings), readForm, chooseFault(faults));
  app.all(NEVER_CALLED, readForm, springTrap(faults, settings));
  app.get('/sandbox.css', (_req, res) => res.sendFile('sandbox.css', { root: VIEWS }));
  app.get('/icon.svg', (_req, res) => res.sendFile('icon.svg', { root: VIEWS }));

  const signOnPath = `/${ENVIRONMENT_ID}/signon/`;
  app.get(signOnPath, showSignOn(provider));
  app.post(signOnPath, readForm, chooseOnSignOn(provider));

  const as = `/${ENVIRONMENT_ID}/as`;
  app.get(`${as}/.well-known/openid-configuration`, serveDiscovery(settings));
  app.get(`${as}/jwks`, serveJwks(settings));
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
 * Left different: PingOne also knows `fragment`, `form_post` and `pi.flow`, and takes the request by POST. A web
 * application needs `query` alone, and oidc-provider would respond to form_post with a page and a script of its own.
 */
async function refuseOtherResponseModes(req: Request, res: Response, next: NextFunction) {
  const { response_mode: mode } = req.query;
  if (mode === undefined || mode === 'query') return next();
  await sendProblem(res, 400, {
    title: 'This response mode is not part of the sandbox',
    sentence: 'The authorization request asks for another response_mode than query.',
    facts: { 'response_mode in the request': String(mode) },
    nextStep: 'Leave response_mode out: query is what the authorization code flow uses by itself.',
  });
}
