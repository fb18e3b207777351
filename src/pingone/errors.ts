// All error codes of a sign-in, and the one error class. An error is a code and the facts of the case. There
// are no texts for users here: an app writes a text for each code.

/** The cause of a failure. Decisions depend on the kind and the facts. */
export type ErrorKind = 'provider' | 'connection' | 'configuration' | 'user' | 'clock' | 'identity';

/** Every code, with its kind and the step in which it occurs: undefined, if it may be any step. */
const CODES = [
  ['connection', undefined, ['pingone_unreachable', 'pingone_timeout', 'pingone_busy']],
  ['configuration', undefined, ['pingone_tls_failed', 'token_invalid_client', 'token_refused']],
  ['provider', undefined, ['pingone_redirected', 'pingone_failed', 'pingone_blocked']],
  ['provider', undefined, ['pingone_response_too_big', 'pingone_response_invalid', 'token_response_invalid']],
  ['configuration', 'discovery', ['discovery_not_found', 'discovery_issuer_mismatch']],
  ['configuration', 'discovery', ['client_secret_post_not_offered']],
  ['provider', 'discovery', ['discovery_invalid']],
  ['user', 'authorization_response', ['callback_malformed', 'sign_in_unknown', 'access_denied']],
  ['user', 'authorization_response', ['issuer_mismatch', 'issuer_missing', 'login_required']],
  ['configuration', 'authorization_response', ['authorization_invalid_request']],
  ['configuration', 'authorization_response', ['authorization_invalid_scope']],
  ['configuration', 'authorization_response', ['authorization_unauthorized_client']],
  ['provider', 'authorization_response', ['authorization_server_error', 'authorization_refused']],
  ['provider', 'authorization_response', ['authorization_temporarily_unavailable']],
  ['provider', 'token_request', ['token_invalid_grant']],
  ['provider', 'id_token', ['id_token_malformed', 'id_token_critical_header', 'id_token_type']],
  ['provider', 'id_token', ['id_token_algorithm', 'id_token_key_unknown', 'id_token_key_unusable']],
  ['provider', 'id_token', ['id_token_signature', 'id_token_claim_missing', 'id_token_subject']],
  ['provider', 'id_token', ['id_token_at_hash', 'id_token_auth_time_earlier']],
  ['identity', 'id_token', ['id_token_issuer', 'id_token_audience', 'id_token_authorized_party']],
  ['identity', 'id_token', ['id_token_nonce', 'id_token_other_user']],
  ['clock', 'id_token', ['id_token_expired', 'id_token_issued_in_future']],
  ['clock', 'id_token', ['id_token_too_old', 'id_token_not_yet_valid']],
  ['user', 'id_token', ['id_token_auth_time', 'id_token_acr']],
  ['provider', 'userinfo', ['userinfo_refused', 'userinfo_invalid']],
  ['identity', 'userinfo', ['userinfo_subject_mismatch']],
  ['user', 'refresh', ['refresh_refused']],
  ['provider', 'refresh', ['refresh_unconfirmed']],
  ['provider', 'revocation', ['revocation_refused']],
] as const;

export type SignInErrorCode = (typeof CODES)[number][2][number];

/** The steps of a sign-in, a refresh and a revocation. Two steps have no error codes of their own. */
export type Step = NonNullable<(typeof CODES)[number][1]> | 'authorization_request' | 'jwk_set';

type Row = readonly [kind: ErrorKind, step: Step | undefined, codes: readonly string[]];

const ROW_OF = new Map((CODES as readonly Row[]).flatMap((row) => row[2].map((code) => [code, row])));

/** The step in which an error occurs. Undefined for errors that occur in any step. */
export const stepOf = (code: SignInErrorCode): Step | undefined => ROW_OF.get(code)?.[1];

/**
 * What is known about one case. It reaches logs and pages, so no fact may contain a secret, a code or a
 * token.
 */
interface ErrorFacts {
  step?: Step;
  /** Method and URL, without the query. */
  request?: string;
  /** HTTP status of the response. */
  status?: number;
  contentType?: string;
  /**
   * The code of a connection error from Node.js, OpenSSL or undici, such as ECONNREFUSED or CERT_HAS_EXPIRED.
   * PROXY_REFUSED: a proxy returned `status` to CONNECT.
   */
  networkCode?: string;
  /** The OAuth `error` (RFC 6749, sections 4.1.2.1 and 5.2). */
  error?: string;
  /** The `code` of PingOne's platform errors, which have no `error`. */
  platformCode?: string;
  /** The provider's own message. Show it as the provider's message. No decision may depend on it. */
  description?: string;
  /** PingOne's Correlation ID. Ping's support needs it. */
  correlationId?: string;
  /** The WWW-Authenticate header (RFC 6750, section 3). */
  wwwAuthenticate?: string;
  retryAfterSeconds?: number;
  expected?: string;
  found?: string;
  /** The difference between the two times that were compared. */
  secondsApart?: number;
  /** A fixed word that distinguishes the cases of one code. */
  why?: string;
  /** How many sign-ins are pending in this browser. */
  count?: number;
}

/** Facts, some of which may be undefined. */
export type GivenFacts = { [Name in keyof ErrorFacts]?: ErrorFacts[Name] | undefined };

/** A failed sign-in or request to the provider. Code that catches it must not sign the user in. */
export class SignInError extends Error {
  readonly code: SignInErrorCode;
  readonly kind: ErrorKind;
  readonly facts: ErrorFacts;

  constructor(code: SignInErrorCode, given: GivenFacts = {}, cause?: unknown) {
    const defined = Object.entries({ step: stepOf(code), ...given }).filter(([, fact]) => fact !== undefined);
    const facts = Object.fromEntries(defined);
    super(`${code} ${JSON.stringify(facts)}`, cause === undefined ? {} : { cause });
    this.name = 'SignInError';
    this.code = code;
    this.kind = ROW_OF.get(code)?.[0] ?? 'provider';
    this.facts = facts;
  }
}
