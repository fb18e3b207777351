// Where the records of GET /flow are kept, as text: in this process, apart from the sessions, so that no flood of sign-ins
// ends anybody's session.

export const FLOW_LIMIT_MS = 60 * 60 * 1000;

/** Of 16 KiB each, at most. */
const MAX_RECORDS = 1_000;

export interface FlowStore {
  set(id: string, record: string): Promise<void>;
  get(id: string): Promise<string | undefined>;
  delete(id: string): Promise<void>;
}

/** Full, it forgets the oldest; each after an hour in any case. */
export function createEmbeddedFlowStore(): FlowStore {
  // In the order in which they were added, which is the order in which they run out.
  const records = new Map<string, { record: string; runsOutAt: number }>();

  function forgetOld(): void {
    for (const [id, { runsOutAt }] of records) {
      if (runsOutAt > performance.now() && records.size <= MAX_RECORDS) return;
      records.delete(id);
    }
  }

  return {
    async set(id, record) {
      records.set(id, { record, runsOutAt: performance.now() + FLOW_LIMIT_MS });
      forgetOld();
    },
    async get(id) {
      forgetOld();
      return records.get(id)?.record;
    },
    async delete(id) {
      records.delete(id);
    },
  };
}
