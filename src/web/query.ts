// The query of a request.

import type { Request } from 'express';

/** The query as it came, repeated parameters included. Express's own parser is switched off. */
export function queryOf(req: Request): URLSearchParams {
  const start = req.url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : req.url.slice(start + 1));
}
