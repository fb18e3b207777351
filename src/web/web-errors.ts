// What can go wrong in this app itself, in the same shape as the errors of a sign-in.

import { type ErrorText, printable } from '../pingone/errors.ts';
import { requestErrors } from './request-error-texts.ts';
import { signInErrors } from './sign-in-error-texts.ts';

const WEB_ERROR_TEXTS = { ...signInErrors, ...requestErrors };

export type WebErrorCode = keyof typeof WEB_ERROR_TEXTS;

export const webErrorTexts: Record<WebErrorCode, ErrorText> = WEB_ERROR_TEXTS;

/** An error of this app, with a page of its own. */
export class WebError extends Error {
  readonly code: WebErrorCode;
  /** One sentence with the particulars of this case. */
  readonly detail: string | undefined;

  constructor(code: WebErrorCode, cause?: unknown, detail?: string) {
    super(webErrorTexts[code].what, cause === undefined ? {} : { cause });
    this.name = 'WebError';
    this.code = code;
    this.detail = detail && printable(detail);
  }
}
