/** What a fault is. The table of all of them is `index.ts`. */
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Settings } from '../settings.ts';

export interface Fault {
  readonly title: string;
  /** What a client must do, in one sentence that ends with the section of the specification. */
  readonly rule: string;
  /** How the sign-in must end in this repository's app: its error code, or `signed in`. */
  readonly end: string;
  /** Spoils a response that is good and complete, just before it is sent. */
  readonly inject: (ctx: KoaContextWithOIDC, settings: Settings) => void | Promise<void>;
}

/** By id, in kebab-case: what the form of the home page sends. */
export type Faults = Readonly<Record<string, Fault>>;

export const SIGNED_IN = 'signed in';
