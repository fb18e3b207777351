// Why a store could not do what it was asked to.

/** A command that Redis refuses, and the first word of its error: NOPERM, or ERR where it does not know the command. */
export interface RefusedCommand {
  command: string;
  code: string;
}

/**
 * The store is not available. `code` is the first word of Redis's error (`READONLY`), the code of the network
 * (`ECONNREFUSED`) or `timeout`. What else Redis said may quote data, so it is not kept.
 */
export class StoreError extends Error {
  readonly code: string;
  /** For error handlers of Express: an outage, whose message is not for browsers. */
  readonly status = 503;
  readonly expose = false;

  constructor(code: string) {
    super(`The store is not available (${code}).`);
    this.name = 'StoreError';
    this.code = code;
  }
}
