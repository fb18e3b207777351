// The closed list of what can go wrong in a sign-in, and the one error type that carries it.
// Decisions branch on `code`, never on a text. The texts stand in *-errors.ts, a table for each part of the flow.

import { authorizationErrors } from './authorization-errors.ts';
import type { Check } from './checks.ts';
import { connectionErrors } from './connection-errors.ts';
import { idTokenErrors } from './id-token-errors.ts';
import { tokenErrors } from './token-errors.ts';

/** What a page or a terminal says about one error code. */
export interface ErrorText {
  /** HTTP status of the page: 4xx the browser's request or the person, 502 to 504 PingOne's answer. */
  status: number;
  title: string;
  /** What happened, in one sentence. */
  what: string;
  /** Likely causes, the likeliest first. */
  causes: string[];
  /** What to do next; for PingOne settings the click path in the console. */
  next: string;
}

const ERROR_TEXTS = { ...connectionErrors, ...authorizationErrors, ...tokenErrors, ...idTokenErrors };

export type SignInErrorCode = keyof typeof ERROR_TEXTS;

export const errorTexts: Record<SignInErrorCode, ErrorText> = ERROR_TEXTS;

/** What is known of this very case. Nothing here may hold a secret, a code or a token: it reaches pages and logs. */
export interface ErrorDetails {
  /** One sentence with the particulars: what was expected, what was found. */
  detail?: string;
  /** PingOne's own words (error and error_description), to be shown as its words and never decided upon. */
  pingOneSaid?: string;
  /** PingOne's Correlation ID, which Ping's support asks for. */
  correlationId?: string;
  /** Where this case tells more than its code: in place of the causes and the next step of the table. */
  causes?: string[];
  next?: string;
  /** From a Retry-After header. */
  retryAfterSeconds?: number;
  /** The checks made until then, the failed one last. */
  checks?: Check[];
  cause?: unknown;
}

/** A sign-in, or a request to PingOne, that did not hold. Whoever catches it must not sign anybody in. */
export class SignInError extends Error {
  readonly code: SignInErrorCode;
  readonly details: ErrorDetails;

  constructor(code: SignInErrorCode, details: ErrorDetails = {}) {
    const detail = details.detail && printable(details.detail);
    super(detail ?? ERROR_TEXTS[code].what, details.cause === undefined ? {} : { cause: details.cause });
    this.name = 'SignInError';
    this.code = code;
    this.details = detail ? { ...details, detail } : details;
  }
}

/** Text from outside, for a page or a log line: nothing in it that could move a cursor or start a new line. */
export function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ');
}
