// GET /: the home page, which explains the app and links to the sign-in.

import type { RequestHandler } from 'express';
import type { ProviderName } from '../../error-texts/index.ts';
import type { Registration } from '../../pingone/index.ts';
import type { SignInRoutes } from '../../sign-in/index.ts';
import { queryParameters } from '../query.ts';

type Rows = [name: string, value: string][];

/** @param configuration rows of the configuration in use, without secrets */
export function homePage(auth: SignInRoutes, configuration: Rows): RequestHandler {
  return function showHome(req, res) {
    const isSignedIn = auth.user(req) !== undefined;
    // After a sign-off, PingOne sends `state` back. Nothing else depends on it.
    const isSignedOut = !isSignedIn && queryParameters(req).has('state');
    res.render('pages/home', { page: { isSignedIn, isSignedOut, configuration } });
  };
}

/** The configuration in use as names and values, without secrets. */
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
