// The record behind GET /flow: of the last sign-in that came back to this browser, for an hour, under a random id in a
// cookie of its own. Not in the session, so that failed sign-ins have one too, no other page carries it, and no flood of
// them ends anybody's session.

import { randomBytes } from 'node:crypto';
import type { CookieOptions, Request, Response } from 'express';
import { answerOf } from './ask-store.ts';
import { cookiesOf } from './cookies.ts';
import type { EndedFlow } from './flow-ended.ts';
import { FLOW_LIMIT_MS, type FlowStore } from './flow-store.ts';

const RECORD_LIMIT_BYTES = 16 * 1024;

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
  const whole = JSON.stringify(flow);
  if (isShort(whole)) return whole;
  const smaller = JSON.stringify(withoutContents(flow));
  return isShort(smaller) ? smaller : JSON.stringify(bones(flow));
}

function isShort(record: string): boolean {
  return Buffer.byteLength(record) <= RECORD_LIMIT_BYTES;
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
