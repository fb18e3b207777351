// How often one client may start and end a sign-in (ASVS 6.3.1): each costs encryption, a callback also requests to
// PingOne.

import { isIP } from 'node:net';
import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, type RateLimitInfo, rateLimit } from 'express-rate-limit';
import { PageError } from '../error-texts/index.ts';
import { isNavigation, isPrefetch } from '../sign-in/index.ts';

const WINDOW_MS = 60_000;
/** Providers give a customer up to a whole /56, and one address of it may be taken for each request. */
const IPV6_SUBNET = 56;
const WITH_PORT = /^(?:([\d.]+):\d{1,5}|\[([\da-f]*:[\da-f:.]+)\](?::\d{1,5})?)$/i;

/**
 * Lets a client through so many times a minute, counted for this route and in this process alone.
 * @param perMinute 0 switches it off
 * @throws PageError too_many_requests
 */
export function signInRateLimit(perMinute: number): RequestHandler {
  if (perMinute === 0) return (_req, _res, next) => next();
  return rateLimit({
    windowMs: WINDOW_MS,
    limit: perMinute,
    keyGenerator: (req) => `${clockSetting()} ${clientOf(req)}`,
    skip: (req) => req.method !== 'GET' || !couldBeNavigation(req),
    standardHeaders: false,
    legacyHeaders: false,
    // It would check its own settings at the first request; proxy-warning.ts speaks of proxies.
    validate: false,
    handler: (req, res) => {
      const { resetTime } = (req as typeof req & { rateLimit: RateLimitInfo }).rateLimit;
      const waitMs = (resetTime?.getTime() ?? Date.now() + WINDOW_MS) - Date.now();
      // No more than the window, also where the clock was set back.
      const retryAfterSeconds = Math.ceil(Math.min(Math.max(waitMs, 1), WINDOW_MS) / 1000);
      res.set('Retry-After', String(retryAfterSeconds));
      throw new PageError('too_many_requests', { retryAfterSeconds });
    },
  });
}

/** Another number after the clock was set: counts end by the clock, so they begin anew. */
function clockSetting(): number {
  return Math.round((Date.now() - performance.now()) / WINDOW_MS);
}

/**
 * The client, by its address. TRUST_PROXY says which one counts, so that no header can choose it. Some proxies write its
 * port, too.
 */
export function clientOf(req: Request): string {
  const addresses = [req.ip, req.socket.remoteAddress].map((address = '') => withoutPort(address));
  const address = addresses.find((candidate) => isIP(candidate) !== 0) ?? 'unknown';
  return ipKeyGenerator(address, IPV6_SUBNET);
}

/** The address of "203.0.113.8:4711" and "[2001:db8::1]:4711" (RFC 7239, section 6); any other text as it is. */
function withoutPort(text: string): string {
  const [, ipv4, ipv6] = WITH_PORT.exec(text) ?? [];
  return ipv4 ?? ipv6 ?? text;
}

/** What src/sign-in/ refuses with 401, and a prefetch, do not count: no other site can use up what a user has. */
function couldBeNavigation(req: Request): boolean {
  return isNavigation(req) && !isPrefetch(req);
}
