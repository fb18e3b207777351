// With an https BASE_URL, requests must arrive over https.

import type { RequestHandler } from 'express';
import { WebError } from './web-errors.ts';

/**
 * Refuses what did not arrive over https although BASE_URL is: express-session would set no cookie and say nothing, and
 * the next page would ask to sign in again, for ever.
 */
export function httpsOnly(https: boolean): RequestHandler {
  return (req, _res, next) => {
    if (https && !req.secure) throw new WebError('insecure_connection');
    next();
  };
}
