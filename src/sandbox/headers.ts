/** Headers that every answer of the sandbox carries. */
import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import type { Settings } from './settings.ts';

/** PingOne names each request by a UUID; the same one stands at the end of an `error_description`. */
export function setCorrelationId(_req: Request, res: Response, next: NextFunction) {
  res.set('Correlation-Id', randomUUID());
  next();
}

/**
 * Sets the security headers, and takes X-Powered-By away. The pages hold no script and load nothing from elsewhere.
 *
 * `form-action` names the application too: Chrome applies it to each redirect that follows a form, and the
 * sign-on form ends at the redirect URI. HSTS is left out, since the sandbox speaks plain http.
 */
export function setSecurityHeaders({ redirectUri }: Settings) {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'", new URL(redirectUri).origin],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
  });
}
