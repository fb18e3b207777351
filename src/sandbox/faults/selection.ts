// Which fault is chosen, and which sign-in has it.

import type { ListedFault } from './index.ts';

/** Far more than ever run at the same time with a fault. The oldest is removed first. */
const MAX_SIGN_INS = 100;

export type FaultSelection = ReturnType<typeof createFaultSelection>;

/**
 * Makes the selection of one sandbox, with no fault chosen. The keys of a sign-in are first the flow id of its sign-on
 * page, then the id of its grant. The sandbox makes both at random, so it can tell sign-ins in other tabs and browsers
 * apart even if the app sends no `code_challenge`, `state` or `nonce`.
 */
export function createFaultSelection() {
  const bySignIn = new Map<string, ListedFault>();
  let next: ListedFault | undefined;

  /** Chooses the fault of the next sign-in, or none. */
  function choose(fault: ListedFault | undefined) {
    next = fault;
  }

  /** A sign-in starts: it gets the chosen fault, and later sign-ins do not. */
  function takeForSignIn() {
    const taken = next;
    next = undefined;
    return taken;
  }

  /** Stores the fault of a sign-in under a key. */
  function remember(key: string, fault: ListedFault) {
    bySignIn.set(key, fault);
    const [oldest] = bySignIn.keys();
    if (bySignIn.size > MAX_SIGN_INS && oldest !== undefined) bySignIn.delete(oldest);
  }

  const find = (key = '') => bySignIn.get(key);
  /** `followedRedirects`: how often an app followed the redirect of the token endpoint and sent its client secret. */
  return { chosen: () => next, choose, takeForSignIn, remember, find, followedRedirects: 0 };
}
