/** Faults of the ID token, each with one thing wrong and all else right (OpenID Connect Core 1.0, section 3.1.3.7). */
import { randomBytes, randomUUID } from 'node:crypto';
import { generateKeyPair } from 'jose';
import { publishNewKey } from '../signing-keys.ts';
import { type Fault, SIGNED_IN } from './fault.ts';
import { forge, sign, signWith, withClaims } from './forge.ts';

const HOUR_S = 3600;

export const idTokenFaults: readonly Fault[] = [
  {
    id: 'id-token-expired',
    title: 'ID token expired (exp)',
    defence: 'exp must lie ahead, give or take a minute (Core, 3.1.3.7, rule 9).',
    end: 'id_token_expired',
    // Issued a short while ago: for a client that looks at iat alone it is young enough.
    misbehave: withClaims(() => ({ iat: nowS() - 540, exp: nowS() - 300 })),
  },
  {
    id: 'id-token-from-future',
    title: 'ID token issued in the future (iat)',
    defence: 'iat must not lie ahead, give or take a minute (Core, 3.1.3.7, rule 10).',
    end: 'id_token_issued_in_future',
    misbehave: withClaims(() => ({ iat: nowS() + HOUR_S, exp: nowS() + 2 * HOUR_S })),
  },
  {
    id: 'id-token-wrong-iss',
    title: 'ID token of another issuer (iss)',
    defence: 'iss must be the issuer, byte for byte (Core, 3.1.3.7, rule 2).',
    end: 'id_token_issuer',
    misbehave: withClaims(({ iss }) => ({ iss: `${iss}/` })),
  },
  {
    id: 'id-token-wrong-aud',
    title: 'ID token for another application (aud)',
    defence: 'aud must be this application: another one’s token is no proof here (Core, 3.1.3.7, rule 3).',
    end: 'id_token_audience',
    misbehave: withClaims(() => ({ aud: randomUUID() })),
  },
  {
    id: 'id-token-wrong-nonce',
    title: 'ID token of another sign-in (nonce)',
    defence: 'nonce must be the one of this sign-in, or the token was replayed (Core, 3.1.3.7, rule 11).',
    end: 'id_token_nonce',
    misbehave: withClaims(() => ({ nonce: randomBytes(32).toString('base64url') })),
  },
  {
    id: 'id-token-wrong-at-hash',
    title: 'ID token of another access token (at_hash)',
    defence: 'at_hash must fit the access token that came along (Core, 3.1.3.8).',
    end: 'id_token_at_hash',
    misbehave: withClaims(() => ({ at_hash: randomBytes(16).toString('base64url') })),
  },
  {
    id: 'id-token-bad-signature',
    title: 'ID token with a bad signature',
    defence: 'The signature must hold under the key that the header names (Core, 3.1.3.7, rule 6).',
    end: 'id_token_signature',
    misbehave: forge(async (claims, { keys }) => {
      const [header, payload, signature = ''] = (await signWith(claims, keys)).split('.');
      const bytes = Buffer.from(signature, 'base64url');
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      return `${header}.${payload}.${bytes.toString('base64url')}`;
    }),
  },
  {
    id: 'id-token-alg-none',
    title: 'ID token not signed (alg: none)',
    defence: 'The application, not the token, says which algorithm holds: RS256 alone (RFC 8725, 3.1).',
    end: 'id_token_algorithm',
    misbehave: forge((claims) => {
      const parts = [{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)));
      return `${parts.map((part) => part.toString('base64url')).join('.')}.`;
    }),
  },
  {
    id: 'id-token-hs256',
    title: 'ID token signed with the client secret (HS256)',
    defence: 'An algorithm that nobody chose is refused, though the signature would hold (RFC 8725, 3.1).',
    end: 'id_token_algorithm',
    misbehave: forge((claims, { clientSecret }) => sign(claims, { alg: 'HS256' }, Buffer.from(clientSecret))),
  },
  {
    id: 'id-token-is-access-token',
    title: 'Access token in place of the ID token (typ)',
    defence: 'typ tells kinds of tokens apart: at+jwt is no ID token, even well signed (RFC 8725, 3.11).',
    end: 'id_token_type',
    misbehave: forge((claims, { keys: { kid, privateKey } }) => {
      return sign(claims, { alg: 'RS256', kid, typ: 'at+jwt' }, privateKey);
    }),
  },
  {
    id: 'id-token-unknown-key',
    title: 'ID token signed with an unknown key',
    defence: 'A key that the JWK Set does not hold, fetched anew, is nobody’s (Core, 10.1).',
    end: 'id_token_key_unknown',
    misbehave: forge(async (claims) => {
      const { privateKey } = await generateKeyPair('RS256');
      return signWith(claims, { kid: randomUUID(), privateKey });
    }),
  },
  {
    id: 'rotated-keys',
    title: 'Rotated keys',
    defence: 'A new key, published and used at once, is found by fetching the JWK Set anew (Core, 10.1.1).',
    end: SIGNED_IN,
    misbehave: forge(async (claims, { keys }) => signWith(claims, await publishNewKey(keys))),
  },
];

function nowS() {
  return Math.floor(Date.now() / 1000);
}
