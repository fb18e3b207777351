/** The sandbox's own address, `/`: what this is, and the faults that can be chosen for the next sign-in. */
import type { NextFunction, Request, Response } from 'express';
import type { FaultSwitch } from './fault-switch.ts';
import { FAULT_GROUPS, FAULTS } from './faults.ts';
import { sendPage, sendProblem } from './pages.ts';
import type { Settings } from './settings.ts';

/** `GET /`: says where the discovery document is, and lists the faults, the chosen one marked. */
export function showHome(settings: Settings, faults: FaultSwitch) {
  return async function home(_req: Request, res: Response) {
    const application = new URL(settings.redirectUri).origin;
    const { chosen, trapped } = faults;
    await sendPage(res, 'home', {
      ...settings,
      application,
      groups: FAULT_GROUPS,
      chosen: chosen(),
      trapped,
    });
  };
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
 * Refuses a POST that comes from a page of somewhere else, by what the browser says of it: Sec-Fetch-Site, or the
 * Origin where a browser sends none.
 */
export function sameOriginOnly({ origin }: Settings) {
  return async function refuseOthers(req: Request, res: Response, next: NextFunction) {
    const site = req.get('sec-fetch-site');
    const isOwn = site === undefined ? req.get('origin') === origin : site === 'same-origin';
    if (isOwn) return next();
    await sendProblem(res, 403, {
      title: 'This form was not sent from the sandbox',
      sentence: 'Faults are chosen on the sandbox’s own page; the browser names another, or none.',
      nextStep: 'Open the home page of the sandbox and choose there.',
    });
  };
}

/** Where the redirect of the token endpoint leads: whoever comes here has sent a client secret along. */
export function springTrap(faults: FaultSwitch) {
  return async function trap(_req: Request, res: Response) {
    faults.trapped += 1;
    await sendProblem(res, 403, {
      title: 'This redirect must not be followed',
      sentence: 'The token request came here, to an address that is not the token endpoint’s.',
      nextStep: 'Have the application refuse redirects of the token endpoint.',
    });
  };
}
