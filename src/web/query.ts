// The query of a request.

import type { Request } from 'express';

/** No page of this app is given more. */
const LIMIT_CHARACTERS = 2048;

/** The query as it came, repeated parameters included; a longer one counts as none. Express's own parser is off. */
export function queryOf({ url }: Request): URLSearchParams {
  const start = url.indexOf('?');
  const query = start < 0 ? '' : url.slice(start + 1);
  return new URLSearchParams(query.length > LIMIT_CHARACTERS ? '' : query);
}
