// One line about each parameter that this app sends or reads.

import { type ProviderWords, wordsFor } from '../error-texts/index.ts';

const parametersFor = ({ provider, Provider }: ProviderWords): Record<string, string> => ({
  response_type: 'Requests a code. Tokens are not requested here, so none passes through the browser.',
  client_id: 'The application that sends the request.',
  redirect_uri: `The URL that receives the code. It must be exactly the one that is registered in ${provider}.`,
  scope:
    'The claims and access that this app requests. The scope openid makes this an OpenID Connect sign-in.',
  state: 'Ties the response to this browser, to protect against forged responses.',
  nonce: 'Ties the ID token to this sign-in, to protect against replayed tokens.',
  code_challenge:
    'The hash of the code verifier. Only an app that knows the verifier can use the code (PKCE).',
  code_challenge_method: 'The hash function of the code challenge: SHA-256.',
  prompt: `Tells ${provider} to make the user sign on again.`,
  login_hint: `The username or email address that ${provider} suggests on its sign-on page.`,
  max_age: 'The maximum number of seconds since the user signed on.',
  acr_values: 'The sign-on policies that this app accepts.',
  grant_type: 'What this app exchanges for tokens: an authorization code or a refresh token.',
  code: `The code from ${provider}. It is valid for one token request, and only for a short time.`,
  code_verifier: 'The secret behind the code challenge. It proves that this app requested the code (PKCE).',
  refresh_token: 'Exchanged for new tokens, without a new sign-on.',
  client_secret: `Proves that the request comes from the application. Only the server and ${provider} know it.`,
  iss: `The issuer that sent the response. ${Provider} does not currently send it.`,
  error: 'Why there is no code. This app uses only this value, not the description, to decide what to do.',
  error_description: `${Provider}’s description of the error.`,
});
const KNOWN = Object.keys(parametersFor(wordsFor('PingOne')));

/** Whether this app sends or reads a parameter with this name. */
export function isKnownParameter(name: string): boolean {
  return KNOWN.includes(name);
}

/** Makes the function that returns one line about a parameter. */
export function explainParameters(words: ProviderWords): (name: string) => string {
  const explanations = new Map(Object.entries(parametersFor(words)));
  return (name) => explanations.get(name) ?? 'A parameter that this app does not know.';
}

/** The explanation if the query is not a response to a sign-in in this browser. */
export const UNTRUSTED_PARAMETER =
  'The value in the query. This app does not trust it, so it records only the length.';
