/** Headers that every response of the sandbox carries. */
import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';

/** PingOne names each request by a UUID; the same one stands at the end of an `error_description`. */
export function setCorrelationId(_req: Request, res: Response, next: NextFunction) {
  res.set('Correlation-Id', randomUUID());
  next();
}

/**
 * Sets the security headers, and takes X-Powered-By away. The pages hold no script and load nothing from elsewhere.
 *
 * `form-action` allows every origin: Chrome applies it to each redirect that follows a form. The sign-on form ends at the
 * redirect URI, and an app may redirect from there to another origin that the sandbox does not know. HSTS is left out,
 * since the sandbox speaks plain http.
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
