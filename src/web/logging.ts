// One JSON line for each request and each event. No line contains a URL or a header: a query contains the
// code, a Location the id_token_hint, and a cookie the session ID.

import { hash, randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { pino } from 'pino';
import { serializeError } from './error-serializer.ts';

export type Logger = pino.Logger;

/**
 * Creates the logger of the process. Times are in UTC. Pass errors in the field `error`: see
 * error-serializer.ts.
 */
export function createLogger(level: string, destination: pino.DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: serializeError },
    },
    destination,
  );
}

declare global {
  namespace Express {
    interface Request {
      /** The request ID, which each log line and the error page of the request contain. */
      id: string;
      log: Logger;
    }
  }
}

/** Gives each request an ID and a logger that adds the ID to each line, and logs the end of the request. */
export function requestLogging(logger: Logger): RequestHandler {
  return function logRequest(req, res, next) {
    const startedAt = performance.now();
    req.id = randomUUID();
    req.log = logger.child({ requestId: req.id });
    res.once('close', () => {
      const line = {
        method: req.method,
        route: routeOf(req.route),
        status: res.statusCode,
        ms: Math.round(performance.now() - startedAt),
        ...(!res.writableFinished && { aborted: true }),
      };
      req.log[res.statusCode >= 500 ? 'error' : 'info'](line, 'request ended');
    });
    next();
  };
}

function routeOf(route?: { path?: unknown }): string {
  return typeof route?.path === 'string' ? route.path : 'none';
}

/** A hash that is the same in each line about the same user, and does not reveal who the user is. */
export function pseudonym({ issuer, subject }: { issuer: string; subject: string }): string {
  return hash('sha256', `${issuer} ${subject}`).slice(0, 16);
}
