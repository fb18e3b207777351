// The headers of every answer. No page of this app needs a script, so none may run.

import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * @param signOffEndpoint where POST /logout redirects to: browsers check form-action on that redirect too
 * @param https whether BASE_URL is https: only then HSTS, which browsers would keep for every port of localhost
 */
export function securityHeaders(signOffEndpoint: () => string, https: boolean): RequestHandler[] {
  let endpoint = signOffEndpoint();
  let headers = helmetHeaders(endpoint, https);
  const current: RequestHandler = (req, res, next) => {
    // Discovery names another one once, if at all: the headers are not made anew for each answer.
    if (endpoint !== signOffEndpoint()) {
      endpoint = signOffEndpoint();
      headers = helmetHeaders(endpoint, https);
    }
    headers(req, res, next);
  };
  return [current, ownHeaders];
}

function helmetHeaders(signOffEndpoint: string, https: boolean): RequestHandler {
  const none = ["'none'"];
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: none,
        scriptSrc: none,
        objectSrc: none,
        baseUri: none,
        frameAncestors: none,
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'", new URL(signOffEndpoint).origin],
      },
    },
    // Under no-referrer, helmet's default, browsers send "Origin: null" with our own forms.
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: https && { maxAge: 31_536_000, includeSubDomains: true },
    xFrameOptions: { action: 'deny' },
  });
}

/** For an address that holds a code: its pages, error pages too, name it to nobody (RFC 9700, section 4.2.4). */
export const noReferrer: RequestHandler = (_req, res, next) => {
  res.set('Referrer-Policy', 'no-referrer');
  next();
};

const ownHeaders: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  res.set('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=()');
  next();
};
