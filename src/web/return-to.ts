// Where a sign-in leads to: a path of this app and nothing else, or it would be an open redirector (RFC 9700, 4.11.1).

export const DEFAULT_RETURN_TO = '/profile';

/** Five sign-in cookies, each with a return_to, must fit into the 8 kB of a header line that proxies let through. */
const LIMIT_BYTES = 512;

/** These would start or end another sign-in at once. */
const NEVER = ['/login', '/callback', '/logout'];

/**
 * The path if it is one of our own, else undefined. Checked when it is stored and again when it is used.
 * It must be what URL parsing makes of it: whatever a browser would read differently (dot segments, backslashes,
 * control characters, a second slash in front) is refused rather than repaired.
 */
export function checkReturnTo(value: unknown, baseUrl: string): string | undefined {
  if (typeof value !== 'string' || !/^\/(?!\/)/.test(value) || Buffer.byteLength(value) > LIMIT_BYTES)
    return undefined;
  if (!URL.canParse(value, baseUrl)) return undefined;
  const url = new URL(value, baseUrl);
  if (url.origin !== baseUrl || url.pathname + url.search + url.hash !== value) return undefined;
  if (NEVER.includes(url.pathname)) return undefined;
  return value;
}
