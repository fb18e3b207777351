// The closed list of what can go wrong in a sign-in, and the one error type that carries it. An error is a code and the
// facts of its case. There is no text for users here: an app writes its own, by code.

/** Where a failure comes from. Decisions branch on this and on the facts. */
export type ErrorKind = 'provider' | 'connection' | 'configuration' | 'user' | 'clock' | 'identity';

/** Every code, with its kind and the step that finds it. */
const CODES = [
  ['connection', 'any', ['pingone_unreachable', 'pingone_timeout', 'pingone_busy']],
  ['configuration', 'any', ['pingone_tls_failed', 'token_invalid_client', 'token_refused']],
  ['provider', 'any', ['pingone_redirected', 'pingone_failed', 'pingone_blocked']],
  ['provider', 'any', ['pingone_response_too_big', 'pingone_response_invalid', 'token_response_invalid']],
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

/** The steps of a sign-in and what comes after it: those that find errors, and two more. */
export type Step = Exclude<(typeof CODES)[number][1], 'any'> | 'authorization_request' | 'jwk_set';

type Row = readonly [kind: ErrorKind, step: Step | 'any', codes: readonly string[]];

const ROW_OF = new Map((CODES as readonly Row[]).flatMap((row) => row[2].map((code) => [code, row])));

/** The step that finds an error, where that is always the same. */
export function stepOf(code: SignInErrorCode): Step | undefined {
  const [, step] = ROW_OF.get(code) ?? [];
  return step === 'any' ? undefined : step;
}

/** What is known of one case. Nothing here may hold a secret, a code or a token: it reaches logs and pages. */
interface ErrorFacts {
  step?: Step;
  /** Method and URL, without the query. */
  request?: string;
  /** HTTP status of the response. */
  status?: number;
  contentType?: string;
  /**
   * What Node.js, OpenSSL or undici calls a connection error: ECONNREFUSED, CERT_HAS_EXPIRED. PROXY_REFUSED: a proxy
   * returned `status` to CONNECT.
   */
  networkCode?: string;
  /** The OAuth `error` (RFC 6749, sections 4.1.2.1 and 5.2). */
  error?: string;
  /** `code` of PingOne's platform errors, which have no `error`. */
  platformCode?: string;
  /** The provider's own words: to be shown as its words, never decided upon. */
  description?: string;
  /** PingOne's Correlation ID, which Ping's support asks for. */
  correlationId?: string;
  /** The WWW-Authenticate header (RFC 6750, section 3). */
  wwwAuthenticate?: string;
  retryAfterSeconds?: number;
  expected?: string;
  found?: string;
  /** Of two times that were compared. */
  secondsApart?: number;
  /** A word that tells cases of one code apart. */
  why?: string;
  /** Of whatever the code is about: sign-ins of this browser, keys. */
  count?: number;
}

/** Facts as they are found: some may be missing. */
export type GivenFacts = { [Name in keyof ErrorFacts]?: ErrorFacts[Name] | undefined };

/** A sign-in, or a request to the provider, that failed. Code that catches it must not sign the user in. */
export class SignInError extends Error {
  readonly code: SignInErrorCode;
  readonly kind: ErrorKind;
  readonly facts: ErrorFacts;

  constructor(code: SignInErrorCode, given: GivenFacts = {}, cause?: unknown) {
    const known = Object.entries({ step: stepOf(code), ...given }).filter(([, fact]) => fact !== undefined);
    const facts = Object.fromEntries(known);
    super(`${code} ${JSON.stringify(facts)}`, cause === undefined ? {} : { cause });
    this.name = 'SignInError';
    this.code = code;
    this.kind = ROW_OF.get(code)?.[0] ?? 'provider';
    this.facts = facts;
  }
}
