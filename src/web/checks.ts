// The checks of a sign-in: kept for the claims page, and shown on the error page as far as they were made.

import type { Request } from 'express';
import type { Observer, ObserverEvent } from '../pingone/index.ts';

export type Check = Pick<Extract<ObserverEvent, { type: 'check' }>, 'result' | 'name' | 'section' | 'why'>;

declare module 'express-session' {
  interface SessionData {
    /** Of the sign-in that this session comes from: a line each. As a list, they would be most of each request's work. */
    checks: string;
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
    const lines = of(req).map(({ result, name, section, why = '' }) =>
      [result, name, section, why].join('|'),
    );
    req.session.checks = lines.join('\n');
  }

  return { observe, keep, of };
}

/** Those that the session of this request comes from. */
export function checksOfSession({ session }: Request) {
  return session.checks?.split('\n').map((line) => {
    const [result = '', name, section, why] = line.split('|');
    return { result, name, section, why };
  });
}
