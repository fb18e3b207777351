// The headers of every response. The pages of this app need no scripts, so browsers must not run any.

import { Socket } from 'node:net';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

// Not imported: see src/server.ts.
const { IncomingMessage, ServerResponse } = process.getBuiltinModule('node:http');
const [NONE, SELF] = [["'none'"], ["'self'"]];
const NOTHING = { defaultSrc: NONE, scriptSrc: NONE, objectSrc: NONE, baseUri: NONE, frameAncestors: NONE };
const HSTS_SECONDS = 365 * 24 * 60 * 60;

/**
 * The headers are the same for every response, so helmet creates them once.
 * @param https whether BASE_URL is https. HSTS is sent only then: browsers would apply it to every port of
 * localhost
 */
export function securityHeaders(https: boolean): RequestHandler {
  const template = new ServerResponse(new IncomingMessage(new Socket()));
  const addHeaders = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { ...NOTHING, styleSrc: SELF, imgSrc: SELF, formAction: SELF },
    },
    // With helmet's default, no-referrer, browsers send "Origin: null" even with this app's own forms.
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: https && { maxAge: HSTS_SECONDS, includeSubDomains: true },
    xFrameOptions: { action: 'deny' },
  });
  addHeaders(template.req, template, () => {});
  template.setHeader('Cache-Control', 'no-store');
  template.setHeader('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=()');
  const headers = new Map(Object.entries(template.getHeaders() as Record<string, string>));
  return function addSecurityHeaders(_req, res, next) {
    res.setHeaders(headers);
    next();
  };
}

/**
 * For URLs that contain a code: no page, not even an error page, sends them elsewhere (RFC 9700, section
 * 4.2.4).
 */
export const noReferrer: RequestHandler = (_req, res, next) => {
  res.set('Referrer-Policy', 'no-referrer');
  next();
};
