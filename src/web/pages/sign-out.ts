// The page after POST /logout: the session in this app has ended, and the browser continues to PingOne to end
// the session there. It is a page instead of a redirect, because browsers check form-action on each redirect
// after a form, and the app cannot know all of them.

import type { Request, Response } from 'express';
import { SignInError } from '../../pingone/index.ts';
import type { SignInEvent } from '../../sign-in/index.ts';
import type { SessionMiddleware } from '../sessions.ts';

/** `onEvent` must receive the events of all sign-ins and refreshes. `show` sends the page. */
export function createSignOutPage(sessions: SessionMiddleware) {
  /** Whether PingOne did not respond to the app's last request. */
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
