/** Which fault is chosen, and which sign-in it has fallen to. */
import type { ChosenFault } from './faults.ts';

/** Far more than are ever under way with a fault; the oldest is forgotten first. */
const MAX_SIGN_INS = 100;

export interface FaultSwitch {
  /** The fault of the next sign-in. */
  chosen(): ChosenFault | undefined;
  /** Chooses for the next sign-in; undefined chooses none. */
  choose(fault: ChosenFault | undefined): void;
  /** A sign-in begins: what was chosen falls to it, and to no other after it. */
  begin(codeChallenge: string): void;
  /** The fault of a sign-in, by its code challenge, or by its grant once that is known. */
  of(key: string | undefined): ChosenFault | undefined;
  /** Lets the same fault be found by another key of the same sign-in. */
  alsoBy(key: string, fault: ChosenFault): void;
  /** How often somebody followed the redirect of the token endpoint. */
  trapped: number;
}

/**
 * Makes the switch of one sandbox, set to none. A sign-in is known by its PKCE code challenge (RFC 7636), which
 * is random, is in the authorization request, and is kept with the code: so what is chosen meanwhile, and sign-ins
 * in other tabs and browsers, stay apart.
 */
export function createFaultSwitch(): FaultSwitch {
  const bySignIn = new Map<string, ChosenFault>();
  let next: ChosenFault | undefined;

  const keep = (key: string, fault: ChosenFault) => {
    bySignIn.set(key, fault);
    const [oldest] = bySignIn.keys();
    if (bySignIn.size > MAX_SIGN_INS && oldest !== undefined) bySignIn.delete(oldest);
  };

  return {
    chosen: () => next,
    choose: (fault) => {
      next = fault;
    },
    begin: (codeChallenge) => {
      if (next !== undefined) keep(codeChallenge, next);
      next = undefined;
    },
    of: (key) => (key === undefined ? undefined : bySignIn.get(key)),
    alsoBy: keep,
    trapped: 0,
  };
}
