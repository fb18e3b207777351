// What outlives a request, and what several processes of the app would have to share.

import type { Store as RateLimitStore } from 'express-rate-limit';
import { createEmbeddedFlowStore, type FlowStore } from './flow-store.ts';
import { createEmbeddedLock, type Lock } from './lock.ts';
import { EmbeddedSessions, type SessionStore } from './session-store.ts';
import { createUsedStates, type UsedStates } from './used-states.ts';

export interface SharedState {
  /** Of people who are signed in. */
  sessions: SessionStore;
  /** Of how sign-ins went, for GET /flow. */
  flows: FlowStore;
  /** Sign-ins that have come back. */
  usedStates: UsedStates;
  /** For what must not be done twice at the same time. */
  lock: Lock;
  /** Where the requests of one limit are counted; without it, each process counts its own. */
  rateLimitStore?: (name: string) => RateLimitStore;
  close(): Promise<unknown>;
}

/** In this process alone, and gone with it. */
export function createEmbeddedState(): SharedState {
  return {
    sessions: new EmbeddedSessions(),
    flows: createEmbeddedFlowStore(),
    usedStates: createUsedStates(),
    lock: createEmbeddedLock(),
    close: async () => {},
  };
}
