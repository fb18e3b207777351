// One at a time: of requests that come together, each waits for the one before.

/** Does the work once nobody else is at work under this name. */
export type Lock = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** Among the requests of this process. */
export function createEmbeddedLock(): Lock {
  const last = new Map<string, Promise<unknown>>();
  return async (name, work) => {
    const before = last.get(name) ?? Promise.resolve();
    // Whatever became of the one before.
    const turn = before.then(work, work);
    last.set(name, turn);
    try {
      return await turn;
    } finally {
      if (last.get(name) === turn) last.delete(name);
    }
  };
}
