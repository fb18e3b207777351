// The two files of views/ that browsers may have, each by its own route, and the mark of the signed-out pages.

import { readFileSync } from 'node:fs';
import type { RequestHandler } from 'express';

const MARK =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M4 12.500l5 5L20 6.500" fill="none" stroke="#3a9d61" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>';
const SVG = 'image/svg+xml; charset=utf-8';

/** Serves one file of views/, read once at start; browsers may keep it for an hour. */
export function asset(file: 'style.css' | 'icon.svg'): RequestHandler {
  const content = readFileSync(new URL(`../../views/${file}`, import.meta.url));
  const type = file.endsWith('.svg') ? SVG : 'text/css; charset=utf-8';
  return function sendAsset(_req, res) {
    res.set('Cache-Control', 'public, max-age=3600').type(type).send(content);
  };
}

/**
 * GET /signed-out.svg. Chromium may keep a page for the back button although it is no-store, claims and all, until an
 * HttpOnly cookie changes (ASVS 14.3.1). So one changes here, for a second. It takes a request of its own: the browser has
 * not yet put away the page before when it gets the signed-out page itself. Clear-Site-Data would do, too, but writes to
 * the browser's console.
 */
export function signedOutMark({ https, cookieName }: { https: boolean; cookieName: string }): RequestHandler {
  const name = `${https ? '__Host-' : ''}${cookieName}_signed_out`;
  const cookie = { httpOnly: true, sameSite: 'lax', path: '/', secure: https, maxAge: 1000 } as const;
  return function sendMark(_req, res) {
    res.cookie(name, '1', cookie).type(SVG).send(MARK);
  };
}
