// Every check of a sign-in has a name and a result, kept in the order in which it was made, so that a page can list
// them. A check that does not hold is written down and ends the sign-in at once.

import { SignInError, type SignInErrorCode } from './errors.ts';

export interface Check {
  /** What holds when the check has passed. */
  name: string;
  /** The section that asks for it. */
  rule: string;
  result: 'passed' | 'failed' | 'not applicable';
  /** What was found, or why there was nothing to compare. Never a secret. */
  note?: string;
}

/** @param found for the case that it does not hold: what was found instead */
export type Ensure = (
  name: string,
  rule: string,
  condition: boolean,
  code: SignInErrorCode,
  found?: string,
) => asserts condition;

/** The checks of one sign-in. */
export interface CheckList {
  readonly made: Check[];
  /** Writes down whether the condition holds. @throws SignInError with `code` when it does not */
  ensure: Ensure;
  /** The same for something optional: where it is undefined there is nothing to compare. */
  ifThere(
    value: unknown,
    name: string,
    rule: string,
    condition: boolean,
    code: SignInErrorCode,
    found?: string,
  ): void;
  /** Writes down that a check has nothing to compare, and why. */
  notApplicable(name: string, rule: string, why: string): void;
}

export function createCheckList(): CheckList {
  const made: Check[] = [];
  const checks: CheckList = {
    made,
    ensure(name, rule, condition, code, found) {
      const result = condition ? 'passed' : 'failed';
      made.push({ name, rule, result, ...(!condition && found ? { note: found } : {}) });
      if (!condition) throw new SignInError(code, found ? { detail: found } : {});
    },
    ifThere(value, name, rule, condition, code, found) {
      if (value === undefined) checks.notApplicable(name, rule, 'it is not there');
      else checks.ensure(name, rule, condition, code, found);
    },
    notApplicable(name, rule, why) {
      made.push({ name, rule, result: 'not applicable', note: why });
    },
  };
  return checks;
}
