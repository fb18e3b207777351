// Formats times for pages: 2026-01-31 12:00:00 UTC.

/** @param milliseconds since 1970 @returns undefined for a value that is not a valid time */
export function formatUtc(milliseconds = Number.NaN): string | undefined {
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) return undefined;
  const iso = date.toISOString();
  return `${iso.slice(0, -14)} ${iso.slice(-13, -5)} UTC`;
}

/** @param claim seconds since 1970 @returns undefined for a value that is not a valid time */
export function formatClaimUtc(claim: unknown): string | undefined {
  return typeof claim === 'number' ? formatUtc(claim * 1000) : undefined;
}
