// GET /: what this is, and the way in.

import type { RequestHandler } from 'express';
import type { ProviderName } from '../../error-texts/index.ts';
import type { Registration } from '../../pingone/index.ts';
import type { SignInRoutes } from '../../sign-in/index.ts';
import { queryOf } from '../query.ts';

type Rows = [name: string, value: string][];

/** @param configuration rows to show: what is in use, without secrets */
export function home(auth: SignInRoutes, configuration: Rows): RequestHandler {
  return function showHome(req, res) {
    const isSignedIn = auth.user(req) !== undefined;
    // PingOne brings `state` back after a sign-off. Nothing depends on it but this line.
    const isSignedOut = !isSignedIn && queryOf(req).has('state');
    res.render('pages/home', { page: { isSignedIn, isSignedOut, configuration } });
  };
}

/** The configuration in use, without secrets: name and value. */
export function configurationRows(registration: Registration, provider: ProviderName, store: string): Rows {
  const { issuer, clientId, redirectUri, signOffUrl, scope } = registration;
  return [
    ['Provider', provider],
    ['Issuer', issuer],
    ['Client ID', clientId],
    ['Redirect URI', redirectUri],
    ['Signoff URL', signOffUrl],
    ['Scope', scope],
    ['Session store', store],
  ];
}
