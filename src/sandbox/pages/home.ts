/** The sandbox's own address, `/`: what this is, and the faults that can be chosen for the next sign-in. */
import type { NextFunction, Request, Response } from 'express';
import { FAULT_GROUPS, FAULTS, SIGNED_IN } from '../faults/index.ts';
import type { FaultSwitch } from '../faults/switch.ts';
import type { Settings } from '../settings.ts';
import { sendPage, sendProblem } from './page.ts';

/** `GET /`: says where the discovery document is, and lists the faults, the chosen one marked. */
export function showHome(settings: Settings, faults: FaultSwitch) {
  const { appOrigin, isForeign, initiateLoginUri } = settings;
  const launchUrl = launchUrlOf(settings);
  const signInUrl = isForeign ? (launchUrl ?? `${appOrigin}/`) : initiateLoginUri;
  return async function home(_req: Request, res: Response) {
    const { chosen, trapped } = faults;
    const own = { launchUrl, signInUrl, groups: FAULT_GROUPS, SIGNED_IN, chosen: chosen(), trapped };
    await sendPage(res, 'home', { ...settings, ...own });
  };
}

/**
 * Where PingOne's application portal starts a sign-in: the Initiate Login URI with `iss` and, if there is a Target Link
 * URI, `target_link_uri`. What the Initiate Login URI has in its own query stays.
 */
function launchUrlOf({ initiateLoginUri, targetLinkUri, issuer }: Settings) {
  if (initiateLoginUri === undefined) return undefined;
  const url = new URL(initiateLoginUri);
  const sent = { iss: issuer, ...(targetLinkUri !== undefined && { target_link_uri: targetLinkUri }) };
  url.search = new URLSearchParams({ ...sent, ...Object.fromEntries(url.searchParams) }).toString();
  return url.href;
}

/** `POST /faults` with `fault`, an id or `none`: chooses for the next sign-in, and shows the list again. */
export function chooseFault(faults: FaultSwitch) {
  return async function choose(req: Request, res: Response) {
    const id: unknown = req.body?.fault;
    const fault = FAULTS.find((candidate) => candidate.id === id);
    if (fault === undefined && id !== 'none') {
      return sendProblem(res, 400, {
        title: 'There is no such fault',
        sentence: 'The form names no fault of the list, so nothing was changed.',
        nextStep: 'Choose one on the home page of the sandbox.',
      });
    }
    faults.choose(fault);
    res.redirect(303, '/#faults');
  };
}

/**
 * Refuses a POST that comes from a page of another origin, by what the browser says of it: Sec-Fetch-Site, or the Origin
 * where a browser sends none.
 */
export function sameOriginOnly({ origin }: Settings) {
  return async function refuseOthers(req: Request, res: Response, next: NextFunction) {
    const site = req.get('sec-fetch-site');
    const isOwn = site === undefined ? req.get('origin') === origin : site === 'same-origin';
    if (isOwn) return next();
    await sendProblem(res, 403, {
      title: 'This form was not sent from the sandbox',
      sentence: 'Faults are chosen on the sandbox’s own page. The browser names another page, or none.',
      nextStep: 'Open the home page of the sandbox and choose there.',
    });
  };
}

/**
 * Where the redirect of the token endpoint leads. Only a POST with the client secret raises the alarm: any page of the web
 * can have a browser send all other requests. The secret is compared, and kept nowhere.
 */
export function springTrap(faults: FaultSwitch, { clientSecret }: Settings) {
  return async function trap(req: Request, res: Response) {
    if (req.method === 'POST' && req.body?.client_secret === clientSecret) faults.trapped += 1;
    await sendProblem(res, 403, {
      title: 'This redirect must not be followed',
      sentence: 'The redirect of the token endpoint leads to this address, which is not the token endpoint.',
      nextStep: 'Make the app refuse redirects of the token endpoint.',
    });
  };
}
