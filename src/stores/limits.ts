// Limits of time and size that apply to the stores in memory and in Redis.

/** A session expires after this time without use. */
export const SESSION_IDLE_MS = 30 * 60 * 1000;
export const RECORD_KEPT_MS = 60 * 60 * 1000;
const RECORD_MAX_BYTES = 16 * 1024;

/** @throws RangeError for a record that is too long */
export function checkRecordLength(text: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > RECORD_MAX_BYTES) throw new RangeError(`A record of ${bytes} bytes is too long.`);
}
