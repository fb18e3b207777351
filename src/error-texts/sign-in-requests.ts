// Sign-ins that this app itself cannot start or finish: the browser, its cookies, the session (src/sign-in/).

import { entry, type Facts, SIGN_IN_MINUTES } from './entry.ts';
import { CONFIGURATION, type ProviderWords } from './provider.ts';

export const signInRequestTexts = ({ provider, Provider, inTenant }: ProviderWords) => ({
  sign_in_cookie_missing: entry('The browser sent no sign-in cookie', ({ why, ...seen }) => ({
    what: 'Without the cookie, this app cannot tell whether this sign-in started in this browser.',
    why: [
      why !== 'state_not_from_this_app' &&
        'The user reloaded the page of a sign-in that had already ended, or returned to it with the Back button: the first response deleted the cookie.',
      seen.hasCookies === false && 'The browser blocks cookies.',
      seen.behindProxy &&
        'The user opened this app under a host name that is not in `BASE_URL`, which this app cannot detect behind a proxy.',
      why === 'state_not_from_this_app'
        ? 'The `state` does not come from this app: the link was changed or made up, or another app has the same redirect URI.'
        : `The sign-in took longer than ${SIGN_IN_MINUTES} minutes, so the browser deleted its cookie. The sign-in started in another browser or in a private window. The user opened an old URL from a restored tab or from the history.`,
    ]
      .filter(Boolean)
      .join(' '),
    next: 'Compare the URL that users open with `BASE_URL`. Check that no other app uses the same redirect URI.',
    user: `Start a new sign-in: a reload or the Back button cannot continue the old one. Finish it within ${SIGN_IN_MINUTES} minutes in the same browser, and allow cookies for this site.`,
  })),
  sign_in_unreadable: entry('The cookie of this sign-in cannot be read', {
    what: 'The browser sent the cookie of this sign-in, but this app cannot decrypt it.',
    why: '`SESSION_SECRET` was replaced, or this app restarted without one and made a new one. Several processes of this app have different secrets. The cookie was changed in the browser.',
    next: 'Set the same `SESSION_SECRET` for all processes, and keep it when this app restarts.',
    user: 'Start a new sign-in. This app may have restarted during the sign-in.',
  }),
  sign_in_expired: entry('This sign-in took too long', {
    what: `More than ${SIGN_IN_MINUTES} minutes passed between the start and the end of the sign-in.`,
    why: 'The sign-on page stayed open too long, and the browser did not delete the cookie in time. The clock of this machine changed during the sign-in.',
    next: 'Compare the two times in the details. If they are wrong, use NTP to synchronize the clocks of all machines that run this app.',
    user: `Start a new sign-in and complete it within ${SIGN_IN_MINUTES} minutes.`,
  }),
  sign_in_used: entry('This sign-in was already used', {
    what: `This app has already received this response from ${provider}. It exchanges each code only once, even if the first exchange failed.`,
    why: 'The user reloaded the page, used the Back button, or opened the URL in a second tab. The network delivered the request twice, to different processes.',
    next: 'If users report it often, look for a proxy that repeats requests, or send all requests of a browser to the same process.',
    user: 'Open the home page. If you are not signed in there, start a new sign-in.',
  }),
  query_too_long: entry('The URL is too long', {
    what: 'The query of this URL is longer than this app accepts, so no sign-in started or ended.',
    why: 'A scanner or a broken link opened a URL with a very long query.',
    next: `No action is needed, unless ${provider} sent the query. In that case, compare its length with the limit in \`src/sign-in/\`.`,
    user: 'Start a new sign-in from the home page of this app.',
  }),
  other_host: entry('You opened this app at the wrong URL', ({ why }) => ({
    what: `The host or the port in the URL is not the one of this app. ${Provider} returns the browser to this app’s own host, and cookies belong to one host, so no sign-in started or ended.`,
    why: hostCauses(why),
    next: 'Open this app at `BASE_URL`, or set `BASE_URL` to the URL that users open.',
    user: 'Use the button on this page, which opens the right URL.',
  })),
  not_signed_in: entry('You are not signed in', ({ why }) => ({
    ...(why === 'auth_time' || why === 'acr'
      ? {
          title: 'You need to sign in again',
          what: 'This request needs a more recent sign-in, or another kind of sign-in.',
          why: 'The route requires a recent sign-in (`maxAgeSeconds`) or a sign-on policy (`acrValues`).',
        }
      : {
          what: 'This request needs a signed-in user, and there is no session.',
          why: 'The user signed out, here or in another tab. The session expired. A script sent the request without its cookie.',
        }),
    next: 'In a script, handle status 401 by opening the sign-in as a page. This app redirects only top-level navigations.',
    user: 'Sign in, then try again.',
  })),
  refresh_token_missing: entry('There is no refresh token', {
    what: `${Provider} sent no refresh token at the sign-in, so this app can get new tokens only through a new sign-in. You stay signed in.`,
    why: 'The Refresh Token grant of the application is off. The application grants the scope `offline_access`, but `PINGONE_SCOPE` does not contain it.',
    next: `${inTenant('open')} ${CONFIGURATION} and turn on the Refresh Token grant, or add \`offline_access\` to \`PINGONE_SCOPE\`. Then sign in again.`,
    user: 'Continue, or sign in again to get new tokens.',
  }),
  other_user: entry('Another user signed in', {
    what: 'A page asked the signed-in user to sign in again, but another user signed in. This app rejected that sign-in. The session still belongs to the first user.',
    why: `The user chose another account on the sign-on page. The browser has a session of another user at ${provider}.`,
    next: 'No action is needed for a single case. If both accounts belong to one user, check which identity provider each account uses.',
    user: 'Open the page again and sign in with the account that is signed in here. To use the other account, sign out first.',
  }),
  user_refused: entry('This app did not accept this user', {
    what: `${Provider} signed the user in, but this app’s own check of the user failed. This app revokes the new refresh token.`,
    why: '`onSignIn` threw an error because the user is not registered in this app. `onSignIn` itself failed, for example because its database was not available.',
    next: 'Read the error of `onSignIn` in the log.',
    user: 'Sign in with another account, or ask the administrator to give your account access.',
  }),
  initiate_login_issuer: entry('The link names another issuer', {
    what: 'An application portal that starts a sign-in here must send exactly this app’s issuer in `iss`, and only once. This link does not, so no sign-in started.',
    why: `The application portal belongs to another environment, or it names a custom domain and \`PINGONE_ISSUER\` does not. The Initiate Login URI already contains an \`iss\`, so ${provider} sends that one.`,
    next: `${inTenant('open')} ${CONFIGURATION} and compare Initiate Login URI with the URL that \`npm run doctor\` prints.`,
    user: 'Open the home page of this app and start the sign-in there. The link may be for another app.',
  }),
  session_unavailable: entry('Sessions are not available at the moment', ({ why }) => ({
    what: 'This app could not load or save the session, so this request changed nothing.',
    why:
      why === 'no_session'
        ? 'The session store is not available, so `express-session` makes no `req.session`. No session middleware runs before the sign-in routes. The `path` of the session cookie does not include this URL.'
        : 'The session store is restarting or does not respond in time.',
    next:
      why === 'no_session'
        ? 'Check the session store first, then the order of the middleware, and then the `path` of the session cookie.'
        : 'Check that the session store is running and reachable.',
    user: 'Try again in a moment. If it fails again, tell the administrator that sessions are not available.',
  })),
});

function hostCauses(why: Facts['why']): string {
  if (why === 'other_port')
    return 'The port at which the browser opened this app is not the port in `BASE_URL`.';
  return why === 'other_loopback_name'
    ? '`localhost`, `127.0.0.1` and `[::1]` are one machine, but three different hosts for a browser.'
    : '`BASE_URL` is not the URL at which browsers reach this app. A proxy sends its own `Host` to this app, and `TRUST_PROXY` is 0.';
}
