// How often one client may ask for /login and for /callback (ASVS 6.3.1): each costs encryption, a callback also requests
// to PingOne.

import type { RequestHandler } from 'express';
import { type RateLimitInfo, rateLimit, type Store } from 'express-rate-limit';
import type { Logger } from './logging.ts';
import { WebError } from './web-errors.ts';

const WINDOW_MS = 60_000;
/** Who has an IPv6 line has a whole /64 of addresses, and one may be taken for each request. */
const IPV6_SUBNET = 64;

/**
 * Lets a client through so many times a minute, counted for this route alone. The client is req.ip: TRUST_PROXY says
 * which address counts, so that no header can choose one.
 * @param perMinute 0 switches it off
 * @param store where several processes count together; its own memory otherwise. One that fails lets everybody through:
 *   a sign-in is guarded by its checks, not by this.
 */
export function loginRateLimit(perMinute: number, logger: Logger, store?: Store): RequestHandler {
  if (perMinute === 0) return (_req, _res, next) => next();
  return rateLimit({
    windowMs: WINDOW_MS,
    limit: perMinute,
    ipv6Subnet: IPV6_SUBNET,
    standardHeaders: false,
    legacyHeaders: false,
    passOnStoreError: true,
    // It would check its own settings at the first request; proxy-warning.ts speaks of proxies.
    validate: false,
    logger: {
      error: (error) => logger.error({ error }, 'rate limit not counted'),
      warn: (error) => logger.warn({ error }, 'rate limit'),
    },
    ...(store && { store }),
    handler: (req, res, next) => {
      const { resetTime } = (req as typeof req & { rateLimit: RateLimitInfo }).rateLimit;
      const waitMs = (resetTime?.getTime() ?? Date.now() + WINDOW_MS) - Date.now();
      // No more than the window, also where the clock was set back.
      const seconds = Math.ceil(Math.min(Math.max(waitMs, 1), WINDOW_MS) / 1000);
      res.set('Retry-After', String(seconds));
      next(new WebError('too_many_requests', undefined, { detail: `Wait ${seconds} seconds.` }));
    },
  });
}
