// Times as pages show them: 2026-01-31 12:00:00 UTC.

/** @param milliseconds since 1970 */
export function inUtc(milliseconds = Number.NaN): string | undefined {
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) return undefined;
  return date
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
}

/** @param claim seconds since 1970; any other value is no time */
export function claimInUtc(claim: unknown): string | undefined {
  return typeof claim === 'number' ? inUtc(claim * 1000) : undefined;
}
