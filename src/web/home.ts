// GET /: what this is, and the way in.

import type { RequestHandler } from 'express';
import { type RenderPage, sendPage } from './pages.ts';
import { queryOf } from './query.ts';

export function home(renderPage: RenderPage): RequestHandler {
  return function showHome(req, res) {
    const signedIn = Boolean(req.session?.signIn);
    // PingOne brings `state` back after a sign-off. Nothing depends on it but this line.
    const signedOut = !signedIn && queryOf(req).has('state');
    const title = signedOut ? 'Signed out' : 'Sign in with PingOne';
    sendPage(res, renderPage('home', { title, signedIn, signedOut }));
  };
}
