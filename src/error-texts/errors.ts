// All codes that the catalogue must know, and the errors of this app's own pages.

import type { SignInError } from '../pingone/index.ts';
import type { RequestError } from '../sign-in/index.ts';

const STATUS = {
  request_too_big: 413,
  too_many_requests: 429,
  not_found: 404,
  internal_error: 500,
} as const;

export type PageErrorCode = keyof typeof STATUS;

/** What is known of one case. No field holds a secret. */
export interface PageFacts {
  retryAfterSeconds?: number;
  /** Of an error of this app's own code. */
  message?: string;
  /** File and line of that error. */
  place?: string;
}

/** An error of this app's own pages. As the errors of src/sign-in/ do, it carries its HTTP status for Express. */
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
