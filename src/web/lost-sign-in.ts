// Why a callback finds no sign-in in this browser. Which causes its page names, and in which order, hangs on what the
// request shows; what is known to be otherwise is not among them.

import type { Request } from 'express';
import { couldBeOurState } from '../pingone/authorization-request.ts';
import { type ErrorDetails, SignInError } from '../pingone/errors.ts';
import { otherHost } from './own-host.ts';
import { WebError } from './web-errors.ts';

/** As many as a browser keeps: where fewer came, no newer one has taken the place of this one. */
export const KEPT_IN_ONE_BROWSER = 5;

/** The error for a callback whose state has no cookie, where so many other sign-ins have one. */
export type LostSignIn = (req: Request, state: string, otherSignIns: number) => SignInError | WebError;

export function createLostSignIn(baseUrl: string, trustProxy: number): LostSignIn {
  return function lostSignIn(req, state, otherSignIns) {
    const elsewhere = otherHost(req, baseUrl, trustProxy, 'hostname');
    if (elsewhere) return elsewhere;
    const details = couldBeOurState(state)
      ? { causes: causesOf(otherSignIns, Boolean(req.headers.cookie), trustProxy > 0) }
      : notOurs(state);
    return otherSignIns > 0
      ? new SignInError('sign_in_unknown', details)
      : new WebError('sign_in_cookie_missing', undefined, details);
  };
}

/** The state itself is not shown: it may be anything. */
function notOurs(state: string): Pick<ErrorDetails, 'detail' | 'causes'> {
  return {
    detail: `Its state (${state.length} characters) is none that this app makes.`,
    causes: [
      'The address was typed, changed or cut short.',
      'Somebody made the link, or it is the answer to another app’s sign-in.',
    ],
  };
}

/** The likeliest first. */
function causesOf(otherSignIns: number, cookiesCame: boolean, behindProxy: boolean): string[] {
  const causes: [possible: boolean, cause: string][] = [
    [
      otherSignIns >= KEPT_IN_ONE_BROWSER,
      'Five newer sign-ins were started in this browser: only the newest five are kept.',
    ],
    [true, 'The sign-in took longer than 10 minutes, and the browser has dropped its cookie.'],
    [true, 'It has ended long ago, and its address was opened again, by a restored tab or from the history.'],
    [true, 'It was started in another browser or a private window, or by somebody else who sent the link.'],
    [!cookiesCame, 'The browser blocks cookies.'],
    [
      behindProxy,
      'The app was opened under another host name than BASE_URL; behind a proxy it cannot see that.',
    ],
  ];
  return causes.filter(([possible]) => possible).map(([, cause]) => cause);
}
