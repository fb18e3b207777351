// The token response as rows of tables: the scopes, and the kind, length, and expiry of each token, but never
// the token.

import type { SignIn } from '../../pingone/index.ts';
import { formatClaimUtc, formatUtc } from '../utc.ts';

/**
 * One row for each token: its field in the token response (RFC 6749, section 5.1), kind, length, and expiry.
 */
export function tokenRows({ tokens, receivedAtMs, claims }: SignIn) {
  const { access_token, id_token, refresh_token, token_type, expires_in } = tokens;
  const accessTokenEnd = expires_in === undefined ? undefined : formatUtc(receivedAtMs + expires_in * 1000);
  return [
    row('access_token', `${token_type} token`, access_token, accessTokenEnd),
    row('id_token', 'JSON Web Token', id_token, formatClaimUtc(claims['exp'])),
    ...(refresh_token ? [row('refresh_token', 'Refresh token', refresh_token)] : []),
  ];
}

function row(field: string, kind: string, token: string, expires?: string) {
  return { field, kind, length: token.length, expires };
}

/** @param granted if the response has no scope, everything that was requested (RFC 6749, section 5.1) */
export function scopeRows(requested: string, granted = requested) {
  const asked = new Set(requested.split(' '));
  const given = new Set(granted.split(' '));
  return [...new Set([...asked, ...given])].map((scope) => ({
    scope,
    isRequested: asked.has(scope),
    isGranted: given.has(scope),
  }));
}
