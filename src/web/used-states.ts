// Which sign-ins have come back already. One state makes one token request, however often its callback is sent.

import { createExpiringMap } from './expiring-map.ts';
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
  const states = createExpiringMap<true>(limit, SIGN_IN_LIMIT_MS);

  async function mustHaveRoom(): Promise<void> {
    if (states.size() >= limit) throw new WebError('too_many_sign_ins');
  }

  async function add(state: string): Promise<boolean> {
    await mustHaveRoom();
    if (states.get(state)) return false;
    states.set(state, true);
    return true;
  }

  return { has: async (state) => states.get(state) === true, add, mustHaveRoom };
}
