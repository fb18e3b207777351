// Sign-ins that this app itself cannot start or finish: the browser, its cookies, the session (src/sign-in/).

import { CONFIGURATION, type EntryOf, type Facts } from './entry.ts';
import { SIGN_IN_MINUTES } from './limits.ts';

export const signInRequestTexts = {
  sign_in_cookie_missing: ({ cookiesCame, behindProxy, why }) => ({
    what: 'This sign-in was not started in this browser. The browser sent no cookie of a sign-in, so nothing shows that this sign-in began here.',
    why: [
      cookiesCame === false ? 'The browser blocks cookies.' : '',
      behindProxy
        ? 'The user opened this app under another host name than `BASE_URL`, which this app cannot see behind a proxy.'
        : '',
      why === 'not_our_state'
        ? 'The `state` is not one of this app: the link was changed or made up, or another app has the same redirect URI.'
        : `The sign-in took longer than ${SIGN_IN_MINUTES} minutes, so the browser deleted its cookie. The sign-in started in another browser or a private window. A restored tab or the history opened an old address.`,
    ].join(' '),
    next: 'Compare the address that users open with `BASE_URL`. Check that no other app uses the same redirect URI.',
    user: `Start a new sign-in, and finish it within ${SIGN_IN_MINUTES} minutes in the same browser. Allow cookies for this site.`,
  }),
  sign_in_unreadable: {
    what: 'The cookie of this sign-in cannot be read. The browser sent the cookie of this sign-in, but this app cannot decrypt it.',
    why: '`SESSION_SECRET` was replaced, or this app restarted without one and made a new one. Several processes of this app have different secrets. The cookie was changed in the browser.',
    next: 'Set the same `SESSION_SECRET` for all processes, so that sign-ins survive a restart.',
    user: 'Start a new sign-in. This app may have been restarted meanwhile.',
  },
  sign_in_expired: {
    what: `This sign-in took too long. More than ${SIGN_IN_MINUTES} minutes passed between the start of the sign-in and its end.`,
    why: 'The sign-on page stayed open too long. The clock of this machine changed during the sign-in: otherwise browsers delete the cookie in time.',
    next: 'Compare the two times in the detail. If they are wrong, synchronize the clocks of all processes by NTP.',
    user: `Start a new sign-in and complete it within ${SIGN_IN_MINUTES} minutes.`,
  },
  sign_in_used: {
    what: 'This sign-in was already used. This response from PingOne has come before. This app exchanges a code only once, also if the first try failed.',
    why: 'The user reloaded the page, used the back button, or opened the address in a second tab. The network delivered the request twice, to different processes.',
    next: 'If users report it often, look for a proxy that repeats requests, or send all requests of a browser to the same process.',
    user: 'Open the home page. If you are not signed in there, start a new sign-in.',
  },
  query_too_long: {
    what: 'The address is too long. The query of this address is longer than this app reads, so no sign-in started or ended.',
    why: 'A scanner or a broken link opened an address with a very long query.',
    next: 'No action is needed, unless PingOne sent the query: then compare its length with the limit in `src/sign-in/`.',
    user: 'Start a new sign-in from the home page of this app.',
  },
  other_host: ({ why }) => ({
    what: 'This app has another address. The browser opened this app at another host than its own. Sign-ins return to this app’s own host and cookies belong to one host, so no sign-in started or ended.',
    why: hostCauses(why),
    next: 'Open this app at the address of `BASE_URL`, or set `BASE_URL` to the address that users open.',
    user: 'Use the button on this page: it leads to the right address.',
  }),
  not_signed_in: ({ why }) => ({
    what:
      why === 'auth_time' || why === 'acr'
        ? 'You need to sign in again. This request needs a more recent sign-in, or another kind of sign-in.'
        : 'You are signed out. This request needs a signed-in user, and there is no session.',
    why: 'The user signed out, here or in another tab. The session expired. A script sent the request without its cookie.',
    next: 'In a script, handle status 401 by opening the sign-in as a page. This app redirects only top-level navigations.',
    user: 'Sign in, then try again.',
  }),
  refresh_token_missing: {
    what: 'There is no refresh token. PingOne sent no refresh token at the sign-in, so this app can get new tokens only by a new sign-in. You stay signed in.',
    why: 'The Refresh Token grant of the application is off. The application grants the scope `offline_access`, and `PINGONE_SCOPE` does not contain it.',
    next: `Open ${CONFIGURATION} and turn on the Refresh Token grant, or add \`offline_access\` to \`PINGONE_SCOPE\`. Then sign in again.`,
    user: 'Continue, or sign in again to get new tokens.',
  },
  other_user: {
    what: 'Another user signed in. A page asked the signed-in user to sign in again, and another user did. This app refused that sign-in. The session still belongs to the first user.',
    why: 'The user chose another account on the sign-on page. The browser has a session of another user at PingOne.',
    next: 'No action is needed for a single case. If both accounts belong to one user, check which identity provider each account uses.',
    user: 'Open the page again and sign in with the account that is signed in here. To use the other account, sign out first.',
  },
  user_refused: {
    what: 'This app does not admit this user. PingOne signed the user in, but this app’s own check of the user failed. This app revokes the tokens.',
    why: '`onSignIn` threw an error because the user is not registered in this app. `onSignIn` itself failed, for example because its database was away.',
    next: 'Read the error of `onSignIn` in the log.',
    user: 'Sign in with another account, or ask the administrator to admit your account.',
  },
  initiate_login_issuer: {
    what: 'The link names another issuer. A portal that starts a sign-in here must send this app’s issuer in `iss`, exactly and once. This link does not, so no sign-in started.',
    why: 'The portal belongs to another environment, or it names a custom domain and `PINGONE_ISSUER` does not. The Initiate Login URI contains an `iss`, and then PingOne sends that one.',
    next: `Open ${CONFIGURATION} and compare Initiate Login URI with the address that \`npm run doctor\` prints.`,
    user: 'Open the home page of this app and start the sign-in there. The link may be for another app.',
  },
  session_unavailable: ({ why }) => ({
    what: 'Sessions are not available at the moment. This app could not load or save the session, so this request changed nothing.',
    why:
      why === 'no_session'
        ? 'The session store is away, so `express-session` makes no `req.session`. No session middleware runs before the sign-in routes. The `path` of the session cookie does not include this address.'
        : 'The session store is restarting or does not respond in time.',
    next: 'Check the session store first, then the order of the middleware and the `path` of the session cookie.',
    user: 'Try again in a moment. If it fails again, tell the administrator that sessions are not available.',
  }),
} satisfies Record<string, EntryOf>;

function hostCauses(why: Facts['why']): string {
  if (why === 'port') return 'The browser opened this app at another port than the port in `BASE_URL`.';
  return why === 'loopback'
    ? '`localhost`, `127.0.0.1` and `[::1]` are one machine, but three different hosts for a browser.'
    : '`BASE_URL` is not the address at which browsers reach this app. A proxy sends its own `Host` to this app, and `TRUST_PROXY` is 0.';
}
