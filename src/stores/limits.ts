// Limits of time that apply to the stores in memory and in Redis.

/** A session expires after this time without use. */
export const SESSION_IDLE_MS = 30 * 60 * 1000;
export const RECORD_KEPT_MS = 60 * 60 * 1000;
