/** Where oidc-provider keeps sessions, codes and tokens: in memory, bounded, gone when the process ends. */
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

/** About 10,000 sign-ins at five entries each; the oldest entry leaves first. */
const MAX_ENTRIES = 50_000;

interface Entry {
  readonly payload: AdapterPayload;
  readonly expiresAtMs: number;
}

/**
 * Makes the storage that the provider uses through its adapter interface. The one oidc-provider brings prints a
 * warning and drops entries beyond about a thousand, which is fewer than 200 sign-ins.
 */
export function makeStore(): AdapterFactory {
  const entries = new Map<string, Entry>();
  return (model) => adapterOf(entries, (id) => `${model}:${id}`);
}

function adapterOf(entries: Map<string, Entry>, keyOf: (id: string) => string): Adapter {
  return {
    async upsert(id, payload, expiresInSeconds) {
      const expiresAtMs = expiresInSeconds === undefined ? Infinity : Date.now() + expiresInSeconds * 1000;
      // Deleted first, so that a renewed entry counts as a young one.
      entries.delete(keyOf(id));
      entries.set(keyOf(id), { payload, expiresAtMs });
      const [oldest = ''] = entries.keys();
      if (entries.size > MAX_ENTRIES) entries.delete(oldest);
    },

    async find(id) {
      const entry = entries.get(keyOf(id));
      return entry && entry.expiresAtMs > Date.now() ? entry.payload : undefined;
    },

    // Two requests with one code cannot both get here: from `find` on, oidc-provider waits for nothing but this
    // store, which never lets another request in between.
    async consume(id) {
      const payload = entries.get(keyOf(id))?.payload;
      if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000);
    },

    async destroy(id) {
      entries.delete(keyOf(id));
    },

    // Looks at every entry: revocation is rare, and an index would have to be kept in step.
    async revokeByGrantId(grantId) {
      for (const [key, { payload }] of entries) {
        if (payload.grantId === grantId) entries.delete(key);
      }
    },

    // Asked for tokens that end with their session and in the device flow alone; the sandbox has neither.
    async findByUid() {},
    async findByUserCode() {},
  };
}
