/** The one table of faults: the home page, the tests and the README's list are all made of it. */
import { authorizationFaults } from './authorization.ts';
import type { Fault, Faults } from './fault.ts';
import { idTokenFaults } from './id-token.ts';
import { tokenFaults } from './token.ts';
import { userinfoFaults } from './userinfo.ts';

export { SIGNED_IN } from './fault.ts';

export interface ChosenFault extends Fault {
  readonly id: string;
  /** Where in a sign-in it strikes: the response of which endpoint it changes. */
  readonly endpoint: 'authorization' | 'token' | 'userinfo';
}

/**
 * In the order of a sign-in, as the home page groups them. Discovery with another issuer is not among them: a client keeps
 * the document for hours, so the fault of one sign-in would spoil the next.
 */
export const FAULT_GROUPS = [
  { step: 'Authorization response', faults: at('authorization', authorizationFaults) },
  { step: 'Token request', faults: at('token', tokenFaults) },
  { step: 'ID token', faults: at('token', idTokenFaults) },
  { step: 'Userinfo', faults: at('userinfo', userinfoFaults) },
];

export const FAULTS = FAULT_GROUPS.flatMap(({ faults }) => faults);

function at(endpoint: ChosenFault['endpoint'], faults: Faults): ChosenFault[] {
  return Object.entries(faults).map(([id, fault]) => ({ id, endpoint, ...fault }));
}
