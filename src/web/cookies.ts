// The cookies of a request.

import type { Request } from 'express';

/** By name; the first of each name counts, as everywhere else. */
export function cookiesOf(req: Request): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of (req.headers.cookie ?? '').split(';')) {
    const [name = '', value = ''] = pair.trim().split('=', 2);
    if (!cookies.has(name)) cookies.set(name, value);
  }
  return cookies;
}
