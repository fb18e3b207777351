// The page that POST /logout ends on: the session here is over, and the browser goes on to end the one at PingOne. It is a
// page and no redirect, because browsers check form-action on each redirect behind a form, and the app cannot know them all.

import type { Request, Response } from 'express';
import { SignInError } from '../../pingone/index.ts';
import type { SignInEvent } from '../../sign-in/index.ts';
import type { Sessions } from '../sessions.ts';

/** `onEvent` is to hear of all sign-ins and refreshes, `show` is the page. */
export function createSignOutPage(sessions: Sessions) {
  /** Whether PingOne has sent no response, as far as the last request to it has shown. */
  let isAway = false;

  function onEvent(event: SignInEvent): void {
    if (event.type === 'signed_in' || event.type === 'refreshed') isAway = false;
    const error = 'error' in event ? event.error : undefined;
    if (!(error instanceof SignInError)) return;
    if (error.kind === 'connection' && error.facts.status === undefined) isAway = true;
  }

  function show(_req: Request, res: Response, { signOffUrl }: { signOffUrl?: string }): void {
    sessions.clearCookie(res);
    res.set('Referrer-Policy', 'no-referrer');
    const leadsTo = isAway ? undefined : signOffUrl;
    res.render('pages/sign-out', { page: { title: 'Signed out', signOffUrl, leadsTo } });
  }

  return { onEvent, show };
}
