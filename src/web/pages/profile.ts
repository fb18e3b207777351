// GET /profile: the claims page. It shows who is signed in, the claims, and the checks that the app made
// before it used them.

import type { RequestHandler } from 'express';
import type { ProviderName } from '../../error-texts/index.ts';
import type { SignIn } from '../../pingone/index.ts';
import type { SignInRoutes, StoredSignIn } from '../../sign-in/index.ts';
import { checksOfSession } from '../checks.ts';
import { formatUtc } from '../utc.ts';
import { claimGroups } from './claim-rows.ts';
import { scopeRows, tokenRows } from './token-rows.ts';

type Shown = { provider: ProviderName; scope: string };

/** @param shown the name of the provider, and the scope that the app requests */
export function claimsPage(auth: SignInRoutes, { provider, scope }: Shown): RequestHandler {
  return function showProfile(req, res, next) {
    const stored = auth.storedSignIn(req);
    // The guard lets only signed-in users through.
    if (!stored) return next();
    const { signIn } = stored;
    const page = {
      title: 'Your claims',
      name: displayName(signIn),
      issuer: signIn.issuer,
      subject: signIn.subject,
      claims: claimGroups(signIn, provider),
      scopes: scopeRows(scope, signIn.tokens.scope),
      tokens: tokenRows(signIn),
      checks: checksOfSession(req),
      refresh: refreshNote(stored),
    };
    res.render('pages/profile', { page });
  };
}

/** The time of the last refresh and, if it returned no claims about the user, the reason. */
function refreshNote({ refresh }: StoredSignIn) {
  if (!refresh || refresh.failedWith) return undefined;
  return { endedAt: formatUtc(refresh.endedAtMs), userinfoError: refresh.userinfoError };
}

/** The best name for display. Never identify a user by it: only issuer and subject do that. */
function displayName({ claims, userinfo = {}, subject }: SignIn): string {
  const text = (name: string) => {
    const value = (Object.hasOwn(userinfo, name) ? userinfo : claims)[name];
    return typeof value === 'string' && value.trim() !== '' ? value : '';
  };
  const fullName = () => [text('given_name'), text('family_name')].filter(Boolean).join(' ');
  return text('name') || fullName() || text('preferred_username') || text('email') || subject;
}
