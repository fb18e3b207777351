// Explains each claim: the standard claims (OpenID Connect Core 1.0, sections 2 and 5.1) and PingOne's own.

import type { ProviderName } from '../../error-texts/index.ts';

const explanationsFor = (provider: ProviderName): Record<string, string> => ({
  // Of the ID token: sections 2 and 3.1.3
  iss: `The issuer: the environment of ${provider} that issued the token.`,
  aud: 'The audience: the client ID of the application the token is for.',
  exp: 'When the ID token expires.',
  iat: 'When the ID token was issued.',
  nbf: 'The ID token is not valid before this time.',
  auth_time: 'When the user last signed on.',
  nonce: 'The value that this app sent, so that a token from another sign-in is not accepted.',
  acr: `The authentication context. For ${provider}, this is the name of the sign-on policy that ran.`,
  amr: 'How the user signed on, such as pwd for a password or otp for a one-time code.',
  azp: 'The authorized party: the client ID the token was issued to.',
  at_hash: 'A hash of the access token, which shows that the two tokens belong together.',
  c_hash: 'A hash of the authorization code.',
  sid: `The session at ${provider} that this sign-in belongs to.`,
  jti: 'The token’s own identifier.',
  // Of the user: section 5.1, and PingOne's own
  sub: 'The subject: the permanent ID of this user at this issuer. Together with iss, it is the only safe key for an account.',
  name: 'The full name, for display.',
  given_name: 'Given name or names.',
  family_name: 'Family name or names.',
  middle_name: 'Middle name or names.',
  nickname: 'The name the user goes by.',
  preferred_username: `The username in ${provider}. It can change: show it, but never look up users by it.`,
  profile: 'The URL of a page about the user.',
  picture: 'The URL of a picture of the user.',
  website: 'The user’s own web page.',
  email: 'An email address. It can change or pass to another user, so never identify a user by it.',
  email_verified: 'Whether the issuer verified that the email address belongs to the user.',
  gender: 'The gender.',
  birthdate: 'The date of birth, as YYYY-MM-DD.',
  zoneinfo: 'The time zone, such as Europe/Paris.',
  locale: 'The language and region, such as en-US.',
  phone_number: 'A telephone number.',
  phone_number_verified: 'Whether the issuer verified that the number belongs to the user.',
  address: 'The postal address, as an object.',
  updated_at: 'When these claims last changed.',
  env: 'PingOne’s own claim: the ID of the environment.',
  org: 'PingOne’s own claim: the ID of the organization.',
  'p1.region': 'PingOne’s own claim: the region of the environment.',
});

const EXPLANATIONS = { PingOne: explanationsFor('PingOne'), 'the sandbox': explanationsFor('the sandbox') };

export function explainClaim(claim: string, provider: ProviderName): string {
  const explanations = EXPLANATIONS[provider];
  return (Object.hasOwn(explanations, claim) && explanations[claim]) || 'Not a standard claim.';
}

/** Claims about the ID token and the sign-on. All others are about the user. */
export const TOKEN_CLAIMS = new Set(
  'iss aud exp iat nbf auth_time nonce acr amr azp at_hash c_hash sid jti'.split(' '),
);
/** Claims that are times, in seconds since 1970 (UTC). */
export const TIME_CLAIMS = new Set(['exp', 'iat', 'nbf', 'auth_time', 'updated_at']);
