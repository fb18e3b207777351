// The checks of a sign-in: kept for the claims page, and shown on the error page as far as they were made.

import type { Request } from 'express';
import type { Observer, ObserverEvent } from '../pingone/index.ts';

export type Check = Extract<ObserverEvent, { type: 'check' }>;

declare module 'express-session' {
  interface SessionData {
    /** Of the sign-in that this session comes from. */
    checks: Check[];
  }
}

export type Checks = ReturnType<typeof createChecks>;

export function createChecks() {
  const made = new WeakMap<Request, Check[]>();
  /** Those that this request has led to so far, in their order. */
  const of = (req: Request) => made.get(req) ?? [];

  /** Collects the checks that this request leads to. */
  function observe(req: Request): Observer {
    const checks: Check[] = [];
    made.set(req, checks);
    return (event) => {
      if (event.type === 'check') checks.push(event);
    };
  }

  /** Puts them into the new session. */
  function keep(req: Request): void {
    req.session.checks = of(req);
  }

  return { observe, keep, of };
}
