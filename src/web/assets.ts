// The two files of views/ that browsers may load, and the icon of the signed-out pages. Each has its own
// route.

import { readFileSync } from 'node:fs';
import type { RequestHandler } from 'express';

const CHECK_MARK =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M4 12.500l5 5L20 6.500" fill="none" stroke="#3a9d61" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>';
const SVG = 'image/svg+xml; charset=utf-8';

type CookieSettings = { https: boolean; cookieName: string };

/** Serves one file of views/. The app reads it once, at start, and browsers may cache it for an hour. */
export function staticFile(file: 'style.css' | 'icon.svg'): RequestHandler {
  const content = readFileSync(new URL(`../../views/${file}`, import.meta.url));
  const type = file.endsWith('.svg') ? SVG : 'text/css; charset=utf-8';
  return function sendFile(_req, res) {
    res.set('Cache-Control', 'public, max-age=3600').type(type).send(content);
  };
}

/**
 * GET /signed-out.svg: a check mark, and a cookie that exists for one second. Chromium may keep a page with
 * claims for the Back button, although it has no-store, until an HttpOnly cookie changes (ASVS 14.3.1). The
 * cookie has to change in a separate request: when the browser receives the signed-out page, it has not
 * stored the previous page yet. Clear-Site-Data would also work, but it makes the browser write to its
 * console.
 */
export function signedOutIconWithCookie({ https, cookieName }: CookieSettings): RequestHandler {
  const name = `${https ? '__Host-' : ''}${cookieName}_signed_out`;
  const cookie = { httpOnly: true, sameSite: 'lax', path: '/', secure: https, maxAge: 1000 } as const;
  return function sendIcon(_req, res) {
    res.cookie(name, '1', cookie).type(SVG).send(CHECK_MARK);
  };
}
