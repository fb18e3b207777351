// What can go wrong in this app itself, in the same shape as the errors of a sign-in.

import { type ErrorDetails, type ErrorText, printable } from '../pingone/errors.ts';
import { requestErrors } from './request-error-texts.ts';
import { signInErrors } from './sign-in-error-texts.ts';

const WEB_ERROR_TEXTS = { ...signInErrors, ...requestErrors };

export type WebErrorCode = keyof typeof WEB_ERROR_TEXTS;

export const webErrorTexts: Record<WebErrorCode, ErrorText> = WEB_ERROR_TEXTS;

/** What is known of this very case. */
type WebErrorDetails = Pick<ErrorDetails, 'detail' | 'causes' | 'next'>;

/** An error of this app, with a page of its own. */
export class WebError extends Error {
  readonly code: WebErrorCode;
  readonly details: WebErrorDetails;

  constructor(code: WebErrorCode, cause?: unknown, details: WebErrorDetails = {}) {
    super(webErrorTexts[code].what, cause === undefined ? {} : { cause });
    this.name = 'WebError';
    this.code = code;
    this.details = details.detail ? { ...details, detail: printable(details.detail) } : details;
  }
}
