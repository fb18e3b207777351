// The sessions of each user, and which user has the most. Both are always known, without counting.

interface SessionsByUser {
  /** Adding an ID again changes nothing. */
  add(user: string, id: string): void;
  remove(user: string, id: string): void;
  /** The oldest session of the user who has the most. @throws RangeError if there is none */
  oldestOfUserWithMost(): string;
}

/** No operation takes longer if there are more users or sessions. */
export function createSessionsByUser(): SessionsByUser {
  /** The session IDs of each user, in the order in which they were added. */
  const idsOf = new Map<string, Set<string>>();
  /** Users by their number of sessions: `usersWith[2]` contains the users who have two. */
  const usersWith: Set<string>[] = [];
  let most = 0;

  function move(user: string, from: number, to: number): void {
    usersWith[from]?.delete(user);
    usersWith[to] ??= new Set();
    usersWith[to].add(user);
    // Counts change by one. If this user was the last with `most` sessions, the new maximum is `most - 1`.
    if (to > most || (from === most && usersWith[from]?.size === 0)) most = to;
  }

  return {
    add(user, id) {
      const ids = idsOf.get(user) ?? new Set();
      idsOf.set(user, ids.add(id));
      move(user, ids.size - 1, ids.size);
    },
    remove(user, id) {
      const ids = idsOf.get(user);
      if (!ids?.delete(id)) return;
      move(user, ids.size + 1, ids.size);
      if (ids.size > 0) return;
      idsOf.delete(user);
      usersWith[0]?.delete(user);
    },
    oldestOfUserWithMost() {
      const [user = ''] = usersWith[most] ?? [];
      const [id] = idsOf.get(user) ?? [];
      if (id === undefined) throw new RangeError('There is no session.');
      return id;
    },
  };
}
