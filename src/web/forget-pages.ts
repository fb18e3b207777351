// GET /signed-out.svg: the mark on the signed-out page. Chromium may keep a page for the back button although it is
// no-store, claims and all, until an HttpOnly cookie changes (ASVS 14.3.1). So one changes here, for a second. It takes
// a request of its own: when the signed-out page itself is answered, the page before it has not been put away yet.
// Clear-Site-Data would do, too, but writes to the browser's console.

import type { RequestHandler } from 'express';

const MARK =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M4 12.500l5 5L20 6.500" fill="none" stroke="#3a9d61" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>';

export function forgetPages(https: boolean): RequestHandler {
  const name = `${https ? '__Host-' : ''}pingone_signed_out`;
  const cookie = { httpOnly: true, sameSite: 'lax', path: '/', secure: https, maxAge: 1000 } as const;
  return function sendMark(_req, res) {
    res.cookie(name, '1', cookie).type('image/svg+xml; charset=utf-8').send(MARK);
  };
}
