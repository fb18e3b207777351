// Reads the query of a request.

import type { Request } from 'express';

/** The pages of this app never need a longer query. */
const LIMIT_CHARACTERS = 2048;

/**
 * The query parameters, including repeated ones. A query that is too long counts as empty. Express's own
 * parser is off.
 */
export function queryParameters({ url }: Request): URLSearchParams {
  const start = url.indexOf('?');
  const query = start < 0 ? '' : url.slice(start + 1);
  return new URLSearchParams(query.length > LIMIT_CHARACTERS ? '' : query);
}
