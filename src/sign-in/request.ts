// What a request says about itself. Only a user who opens a page starts or ends a sign-in: Fetch Metadata headers, which no
// page can forge, tell. A browser that sends none is let through.

import type { Request, Response } from 'express';
import { isLoopback } from '../pingone/index.ts';
import { RequestError, shown } from './errors.ts';

/** Where this app is. */
type Site = { origin: string; https: boolean; paths: object };

const QUERY_LIMIT = 8192;
const RETURN_TO_LIMIT = 512;
/** Of an item of a structured field, without parameters (RFC 9651, section 4.2). */
const TOKEN = /^[ \t]*([A-Za-z*][\w!#$%&'*+.^`|~:/-]*)[ \t]*(?:;|$)/;

/** "" for what is no token. */
const tokensOf = (field = '') => field.split(',').map((item) => TOKEN.exec(item)?.[1] ?? '');

const isOrLacks = (req: Request, header: string, token: string) =>
  req.get(header) === undefined || tokensOf(req.get(header)).join() === token;

/** Whether nothing says that this is an image, a frame, a fetch or the like (Fetch Metadata, sections 2.1 and 2.2). */
export const isNavigation = (req: Request) =>
  isOrLacks(req, 'sec-fetch-mode', 'navigate') && isOrLacks(req, 'sec-fetch-dest', 'document');

/** Whether the browser loads a page that the user may never open (Sec-Purpose: Fetch, section 3.7; Safari: Purpose). */
export const isPrefetch = (req: Request) =>
  ['sec-purpose', 'purpose'].some((header) => tokensOf(req.get(header)).includes('prefetch'));

/**
 * Refuses what must neither start nor end a sign-in. A prefetched page would use up a sign-in or a code; the browser asks
 * again when the user does.
 * @throws RequestError prefetch_refused, not_a_navigation, insecure_connection
 */
export function checkNavigation(req: Request, { https }: Site): void {
  if (isPrefetch(req)) throw new RequestError('prefetch_refused');
  if (!isNavigation(req)) throw new RequestError('not_a_navigation');
  if (!https || req.secure) return;
  // express-session would set no cookie and say nothing, and the next page would ask to sign in again.
  throw new RequestError('insecure_connection', { found: shown(req.get('x-forwarded-proto') ?? '', 40) });
}

/**
 * Refuses a request under another host than the redirect URI's, whose cookies would be missing at the callback. Behind a
 * proxy, which may put a name of its own into Host, nobody can tell.
 * @param part the host with its port, or its name alone, to which cookies belong (RFC 6265, section 8.5)
 * @throws RequestError other_host
 */
export function checkHost(req: Request, { origin }: Site, part: 'host' | 'hostname'): void {
  const host = req.get('host')?.toLowerCase();
  if (host === undefined || req.app.get('trust proxy')) return;
  const own = new URL(origin);
  const hostname = host.replace(/:\d*$/, '');
  if (own[part] === { host, hostname }[part]) return;
  const isSameMachine = isLoopback(hostname) && isLoopback(own.hostname);
  const why = hostname === own.hostname ? 'port' : isSameMachine ? 'loopback' : 'name';
  throw new RequestError('other_host', { expected: origin, found: shown(host, 100), why });
}

/** Refuses a form of another site (ASVS 3.5.1), by Origin if there is no Fetch Metadata. @throws RequestError */
export function checkSameOrigin(req: Request, { origin }: Pick<Site, 'origin'>): void {
  const hasSite = req.get('sec-fetch-site') !== undefined;
  const isSame = hasSite ? isOrLacks(req, 'sec-fetch-site', 'same-origin') : req.get('origin') === origin;
  if (!isSame) throw new RequestError('cross_site_request');
}

/** The query as it came, without "?". @throws RequestError query_too_long */
export function queryOf({ url }: Request): string {
  const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
  if (query.length > QUERY_LIMIT) throw new RequestError('query_too_long');
  return query;
}

/**
 * The path if it is one of our own, else undefined, or the app would be an open redirector (RFC 9700, section 4.11.1).
 * Checked when it is stored and again when it is used. It must be exactly what URL parsing makes of it: what a browser
 * would read differently (dot segments, backslashes, control characters, a second slash in front) is refused.
 */
export function checkReturnTo(value: string, { origin, paths }: Site): string | undefined {
  if (value.length > RETURN_TO_LIMIT || !/^\/(?!\/)[^\\]*$/.test(value)) return undefined;
  const url = URL.canParse(value, origin) && new URL(value, origin);
  if (!url || url.origin !== origin || url.pathname + url.search + url.hash !== value) return undefined;
  // These would start or end another sign-in at once.
  return Object.values(paths).includes(url.pathname) ? undefined : value;
}

/** Redirects without a body: Express's own would repeat the address. 303 after something was done, else 302. */
export function redirect(res: Response, status: 302 | 303, location: string): void {
  res.status(status).set('Cache-Control', 'no-store').location(location).end();
}
