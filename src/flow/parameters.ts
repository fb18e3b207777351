// What each parameter that this app sends or reads is for, in one line.

const PARAMETERS: Record<string, string> = {
  response_type: 'Asks for a code, not for tokens: they never pass through the browser.',
  client_id: 'Which application asks.',
  redirect_uri: 'Where the response goes; registered in PingOne exactly.',
  scope: 'What is asked for; openid makes it a sign-in.',
  state: 'Ties the response to this browser (against forged responses).',
  nonce: 'Ties the ID token to this sign-in (against replayed tokens).',
  code_challenge: 'The hash of the code verifier: only who knows the verifier can use the code (PKCE).',
  code_challenge_method: 'How the hash was made: SHA-256.',
  prompt: 'Asks PingOne to have the user sign on again.',
  login_hint: 'The user name to begin with.',
  max_age: 'How many seconds ago the user may have signed on.',
  acr_values: 'Which sign-on policies satisfy this app.',
  grant_type: 'What is exchanged: an authorization code, or a refresh token.',
  code: 'What PingOne returned: good for one token request, for a short time.',
  code_verifier: 'The challenge is its hash: shows that this app asked for the code (PKCE).',
  refresh_token: 'What new tokens are issued for, without the user.',
  client_secret: 'Shows that this app is the application: known to the server and to PingOne alone.',
  iss: 'Which issuer responded (PingOne sends none today).',
  error: 'Why there is no code. Only this is decided upon.',
  error_description: 'PingOne’s own words about the error.',
};

export function isKnownParameter(name: string): boolean {
  return Object.hasOwn(PARAMETERS, name);
}

/** What a parameter is for, in one line. */
export function explainParameter(name: string): string {
  return (isKnownParameter(name) && PARAMETERS[name]) || 'A parameter that this app does not know.';
}

/** The same of a query that is no response to a sign-in of this browser. */
export const FOREIGN_PARAMETER =
  'What the query held under this name. It is not believed, so only its length is kept.';
