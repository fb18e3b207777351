// With an https BASE_URL, requests must arrive over https.

import type { RequestHandler } from 'express';
import { WebError } from './web-errors.ts';

/**
 * Refuses what did not arrive over https although BASE_URL is: express-session would set no cookie and say nothing, and
 * the next page would ask to sign in again, for ever.
 */
export function httpsOnly(https: boolean): RequestHandler {
  return (req, _res, next) => {
    if (https && !req.secure) throw insecure(req.headers['x-forwarded-proto']);
    next();
  };
}

/** @param said X-Forwarded-Proto, whoever sent it */
function insecure(said: string | string[] | undefined): WebError {
  if (said === undefined) return new WebError('insecure_connection');
  return new WebError('insecure_connection', undefined, {
    detail: `X-Forwarded-Proto: ${JSON.stringify(String(said).slice(0, 40))}.`,
    causes: [
      'The browser used http, and the proxy did not send it to https.',
      'Of several proxies one speaks http to the next, which then says so.',
    ],
  });
}
