/** Which fault is chosen, and which sign-in it has fallen to. */
import type { ChosenFault } from './index.ts';

/** Far more than are ever under way with a fault; the oldest is forgotten first. */
const MAX_SIGN_INS = 100;

export type FaultSwitch = ReturnType<typeof createFaultSwitch>;

/**
 * Makes the switch of one sandbox, set to none. A sign-in is known by the flow id of its sign-on page, then by its grant.
 * Both are random and the sandbox's own, so that sign-ins in other tabs and browsers stay apart, whether or not the app
 * sends a `code_challenge`, a `state` or a `nonce`.
 */
export function createFaultSwitch() {
  const bySignIn = new Map<string, ChosenFault>();
  let next: ChosenFault | undefined;

  /** Chooses for the next sign-in; undefined chooses none. */
  function choose(fault: ChosenFault | undefined) {
    next = fault;
  }

  /** A sign-in begins: what was chosen falls to it, and to no other after it. */
  function take() {
    const taken = next;
    next = undefined;
    return taken;
  }

  /** Lets the fault of a sign-in be found by a key. */
  function keep(key: string, fault: ChosenFault) {
    bySignIn.set(key, fault);
    const [oldest] = bySignIn.keys();
    if (bySignIn.size > MAX_SIGN_INS && oldest !== undefined) bySignIn.delete(oldest);
  }

  /** Trapped: how often a client followed the redirect of the token endpoint with its secret. */
  return { chosen: () => next, choose, take, keep, of: (key = '') => bySignIn.get(key), trapped: 0 };
}
