// A Map whose entries run out, all after the same time: what this process remembers of sign-ins.

export interface ExpiringMap<V> {
  get(key: string): V | undefined;
  /** Adds an entry, or puts it in place of another, with its time anew. Full, the map forgets what runs out first. */
  set(key: string, value: V): void;
  delete(key: string): void;
  /** Entries that have not run out. */
  size(): number;
}

/** @param max entries @param keptMs how long each is kept; a clock that is set does not change it */
export function createExpiringMap<V>(max: number, keptMs: number): ExpiringMap<V> {
  // In the order in which they were set, which is the order in which they run out.
  const entries = new Map<string, { value: V; runsOutAt: number }>();

  function forgetOld(): void {
    for (const [key, { runsOutAt }] of entries) {
      if (runsOutAt > performance.now() && entries.size <= max) return;
      entries.delete(key);
    }
  }

  return {
    get(key) {
      forgetOld();
      return entries.get(key)?.value;
    },
    set(key, value) {
      entries.delete(key);
      entries.set(key, { value, runsOutAt: performance.now() + keptMs });
      forgetOld();
    },
    delete(key) {
      entries.delete(key);
    },
    size() {
      forgetOld();
      return entries.size;
    },
  };
}
