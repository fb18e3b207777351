// Detects a proxy that TRUST_PROXY does not count.

import type { RequestHandler } from 'express';

const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'];

/**
 * Logs one warning if a request has proxy headers although TRUST_PROXY is 0. The app ignores such headers.
 */
export function proxyWarning(trustProxy: number): RequestHandler {
  let hasWarned = trustProxy > 0;
  return function warnOfProxy(req, _res, next) {
    if (!hasWarned && PROXY_HEADERS.some((name) => req.headers[name] !== undefined)) {
      hasWarned = true;
      req.log.warn(
        'This app ignored proxy headers, because TRUST_PROXY is 0. Set it to the number of proxies.',
      );
    }
    next();
  };
}
