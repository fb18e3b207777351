// GET /profile: who is signed in, what PingOne said of them, and what was checked before it was believed.

import type { RequestHandler } from 'express';
import type { SignIn } from '../pingone/client.ts';
import { claimRows, inUtc } from './claim-rows.ts';
import { type RenderPage, sendPage } from './pages.ts';

export function profile(renderPage: RenderPage): RequestHandler {
  return function showProfile(req, res) {
    const { signIn } = req.session;
    if (!signIn) return res.redirect(302, '/login?return_to=%2Fprofile');
    const { issuer, subject, checks } = signIn;
    const page = { issuer, subject, checks, claims: claimRows(signIn), tokens: tokenRows(signIn) };
    sendPage(res, renderPage('profile', { title: 'Your claims', name: displayName(signIn), ...page }));
  };
}

/** The friendliest name there is. For showing alone: only issuer and subject say who it is. */
function displayName({ idTokenClaims, userinfoClaims = {}, subject }: SignIn): string {
  const claims = { ...idTokenClaims, ...userinfoClaims };
  const fullName = [claims['given_name'], claims['family_name']]
    .filter((part) => typeof part === 'string')
    .join(' ');
  const names = [claims['name'], fullName, claims['preferred_username'], claims['email']];
  const name = names.find((value): value is string => typeof value === 'string' && value.trim() !== '');
  return name ?? subject;
}

/** Of each token its kind, length and end, never the token. */
function tokenRows({ tokens, receivedAt, idTokenClaims }: SignIn) {
  const accessTokenEnd =
    tokens.expires_in === undefined ? undefined : inUtc(receivedAt / 1000 + tokens.expires_in);
  return [
    {
      member: 'access_token',
      kind: `${tokens.token_type} token`,
      token: tokens.access_token,
      ends: accessTokenEnd,
    },
    {
      member: 'id_token',
      kind: 'JSON Web Token, RS256',
      token: tokens.id_token,
      ends: inUtc(idTokenClaims['exp']),
    },
    { member: 'refresh_token', kind: 'for new tokens', token: tokens.refresh_token, ends: undefined },
  ]
    .map(({ member, kind, token, ends }) => ({
      member,
      kind: token === undefined ? 'none came' : kind,
      length: token?.length,
      ends: token === undefined ? undefined : (ends ?? 'not said'),
    }))
    .concat({ member: 'scope', kind: tokens.scope ?? 'as asked for', length: undefined, ends: undefined });
}
