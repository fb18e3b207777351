/** Makes ID tokens that are wrong in one place (RFC 7515), out of the good one that was about to be sent. */
import { CompactSign, decodeJwt, type JWTPayload } from 'jose';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Settings } from '../settings.ts';

type Key = Parameters<CompactSign['sign']>[0];

/** Puts another ID token, made of the good one's claims, into the token response. */
export function forge(make: (claims: JWTPayload, settings: Settings) => string | Promise<string>) {
  return async function forgeIdToken(ctx: KoaContextWithOIDC, settings: Settings) {
    const response = ctx.body as { id_token?: string };
    // Absent where the scope openid was not asked for.
    if (response.id_token === undefined) return;
    ctx.body = { ...response, id_token: await make(decodeJwt(response.id_token), settings) };
  };
}

/** Well signed, with some claims replaced. */
export function withClaims(replace: (claims: JWTPayload) => JWTPayload) {
  return forge((claims, { keys }) => signWith({ ...claims, ...replace(claims) }, keys));
}

/** Signs as PingOne does, with any key, under any name. */
export function signWith(claims: JWTPayload, { kid, privateKey }: { kid: string; privateKey: Key }) {
  return sign(claims, { alg: 'RS256', kid }, privateKey);
}

/** Signs claims that need not be true, under a header that need not be right. */
export function sign(claims: JWTPayload, header: { alg: string; kid?: string; typ?: string }, key: Key) {
  return new CompactSign(Buffer.from(JSON.stringify(claims))).setProtectedHeader(header).sign(key);
}
