// Faults of the ID token. Each one has a single error; everything else is valid (OpenID Connect Core 1.0, section 3.1.3.7).

import { randomBytes, randomUUID } from 'node:crypto';
import { generateKeyPair } from 'jose';
import { publishNewKey } from '../signing-keys.ts';
import { type Faults, SIGNED_IN } from './fault.ts';
import { replaceClaims, replaceIdToken, signAsPingOne, signClaims } from './wrong-id-token.ts';

const HOUR_S = 3600;

export const idTokenFaults: Faults = {
  'id-token-expired': {
    title: 'ID token expired (exp)',
    rule: 'exp must be in the future, with a tolerance of one minute (OpenID Connect Core, 3.1.3.7, rule 9).',
    end: 'id_token_expired',
    // Issued nine minutes ago, so that an app that checks only iat would accept it.
    inject: replaceClaims(() => ({ iat: nowS() - 540, exp: nowS() - 300 })),
  },
  'id-token-from-future': {
    title: 'ID token issued in the future (iat)',
    rule: 'iat must not be in the future, with a tolerance of one minute (OpenID Connect Core, 3.1.3.7, rule 10).',
    end: 'id_token_issued_in_future',
    inject: replaceClaims(() => ({ iat: nowS() + HOUR_S, exp: nowS() + 2 * HOUR_S })),
  },
  'id-token-wrong-iss': {
    title: 'ID token from another issuer (iss)',
    rule: 'iss must be exactly the issuer (OpenID Connect Core, 3.1.3.7, rule 2).',
    end: 'id_token_issuer',
    inject: replaceClaims(({ iss }) => ({ iss: `${iss}/` })),
  },
  'id-token-wrong-aud': {
    title: 'ID token for another application (aud)',
    rule: 'aud must be the client ID of the app, because a token for another application proves nothing here (OpenID Connect Core, 3.1.3.7, rule 3).',
    end: 'id_token_audience',
    inject: replaceClaims(() => ({ aud: randomUUID() })),
  },
  'id-token-wrong-nonce': {
    title: 'ID token from another sign-in (nonce)',
    rule: 'nonce must be the value that the app sent in this sign-in; otherwise, the token may be a replay (OpenID Connect Core, 3.1.3.7, rule 11).',
    end: 'id_token_nonce',
    inject: replaceClaims(() => ({ nonce: randomBytes(32).toString('base64url') })),
  },
  'id-token-wrong-at-hash': {
    title: 'ID token for another access token (at_hash)',
    rule: 'at_hash must match the access token in the same response (OpenID Connect Core, 3.1.3.8).',
    end: 'id_token_at_hash',
    inject: replaceClaims(() => ({ at_hash: randomBytes(16).toString('base64url') })),
  },
  'id-token-bad-signature': {
    title: 'ID token with a bad signature',
    rule: 'The signature must be valid for the key that the header names (OpenID Connect Core, 3.1.3.7, rule 6).',
    end: 'id_token_signature',
    inject: replaceIdToken(async (claims, { keys }) => {
      const [header, payload, signature = ''] = (await signAsPingOne(claims, keys)).split('.');
      const bytes = Buffer.from(signature, 'base64url');
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      return `${header}.${payload}.${bytes.toString('base64url')}`;
    }),
  },
  'id-token-alg-none': {
    title: 'Unsigned ID token (alg: none)',
    rule: 'The app, not the token, chooses the algorithm, and it accepts only RS256 (RFC 8725, 3.1).',
    end: 'id_token_algorithm',
    inject: replaceIdToken((claims) => {
      const parts = [{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)));
      return `${parts.map((part) => part.toString('base64url')).join('.')}.`;
    }),
  },
  'id-token-hs256': {
    title: 'ID token signed with the client secret (HS256)',
    rule: 'The app rejects an algorithm that it did not choose, even if the signature is valid (RFC 8725, 3.1).',
    end: 'id_token_algorithm',
    inject: replaceIdToken((claims, { clientSecret }) =>
      signClaims(claims, { alg: 'HS256' }, Buffer.from(clientSecret)),
    ),
  },
  'id-token-is-access-token': {
    title: 'Access token instead of the ID token (typ)',
    rule: 'typ names the kind of token: at+jwt is not an ID token, even if its signature is valid (RFC 8725, 3.11).',
    end: 'id_token_type',
    inject: replaceIdToken((claims, { keys: { kid, privateKey } }) => {
      return signClaims(claims, { alg: 'RS256', kid, typ: 'at+jwt' }, privateKey);
    }),
  },
  'id-token-unknown-key': {
    title: 'ID token signed with an unknown key',
    rule: 'If the key is missing even after the app fetched the JWK Set again, the token is not from the issuer (OpenID Connect Core, 10.1).',
    end: 'id_token_key_unknown',
    inject: replaceIdToken(async (claims) => {
      const { privateKey } = await generateKeyPair('RS256');
      return signAsPingOne(claims, { kid: randomUUID(), privateKey });
    }),
  },
  'rotated-keys': {
    title: 'Rotated keys',
    rule: 'If PingOne publishes a new key and uses it at once, the app finds it by fetching the JWK Set again (OpenID Connect Core, 10.1.1).',
    end: SIGNED_IN,
    inject: replaceIdToken(async (claims, { keys }) => signAsPingOne(claims, await publishNewKey(keys))),
  },
};

function nowS() {
  return Math.floor(Date.now() / 1000);
}
