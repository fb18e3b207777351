// What the pages of this app's own errors say; those of a sign-in stand in src/pingone/*-errors.ts.

import type { ErrorText } from '../pingone/errors.ts';

export const WEB_ERROR_TEXTS = {
  sign_in_cookie_missing: {
    status: 400,
    title: 'This sign-in was not started in this browser',
    what: 'The browser sent no cookie of any sign-in, so nothing shows that this sign-in began here.',
    causes: [
      'The sign-in took longer than 10 minutes, and the browser has dropped its cookie.',
      'Somebody else’s link was opened, or the link was opened in another browser.',
      'The browser blocks cookies.',
      'Behind a proxy: the app was opened under another host name than BASE_URL.',
    ],
    next: 'Start a new sign-in.',
  },
  other_host: {
    status: 400,
    title: 'This app is reached at another address',
    what: 'The browser opened this app under a host name that is not the one of BASE_URL. No sign-in was started: it could not come back to this browser, for the cookie would belong to the other name.',
    causes: [
      'localhost and 127.0.0.1 are two hosts for a browser.',
      'BASE_URL is not where browsers reach this app.',
    ],
    next: 'Open this app under the address of BASE_URL, or set BASE_URL to the address that you use.',
  },
  sign_in_unreadable: {
    status: 400,
    title: 'This sign-in’s cookie cannot be opened any more',
    what: 'The browser sent the cookie of this sign-in, but it was sealed with another SESSION_SECRET or was changed.',
    causes: [
      'The app was restarted without SESSION_SECRET, so it made a new one.',
      'SESSION_SECRET was replaced meanwhile.',
    ],
    next: 'Start a new sign-in. Set SESSION_SECRET, so that sign-ins survive a restart.',
  },
  sign_in_expired: {
    status: 400,
    title: 'This sign-in took too long',
    what: 'More than 10 minutes passed between the start of the sign-in and its end.',
    causes: ['The sign-on page stayed open for long.', 'This server’s clock was changed meanwhile.'],
    next: 'Start a new sign-in.',
  },
  sign_in_used: {
    status: 400,
    title: 'This sign-in link was already used',
    what: 'The answer from PingOne has come before. A code is exchanged once, whatever the first try led to.',
    causes: [
      'The page was reloaded, or opened again with the back button.',
      'The link was opened in a second tab.',
    ],
    next: 'Start a new sign-in.',
  },
  not_signed_in: {
    status: 403,
    title: 'You are signed out',
    what: 'This needs somebody who is signed in, and the session is over.',
    causes: ['You have signed out, here or in another tab.', 'The session has run out.'],
    next: 'Sign in again.',
  },
  refresh_token_missing: {
    status: 409,
    title: 'There is no refresh token',
    what: 'PingOne gave no refresh token at the sign-in, so there are no new tokens without a new sign-in. You stay signed in.',
    causes: [
      'The application’s Refresh Token grant is off.',
      'The application’s openid resource has the scope offline_access, and PINGONE_SCOPE does not ask for it.',
    ],
    next: 'Applications > Applications > your application > Configuration: switch the Refresh Token grant on; or add offline_access to PINGONE_SCOPE. Then sign in again.',
  },
  too_many_sign_ins: {
    status: 503,
    title: 'Too many sign-ins at once',
    what: 'The list of used sign-ins is full. New ones are refused, so that none can be used twice.',
    causes: [
      'Somebody floods this app with sign-ins.',
      'More people sign in within 10 minutes than one process is made for.',
    ],
    next: 'Try again later.',
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
    status: 500,
    title: 'This request did not arrive over https',
    what: 'BASE_URL is https, but the proxy in front of this app did not say that the browser used it. No cookie would be set, so nobody was signed in.',
    causes: [
      'The proxy does not send X-Forwarded-Proto: https.',
      'TRUST_PROXY is not the number of proxies in front of this app.',
      'Somebody goes past the proxy.',
    ],
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
