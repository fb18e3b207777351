// The errors of the stores.

/**
 * A command that Redis rejects, and the first word of Redis's error: NOPERM, or ERR if Redis does not know
 * the command.
 */
export interface RefusedCommand {
  command: string;
  code: string;
}

/**
 * The store is not available. `code` is the first word of Redis's error (`READONLY`), a code of the network
 * (`ECONNREFUSED`), `timeout` or `not_redis`. The rest of Redis's message may quote data, so the error does
 * not contain it.
 */
export class StoreError extends Error {
  readonly code: string;
  /** For Express's error handlers: this is an outage, and browsers must not see its message. */
  readonly status = 503;
  readonly expose = false;

  constructor(code: string) {
    super(`The store is not available (${code}).`);
    this.name = 'StoreError';
    this.code = code;
  }
}
