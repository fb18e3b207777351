// What each claim means: the standard claims (OpenID Connect Core 1.0, sections 2 and 5.1) and PingOne's own.

const EXPLANATIONS: Record<string, string> = {
  // Of the token: sections 2 and 3.1.3
  iss: 'The issuer: which PingOne environment says all this.',
  sub: 'The subject: this person at this issuer, for ever. Together with iss, the only safe key for an account.',
  aud: 'The audience: the client ID of the application the token is for.',
  exp: 'The ID token must not be accepted from this time on.',
  iat: 'When the ID token was issued.',
  nbf: 'The ID token must not be accepted before this time.',
  auth_time: 'When the person last proved who they are.',
  nonce: 'The value this sign-in sent along, so that a token of another sign-in cannot be used.',
  acr: 'How strong the sign-on was. PingOne puts the name of the sign-on policy here.',
  amr: 'By which means the person signed on, such as pwd for a password or otp for a one-time code.',
  azp: 'The authorized party: the client ID the token was issued to.',
  at_hash: 'A hash of the access token: both belong together.',
  c_hash: 'A hash of the authorization code.',
  sid: 'The session at PingOne that this sign-in belongs to.',
  jti: 'The token’s own identifier.',
  // Of the person: section 5.1
  name: 'The full name, as it is to be shown.',
  given_name: 'Given name or names.',
  family_name: 'Family name or names.',
  middle_name: 'Middle name or names.',
  nickname: 'The name the person goes by.',
  preferred_username: 'The user name in PingOne. It can change: show it, never look people up by it.',
  profile: 'The address of a page about the person.',
  picture: 'The address of a picture of the person.',
  website: 'The person’s own web page.',
  email: 'An e-mail address. It can change or pass to somebody else: never an identity.',
  email_verified: 'Whether the issuer made sure that the address is the person’s.',
  gender: 'The gender.',
  birthdate: 'The date of birth, as YYYY-MM-DD.',
  zoneinfo: 'The time zone, such as Europe/Paris.',
  locale: 'The language and region, such as en-US.',
  phone_number: 'A telephone number.',
  phone_number_verified: 'Whether the issuer made sure that the number is the person’s.',
  address: 'The postal address, as an object.',
  updated_at: 'When these claims last changed.',
  // PingOne's own
  env: 'PingOne: the ID of the environment.',
  org: 'PingOne: the ID of the organization.',
  'p1.region': 'PingOne: the region the environment is in.',
};

export function explain(claim: string): string {
  return Object.hasOwn(EXPLANATIONS, claim) ? (EXPLANATIONS[claim] as string) : 'Not a standard claim.';
}

/** Claims that are times in seconds since 1970, UTC. */
export const TIME_CLAIMS = ['exp', 'iat', 'nbf', 'auth_time', 'updated_at'];
