// The oldest entry of a Map.

/**
 * Looks at the entry that was set first, with a new iterator each time: one that is kept holds on to every table that the Map
 * has outgrown, deleted values and all.
 */
export function createOldestEntry<V extends object>(entries: Map<string, V>): () => [string, V] | undefined {
  return () => entries.entries().next().value;
}
