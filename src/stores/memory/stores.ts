// Stores in this process: no other process sees them, and they end with it.

import { createMemoryShared } from '../../sign-in/index.ts';
import { createExpiringMap } from '../expiring-map.ts';
import type { RecordStore, Stores } from '../index.ts';
import { checkRecordLength, RECORD_KEPT_MS } from '../limits.ts';
import { createMemorySessions } from './sessions.ts';

const MAX_RECORDS = 1_000;

export function createMemoryStores(): Stores {
  return {
    sessions: createMemorySessions(),
    shared: createMemoryShared(),
    records: createMemoryRecords(),
    close: async () => {},
  };
}

/** Kept as bytes, which the garbage collector does not have to move. */
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
