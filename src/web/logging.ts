// One JSON line for each request and each event; on a terminal a readable one. Neither URLs nor headers are ever
// written: a query holds the code, a Location the id_token_hint, a cookie the session.

import { hash, randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { pino } from 'pino';

export type Logger = pino.Logger;

/** The process's logger, with times in UTC. An error is written by its code and place, never with what it carries. */
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
  return (req, res, next) => {
    const startedAt = performance.now();
    req.id = randomUUID();
    req.log = logger.child({ requestId: req.id });
    res.once('close', () => {
      const line = {
        method: req.method,
        route: req.route?.path ?? 'none',
        status: res.statusCode,
        ms: Math.round(performance.now() - startedAt),
        ...(!res.writableFinished && { aborted: true }),
      };
      req.log[res.statusCode >= 500 ? 'error' : 'info'](line, 'request');
    });
    next();
  };
}

/** Somebody, the same in every line, without saying who. */
export function pseudonym(issuer: string, subject: string): string {
  return hash('sha256', `${issuer} ${subject}`).slice(0, 16);
}

/** Messages and properties of foreign errors may quote tokens and answers, so name, code and stack lines must do. */
function serializeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  // The stack begins with the message.
  const places = error.stack
    ?.replace(error.message, '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    ...('code' in error && { code: String(error.code).slice(0, 100) }),
    at: places?.slice(0, 8).map((line) => line.trim()),
    ...(error.cause !== undefined && { cause: serializeError(error.cause) }),
  };
}
