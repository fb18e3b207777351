// Limits request bodies. No route of this app reads a body, because the forms of its pages are empty.

import type { RequestHandler } from 'express';
import { PageError } from '../error-texts/index.ts';

const BODY_LIMIT_BYTES = 1024;

/**
 * Rejects a body that is too long or has no stated length. It also closes the connection, because the server
 * would otherwise have to read the rest of the body.
 * @throws PageError request_too_big
 */
export const bodyLimit: RequestHandler = (req, res, next) => {
  const length = Number(req.headers['content-length'] ?? 0);
  if (length > BODY_LIMIT_BYTES || req.headers['transfer-encoding'] !== undefined) {
    res.set('Connection', 'close');
    throw new PageError('request_too_big');
  }
  next();
};
