/** The one table of faults: the home page, the tests and the README's list are all made of it. */
import { authorizationFaults } from './faults/authorization.ts';
import type { Endpoint, Fault, FaultGroup } from './faults/fault.ts';
import { idTokenFaults } from './faults/id-token.ts';
import { tokenFaults } from './faults/token.ts';
import { userinfoFaults } from './faults/userinfo.ts';

/**
 * In the order of a sign-in. Discovery with another issuer is not among them: a client keeps the document for
 * hours, so what one sign-in gets would spoil the next.
 */
export const FAULT_GROUPS: readonly FaultGroup[] = [
  { step: 'Authorization response', endpoint: 'authorization', faults: authorizationFaults },
  { step: 'Token request', endpoint: 'token', faults: tokenFaults },
  { step: 'ID token', endpoint: 'token', faults: idTokenFaults },
  { step: 'Userinfo', endpoint: 'userinfo', faults: userinfoFaults },
];

/** A fault and where it strikes. */
export type ChosenFault = Fault & { readonly endpoint: Endpoint };

export const FAULTS: readonly ChosenFault[] = FAULT_GROUPS.flatMap(({ endpoint, faults }) =>
  faults.map((fault) => ({ ...fault, endpoint })),
);
