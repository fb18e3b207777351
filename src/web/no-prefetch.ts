// /login and /callback are not opened in advance.

import type { RequestHandler } from 'express';
import { WebError } from './web-errors.ts';

/**
 * Refuses what a browser fetches before anybody wants it: a prefetched /login would use up a sign-in, a prefetched
 * /callback a code. The browser asks again when the person does (Sec-Purpose: Fetch, section 3.7).
 */
export const noPrefetch: RequestHandler = (req, _res, next) => {
  const purposes = (req.get('sec-purpose') ?? '').split(/[;,]/).map((purpose) => purpose.trim());
  if (purposes.includes('prefetch')) throw new WebError('prefetch_refused');
  next();
};
