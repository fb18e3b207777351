/** The shapes and words of PingOne's errors, as far as they were seen. */

/** The two causes of `invalid_client`. */
export const UNSUPPORTED_METHOD = 'Request denied: Unsupported authentication method';
export const INVALID_CREDENTIALS = 'Request denied: Invalid client credentials';

/** An `error_description` as PingOne ends it: with the UUID of the `Correlation-Id` header. */
export function withCorrelationId(description: string | null | undefined, correlationId: string) {
  return `${description || 'The request could not be completed'} (Correlation ID: ${correlationId})`;
}

/** One wrong parameter, in PingOne's words. */
export interface InvalidValue {
  readonly target: string;
  readonly message: string;
}

/**
 * The envelope of PingOne's platform around one wrong parameter. The details are those of live logs. Assumed: the
 * message of the whole.
 */
export function invalidData({ target, message }: InvalidValue, correlationId: string) {
  return {
    id: correlationId,
    code: 'INVALID_DATA',
    message: 'One or more validation errors were in the request.',
    details: [{ code: 'INVALID_VALUE', target, message }],
  };
}
