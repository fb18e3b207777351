// What outlives a request, and what several processes of the app would have to share.

import session, { type Store } from 'express-session';
import createMemoryStore from 'memorystore';
import { createEmbeddedFlowStore, type FlowStore } from './flow-store.ts';
import { createUsedStates, type UsedStates } from './used-states.ts';

export const SESSION_IDLE_LIMIT_MS = 30 * 60 * 1000;
const MAX_SESSIONS = 10_000;

export interface SharedState {
  /** Of people who are signed in. */
  sessions: Store;
  /** Of how sign-ins went, for GET /flow. */
  flows: FlowStore;
  /** Sign-ins that have come back. */
  usedStates: UsedStates;
}

/** In this process alone, and gone with it. */
export function createEmbeddedState(): SharedState {
  return {
    sessions: createEmbeddedStore(MAX_SESSIONS, SESSION_IDLE_LIMIT_MS),
    flows: createEmbeddedFlowStore(),
    usedStates: createUsedStates(),
  };
}

/** Bounded: full, it forgets what was longest not used. What has run out is removed every minute. */
function createEmbeddedStore(max: number, keptMs: number): Store {
  const MemoryStore = createMemoryStore(session);
  return new MemoryStore({ max, ttl: keptMs, checkPeriod: 60_000 });
}
