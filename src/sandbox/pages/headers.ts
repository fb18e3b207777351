// The headers of every response of the sandbox.

import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';

/** PingOne identifies each request by a UUID, and repeats it at the end of an `error_description`. */
export function setCorrelationId(_req: Request, res: Response, next: NextFunction) {
  res.set('Correlation-Id', randomUUID());
  next();
}

/**
 * Sets the security headers and removes X-Powered-By. The pages have no script and load nothing from other origins.
 *
 * `form-action` allows every origin, because Chrome applies it to each redirect after a form. The sign-on form ends at the
 * redirect URI, and from there an app may redirect to an origin that the sandbox does not know. There is no HSTS, because
 * the sandbox uses plain http.
 */
export const setSecurityHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      formAction: ["'self'", 'http:', 'https:'],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  strictTransportSecurity: false,
  xFrameOptions: { action: 'deny' },
});
