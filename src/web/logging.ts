// One JSON line for each request and each event; on a terminal a readable one. Neither URLs nor headers are ever
// written: a query holds the code, a Location the id_token_hint, a cookie the session.

import { hash, randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { pino } from 'pino';
import { serializeError } from './log-error.ts';

export type Logger = pino.Logger;

/** The process's logger, with times in UTC. An error goes into the field `error`: see log-error.ts. */
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
      /** In each of its lines, and on its error page. */
      id: string;
      log: Logger;
    }
  }
}

/** Gives each request an id and a logger that writes it, and writes a line when the request has ended. */
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
      req.log[res.statusCode >= 500 ? 'error' : 'info'](line, 'request');
    });
    next();
  };
}

function routeOf(route?: { path?: unknown }): string {
  return typeof route?.path === 'string' ? route.path : 'none';
}

/** A user, the same in every line, without saying who. */
export function pseudonym({ issuer, subject }: { issuer: string; subject: string }): string {
  return hash('sha256', `${issuer} ${subject}`).slice(0, 16);
}
