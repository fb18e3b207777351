// The record behind GET /flow: of the last sign-in that came back to this browser, for an hour, under a random id in a
// cookie of its own. Not in the session, so that failed sign-ins have one too, no other page carries it, and no flood of
// them ends anybody's session.

import { hash, randomBytes } from 'node:crypto';
import type { CookieOptions, Request, Response } from 'express';
import { type ErrorDetails, errorTexts, SignInError, type SignInErrorCode } from '../pingone/errors.ts';
import { withoutPerson } from '../pingone/flow-body.ts';
import { type FlowRecord, type FlowStep, STEPS } from '../pingone/flow-steps.ts';
import { answerOf } from './ask-store.ts';
import { cookiesOf } from './cookies.ts';
import { FLOW_LIMIT_MS, type FlowStore } from './flow-store.ts';
import { WebError, type WebErrorCode } from './web-errors.ts';

const RECORD_LIMIT_BYTES = 16 * 1024;

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

export interface FlowRecords {
  /** Keeps a record in place of the one before. A store that fails costs the record, never the sign-in. */
  keep(req: Request, res: Response, flow: EndedFlow): Promise<void>;
  /** The record of this browser's last sign-in, if it is still there. */
  find(req: Request): Promise<EndedFlow | undefined>;
  /** Removes the record and its cookie. */
  forget(req: Request, res: Response): Promise<void>;
}

export function createFlowRecords(store: FlowStore, https: boolean): FlowRecords {
  const name = `${https ? '__Host-' : ''}pingone_flow`;
  const options: CookieOptions = { httpOnly: true, sameSite: 'lax', path: '/', secure: https };

  async function keep(req: Request, res: Response, flow: EndedFlow): Promise<void> {
    // Always a new id: whoever slipped one of theirs into this browser does not see what comes.
    const id = randomBytes(32).toString('base64url');
    await forget(req, res);
    await orLog(req, store.set(id, bounded(flow)));
    res.cookie(name, id, { ...options, maxAge: FLOW_LIMIT_MS });
  }

  async function find(req: Request): Promise<EndedFlow | undefined> {
    const id = cookiesOf(req).get(name);
    if (id === undefined) return undefined;
    const record = await orLog(req, store.get(id));
    return record === undefined ? undefined : JSON.parse(record);
  }

  async function forget(req: Request, res: Response): Promise<void> {
    const id = cookiesOf(req).get(name);
    if (id === undefined) return;
    res.clearCookie(name, options);
    await orLog(req, store.delete(id));
  }

  return { keep, find, forget };
}

async function orLog<T>(req: Request, asked: Promise<T>): Promise<T | undefined> {
  return answerOf(asked).catch((error: unknown) => {
    req.log.warn({ error }, 'flow record not available');
    return undefined;
  });
}

/** Each part of it has a bound of its own; should they add up to too much all the same, the contents go, then the rest. */
function bounded(flow: EndedFlow): string {
  for (const smaller of [flow, withoutContents(flow)]) {
    const json = JSON.stringify(smaller);
    if (Buffer.byteLength(json) <= RECORD_LIMIT_BYTES) return json;
  }
  return JSON.stringify(bones(flow));
}

function withoutContents(flow: EndedFlow): EndedFlow {
  const steps = flow.steps.map(({ idToken: _, ...step }) => ({
    ...step,
    exchanges: step.exchanges.map(({ body: _, ...exchange }) => exchange),
  }));
  return { ...flow, steps, left: 'No body and no ID token is shown' };
}

/** Only what is of the same length for every sign-in. */
function bones({ steps, error, ...ended }: EndedFlow): EndedFlow {
  return {
    ...ended,
    steps: steps.map(({ id, result, atMs = 0, durationMs = 0 }) => {
      return { id, result, atMs, durationMs, exchanges: [], checks: [] };
    }),
    ...(error && { error: { code: error.code, details: {} } }),
    left: 'No message and no check is shown',
  };
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
