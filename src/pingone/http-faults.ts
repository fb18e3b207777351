// Which of our error codes a fault of the connection becomes.

import { SignInError, type SignInErrorCode } from './errors.ts';
import { caseOfFault } from './fault-cases.ts';

/** The connection died before the head of an answer was there. */
export function looksUnanswered(error: unknown): boolean {
  return ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(codeOf(error));
}

/** @param exchange what was asked of whom, for the message; the error's own text is left out, for it may quote an answer */
export function faultOf(error: unknown, exchange: string): SignInError {
  if (error instanceof SignInError) return error;
  // undici keeps the answer itself in this error, tokens and all: it is no cause to pass on.
  if (error instanceof Error && error.name === 'HTTPParserError') {
    return new SignInError('pingone_answer_invalid', { detail: `${exchange} was not answered in HTTP.` });
  }
  const fault = codeOf(error);
  return new SignInError(errorCodeOf(fault), {
    detail: `${exchange} failed${fault && `: ${fault}`}.${clockOf(fault)}`,
    ...caseOfFault(fault),
    cause: error,
  });
}

/** Node.js does not tell from when until when the refused certificate holds, so this side's time is all there is. */
function clockOf(fault: string): string {
  const isOfTime = fault === 'CERT_HAS_EXPIRED' || fault === 'CERT_NOT_YET_VALID';
  return isOfTime ? ` This machine’s clock is ${new Date().toISOString()}.` : '';
}

function errorCodeOf(fault: string): SignInErrorCode {
  if (/^UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT$|^ETIMEDOUT$/.test(fault)) return 'pingone_timeout';
  // OpenSSL and Node name certificate faults in many ways: CERT_HAS_EXPIRED, ERR_TLS_CERT_ALTNAME_INVALID,
  // UNABLE_TO_VERIFY_LEAF_SIGNATURE, INVALID_CA, ERR_SSL_WRONG_VERSION_NUMBER, EPROTO.
  if (/CERT|TLS|SSL|CRL|SIGNATURE|_CA$|PURPOSE|PATH_LENGTH|HOSTNAME|^EPROTO$/.test(fault))
    return 'pingone_tls_failed';
  if (/^UND_ERR_(HEADERS_OVERFLOW|RES_CONTENT_LENGTH_MISMATCH)$/.test(fault)) return 'pingone_answer_invalid';
  return 'pingone_unreachable';
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
