// Requests that change something must come from a page of this app (ASVS 3.5.1).

import type { RequestHandler } from 'express';
import { WebError } from './web-errors.ts';

/**
 * Lets through what a browser says is same-origin: by Sec-Fetch-Site, which no page can forge, or, from a browser that
 * sends none, by an Origin equal to BASE_URL. With neither it refuses.
 */
export function sameOriginOnly(baseUrl: string): RequestHandler {
  return (req, _res, next) => {
    const site = req.get('sec-fetch-site');
    const sameOrigin = site === undefined ? req.get('origin') === baseUrl : site === 'same-origin';
    if (!sameOrigin) throw new WebError('cross_site_request');
    next();
  };
}
