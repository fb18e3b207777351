// GET /profile: who is signed in, what PingOne said about the user, and what was checked before the app used it.

import type { RequestHandler } from 'express';
import type { ProviderName } from '../../error-texts/index.ts';
import type { SignIn } from '../../pingone/index.ts';
import type { SignInRoutes, StoredSignIn } from '../../sign-in/index.ts';
import { inUtc } from '../utc.ts';
import { claimGroups } from './claim-rows.ts';
import { scopeRows, tokenRows } from './token-rows.ts';

type Shown = { provider: ProviderName; scope: string };

/** @param shown what is in use; the scope is that of each authorization request */
export function profile(auth: SignInRoutes, { provider, scope }: Shown): RequestHandler {
  return function showProfile(req, res, next) {
    const stored = auth.session(req);
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
      checks: req.session.checks ?? [],
      refresh: refreshNote(stored),
    };
    res.render('pages/profile', { page });
  };
}

/** When the tokens of the last refresh came and, if no claims of the user came with them, why. */
function refreshNote({ refresh }: StoredSignIn) {
  if (!refresh || refresh.failedWith) return undefined;
  return { endedAt: inUtc(refresh.endedAtMs), userinfoError: refresh.userinfoError };
}

/** The friendliest name there is. For showing alone: only issuer and subject say who it is. */
function displayName({ claims: idTokenClaims, userinfo = {}, subject }: SignIn): string {
  const claims = { ...idTokenClaims, ...userinfo };
  const fullName = [claims['given_name'], claims['family_name']]
    .filter((part) => typeof part === 'string')
    .join(' ');
  const names = [claims['name'], fullName, claims['preferred_username'], claims['email']];
  const name = names.find((value): value is string => typeof value === 'string' && value.trim() !== '');
  return name ?? subject;
}
