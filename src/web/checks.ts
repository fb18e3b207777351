// The checks of a sign-in. The claims page shows them, and the error page shows those that were made before
// the error.

import type { Request } from 'express';
import type { Observer, ObserverEvent } from '../pingone/index.ts';

type CheckResult = Pick<ObserverEvent & { type: 'check' }, 'result' | 'name' | 'section' | 'why'>;

declare module 'express-session' {
  interface SessionData {
    /**
     * The checks of the sign-in that created this session, one line each. Stored as text, because loading a
     * list would be most of the work of each request.
     */
    checks: string;
  }
}

export type CheckCollector = ReturnType<typeof createCheckCollector>;

/** Collects the checks of each request. `observe` and `saveInSession` are options of the sign-in routes. */
export function createCheckCollector() {
  const made = new WeakMap<Request, CheckResult[]>();
  /** The checks that this request has made so far, in order. */
  const checksOfRequest = (req: Request) => made.get(req) ?? [];

  /** Returns an observer that collects the checks of this request. */
  function observe(req: Request): Observer {
    const checks: CheckResult[] = [];
    made.set(req, checks);
    return (event) => {
      if (event.type === 'check') checks.push(event);
    };
  }

  /** Saves the checks of this request in its new session. */
  function saveInSession(req: Request): void {
    const lines = checksOfRequest(req).map(
      ({ result, name, section, why = '' }) => `${result}|${name}|${section}|${why}`,
    );
    req.session.checks = lines.join('\n');
  }

  return { observe, saveInSession, checksOfRequest };
}

/** The checks of the sign-in that created the session of this request. */
export function checksOfSession({ session: { checks } }: Request) {
  // The sessions of an earlier version have a list.
  if (typeof checks !== 'string') return [];
  return checks.split('\n').map((line) => {
    const [result = '', name, section, why] = line.split('|');
    return { result, name, section, why };
  });
}
