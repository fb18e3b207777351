// Limits how often one client may start and finish a sign-in (ASVS 6.3.1). Each request costs encryption, and
// a callback also costs requests to PingOne.

import { isIP } from 'node:net';
import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, type RateLimitInfo, rateLimit } from 'express-rate-limit';
import { PageError } from '../error-texts/index.ts';
import { isNavigation, isPrefetch } from '../sign-in/index.ts';

const WINDOW_MS = 60_000;
/**
 * Internet providers give a customer up to a whole /56 network, so each request could come from another
 * address.
 */
const IPV6_SUBNET = 56;
const WITH_PORT = /^(?:([\d.]+):\d{1,5}|\[([\da-f]*:[\da-f:.]+)\](?::\d{1,5})?)$/i;

/**
 * Limits the requests of each client address. Each route and each process counts separately.
 * @param perMinute the limit for one minute; 0 means no limit
 * @throws PageError too_many_requests
 */
export function signInRateLimit(perMinute: number): RequestHandler {
  if (perMinute === 0) return (_req, _res, next) => next();
  return rateLimit({
    windowMs: WINDOW_MS,
    limit: perMinute,
    keyGenerator: (req) => `${clockSetting()} ${clientAddressOf(req)}`,
    // Prefetches, and requests that src/sign-in/ rejects with 401, do not count, so another site cannot use
    // up a user's limit.
    skip: (req) => req.method !== 'GET' || !isNavigation(req) || isPrefetch(req),
    standardHeaders: false,
    legacyHeaders: false,
    // Otherwise, the library checks its settings at the first request. proxy-warning.ts warns about proxies.
    validate: false,
    handler: (req, res) => {
      const { resetTime } = (req as typeof req & { rateLimit: RateLimitInfo }).rateLimit;
      const waitMs = (resetTime?.getTime() ?? Date.now() + WINDOW_MS) - Date.now();
      // Never longer than the window, even if the clock was set back.
      const retryAfterSeconds = Math.ceil(Math.min(Math.max(waitMs, 1), WINDOW_MS) / 1000);
      res.set('Retry-After', String(retryAfterSeconds));
      throw new PageError('too_many_requests', { retryAfterSeconds });
    },
  });
}

/** Changes when the clock is set. Counts expire by the clock, so they have to start again then. */
function clockSetting(): number {
  return Math.round((Date.now() - performance.now()) / WINDOW_MS);
}

/**
 * The address of the client, without its port, or its IPv6 network. TRUST_PROXY decides which address counts,
 * so a client cannot choose it with a header.
 */
export function clientAddressOf(req: Request): string {
  const addresses = [req.ip, req.socket.remoteAddress].map((address = '') => withoutPort(address));
  const address = addresses.find((candidate) => isIP(candidate) !== 0) ?? 'unknown';
  return ipKeyGenerator(address, IPV6_SUBNET);
}

/** The address in "203.0.113.8:4711" or "[2001:db8::1]:4711" (RFC 7239, section 6), or the unchanged text. */
function withoutPort(text: string): string {
  const [, ipv4, ipv6] = WITH_PORT.exec(text) ?? [];
  return ipv4 ?? ipv6 ?? text;
}
