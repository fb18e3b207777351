// The kind of each error code. Apps decide by the kind, not by the code.

import { expect, test } from 'vitest';
import { type ErrorKind, SignInError, type SignInErrorCode } from '../../src/pingone/errors.ts';

const KINDS: Record<SignInErrorCode, ErrorKind> = {
  pingone_unreachable: 'connection',
  pingone_timeout: 'connection',
  pingone_busy: 'connection',
  pingone_tls_failed: 'configuration',
  pingone_redirected: 'provider',
  pingone_failed: 'provider',
  pingone_blocked: 'provider',
  pingone_response_too_big: 'provider',
  pingone_response_invalid: 'provider',
  discovery_not_found: 'configuration',
  discovery_invalid: 'provider',
  discovery_issuer_mismatch: 'configuration',
  client_secret_post_not_offered: 'configuration',
  callback_malformed: 'user',
  sign_in_unknown: 'user',
  issuer_mismatch: 'user',
  issuer_missing: 'user',
  access_denied: 'user',
  login_required: 'user',
  authorization_invalid_request: 'configuration',
  authorization_invalid_scope: 'configuration',
  authorization_unauthorized_client: 'configuration',
  authorization_server_error: 'provider',
  authorization_temporarily_unavailable: 'provider',
  authorization_refused: 'provider',
  token_invalid_client: 'configuration',
  token_invalid_grant: 'provider',
  token_refused: 'configuration',
  token_response_invalid: 'provider',
  refresh_refused: 'user',
  refresh_unconfirmed: 'provider',
  revocation_refused: 'provider',
  id_token_malformed: 'provider',
  id_token_critical_header: 'provider',
  id_token_type: 'provider',
  id_token_algorithm: 'provider',
  id_token_key_unknown: 'provider',
  id_token_key_unusable: 'provider',
  id_token_signature: 'provider',
  id_token_claim_missing: 'provider',
  id_token_issuer: 'identity',
  id_token_audience: 'identity',
  id_token_authorized_party: 'identity',
  id_token_subject: 'provider',
  id_token_expired: 'clock',
  id_token_issued_in_future: 'clock',
  id_token_too_old: 'clock',
  id_token_not_yet_valid: 'clock',
  id_token_nonce: 'identity',
  id_token_other_user: 'identity',
  id_token_auth_time_earlier: 'provider',
  id_token_auth_time: 'user',
  id_token_acr: 'user',
  id_token_at_hash: 'provider',
  userinfo_refused: 'provider',
  userinfo_invalid: 'provider',
  userinfo_subject_mismatch: 'identity',
};

test.each(Object.entries(KINDS))('%s has the kind %s', (code, kind) => {
  expect(new SignInError(code as SignInErrorCode).kind).toBe(kind);
});

test('the facts of an error contain the step of its code, unless they give another step', () => {
  expect(new SignInError('userinfo_invalid').facts).toEqual({ step: 'userinfo' });
  expect(new SignInError('token_response_invalid', { step: 'refresh' }).facts).toEqual({ step: 'refresh' });
  expect(new SignInError('pingone_timeout').facts).toEqual({});
});

test('a SignInError is an Error and has a cause', () => {
  const cause = new Error('a cause');
  const error = new SignInError('pingone_unreachable', { networkCode: 'ECONNRESET' }, cause);
  expect(error).toBeInstanceOf(Error);
  expect(error.cause).toBe(cause);
  expect(error.message).toBe('pingone_unreachable {"networkCode":"ECONNRESET"}');
  expect(new SignInError('pingone_unreachable')).not.toHaveProperty('cause');
});
