// A sign-in must start under the host name it comes back to, BASE_URL's: a cookie set under another one stays there.

import type { Request, RequestHandler } from 'express';
import type { Case } from '../pingone/error-cases.ts';
import { isLoopback } from '../pingone/loopback.ts';
import { WebError } from './web-errors.ts';

/** Refuses what a browser asks of another host. */
export function ownHostOnly(baseUrl: string, trustProxy: number): RequestHandler {
  return (req, _res, next) => {
    const error = otherHost(req, baseUrl, trustProxy, 'host');
    if (error) throw error;
    next();
  };
}

/**
 * The error of a request to another host than BASE_URL's. Behind a proxy, which may put a name of its own into Host,
 * nobody can tell. The host is compared and shown, and used for nothing else.
 * @param part what must be the same: the host with its port, or its name alone, to which cookies belong (RFC 6265, 8.5)
 */
export function otherHost(
  req: Request,
  baseUrl: string,
  trustProxy: number,
  part: 'host' | 'hostname',
): WebError | undefined {
  const { host } = req.headers;
  if (trustProxy > 0 || host === undefined) return undefined;
  const base = new URL(baseUrl);
  const asked = { host: host.toLowerCase(), hostname: host.toLowerCase().replace(/:\d*$/, '') };
  if (asked[part] === base[part]) return undefined;
  const detail = `Opened: ${JSON.stringify(host.slice(0, 100))}. BASE_URL: ${baseUrl}.`;
  return new WebError('other_host', undefined, { detail, ...caseOf(asked.hostname, base.hostname) });
}

function caseOf(asked: string, own: string): Partial<Case> {
  if (asked === own)
    return { causes: ['The browser reaches this app at another port than that of BASE_URL.'] };
  return isLoopback(asked) && isLoopback(own)
    ? { causes: ['localhost, 127.0.0.1 and [::1] are one machine, but for a browser three hosts.'] }
    : {};
}
