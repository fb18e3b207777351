/** What a fault is. The table of all of them is `../faults.ts`. */
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Settings } from '../settings.ts';

/** Where in a sign-in a fault strikes: the answer of which endpoint it changes. */
export type Endpoint = 'authorization' | 'token' | 'userinfo';

export interface Fault {
  /** In kebab-case: what the form of the home page sends. */
  readonly id: string;
  readonly title: string;
  /** The check it puts to the test, in one sentence, with the section that asks for it. */
  readonly defence: string;
  /** How the sign-in must end: the error code of the application, or `signed in`. */
  readonly end: string;
  /** Spoils an answer that is good and complete, just before it is sent. */
  readonly misbehave: (ctx: KoaContextWithOIDC, settings: Settings) => void | Promise<void>;
}

/** The faults of one step, as the home page groups them. */
export interface FaultGroup {
  readonly step: string;
  readonly endpoint: Endpoint;
  readonly faults: readonly Fault[];
}

export const SIGNED_IN = 'signed in';
