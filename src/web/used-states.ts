// Which sign-ins have come back already. One state makes one token request, however often its callback is sent.

import { SIGN_IN_LIMIT_MS } from './sign-in-cookie.ts';
import { WebError } from './web-errors.ts';

const MAX_STATES = 100_000;

export interface UsedStates {
  has(state: string): Promise<boolean>;
  /**
   * Marks a state; false if it was marked before.
   * @throws WebError too_many_sign_ins when full: to forget one would let it be used again
   */
  add(state: string): Promise<boolean>;
  /** @throws WebError too_many_sign_ins when the next one could not be added */
  mustHaveRoom(): Promise<void>;
}

/** States of this process, each kept as long as its cookie could still be sent. */
export function createUsedStates(limit = MAX_STATES): UsedStates {
  // In the order in which they were added, which is the order in which they run out.
  const runsOutAt = new Map<string, number>();

  function forgetOld(): void {
    for (const [state, time] of runsOutAt) {
      if (time > performance.now()) return;
      runsOutAt.delete(state);
    }
  }

  async function mustHaveRoom(): Promise<void> {
    forgetOld();
    if (runsOutAt.size >= limit) throw new WebError('too_many_sign_ins');
  }

  async function add(state: string): Promise<boolean> {
    await mustHaveRoom();
    if (runsOutAt.has(state)) return false;
    runsOutAt.set(state, performance.now() + SIGN_IN_LIMIT_MS);
    return true;
  }

  return { has: async (state) => runsOutAt.has(state), add, mustHaveRoom };
}
