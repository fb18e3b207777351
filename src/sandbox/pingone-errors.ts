// The format and wording of PingOne's errors, as far as they are known.

import type { KoaContextWithOIDC } from 'oidc-provider';

/** The two causes of `invalid_client`. */
export const UNSUPPORTED_METHOD = 'Request denied: Unsupported authentication method';
export const INVALID_CREDENTIALS = 'Request denied: Invalid client credentials';

/** The `Correlation-Id` header, which the response has already. */
export function readCorrelationId(ctx: KoaContextWithOIDC): string {
  return ctx.response.get('correlation-id');
}

/** Ends an `error_description` as PingOne does: with the UUID of the `Correlation-Id` header. */
export function withCorrelationId(description: string | null | undefined, correlationId: string) {
  return `${description || 'The request could not be completed'} (Correlation ID: ${correlationId})`;
}

/** The parameter that is not valid, and PingOne's message about it. */
export interface InvalidValue {
  readonly target: string;
  readonly message: string;
}

/**
 * The error of PingOne's platform about one parameter. Its `details` are as in live logs. Assumed: the wording of its
 * `message`.
 */
export function invalidDataError({ target, message }: InvalidValue, correlationId: string) {
  return {
    id: correlationId,
    code: 'INVALID_DATA',
    message: 'One or more validation errors were in the request.',
    details: [{ code: 'INVALID_VALUE', target, message }],
  };
}
