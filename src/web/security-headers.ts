// The headers of every response. No page of this app needs a script, so none may run.

import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

const NONE = ["'none'"];
const HSTS_SECONDS = 365 * 24 * 60 * 60;

/**
 * They are the same for every response, so helmet makes them once.
 * @param https whether BASE_URL is https: only then HSTS, which browsers would keep for every port of localhost
 */
export function securityHeaders(https: boolean): RequestHandler {
  const template = new ServerResponse(new IncomingMessage(new Socket()));
  const addHeaders = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: NONE,
        scriptSrc: NONE,
        objectSrc: NONE,
        baseUri: NONE,
        frameAncestors: NONE,
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'"],
      },
    },
    // Under no-referrer, helmet's default, browsers send "Origin: null" with our own forms.
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

/** For an address that holds a code: no page there, error pages included, names it to another (RFC 9700, 4.2.4). */
export const noReferrer: RequestHandler = (_req, res, next) => {
  res.set('Referrer-Policy', 'no-referrer');
  next();
};
