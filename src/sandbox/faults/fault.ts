// The type of a fault. `index.ts` has the table of all faults.

import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Settings } from '../settings.ts';

export interface Fault {
  readonly title: string;
  /** What an app must do, in one sentence that ends with the section of the specification. */
  readonly rule: string;
  /** How the sign-in must end in this repository's app: its error code, or `signed in`. */
  readonly end: string;
  /** Changes a valid, complete response just before the sandbox sends it. */
  readonly inject: (ctx: KoaContextWithOIDC, settings: Settings) => void | Promise<void>;
}

/** By id, in kebab-case. The form on the home page sends the id. */
export type Faults = Readonly<Record<string, Fault>>;

export const SIGNED_IN = 'signed in';
