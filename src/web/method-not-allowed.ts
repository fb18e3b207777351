// The response to a method that a route does not have.

import type { RequestHandler } from 'express';
import { RequestError } from '../sign-in/index.ts';

/**
 * Goes last in a route. Returns 405 with the methods that the route has (RFC 9110, section 15.5.6).
 * @param allow the value of the Allow header
 * @throws RequestError method_not_allowed
 */
export function methodNotAllowed(allow: string): RequestHandler {
  return function refuseMethod(_req, res) {
    res.set('Allow', allow);
    throw new RequestError('method_not_allowed');
  };
}
