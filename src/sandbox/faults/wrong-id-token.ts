// Makes an ID token with one error (RFC 7515) from the valid one that the sandbox was about to send.

import { CompactSign, decodeJwt, type JWTPayload } from 'jose';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Settings } from '../settings.ts';

type Key = Parameters<CompactSign['sign']>[0];

/** Replaces the ID token in the token response by another one, which `make` makes from the claims of the valid one. */
export function replaceIdToken(make: (claims: JWTPayload, settings: Settings) => string | Promise<string>) {
  return async function putWrongIdToken(ctx: KoaContextWithOIDC, settings: Settings) {
    const response = ctx.body as { id_token?: string };
    // Absent if the app did not request the scope openid.
    if (response.id_token === undefined) return;
    ctx.body = { ...response, id_token: await make(decodeJwt(response.id_token), settings) };
  };
}

/** Replaces some claims. The signature stays valid. */
export function replaceClaims(replace: (claims: JWTPayload) => JWTPayload) {
  return replaceIdToken((claims, { keys }) => signAsPingOne({ ...claims, ...replace(claims) }, keys));
}

/** Signs as PingOne does, with any key and any `kid`. */
export function signAsPingOne(claims: JWTPayload, { kid, privateKey }: { kid: string; privateKey: Key }) {
  return signClaims(claims, { alg: 'RS256', kid }, privateKey);
}

/** Signs any claims under any header, valid or not. */
export function signClaims(
  claims: JWTPayload,
  header: { alg: string; kid?: string; typ?: string },
  key: Key,
) {
  return new CompactSign(Buffer.from(JSON.stringify(claims))).setProtectedHeader(header).sign(key);
}
