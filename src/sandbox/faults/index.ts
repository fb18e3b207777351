// The only table of faults. The home page, the tests, and the list in the README are made from it.

import { authorizationFaults } from './authorization.ts';
import type { Fault, Faults } from './fault.ts';
import { idTokenFaults } from './id-token.ts';
import { tokenFaults } from './token.ts';
import { userinfoFaults } from './userinfo.ts';

export { SIGNED_IN } from './fault.ts';

export interface ListedFault extends Fault {
  readonly id: string;
  /** The endpoint whose response it changes. */
  readonly endpoint: 'authorization' | 'token' | 'userinfo';
}

/**
 * In the order of a sign-in, as the home page groups them. There is no fault of the discovery document, because an app
 * keeps this document for hours: a fault of one sign-in would still affect the next ones.
 */
export const FAULT_GROUPS = [
  { step: 'Authorization response', faults: listFaults('authorization', authorizationFaults) },
  { step: 'Token request', faults: listFaults('token', tokenFaults) },
  { step: 'ID token', faults: listFaults('token', idTokenFaults) },
  { step: 'Userinfo', faults: listFaults('userinfo', userinfoFaults) },
];

export const FAULTS = FAULT_GROUPS.flatMap(({ faults }) => faults);

function listFaults(endpoint: ListedFault['endpoint'], faults: Faults): ListedFault[] {
  return Object.entries(faults).map(([id, fault]) => ({ id, endpoint, ...fault }));
}
