// Where the records of GET /flow are kept, as text: apart from the sessions, so that no flood of sign-ins ends anybody's
// session.

import { createExpiringMap } from './expiring-map.ts';

export const FLOW_LIMIT_MS = 60 * 60 * 1000;

/** Of 16 KiB each, at most. */
const MAX_RECORDS = 1_000;

export interface FlowStore {
  set(id: string, record: string): Promise<void>;
  get(id: string): Promise<string | undefined>;
  delete(id: string): Promise<void>;
}

/** In this process. Full, it forgets the oldest. As bytes, which the garbage collector need not move: half of a record's cost. */
export function createEmbeddedFlowStore(): FlowStore {
  const records = createExpiringMap<Buffer>(MAX_RECORDS, FLOW_LIMIT_MS);
  return {
    set: async (id, record) => records.set(id, Buffer.from(record)),
    get: async (id) => records.get(id)?.toString(),
    delete: async (id) => records.delete(id),
  };
}
