// An app with passport-openidconnect in Express, as its documentation shows it. It uses no PKCE.

import { createSessionApp, listen, require, settings } from './packages.mjs';

const passport = require('passport');
const { Strategy } = require('passport-openidconnect');
const { base, issuer, clientId, clientSecret } = settings;
const strategy = new Strategy(
  {
    ...{ issuer, clientID: clientId, clientSecret, callbackURL: `${base}/callback` },
    ...{ authorizationURL: `${issuer}/authorize`, tokenURL: `${issuer}/token` },
    ...{
      userInfoURL: `${issuer}/userinfo`,
      scope: ['profile', 'email'],
      nonce: true,
      skipUserProfile: false,
    },
  },
  (_issuer, profile, _context, id_token, access_token, refresh_token, done) =>
    done(null, { claims: profile._json ?? profile, tokens: { id_token, access_token, refresh_token } }),
);
passport.use(strategy);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const app = createSessionApp();
app.use(passport.session());
app.get('/login', passport.authenticate('openidconnect'));
app.get('/callback', passport.authenticate('openidconnect', { successRedirect: '/profile' }));

app.get('/profile', (req, res) => {
  if (!req.user) return res.redirect('/login');
  return res.json(req.user);
});

// As in passport-oauth2-refresh, because the strategy itself has no refresh.
app.get('/refresh', (req, res, next) => {
  const form = { grant_type: 'refresh_token' };
  const { user } = req;
  strategy._oauth2.getOAuthAccessToken(
    user.tokens.refresh_token,
    form,
    (error, access_token, refresh_token, { id_token } = {}) => {
      if (error) return next(error);
      const tokens = { id_token, access_token, refresh_token };
      return req.login({ ...user, tokens }, () => res.redirect('/profile'));
    },
  );
});

app.get('/logout', (req, res) => {
  const { id_token } = req.user.tokens;
  const query = { id_token_hint: id_token, post_logout_redirect_uri: `${base}/`, state: 'signed-out' };
  req.logout(() => res.redirect(`${issuer}/signoff?${new URLSearchParams(query)}`));
});

app.get('/', (_req, res) => res.send('home'));
listen(app);
