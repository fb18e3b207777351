// GET /callback?code=…&state=…: the response that the browser brings from PingOne
// (RFC 6749, section 4.1.2; `iss`: RFC 9207; errors: OpenID Connect Core 1.0, section 3.1.2.6).

import { type Attempt, check, fail } from './attempt.ts';
import type { ProviderMetadata } from './discovery.ts';
import { SignInError, type SignInErrorCode } from './errors.ts';
import { correlationIdOf } from './response.ts';
import { cleanText } from './text.ts';

const QUERY_LIMIT = 8_192;
const CODE_LIMIT = 4_096;

/** An authorization response before any check. Other parameters are ignored. */
export interface AuthorizationResponse {
  state: string;
  code?: string | undefined;
  error?: string | undefined;
  errorDescription?: string | undefined;
  iss?: string | undefined;
}

/**
 * Reads the query of the callback. It must have a `state`, and either a code or an error. No parameter may
 * occur twice, and none of those that are read may be empty, except the description.
 * @param query without "?"
 * @throws SignInError callback_malformed
 */
export function readAuthorizationResponse(query: string): AuthorizationResponse {
  if (query.length > QUERY_LIMIT) throw malformed(`more than ${QUERY_LIMIT} characters`);
  const given = [...new URLSearchParams(query)];
  const parameters = new Map(given);
  if (parameters.size < given.length) throw malformed('a parameter more than once');
  const [state, code, error, iss] = ['state', 'code', 'error', 'iss'].map((name) => {
    if (parameters.get(name) === '') throw malformed(`an empty ${name}`);
    return parameters.get(name);
  });
  // PingOne may send an error without a state. Its code tells the administrator what PingOne rejects.
  if (state === undefined) throw malformed('no state', error);
  if (code !== undefined && error !== undefined) throw malformed('both a code and an error');
  if (code === undefined && error === undefined) throw malformed('neither a code nor an error');
  if (code && code.length > CODE_LIMIT) throw malformed(`a code of more than ${CODE_LIMIT} characters`);
  return { state, code, error, errorDescription: parameters.get('error_description'), iss };
}

/** @param error the OAuth error of a response without a state */
function malformed(found: string, error?: string): SignInError {
  return new SignInError('callback_malformed', { found, description: error && cleanText(error, 100) });
}

const STATE = ['sign_in_unknown', 'state matches the sign-in of this browser', 'RFC 6749, 10.12'] as const;
const ISSUER = ['issuer_mismatch', 'iss of the response is the issuer', 'RFC 9207, 2.4'] as const;
const ISSUER_MISSING = ['issuer_missing', ISSUER[1], ISSUER[2]] as const;

/**
 * Checks that the response belongs to this sign-in, and returns its code.
 * @throws SignInError sign_in_unknown, issuer_mismatch, issuer_missing, or the code for the provider's
 *   `error`
 */
export function checkAuthorizationResponse(
  attempt: Attempt,
  { issuer, authorization_response_iss_parameter_supported: isIssAnnounced }: ProviderMetadata,
  { response, state }: { response: AuthorizationResponse; state: string },
): string {
  const { iss, error, errorDescription, code } = response;
  check(attempt, STATE, response.state === state || {});
  // This comes before `error`, because an error of another issuer is not an error of this provider (RFC 9207,
  // section 2.4).
  if (iss !== undefined) check(attempt, ISSUER, iss === issuer || { expected: issuer, found: iss });
  else check(attempt, ISSUER_MISSING, isIssAnnounced ? {} : 'the provider neither sends nor announces iss');
  if (error !== undefined) {
    // The code depends only on `error`, because the provider may change the wording of its description.
    const errorCode = ERROR_CODES.get(error) ?? 'authorization_refused';
    const description = errorDescription || undefined;
    fail(attempt, errorCode, { error, description, correlationId: correlationIdOf(undefined, description) });
  }
  if (code === undefined) throw malformed('no code');
  return code;
}

const ERROR_CODES: ReadonlyMap<string, SignInErrorCode> = new Map([
  ['access_denied', 'access_denied'],
  ['login_required', 'login_required'],
  ['interaction_required', 'login_required'],
  ['consent_required', 'login_required'],
  ['account_selection_required', 'login_required'],
  ['invalid_request', 'authorization_invalid_request'],
  ['invalid_scope', 'authorization_invalid_scope'],
  ['unauthorized_client', 'authorization_unauthorized_client'],
  ['server_error', 'authorization_server_error'],
  ['temporarily_unavailable', 'authorization_temporarily_unavailable'],
]);
