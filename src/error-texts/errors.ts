// All error codes, and the errors of this app's own pages.

import type { SignInError } from '../pingone/index.ts';
import type { RequestError } from '../sign-in/index.ts';

const STATUS = { request_too_big: 413, too_many_requests: 429, not_found: 404, internal_error: 500 } as const;

export type PageErrorCode = keyof typeof STATUS;

/** The facts of one error. No field holds a secret. */
export interface PageFacts {
  retryAfterSeconds?: number;
  /** The message of an error in this app's own code. */
  message?: string;
  /** The file and line of that error. */
  place?: string;
}

/** An error of this app's own pages. Like the errors of src/sign-in/, it carries its HTTP status for Express. */
export class PageError extends Error {
  readonly code: PageErrorCode;
  readonly status: number;
  readonly expose = false;
  readonly facts: PageFacts;

  constructor(code: PageErrorCode, facts: PageFacts = {}, cause?: unknown) {
    super(`${code} ${JSON.stringify(facts)}`, cause === undefined ? {} : { cause });
    this.name = 'PageError';
    this.code = code;
    this.status = STATUS[code];
    this.facts = facts;
  }
}

export type ErrorCode = SignInError['code'] | RequestError['code'] | PageErrorCode;
