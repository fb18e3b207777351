// GET /callback?code=…&state=…: what PingOne makes the browser bring back
// (RFC 6749, section 4.1.2; `iss`: RFC 9207; errors: OpenID Connect Core 1.0, section 3.1.2.6).

import type { CheckList } from './checks.ts';
import type { ProviderMetadata } from './discovery.ts';
import { SignInError, type SignInErrorCode } from './errors.ts';
import { correlationIdOf, pingOneSaid } from './pingone-answer.ts';

const CODE_LIMIT = 4096;

/** An authorization response as it came, not believed yet. Parameters that it does not name are ignored. */
export interface AuthorizationResponse {
  state: string;
  code?: string;
  error?: string;
  errorDescription?: string;
  iss?: string;
}

/**
 * Reads the query of /callback: no parameter more than once, none of ours empty, a `state`, and either a code or an error.
 * @throws SignInError callback_malformed
 */
export function readAuthorizationResponse(query: URLSearchParams): AuthorizationResponse {
  const names = [...query.keys()];
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined)
    throw malformed(`A parameter came more than once: ${JSON.stringify(repeated.slice(0, 40))}.`);
  const empty = ['state', 'code', 'error', 'iss'].find((name) => query.get(name) === '');
  if (empty) throw malformed(`The parameter ${empty} is empty.`);

  const [state, code, error] = [query.get('state'), query.get('code'), query.get('error')];
  if (state === null) throw malformed('The parameter state is missing.');
  if (code === null && error === null) throw malformed('There is neither a code nor an error.');
  if (code !== null && error !== null) throw malformed('There is both a code and an error.');
  if (code !== null && code.length > CODE_LIMIT)
    throw malformed(`The code is longer than ${CODE_LIMIT} characters.`);

  const [errorDescription, iss] = [query.get('error_description'), query.get('iss')];
  return {
    state,
    ...(code !== null && { code }),
    ...(error !== null && { error }),
    ...(errorDescription !== null && { errorDescription }),
    ...(iss !== null && { iss }),
  };
}

/**
 * The code of a response to this very sign-in.
 * @throws SignInError sign_in_unknown, issuer_mismatch, issuer_missing, or what PingOne's `error` stands for
 */
export function checkAuthorizationResponse(
  response: AuthorizationResponse,
  expectedState: string,
  metadata: ProviderMetadata,
  checks: CheckList,
): string {
  // What was kept for this sign-in was looked up by its state, but not everybody may look it up that way.
  const ours = response.state === expectedState;
  checks.ensure('state is that of this browser', 'RFC 6749, 10.12', ours, 'sign_in_unknown');
  checkIssuer(response.iss, metadata, checks);
  if (response.error !== undefined) throw authorizationError(response.error, response.errorDescription);
  if (response.code === undefined) throw malformed('The parameter code is missing.');
  return response.code;
}

/** Before `error` is looked at: another issuer's error is not PingOne's either (RFC 9207, section 2.4). */
function checkIssuer(iss: string | undefined, metadata: ProviderMetadata, checks: CheckList): void {
  const name = 'iss of the response is the issuer';
  const rule = 'RFC 9207, 2.4';
  const announced = metadata.authorization_response_iss_parameter_supported === true;
  if (iss === undefined && !announced) {
    checks.notApplicable(name, rule, 'no iss came, and the provider does not announce one');
    return;
  }
  if (iss === undefined) {
    checks.ensure(name, rule, false, 'issuer_missing');
    return;
  }
  const found = `Expected ${JSON.stringify(metadata.issuer)}, found ${JSON.stringify(iss.slice(0, 200))}.`;
  checks.ensure(name, rule, iss === metadata.issuer, 'issuer_mismatch', found);
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

/** Decides on `error` alone; the description is PingOne's own wording and may change. */
function authorizationError(error: string, description = ''): SignInError {
  return new SignInError(ERROR_CODES.get(error) ?? 'authorization_refused', {
    ...pingOneSaid(error, description),
    ...correlationIdOf(undefined, description),
  });
}

function malformed(detail: string): SignInError {
  return new SignInError('callback_malformed', { detail });
}
