// No route of this app reads a body: the forms of its pages are empty.

import type { RequestHandler } from 'express';
import { PageError } from '../error-texts/index.ts';

const BODY_LIMIT_BYTES = 1024;

/**
 * Refuses a body that is large or of unknown length, and closes the connection: the rest of it would have to be read
 * otherwise. @throws PageError request_too_big
 */
export const smallRequests: RequestHandler = (req, res, next) => {
  const length = Number(req.headers['content-length'] ?? 0);
  if (length > BODY_LIMIT_BYTES || req.headers['transfer-encoding'] !== undefined) {
    res.set('Connection', 'close');
    throw new PageError('request_too_big');
  }
  next();
};
