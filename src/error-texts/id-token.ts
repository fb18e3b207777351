// The ID token: one entry for each check (OpenID Connect Core 1.0, sections 2, 3.1.3.7 and 12.2; "Core" below).

import { type EntryOf, OVERVIEW, POLICIES } from './entry.ts';

export const idTokenTexts = {
  id_token_malformed: {
    what: 'The ID token cannot be read. It is not a signed JSON Web Token: three parts, each in base64url, with a JSON object of usual depth as claims.',
    why: 'The provider encrypts its ID tokens, which this app does not ask for. The token was cut short.',
    next: 'Check that `PINGONE_ISSUER` is an issuer of PingOne. PingOne signs its ID tokens and does not encrypt them.',
  },
  id_token_critical_header: {
    what: 'The ID token needs an unknown extension. Its header has `crit`, which names extensions that a reader must understand. This app knows none and accepts none (RFC 7515, 4.1.11; RFC 7797, 7).',
    why: 'The provider uses an extension of JSON Web Signature, which PingOne does not document.',
    next: 'Look at `crit` in the header of the ID token and turn off the extension at the provider.',
  },
  id_token_type: {
    what: 'The token is not an ID token. The `typ` in its header names another kind of token.',
    why: 'The provider put an access token (`at+jwt`) or a logout token in the place of the ID token.',
    next: 'Compare `typ` in the detail with the token response. An ID token has `JWT` or no `typ`.',
  },
  id_token_algorithm: {
    what: 'The signature algorithm of the ID token is not accepted. This app accepts only `RS256`, which PingOne signs with. It never accepts `none` or HMAC (`HS256`).',
    why: 'The provider is set to another algorithm. An attacker tries to pass off a token without a valid signature.',
    next: 'Set the signing algorithm of ID tokens to `RS256` at the provider.',
  },
  id_token_key_unknown: {
    what: 'The ID token is signed with an unknown key. The JWK Set of PingOne has no key with the `kid` in the header of the ID token.',
    why: 'PingOne has just replaced its keys, as it does every 90 days, and the new JWK Set is not available everywhere yet. The token was signed by a server that is not PingOne.',
    next: 'Wait a minute and start a new sign-in. This app fetches the JWK Set again for each unknown key.',
  },
  id_token_key_unusable: {
    what: 'The key of the ID token cannot be used. The JWK Set has the key that the ID token names, but this app does not accept the key, so it could not check the signature. An RSA key needs at least 2048 bits and an odd exponent of 3 or more.',
    why: 'The provider published a weak or damaged key.',
    next: 'Replace the signing key at the provider. The detail says which key it is and why it cannot be used.',
  },
  id_token_signature: {
    what: 'The signature of the ID token is wrong. It does not match the ID token and the key that PingOne publishes.',
    why: 'The ID token was changed on its way. An attacker made the token.',
    next: 'Check that no proxy decrypts the connection to PingOne, then compare `jwks_uri` in the discovery document with the environment.',
  },
  id_token_claim_missing: {
    what: 'The ID token is not complete. A claim that each ID token must have is missing, or a registered claim has the wrong type.',
    why: 'The provider does not follow Core 2. The token is of another kind.',
    next: 'Check the attribute mappings of the application. The detail names the claims.',
  },
  id_token_issuer: {
    what: 'The ID token comes from another issuer. The `iss` claim is not the configured issuer. They must be exactly the same.',
    why: 'The environment got a custom domain, and ID tokens now name it as their issuer. The ID token belongs to another environment.',
    next: `Copy the Issuer from ${OVERVIEW} again, and use either the custom domain or \`auth.pingone.*\` everywhere.`,
  },
  id_token_audience: {
    what: 'The ID token is for another application. The `aud` claim must name this app’s client ID and nothing else.',
    why: 'The ID token was issued for another client ID. The ID token names further audiences, which this app does not accept.',
    next: 'Compare `PINGONE_CLIENT_ID` with the audience in the detail.',
  },
  id_token_authorized_party: {
    what: 'The ID token was issued to another application. The `azp` claim is not this app’s client ID.',
    why: 'The provider issued the ID token for a request of another application.',
    next: 'Compare `azp` in the detail with `PINGONE_CLIENT_ID`.',
  },
  id_token_subject: {
    what: 'The ID token does not name a valid user. The `sub` claim must be a text of 1 to 255 ASCII characters.',
    why: 'The provider makes user identifiers that Core 2 does not allow.',
    next: 'Check the attribute mapping of `sub` at the provider.',
  },
  id_token_expired: {
    what: 'The ID token has expired. The `exp` claim is more than 60 seconds in the past.',
    why: 'The clock of this machine is fast by an hour or more. The provider sent an expired ID token.',
    next: 'Set the clock of this machine by NTP. The detail shows both times.',
  },
  id_token_issued_in_future: {
    what: 'The ID token was issued in the future. The `iat` claim is more than 60 seconds ahead of the clock of this machine.',
    why: 'The clock of this machine is slow.',
    next: 'Set this machine’s clock forward by NTP, then start a new sign-in.',
  },
  id_token_too_old: {
    what: 'The ID token is too old. The `iat` claim is more than 10 minutes in the past, but PingOne issues an ID token at the moment of the token request.',
    why: 'The clock of this machine is fast by more than 10 minutes. The response contains an ID token of an earlier sign-in.',
    next: 'Set this machine’s clock back by NTP, then start a new sign-in.',
  },
  id_token_not_yet_valid: {
    what: 'The ID token is not valid yet. The `nbf` claim is more than 60 seconds ahead of the clock of this machine.',
    why: 'The clock of this machine is behind the clock of PingOne.',
    next: 'Compare the two times in the detail and synchronize this machine’s clock (NTP).',
  },
  id_token_nonce: {
    what: 'The ID token belongs to another sign-in. The `nonce` claim does not match this sign-in.',
    why: 'An ID token or an authorization code of another sign-in was replayed. A proxy or a connection delivered the response to another request.',
    next: 'If it happens again, check whether a proxy between this app and PingOne mixes up responses. This app rejected the tokens.',
  },
  id_token_other_user: {
    what: 'The new ID token is about another user. After a refresh, the `sub` of the new ID token differs from the `sub` of the sign-in, so this app signed you out.',
    user: 'Sign in again. If you then see the data of another user, tell the administrator at once.',
    why: 'The tokens of two users were mixed up on the way.',
    next: 'Check the proxies between this app and PingOne for caches of token responses.',
  },
  id_token_auth_time_earlier: {
    what: 'The new ID token has an earlier sign-in time. After a refresh, `auth_time` of the new ID token is earlier than `auth_time` of the sign-in (Core 12.2). This app did not use the new tokens. You stay signed in.',
    why: 'The provider reports the time of an earlier session of the same user. Not verified: after some sign-ins, PingOne sends a thousandth of the seconds as `auth_time`.',
    next: 'Compare the two values of `auth_time` in the detail, and report them to Ping’s support if they cannot both be right.',
  },
  id_token_auth_time: {
    what: 'This page needs a more recent sign-in. The page asks for a sign-in within a time limit (`max_age`). The `auth_time` of the ID token is missing, or it is too long ago.',
    user: 'Open the page again, and sign in with your password when PingOne asks. PingOne recognized you from an earlier sign-in and did not ask.',
    why: 'A sign-on policy signs the user in from the session at PingOne. Not verified: the provider sends no `auth_time`, or sends it in another unit than seconds.',
    next: `Open ${POLICIES} and check that the policy asks for a new sign-in when \`max_age\` is sent.`,
  },
  id_token_acr: {
    what: 'This page needs another kind of sign-in. The page asks for a sign-on policy (`acr_values`). The `acr` of the ID token is missing, or it names another policy.',
    user: 'Open the page again and complete all steps that PingOne asks for, such as a second factor.',
    why: 'PingOne ran another policy than the page asks for, and `acr` names the policy that ran.',
    next: `Open ${POLICIES} and compare the assigned policies with the \`acr_values\` of the page, letter case included.`,
  },
  id_token_at_hash: {
    what: 'The ID token and the access token do not belong together. The `at_hash` claim does not match the access token of the same response.',
    why: 'One of the two tokens was replaced after PingOne issued them.',
    next: 'Check that no proxy changes token responses, then start a new sign-in.',
  },
} satisfies Record<string, EntryOf>;
