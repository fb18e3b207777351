// Which user has the most sessions, known at each time without counting.

interface Shares {
  /** Adding an id again changes nothing. */
  add(user: string, id: string): void;
  remove(user: string, id: string): void;
  /** The oldest session of the user who has the most. @throws RangeError if there is none */
  oldestOfLargest(): string;
}

export function createShares(): Shares {
  /** In the order in which they were added. */
  const idsOf = new Map<string, Set<string>>();
  /** By number of sessions: `usersWith[2]` are the users who have two. */
  const usersWith: Set<string>[] = [];
  let most = 0;

  function move(user: string, from: number, to: number): void {
    usersWith[from]?.delete(user);
    usersWith[to] ??= new Set();
    usersWith[to].add(user);
    // Numbers change by one, so the next lower one is not empty: this user is there.
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
    oldestOfLargest() {
      const [user = ''] = usersWith[most] ?? [];
      const [id] = idsOf.get(user) ?? [];
      if (id === undefined) throw new RangeError('There is no session.');
      return id;
    },
  };
}
