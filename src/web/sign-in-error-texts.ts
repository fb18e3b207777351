// What the pages say about sign-ins that this app itself cannot go on with; for what PingOne answers see
// src/pingone/*-errors.ts.

import type { ErrorText } from '../pingone/errors.ts';

export const signInErrors = {
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
} satisfies Record<string, ErrorText>;
