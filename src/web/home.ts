// GET /: what this is, and the way in.

import type { RequestHandler } from 'express';
import { type RenderPage, sendPage } from './pages.ts';
import { queryOf } from './query.ts';

export function home(renderPage: RenderPage): RequestHandler {
  return function showHome(req, res) {
    const query = queryOf(req);
    const signedIn = Boolean(req.session?.signIn);
    // PingOne brings `state` back after a sign-off, our own sign-out `signed_out`. Nothing depends on them but this line.
    const onlyHere = query.has('signed_out');
    const signedOut = !signedIn && (onlyHere || query.has('state'));
    const title = signedOut ? 'Signed out' : 'Sign in with PingOne';
    sendPage(req, res, renderPage('home', { title, signedIn, signedOut, onlyHere }));
  };
}
