// A proxy that TRUST_PROXY does not know of.

import type { RequestHandler } from 'express';

const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'];

/** Warns once when there seems to be a proxy that TRUST_PROXY does not count; its headers are not believed. */
export function proxyWarning(trustProxy: number): RequestHandler {
  let hasWarned = trustProxy > 0;
  return function warnOfProxy(req, _res, next) {
    if (!hasWarned && PROXY_HEADERS.some((name) => req.headers[name] !== undefined)) {
      hasWarned = true;
      req.log.warn(
        'A proxy’s headers came, but TRUST_PROXY is 0: they are not believed. Set it to the number of proxies.',
      );
    }
    next();
  };
}
