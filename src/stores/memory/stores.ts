// Stores in this process. Other processes cannot see them, and what they contain is lost when the process
// ends.

import { createMemoryShared } from '../../sign-in/index.ts';
import { createExpiringMap } from '../expiring-map.ts';
import type { RecordStore, Stores } from '../index.ts';
import { RECORD_KEPT_MS } from '../limits.ts';
import { createMemorySessions } from './sessions.ts';

const MAX_RECORDS = 1_000;

/** Creates the stores for an app with one process. */
export function createMemoryStores(): Stores {
  return {
    sessions: createMemorySessions(),
    shared: createMemoryShared(),
    records: createMemoryRecords(),
    close: async () => {},
  };
}

function createMemoryRecords(): RecordStore {
  const records = createExpiringMap<() => string>(MAX_RECORDS);
  return {
    set: async (id, textOf) => records.set(id, textOf, RECORD_KEPT_MS),
    get: async (id) => records.get(id)?.(),
    delete: async (id) => records.delete(id),
  };
}
