/** Faults of the ID token, each with one thing wrong and all else right (OpenID Connect Core 1.0, section 3.1.3.7). */
import { randomBytes, randomUUID } from 'node:crypto';
import { generateKeyPair } from 'jose';
import { publishNewKey } from '../signing-keys.ts';
import { type Faults, SIGNED_IN } from './fault.ts';
import { forge, sign, signWith, withClaims } from './forge.ts';

const HOUR_S = 3600;

export const idTokenFaults: Faults = {
  'id-token-expired': {
    title: 'ID token expired (exp)',
    rule: 'exp must be in the future, with a tolerance of one minute (OpenID Connect Core, 3.1.3.7, rule 9).',
    end: 'id_token_expired',
    // Issued a short while ago: for a client that looks at iat alone it is young enough.
    inject: withClaims(() => ({ iat: nowS() - 540, exp: nowS() - 300 })),
  },
  'id-token-from-future': {
    title: 'ID token issued in the future (iat)',
    rule: 'iat must not be in the future, with a tolerance of one minute (OpenID Connect Core, 3.1.3.7, rule 10).',
    end: 'id_token_issued_in_future',
    inject: withClaims(() => ({ iat: nowS() + HOUR_S, exp: nowS() + 2 * HOUR_S })),
  },
  'id-token-wrong-iss': {
    title: 'ID token of another issuer (iss)',
    rule: 'iss must be exactly the issuer (OpenID Connect Core, 3.1.3.7, rule 2).',
    end: 'id_token_issuer',
    inject: withClaims(({ iss }) => ({ iss: `${iss}/` })),
  },
  'id-token-wrong-aud': {
    title: 'ID token for another application (aud)',
    rule: 'aud must be this app’s client ID, because a token for another app proves nothing here (OpenID Connect Core, 3.1.3.7, rule 3).',
    end: 'id_token_audience',
    inject: withClaims(() => ({ aud: randomUUID() })),
  },
  'id-token-wrong-nonce': {
    title: 'ID token of another sign-in (nonce)',
    rule: 'nonce must be the one that this sign-in has sent, or the token was replayed (OpenID Connect Core, 3.1.3.7, rule 11).',
    end: 'id_token_nonce',
    inject: withClaims(() => ({ nonce: randomBytes(32).toString('base64url') })),
  },
  'id-token-wrong-at-hash': {
    title: 'ID token of another access token (at_hash)',
    rule: 'at_hash must match the access token that came with it (OpenID Connect Core, 3.1.3.8).',
    end: 'id_token_at_hash',
    inject: withClaims(() => ({ at_hash: randomBytes(16).toString('base64url') })),
  },
  'id-token-bad-signature': {
    title: 'ID token with a bad signature',
    rule: 'The signature must be valid under the key that the header names (OpenID Connect Core, 3.1.3.7, rule 6).',
    end: 'id_token_signature',
    inject: forge(async (claims, { keys }) => {
      const [header, payload, signature = ''] = (await signWith(claims, keys)).split('.');
      const bytes = Buffer.from(signature, 'base64url');
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      return `${header}.${payload}.${bytes.toString('base64url')}`;
    }),
  },
  'id-token-alg-none': {
    title: 'ID token not signed (alg: none)',
    rule: 'The app, not the token, decides which algorithm is valid: RS256 alone (RFC 8725, 3.1).',
    end: 'id_token_algorithm',
    inject: forge((claims) => {
      const parts = [{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)));
      return `${parts.map((part) => part.toString('base64url')).join('.')}.`;
    }),
  },
  'id-token-hs256': {
    title: 'ID token signed with the client secret (HS256)',
    rule: 'An algorithm that the app did not choose is refused, although the signature is valid (RFC 8725, 3.1).',
    end: 'id_token_algorithm',
    inject: forge((claims, { clientSecret }) => sign(claims, { alg: 'HS256' }, Buffer.from(clientSecret))),
  },
  'id-token-is-access-token': {
    title: 'Access token in place of the ID token (typ)',
    rule: 'typ tells kinds of tokens apart: at+jwt is no ID token, even if its signature is valid (RFC 8725, 3.11).',
    end: 'id_token_type',
    inject: forge((claims, { keys: { kid, privateKey } }) => {
      return sign(claims, { alg: 'RS256', kid, typ: 'at+jwt' }, privateKey);
    }),
  },
  'id-token-unknown-key': {
    title: 'ID token signed with an unknown key',
    rule: 'A key that is not in the JWK Set, fetched again, is not the issuer’s (OpenID Connect Core, 10.1).',
    end: 'id_token_key_unknown',
    inject: forge(async (claims) => {
      const { privateKey } = await generateKeyPair('RS256');
      return signWith(claims, { kid: randomUUID(), privateKey });
    }),
  },
  'rotated-keys': {
    title: 'Rotated keys',
    rule: 'A new key, published and used at once, is found by fetching the JWK Set again (OpenID Connect Core, 10.1.1).',
    end: SIGNED_IN,
    inject: forge(async (claims, { keys }) => signWith(claims, await publishNewKey(keys))),
  },
};

function nowS() {
  return Math.floor(Date.now() / 1000);
}
