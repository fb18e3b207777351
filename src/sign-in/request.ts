// Checks of a request. Only a user who opens a page may start or finish a sign-in. Fetch Metadata headers,
// which no page can forge, show that. If a browser does not send them, the request passes.

import type { Request, Response } from 'express';
import { isLoopback } from '../pingone/index.ts';
import { printable, RequestError } from './errors.ts';

/** The address of this app. */
type Site = { origin: string; https: boolean; paths: object };

const QUERY_LIMIT = 8192;
const RETURN_TO_LIMIT = 512;
/** An item of a structured field that is a token, with optional parameters (RFC 9651, section 4.2). */
const TOKEN = /^[ \t]*([A-Za-z*][\w!#$%&'*+.^`|~:/-]*)[ \t]*(?:;|$)/;

/** The tokens of a header. An item that is not a token becomes "". */
const tokensOf = (field = '') => field.split(',').map((item) => TOKEN.exec(item)?.[1] ?? '');

const isAbsentOr = (req: Request, header: string, token: string) =>
  req.get(header) === undefined || tokensOf(req.get(header)).join() === token;

/**
 * False if a header says that this is an image, a frame, a fetch or similar (Fetch Metadata, sections 2.1 and
 * 2.2).
 */
export const isNavigation = (req: Request) =>
  isAbsentOr(req, 'sec-fetch-mode', 'navigate') && isAbsentOr(req, 'sec-fetch-dest', 'document');

/**
 * Whether the browser loads a page that the user has not opened yet (Sec-Purpose: Fetch, section 3.7; Safari:
 * Purpose).
 */
export const isPrefetch = (req: Request) =>
  ['sec-purpose', 'purpose'].some((header) => tokensOf(req.get(header)).includes('prefetch'));

/**
 * Rejects a request that must not start or finish a sign-in. A prefetch would start a sign-in or use a code.
 * After a rejection, the browser sends the request again when the user opens the page.
 * @throws RequestError prefetch_refused, not_a_navigation, insecure_connection
 */
export function checkNavigation(req: Request, { https }: Site): void {
  if (isPrefetch(req)) throw new RequestError('prefetch_refused');
  if (!isNavigation(req)) throw new RequestError('not_a_navigation');
  if (!https || req.secure) return;
  // express-session would set no cookie and report no error, and the user would have to sign in again on the
  // next page.
  throw new RequestError('insecure_connection', { found: printable(req.get('x-forwarded-proto') ?? '', 40) });
}

/**
 * Rejects a request whose host is not the host of the redirect URI, because its cookies would be missing at
 * the callback. Behind a proxy, which may set another Host header, this is not checked.
 * @param part `host` with the port, or `hostname` without it. Cookies do not depend on the port (RFC 6265,
 *   section 8.5).
 * @throws RequestError other_host
 */
export function checkHost(req: Request, { origin }: Site, part: 'host' | 'hostname'): void {
  const host = req.get('host')?.toLowerCase();
  if (host === undefined || req.app.get('trust proxy')) return;
  const own = new URL(origin);
  const hostname = host.replace(/:\d*$/, '');
  if (own[part] === { host, hostname }[part]) return;
  const isSameMachine = isLoopback(hostname) && isLoopback(own.hostname);
  const why = hostname === own.hostname ? 'other_port' : isSameMachine ? 'other_loopback_name' : 'other_name';
  throw new RequestError('other_host', { expected: origin, found: printable(host, 100), why });
}

/**
 * Rejects a form of another site, by Fetch Metadata or by Origin (ASVS 3.5.1).
 * @throws RequestError cross_site_request
 */
export function checkSameOrigin(req: Request, { origin }: Pick<Site, 'origin'>): void {
  const hasSite = req.get('sec-fetch-site') !== undefined;
  const isSame = hasSite ? isAbsentOr(req, 'sec-fetch-site', 'same-origin') : req.get('origin') === origin;
  if (!isSame) throw new RequestError('cross_site_request');
}

/** The query as it was sent, without "?". @throws RequestError query_too_long */
export function queryOf({ url }: Request): string {
  const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
  if (query.length > QUERY_LIMIT) throw new RequestError('query_too_long');
  return query;
}

/**
 * Returns the path if it is a path of this app, else undefined, so that the app is no open redirector (RFC
 * 9700, section 4.11.1). It is checked before it is stored, and again before it is used. URL parsing must not
 * change it, so a path that browsers read differently is rejected: dot segments, backslashes, control
 * characters, a second slash at the beginning.
 */
export function toOwnPath(value: string, { origin, paths }: Site): string | undefined {
  if (value.length > RETURN_TO_LIMIT || !/^\/(?!\/)[^\\]*$/.test(value)) return undefined;
  const url = URL.parse(value, origin);
  if (!url || url.origin !== origin || url.pathname + url.search + url.hash !== value) return undefined;
  // The routes of the sign-in would start or finish another sign-in at once.
  return Object.values(paths).includes(url.pathname) ? undefined : value;
}

/** Redirects without a body, because Express's body repeats the URL. Use 303 after a change, else 302. */
export function redirect(res: Response, status: 302 | 303, location: string): void {
  res.status(status).set('Cache-Control', 'no-store').location(location).end();
}
