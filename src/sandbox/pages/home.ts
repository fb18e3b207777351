// The sandbox's home page, `/`: its settings, and the faults that a user can choose for the next sign-in.

import type { NextFunction, Request, Response } from 'express';
import { FAULT_GROUPS, FAULTS, SIGNED_IN } from '../faults/index.ts';
import type { FaultSelection } from '../faults/selection.ts';
import type { Settings } from '../settings.ts';
import { sendPage, sendProblem } from './page.ts';

/** `GET /`: shows where the discovery document is, and lists the faults. It marks the chosen one. */
export function showHome(settings: Settings, faults: FaultSelection) {
  const { appOrigin, isOtherApp, initiateLoginUri } = settings;
  const launchUrl = launchUrlOf(settings);
  const signInUrl = isOtherApp ? (launchUrl ?? `${appOrigin}/`) : initiateLoginUri;
  return async function home(_req: Request, res: Response) {
    const { chosen, followedRedirects } = faults;
    const shown = { groups: FAULT_GROUPS, SIGNED_IN, chosen: chosen(), followedRedirects };
    await sendPage(res, 'home', { ...settings, ...shown, launchUrl, signInUrl });
  };
}

/**
 * The URL where PingOne's application portal starts a sign-in: the Initiate Login URI with `iss` and, if there is a Target
 * Link URI, `target_link_uri`. Parameters that the Initiate Login URI already has keep their values.
 */
function launchUrlOf({ initiateLoginUri, targetLinkUri, issuer }: Settings) {
  if (initiateLoginUri === undefined) return undefined;
  const url = new URL(initiateLoginUri);
  const sent = { iss: issuer, ...(targetLinkUri !== undefined && { target_link_uri: targetLinkUri }) };
  url.search = new URLSearchParams({ ...sent, ...Object.fromEntries(url.searchParams) }).toString();
  return url.href;
}

/** `POST /faults` with `fault`, an id or `none`: chooses the fault of the next sign-in and shows the list again. */
export function chooseFault(faults: FaultSelection) {
  return async function choose(req: Request, res: Response) {
    const id: unknown = req.body?.fault;
    const fault = FAULTS.find((candidate) => candidate.id === id);
    if (fault === undefined && id !== 'none') {
      return sendProblem(res, 400, {
        title: 'Unknown fault',
        sentence: 'The form names a fault that is not in the list. Your earlier choice is unchanged.',
        nextStep: 'Choose a fault on the home page of the sandbox.',
      });
    }
    faults.choose(fault);
    res.redirect(303, '/#faults');
  };
}

/**
 * Rejects a POST from a page of another origin. It trusts the header Sec-Fetch-Site or, if the browser does not send it,
 * the header Origin.
 */
export function requireSameOrigin({ origin }: Settings) {
  return async function rejectOtherOrigins(req: Request, res: Response, next: NextFunction) {
    const site = req.get('sec-fetch-site');
    const isOwn = site === undefined ? req.get('origin') === origin : site === 'same-origin';
    if (isOwn) return next();
    await sendProblem(res, 403, {
      title: 'This form was not sent from the sandbox',
      sentence:
        'Only the home page of the sandbox may choose a fault. The browser names another page, or none.',
      nextStep: 'Open the home page of the sandbox and choose the fault there.',
    });
  };
}

/**
 * The target of the fault "Token endpoint redirects". Only a POST with the client secret counts as a followed redirect,
 * because any page on the web can make a browser send other requests. The secret is compared, and never stored.
 */
export function reportFollowedRedirect(faults: FaultSelection, { clientSecret }: Settings) {
  return async function showAlarm(req: Request, res: Response) {
    if (req.method === 'POST' && req.body?.client_secret === clientSecret) faults.followedRedirects += 1;
    await sendProblem(res, 403, {
      title: 'The app must not follow this redirect',
      sentence: 'The redirect of the token endpoint leads to this URL, which is not the token endpoint.',
      nextStep: 'Change the app so that it follows no redirect of the token endpoint.',
    });
  };
}
