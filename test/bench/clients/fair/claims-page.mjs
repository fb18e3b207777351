// The data of claims.ejs: each claim with its meaning and source, the type of each token, and the checks.

const MEANINGS = {
  iss: 'The issuer: the PingOne environment that issued the token.',
  sub: 'The subject: this user at this issuer. Together with iss, the only safe key for an account.',
  aud: 'The audience: the client ID of the application that the token is for.',
  exp: 'The ID token must not be accepted from this time on.',
  iat: 'When the ID token was issued.',
  nonce: 'The value that this sign-in sent, so that a token of another sign-in cannot be used.',
  acr: 'How strong the sign-on was. PingOne puts the name of the sign-on policy here.',
  at_hash: 'A hash of the access token: both belong together.',
  sid: 'The session at PingOne that this sign-in belongs to.',
  name: 'The full name, in the form to show.',
  given_name: 'Given name or names.',
  family_name: 'Family name or names.',
  preferred_username: 'The user name in PingOne. It can change: show it, never look users up by it.',
  email: 'An email address. It can change or belong to another user later, so it is no identity.',
  locale: 'The language and region, such as en-US.',
  updated_at: 'When these claims last changed.',
  env: 'PingOne: the ID of the environment.',
  org: 'PingOne: the ID of the organization.',
};
const TIMES = ['exp', 'iat', 'updated_at'];

/** The checks that openid-client makes with enableNonRepudiationChecks. */
const CHECKS = [
  ['the response has each parameter at most once', 'RFC 6749, 3.1'],
  ['state is the one of this browser', 'RFC 6749, 10.12'],
  ['iss of the response is the issuer', 'RFC 9207, 2.4'],
  ['the code verifier belongs to the code challenge', 'RFC 7636, 4.6'],
  ['the token response is JSON with status 200', 'RFC 6749, 5.1'],
  ['token_type is Bearer', 'RFC 6750, 4'],
  ['the ID token is signed with RS256', 'RFC 8725, 3.1'],
  ['the key is in the published JWK Set', 'Core 10.1'],
  ['the signature is valid', 'Core 3.1.3.7 (6)'],
  ['required claims are there', 'Core 2'],
  ['iat and exp are numbers', 'Core 2'],
  ['sub is a string', 'Core 2'],
  ['iss is the issuer', 'Core 3.1.3.7 (2)'],
  ['aud is this client', 'Core 3.1.3.7 (3)'],
  ['azp is this client', 'Core 3.1.3.7 (5)'],
  ['exp has not passed', 'Core 3.1.3.7 (9)'],
  ['iat is not in the future', 'Core 3.1.3.7 (10)'],
  ['nbf has passed', 'RFC 7519, 4.1.5'],
  ['nonce is the one of this sign-in', 'Core 3.1.3.7 (11)'],
  ['the userinfo response is JSON with status 200', 'Core 5.3.2'],
  ['sub of userinfo is sub of the ID token', 'Core 5.3.2'],
].map(([name, rule]) => ({ name, rule, result: 'passed' }));

export function claimsPage({ tokens, idTokenClaims, userinfo, receivedAt }) {
  const names = new Set([...Object.keys(userinfo), ...Object.keys(idTokenClaims)]);
  return {
    name: userinfo.name ?? userinfo.preferred_username ?? userinfo.email ?? idTokenClaims.sub,
    subject: idTokenClaims.sub,
    issuer: idTokenClaims.iss,
    claims: [...names].map((name) => claimRow(name, idTokenClaims, userinfo)),
    scope: tokens.scope,
    tokens: tokenRows(tokens, idTokenClaims, receivedAt),
    checks: CHECKS,
  };
}

function claimRow(name, idTokenClaims, userinfo) {
  const value = idTokenClaims[name] ?? userinfo[name];
  const sources = [name in idTokenClaims && 'ID token', name in userinfo && 'userinfo'];
  return {
    name,
    meaning: MEANINGS[name] ?? 'Not a standard claim.',
    value: typeof value === 'string' ? value : JSON.stringify(value),
    time: TIMES.includes(name) && inUtc(value),
    source: sources.filter(Boolean).join(' and '),
  };
}

function tokenRows({ access_token, id_token, refresh_token, expires_in }, { exp }, receivedAt) {
  const rows = [
    {
      field: 'access_token',
      kind: 'Bearer token',
      token: access_token,
      expires: inUtc(receivedAt / 1_000 + expires_in),
    },
    { field: 'id_token', kind: 'JSON Web Token', token: id_token, expires: inUtc(exp) },
    { field: 'refresh_token', kind: 'Refresh token', token: refresh_token, expires: 'not said' },
  ];
  return rows.filter(({ token }) => token).map(({ token, ...row }) => ({ ...row, length: token.length }));
}

function inUtc(seconds) {
  return new Date(seconds * 1_000).toISOString();
}
