// A sign-in must start under the host name it comes back to, BASE_URL's: a cookie set under another one stays there.

import type { RequestHandler } from 'express';
import { WebError } from './web-errors.ts';

/**
 * Refuses what a browser asks of another host. Not behind a proxy, which may put a name of its own into Host.
 * The host is compared and shown, and used for nothing else.
 */
export function ownHostOnly(baseUrl: string, trustProxy: number): RequestHandler {
  const { host } = new URL(baseUrl);
  return (req, _res, next) => {
    const asked = req.headers.host;
    if (trustProxy === 0 && asked !== undefined && asked.toLowerCase() !== host) {
      const detail = `Opened: ${JSON.stringify(asked.slice(0, 100))}. BASE_URL: ${baseUrl}.`;
      throw new WebError('other_host', undefined, detail);
    }
    next();
  };
}
