// Requests that this app rejects before they reach a page, and errors of this app itself (src/sign-in/, src/web/).

import { entry, wait } from './entry.ts';

export const requestTexts = {
  not_a_navigation: entry('This URL must be opened as a page', {
    what: 'An image, a frame, or a script requested this URL. A sign-in can start or end only when a user opens the URL as a page, so nothing changed.',
    why: 'A page embeds or fetches this URL: the browser says so in `Sec-Fetch-Mode` or `Sec-Fetch-Dest`.',
    next: 'Link to the sign-in instead of embedding or fetching it.',
    user: 'Open this app in its own tab.',
  }),
  prefetch_refused: entry('This page cannot be loaded in advance', {
    what: 'The browser requested this page before the user opened it. A sign-in starts only when the user opens the page.',
    why: 'The browser preloads links and sends `Sec-Purpose: prefetch`, or `Purpose: prefetch` (Safari).',
    next: 'No action is needed, because the browser sends the request again when the user opens the link.',
    user: 'Open the link when you want to sign in.',
  }),
  cross_site_request: entry('This request came from another site', {
    what: 'The request would change something, but it does not come from a page of this app. Nothing changed.',
    why: 'Another site tried to act on behalf of the user. The user opened this app at a URL that does not begin with `BASE_URL`. A proxy removes both `Sec-Fetch-Site` and `Origin`, or an old browser does not send them.',
    next: 'Compare `Origin` of the request with `BASE_URL`, and let proxies pass on `Sec-Fetch-Site` and `Origin`.',
    user: 'Open the home page of this app and press the button there.',
  }),
  method_not_allowed: entry('Method not allowed', {
    what: 'This URL does not accept the HTTP method of the request, so nothing changed.',
    why: 'A link checker or a scanner sent the request. The user opened a URL that only a button of this app uses.',
    next: 'Use a method that the `Allow` header lists.',
    user: 'Go back to the home page and use its buttons.',
  }),
  insecure_connection: entry('This request did not arrive over https', ({ found }) => ({
    what: 'This app’s own URL begins with `https://`, but the request arrived without https. This app sets its cookies only over https, so no sign-in started.',
    why: !found
      ? 'The proxy does not send `X-Forwarded-Proto: https`. The request bypassed the proxy.'
      : 'The browser used http, and the proxy did not redirect it to https. There are several proxies, and one forwards requests to the next over http.',
    next: 'Configure the proxy to send `X-Forwarded-Proto`, and set `TRUST_PROXY` to the number of proxies.',
    user: 'Open this app with `https://`. If it fails again, tell the administrator that requests arrive without https.',
  })),
  too_many_requests: entry('Too many requests from your network address', (given) => ({
    what: 'Within one minute, this network address started or ended more sign-ins than this app allows.',
    why: 'A script or a browser extension opens the sign-in again and again. Many users share this network address, for example in an office or behind the gateway of a network provider. `TRUST_PROXY` is too small, so all users appear to have the network address of the proxy.',
    next: 'Set `TRUST_PROXY` to the number of proxies. If many users share a network address, increase `LOGIN_RATE_LIMIT`.',
    user: `${wait(given)}, then open the sign-in only once.`,
  })),
  request_too_big: entry('This request is too large', {
    what: 'The request has a body that is longer than 1,024 bytes or has no stated length. The forms of this app send no fields, so this app did not read the body.',
    why: 'A script sent the request. The request was meant for another app.',
    next: 'Send requests to this app without a body.',
    user: 'Return to the home page and repeat what you did.',
  }),
  not_found: entry('Page not found', {
    what: 'This app has no page at this URL.',
    why: 'The URL is misspelled. The URL has an extra slash at the end, or a letter in the wrong case. The page is turned off (`FLOW_PAGE`).',
    next: 'Correct the link. To show `/flow` in production, or when `BASE_URL` is not on this machine, set `FLOW_PAGE=on`.',
    user: 'Check the URL, or open the home page.',
  }),
  internal_error: entry('This app has a problem', {
    what: 'An unexpected error occurred in this app.',
    why: 'The code of this app has a bug.',
    next: 'Find the request ID in the log. The log line contains the message of the error and its place in the code.',
    user: 'Try again. If it fails again, send the administrator the request ID of this page.',
  }),
};
