// GET /profile: who is signed in, what PingOne said of them, and what was checked before it was believed.

import type { RequestHandler } from 'express';
import type { SignIn } from '../pingone/client.ts';
import { claimRows, inUtc } from './claim-rows.ts';
import { type RenderPage, sendPage } from './pages.ts';
import { redirect } from './redirect.ts';

export function profile(renderPage: RenderPage): RequestHandler {
  return function showProfile(req, res) {
    const { signIn } = req.session;
    if (!signIn) return redirect(res, 302, '/login?return_to=%2Fprofile');
    const { issuer, subject, checks, tokens } = signIn;
    const rows = { claims: claimRows(signIn), tokens: tokenRows(signIn), scope: tokens.scope };
    const page = { issuer, subject, checks, ...rows };
    sendPage(req, res, renderPage('profile', { title: 'Your claims', name: displayName(signIn), ...page }));
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
  const { access_token, id_token, refresh_token, token_type, expires_in } = tokens;
  const accessTokenEnd = expires_in && inUtc(receivedAt / 1000 + expires_in);
  const rows = [
    {
      member: 'access_token',
      kind: `${token_type} token`,
      length: access_token.length,
      ends: accessTokenEnd,
    },
    {
      member: 'id_token',
      kind: 'JSON Web Token',
      length: id_token.length,
      ends: inUtc(idTokenClaims['exp']),
    },
  ];
  if (!refresh_token) return rows;
  return [
    ...rows,
    { member: 'refresh_token', kind: 'Refresh token', length: refresh_token.length, ends: undefined },
  ];
}
