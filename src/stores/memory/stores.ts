// Stores in this process. Other processes cannot see them, and what they contain is lost when the process
// ends.

import { createMemoryShared } from '../../sign-in/index.ts';
import { createExpiringMap } from '../expiring-map.ts';
import type { RecordStore, Stores } from '../index.ts';
import { checkRecordLength, RECORD_KEPT_MS } from '../limits.ts';
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

/** Stores records as bytes, because the garbage collector does not have to move bytes. */
function createMemoryRecords(): RecordStore {
  const records = createExpiringMap<Buffer>(MAX_RECORDS);
  return {
    async set(id, text) {
      checkRecordLength(text);
      records.set(id, Buffer.from(text), RECORD_KEPT_MS);
    },
    get: async (id) => records.get(id)?.toString(),
    delete: async (id) => records.delete(id),
  };
}
