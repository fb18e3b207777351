// The wall clock, which may be set at any time.

/**
 * Whether a span of time that began then, in milliseconds since 1970, still lasts. Not so once the clock has been set back
 * behind its begin: nobody waits for it to come there again.
 */
export function isWithin(beganAtMs: number, milliseconds: number): boolean {
  const passed = Date.now() - beganAtMs;
  return passed >= 0 && passed < milliseconds;
}
