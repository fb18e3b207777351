// A Map of limited size whose entries expire.

interface ExpiringMap<V> {
  get(key: string): V | undefined;
  /** Adds or replaces an entry. If the map is full, it forgets the entry that was set first. */
  set(key: string, value: V, keptMs: number): void;
  delete(key: string): void;
}

/**
 * The entry that was set first. Creates a new iterator for each call, because a stored iterator would keep
 * every table that the Map has outgrown, with all deleted values, in memory.
 */
export function firstEntry<V extends object>(entries: Map<string, V>): [string, V] | undefined {
  return entries.entries().next().value;
}

/** Uses the monotonic clock, so setting the system clock changes nothing. */
export function createExpiringMap<V>(maxEntries: number): ExpiringMap<V> {
  const entries = new Map<string, { value: V; expiresAtMs: number }>();

  function forgetOldest(): void {
    for (let oldest = firstEntry(entries); oldest; oldest = firstEntry(entries)) {
      const [key, { expiresAtMs }] = oldest;
      if (expiresAtMs > performance.now() && entries.size <= maxEntries) return;
      entries.delete(key);
    }
  }

  return {
    get(key) {
      const entry = entries.get(key);
      return entry && entry.expiresAtMs > performance.now() ? entry.value : undefined;
    },
    set(key, value, keptMs) {
      entries.delete(key);
      entries.set(key, { value, expiresAtMs: performance.now() + keptMs });
      forgetOldest();
    },
    delete: (key) => void entries.delete(key),
  };
}
