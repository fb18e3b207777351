// What the pages say about sign-ins that this app itself cannot go on with; for what PingOne answers see
// src/pingone/*-errors.ts.

import type { ErrorText } from '../pingone/errors.ts';

export const signInErrors = {
  sign_in_cookie_missing: {
    status: 400,
    title: 'This sign-in was not started in this browser',
    what: 'The browser sent no cookie of any sign-in, so nothing shows that this sign-in began here.',
    // lost-sign-in.ts picks those of the very case.
    causes: ['The sign-in took too long, or has long ended.', 'Somebody else’s link was opened.'],
    next: 'Start a new sign-in.',
  },
  other_host: {
    status: 400,
    title: 'This app is reached at another address',
    what: 'The browser opened this app at a host that is not the one of BASE_URL, where sign-ins come back to. No sign-in was started or ended: its cookie stays with the host name that it was set for.',
    causes: [
      'BASE_URL is not where browsers reach this app.',
      'A proxy in front of this app sends it a Host of its own, and TRUST_PROXY is 0.',
    ],
    next: 'Open this app under the address of BASE_URL, or set BASE_URL to the address that you use.',
  },
  sign_in_unreadable: {
    status: 400,
    title: 'This sign-in’s cookie cannot be opened any more',
    what: 'The browser sent the cookie of this sign-in, but it was sealed with another SESSION_SECRET or was changed.',
    causes: [
      'SESSION_SECRET was replaced meanwhile, or the app was restarted with none, so that it made a new one.',
      'Several processes of this app have different ones.',
      'The cookie was changed in the browser.',
    ],
    next: 'Start a new sign-in. Where SESSION_SECRET is not set, set it, so that sign-ins survive a restart.',
  },
  sign_in_expired: {
    status: 400,
    title: 'This sign-in took too long',
    what: 'More than 10 minutes passed between the start of the sign-in and its end.',
    causes: ['The sign-on page stayed open for long.', 'This machine’s clock was set meanwhile.'],
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
