// Sends the browser on.

import type { Response } from 'express';

/**
 * Without a body, which no browser shows: Express's own would repeat the address, and with it the ID token of a sign-off.
 * @param status 303 after something was done, or else 302 (RFC 9110, section 15.4)
 */
export function redirect(res: Response, status: 302 | 303, location: string): void {
  res.status(status).location(location).end();
}
