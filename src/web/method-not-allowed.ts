// Other methods than those that a route has.

import type { RequestHandler } from 'express';
import { RequestError } from '../sign-in/index.ts';

/** For the end of a route: 405 with the methods that it has (RFC 9110, section 15.5.6). @throws RequestError */
export function methodNotAllowed(allow: string): RequestHandler {
  return function refuseMethod(_req, res) {
    res.set('Allow', allow);
    throw new RequestError('method_not_allowed');
  };
}
