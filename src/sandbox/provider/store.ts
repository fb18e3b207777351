// The store of oidc-provider's sessions, codes, and tokens: in memory and with a limit. Nothing stays after a stop.

import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

/** About 10,000 sign-ins with five entries each. The oldest entry is removed first. */
const MAX_ENTRIES = 50_000;

interface Entry {
  readonly payload: AdapterPayload;
  readonly expiresAtMs: number;
}

/**
 * Makes the store, with oidc-provider's adapter interface. The store that comes with oidc-provider prints a warning and
 * keeps only about 1,000 entries, which is fewer than 200 sign-ins.
 */
export function makeStore(): AdapterFactory {
  const entries = new Map<string, Entry>();
  return (model) => adapterOf(entries, (id) => `${model}:${id}`);
}

function adapterOf(entries: Map<string, Entry>, keyOf: (id: string) => string): Adapter {
  return {
    async upsert(id, payload, expiresInSeconds) {
      const expiresAtMs = expiresInSeconds === undefined ? Infinity : Date.now() + expiresInSeconds * 1000;
      // Delete first, so that a renewed entry becomes the newest.
      entries.delete(keyOf(id));
      entries.set(keyOf(id), { payload, expiresAtMs });
      const [oldest = ''] = entries.keys();
      if (entries.size > MAX_ENTRIES) entries.delete(oldest);
    },

    async find(id) {
      const entry = entries.get(keyOf(id));
      return entry && entry.expiresAtMs > Date.now() ? entry.payload : undefined;
    },

    // Two requests with the same code cannot both get here: after `find`, oidc-provider waits only for this store, and
    // the store never lets another request run in between.
    async consume(id) {
      const payload = entries.get(keyOf(id))?.payload;
      if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000);
    },

    async destroy(id) {
      entries.delete(keyOf(id));
    },

    // It looks at every entry, because revocation is rare and an index would need updates with each entry.
    async revokeByGrantId(grantId) {
      for (const [key, { payload }] of entries) {
        if (payload.grantId === grantId) entries.delete(key);
      }
    },

    // Only for tokens that end with their session and for the device flow. The sandbox has neither.
    async findByUid() {},
    async findByUserCode() {},
  };
}
