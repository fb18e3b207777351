// The ID token: one entry for each check (OpenID Connect Core 1.0, sections 2, 3.1.3.7 and 12.2).

import { entry } from './entry.ts';
import { OVERVIEW, POLICIES, type ProviderWords } from './provider.ts';

export const idTokenTexts = ({ provider, Provider, inTenant }: ProviderWords) => ({
  id_token_malformed: entry('The ID token cannot be read', {
    what: 'The ID token is not a signed JSON Web Token of three base64url parts, or its claims are not a JSON object within this app’s limits for size and depth.',
    why: 'The provider encrypts its ID tokens, although this app does not ask for that. The token was cut off.',
    next: `Check that \`PINGONE_ISSUER\` is an issuer of ${provider}. ${Provider} signs its ID tokens and does not encrypt them.`,
  }),
  id_token_critical_header: entry('The ID token requires an unknown extension', {
    what: 'The `crit` field in the header of the ID token names extensions that the recipient must understand. This app supports none (RFC 7515, section 4.1.11; RFC 7797, section 7).',
    why: `The provider uses an extension of JSON Web Signature that ${provider} does not document.`,
    next: 'Look at `crit` in the header of the ID token and turn off the extension at the provider.',
  }),
  id_token_type: entry('The token is not an ID token', {
    what: 'The `typ` in the header of the ID token names another kind of token.',
    why: 'The provider sent an access token (`at+jwt`) or a logout token instead of an ID token.',
    next: 'Compare `typ` in the details with the token response. An ID token has `JWT` or no `typ`.',
  }),
  id_token_algorithm: entry('The signature algorithm of the ID token is not accepted', {
    what: `This app accepts only \`RS256\`, the algorithm that ${provider} uses. It never accepts \`none\` or HMAC (\`HS256\`).`,
    why: 'The provider is configured for another algorithm. An attacker sent a token without a valid signature.',
    next: 'Set the signing algorithm of ID tokens to `RS256` at the provider.',
  }),
  id_token_key_unknown: entry('The ID token is signed with an unknown key', {
    what: `The JWK Set of ${provider} has no key with the \`kid\` in the header of the ID token.`,
    why: `The provider has just replaced its keys (PingOne: every 90 days), and the new JWK Set is not available everywhere yet. A server that is not ${provider} signed the token.`,
    next: 'Wait a minute and start a new sign-in. This app fetches the JWK Set again when a key is unknown.',
  }),
  id_token_key_unusable: entry('The key of the ID token cannot be used', {
    what: 'The JWK Set has the key that the ID token names, but this app does not accept the key, so it could not check the signature. An RSA key needs 2048 to 8192 bits, and an odd exponent of 3 or more that has at most 31 bits.',
    why: 'The provider published a weak or damaged key.',
    next: 'Replace the signing key at the provider. The details name the key and say why it cannot be used.',
  }),
  id_token_signature: entry('The signature of the ID token is wrong', {
    what: `The signature does not match the content of the ID token and the key that ${provider} publishes.`,
    why: 'The ID token was changed on the way. An attacker made the token.',
    next: `Check that no proxy decrypts the connection to ${provider}, and that \`jwks_uri\` in the discovery document belongs to your environment.`,
  }),
  id_token_claim_missing: entry('A claim of the ID token is missing or wrong', {
    what: 'A claim that each ID token must have is missing, or a registered claim has the wrong type.',
    why: 'The provider does not follow OpenID Connect Core, section 2. The provider sent another kind of token.',
    next: 'Check the attribute mappings of the application. The details name the claims.',
  }),
  id_token_issuer: entry('The ID token comes from another issuer', {
    what: 'The `iss` claim differs from the configured issuer. They must be exactly the same.',
    why: 'The environment now has a custom domain, and ID tokens name it as their issuer. The ID token belongs to another environment.',
    next: `${inTenant('copy')} the Issuer from ${OVERVIEW} again, and use either the custom domain or \`auth.pingone.*\` everywhere.`,
  }),
  id_token_audience: entry('The ID token is for another application', {
    what: 'The `aud` claim must contain this app’s client ID and nothing else.',
    why: 'The ID token was issued for another client ID. The ID token names additional audiences, which this app does not accept.',
    next: 'Compare `PINGONE_CLIENT_ID` with the audience in the details.',
  }),
  id_token_authorized_party: entry('The ID token was issued to another application', {
    what: 'The `azp` claim is not this app’s client ID.',
    why: 'The provider issued the ID token for a request of another application.',
    next: 'Compare `azp` in the details with `PINGONE_CLIENT_ID`.',
  }),
  id_token_subject: entry('The ID token does not name a valid user', {
    what: 'The `sub` claim must be a string of 1 to 255 ASCII characters.',
    why: 'The provider makes user identifiers that OpenID Connect Core, section 2, does not allow.',
    next: 'Check the attribute mapping of `sub` at the provider.',
  }),
  id_token_expired: entry('The ID token has expired', {
    what: 'The `exp` claim is more than 60 seconds in the past.',
    why: 'The clock of this machine is ahead by an hour or more. The provider sent an expired ID token.',
    next: 'Synchronize the clock of this machine with NTP. The details show both times.',
  }),
  id_token_issued_in_future: entry('The ID token was issued in the future', {
    what: 'The `iat` claim is more than 60 seconds ahead of the clock of this machine.',
    why: 'The clock of this machine is behind by more than 60 seconds.',
    next: 'Synchronize the clock of this machine with NTP, then start a new sign-in.',
  }),
  id_token_too_old: entry('The ID token is too old', {
    what: `The \`iat\` claim is more than 10 minutes in the past, but ${provider} issues an ID token at the moment of the token request.`,
    why: 'The clock of this machine is ahead by more than 10 minutes. The response contains an ID token of an earlier sign-in.',
    next: 'If the clock of this machine is ahead, synchronize it with NTP. Then start a new sign-in.',
  }),
  id_token_not_yet_valid: entry('The ID token is not valid yet', {
    what: 'The `nbf` claim is more than 60 seconds ahead of the clock of this machine.',
    why: `The clock of this machine is behind the clock of ${provider}.`,
    next: 'Compare the two times in the details and synchronize the clock of this machine with NTP.',
  }),
  id_token_nonce: entry('The ID token belongs to another sign-in', {
    what: 'The `nonce` claim does not match this sign-in.',
    why: 'An attacker replayed an ID token or an authorization code of another sign-in. A proxy delivered the response to the wrong request.',
    next: `If it happens again, check whether a proxy between this app and ${provider} mixes up responses. This app rejected the tokens.`,
  }),
  id_token_other_user: entry('The new ID token is about another user', {
    what: 'After a refresh, the `sub` of the new ID token differs from the `sub` of the sign-in, so this app signed you out.',
    why: 'The tokens of two users were mixed up on the way.',
    next: `Check that no proxy between this app and ${provider} caches token responses.`,
    user: 'Sign in again. If you then see the data of another user, tell the administrator at once.',
  }),
  id_token_auth_time_earlier: entry('The new ID token has an earlier sign-in time', {
    what: 'After a refresh, `auth_time` of the new ID token is earlier than `auth_time` of the sign-in (OpenID Connect Core, section 12.2). This app did not use the new tokens. You stay signed in.',
    why: 'The provider reports the time of an earlier session of the same user. Not verified: after some sign-ins, PingOne sends the value of `auth_time` divided by 1,000.',
    next: 'Compare the two values of `auth_time` in the details, and report them to Ping Identity support if they cannot both be right.',
  }),
  id_token_auth_time: entry('This page needs a more recent sign-in', {
    what: 'The page requires a sign-in that is not older than a limit (`max_age`). The `auth_time` of the ID token is missing, is not a number, or is too long ago.',
    why: `The sign-on policy reuses the user’s session at ${provider} instead of asking again. Not verified: the provider sends no \`auth_time\`, or sends it in a unit other than seconds.`,
    next: `${inTenant('open')} ${POLICIES} and check that the policy asks for a new sign-in when \`max_age\` is sent.`,
    user: `Open the page again, and sign in when ${provider} asks. If ${provider} does not ask, tell the administrator.`,
  }),
  id_token_acr: entry('This page needs another kind of sign-in', {
    what: 'The page requires a sign-on policy (`acr_values`). The `acr` of the ID token is missing, is not a string, or names another policy.',
    why: `${Provider} ran a policy other than the one that the page requires, and \`acr\` names the policy that ran.`,
    next: `${inTenant('open')} ${POLICIES} and compare the assigned policies with the \`acr_values\` of the page, including upper and lower case.`,
    user: `Open the page again and complete all steps that ${provider} asks for, such as a second factor.`,
  }),
  id_token_at_hash: entry('The ID token and the access token do not belong together', {
    what: 'The `at_hash` claim does not match the access token of the same response.',
    why: `One of the two tokens was replaced after ${provider} issued them.`,
    next: 'Check that no proxy changes token responses, then start a new sign-in.',
  }),
});
