// A sign-in's record once it is known how the sign-in ended.

import { hash } from 'node:crypto';
import { type ErrorDetails, errorTexts, SignInError, type SignInErrorCode } from '../pingone/errors.ts';
import { withoutPerson } from '../pingone/flow-body.ts';
import { type FlowRecord, type FlowStep, STEPS } from '../pingone/flow-steps.ts';
import { WebError, type WebErrorCode } from './web-errors.ts';

/** The steps of src/pingone/, and what comes of them. */
export const ALL_STEPS = {
  ...STEPS,
  session: { name: 'Session', file: 'src/web/session.ts', function: 'begin' },
};

export interface EndedStep extends Omit<FlowStep, 'id'> {
  id: keyof typeof ALL_STEPS;
}

/** A sign-in's record and how the sign-in ended. */
export interface EndedFlow {
  steps: EndedStep[];
  endedAtMs: number;
  /** Which sign-in it was; the state itself is not kept. */
  stateHash: string;
  /** Absent where somebody was signed in. */
  error?: { code: SignInErrorCode | WebErrorCode; details: ErrorDetails };
  /** What had to go for want of room. */
  left?: string;
}

/** The record with its last step, the session, and with what went wrong. Where that is something, without the person. */
export function endFlow(flow: FlowRecord, state: string, error?: unknown): EndedFlow {
  const session = sessionStep(flow, error);
  const ended = { endedAtMs: Date.now(), stateHash: hashOf(state) };
  if (error === undefined) return { steps: [...flow.steps, session], ...ended };
  return { steps: [...flow.steps.map(stepWithoutPerson), session], ...ended, error: errorOf(error) };
}

function errorOf(error: unknown): NonNullable<EndedFlow['error']> {
  if (!(error instanceof SignInError))
    return { code: error instanceof WebError ? error.code : 'internal_error', details: {} };
  const { cause: _, checks: __, ...details } = error.details;
  return { code: error.code, details };
}

/** Nobody is signed in, so the claims are nobody's who may come to this browser next. */
function stepWithoutPerson(step: FlowStep): FlowStep {
  const { id, idToken, exchanges } = step;
  if (idToken) {
    const [header, claims] = [withoutPerson(idToken.header), withoutPerson(idToken.claims)];
    return { ...step, idToken: { header, claims } };
  }
  if (id !== 'userinfo') return step;
  const masked = exchanges.map(({ body, ...exchange }) => {
    const isClaims = exchange.status === 200 && typeof body === 'object';
    return { ...exchange, ...(body && { body: isClaims ? withoutPerson(body) : body }) };
  });
  return { ...step, exchanges: masked };
}

function sessionStep(flow: FlowRecord, error: unknown): EndedStep {
  const reached = flow.steps.every(({ result }) => result === 'done');
  return {
    id: 'session',
    result: !reached ? 'skipped' : error === undefined ? 'done' : 'failed',
    exchanges: [],
    checks: [],
    ...(reached && error instanceof Error && { failure: error.message }),
  };
}

/** Whether a record is that of the sign-in with this state. */
export function isOf(flow: EndedFlow, state: string): boolean {
  return flow.stateHash === hashOf(state);
}

/** The step that failed, counted from 1. */
export function failedStepOf({ steps }: EndedFlow): number {
  return steps.findIndex(({ result }) => result === 'failed') + 1;
}

/** What a sign-in ended with, once more: its page can be shown again. */
export function errorAgain({ steps }: EndedFlow, { code, details }: NonNullable<EndedFlow['error']>): Error {
  const checks = steps.flatMap((step) => step.checks);
  return Object.hasOwn(errorTexts, code)
    ? new SignInError(code as SignInErrorCode, { ...details, checks })
    : new WebError(code as WebErrorCode);
}

function hashOf(state: string): string {
  return hash('sha256', state, 'base64url');
}
