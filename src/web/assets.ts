// The two files of views/ that browsers may have, each by its own route; nothing else there is ever served.

import { readFileSync } from 'node:fs';
import type { RequestHandler } from 'express';

/** Serves one file of views/, read once at start; browsers may keep it for an hour. */
export function asset(file: string, type: string): RequestHandler {
  const content = readFileSync(new URL(`../../views/${file}`, import.meta.url));
  return function sendAsset(_req, res) {
    res.set('Cache-Control', 'public, max-age=3600').type(type).send(content);
  };
}
