// Why an ID token is refused: one code for each check of id-token.ts.

import type { ErrorText } from './errors.ts';

const startAgain = 'Start a new sign-in. If it happens again, tell whoever runs this app.';
const clock = 'Set this machine’s clock by NTP, then start a new sign-in.';
const forged = 'Somebody is trying to pass a made-up or foreign token off as PingOne’s.';

/** An entry for an ID token: always 502, for it came straight from the token endpoint. */
function refused(title: string, what: string, causes: string[], next = startAgain): ErrorText {
  return { status: 502, title, what, causes, next };
}

export const idTokenErrors = {
  id_token_malformed: refused(
    'The ID token cannot be read',
    'The ID token is not a signed JSON Web Token: three parts, each base64url, the claims a JSON object of usual depth.',
    [
      'The provider encrypts its ID tokens, which this app does not ask for.',
      'Something other than PingOne answered.',
    ],
  ),
  id_token_type: refused(
    'The token is not an ID token',
    'The typ in the token’s header says that it is a token of another kind.',
    ['An access token (at+jwt) or a logout token was put in the place of the ID token.'],
  ),
  id_token_algorithm: refused(
    'The ID token is signed in a way this app does not accept',
    'Only RS256 is accepted, which is what PingOne signs with. “none” and HMAC (HS256) never are.',
    [forged, 'The provider was set to another algorithm.'],
  ),
  id_token_key_unknown: refused(
    'The ID token is signed with an unknown key',
    'The key id in the ID token’s header is not among the keys that PingOne publishes.',
    ['PingOne’s keys have just been replaced and are not published everywhere yet.', forged],
  ),
  id_token_signature: refused(
    'The ID token’s signature is wrong',
    'The signature does not fit the token and PingOne’s key.',
    ['The token was changed on its way.', forged],
  ),
  id_token_claim_missing: refused(
    'The ID token is not complete',
    'A claim that every ID token must have is missing, or a registered one is of the wrong kind.',
    ['The provider does not keep to OpenID Connect.', 'A token of another kind was put in its place.'],
  ),
  id_token_issuer: refused(
    'The ID token comes from another issuer',
    'The iss claim is not PINGONE_ISSUER. They must be the same to the letter.',
    ['The environment has got a custom domain: tokens then name it as their issuer.', forged],
    'Set PINGONE_ISSUER to the issuer on the application’s Overview tab: Applications > Applications > your application.',
  ),
  id_token_audience: refused(
    'The ID token is meant for another application',
    'The aud claim is not this app’s client ID alone.',
    [
      'A token of another application was put in its place.',
      'The token names further audiences; this app accepts none but itself.',
    ],
  ),
  id_token_authorized_party: refused(
    'The ID token was issued to another application',
    'The azp claim is not this app’s client ID.',
    ['A token of another application was put in its place.'],
  ),
  id_token_subject: refused(
    'The ID token does not say who signed in',
    'The sub claim must be a string of 1 to 255 ASCII characters.',
    ['The provider does not keep to OpenID Connect.'],
  ),
  id_token_expired: refused(
    'The ID token has expired',
    'The exp claim lies in the past by more than 60 seconds.',
    ['This machine’s clock is ahead.', 'An old token was put in its place.'],
    clock,
  ),
  id_token_issued_in_future: refused(
    'The ID token was issued in the future',
    'The iat claim lies more than 60 seconds ahead of this machine’s clock.',
    ['This machine’s clock is behind.'],
    clock,
  ),
  id_token_too_old: refused(
    'The ID token is too old',
    'The ID token was issued more than 10 minutes ago, longer than any sign-in may take.',
    ['This machine’s clock is ahead.', 'An old token was put in its place.'],
    clock,
  ),
  id_token_not_yet_valid: refused(
    'The ID token is not valid yet',
    'The nbf claim lies more than 60 seconds ahead of this machine’s clock.',
    ['This machine’s clock is behind.'],
    clock,
  ),
  id_token_nonce: refused(
    'The ID token belongs to another sign-in',
    'The nonce claim is not the one that this sign-in sent.',
    ['A token of another sign-in was replayed.'],
  ),
  id_token_other_sign_in: refused(
    'The new ID token belongs to another sign-in',
    'After a refresh, sub, nonce or auth_time of the new ID token differ from those of the sign-in, so this app has signed you out.',
    ['Tokens of two people were mixed up on the way.', forged],
    'Sign in again. If it happens again, tell whoever runs this app.',
  ),
  id_token_at_hash: refused(
    'The ID token and the access token do not belong together',
    'The at_hash claim does not fit the access token.',
    ['One of the two tokens was swapped on the way.'],
  ),
};
