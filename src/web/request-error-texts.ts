// What the pages of this app's own errors say about a request; about a sign-in: sign-in-error-texts.ts.

import type { ErrorText } from '../pingone/errors.ts';

export const requestErrors = {
  too_many_requests: {
    status: 429,
    title: 'Too many requests from your address',
    what: 'More sign-ins were started or ended from this network address within a minute than this app lets through.',
    causes: [
      'A script or a browser extension opens the sign-in again and again.',
      'Many people share this address, in an office or behind a provider’s gateway.',
      'TRUST_PROXY is too small, so that everybody seems to come from the proxy’s address.',
    ],
    next: 'Wait as long as it says above, then try again. Whoever runs this app can set LOGIN_RATE_LIMIT.',
  },
  request_too_big: {
    status: 413,
    title: 'This request is too big',
    what: 'The request brought a body. No page of this app sends one, so it was not read.',
    causes: ['A script sent it.', 'The address belongs to another app.'],
    next: 'Go to the start page.',
  },
  not_found: {
    status: 404,
    title: 'There is no such page',
    what: 'This app has no page at this address.',
    causes: ['The address is misspelt.', 'A slash too many, or another case: addresses are exact.'],
    next: 'Go to the start page.',
  },
  method_not_allowed: {
    status: 405,
    title: 'This page does not do that',
    what: 'The address exists, but not for this HTTP method. Nothing was changed.',
    causes: [
      'A link checker or a scanner came by.',
      'An address was opened that only a button of this app uses.',
    ],
    next: 'Go to the start page.',
  },
  cross_site_request: {
    status: 403,
    title: 'This request came from another site',
    what: 'The request would change something, and it does not come from a page of this app. Nothing was changed.',
    causes: [
      'Another site tried to act in your name.',
      'This app was opened under another address than BASE_URL.',
      'A proxy or an old browser removes both Sec-Fetch-Site and Origin.',
    ],
    next: 'Open this app under its own address and press the button there.',
  },
  prefetch_refused: {
    status: 503,
    title: 'Not opened in advance',
    what: 'The browser asked for this page before anybody wanted it. A sign-in waits for a person.',
    causes: ['The browser preloads links.'],
    next: 'Open the link when you want to sign in.',
  },
  session_store_unavailable: {
    status: 503,
    title: 'Sessions are not available for the moment',
    what: 'The session store did not answer, so nobody could be signed in or out.',
    causes: ['The store is restarting or cannot be reached.'],
    next: 'Try again in a moment.',
  },
  insecure_connection: {
    status: 400,
    title: 'This request did not arrive over https',
    what: 'BASE_URL is https, but the proxy in front of this app did not say that the browser used it. No cookie would be set, so nobody was signed in.',
    causes: ['The proxy does not send X-Forwarded-Proto: https.', 'Somebody goes past the proxy.'],
    next: 'Set X-Forwarded-Proto at the proxy, and TRUST_PROXY to the number of proxies.',
  },
  internal_error: {
    status: 500,
    title: 'Something went wrong here',
    what: 'This app ran into an error that it does not know. Nobody was signed in by it.',
    causes: ['A bug in this app.'],
    next: 'Try again. If it happens again, tell whoever runs this app the request id.',
  },
} satisfies Record<string, ErrorText>;
