// passport-openidconnect with Express 5 and express-session. It does not check the signature of the ID token.

import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { Strategy } from 'passport-openidconnect';
import { CLIENT_ID, CLIENT_SECRET, ISSUER, page, SESSION_SECRET } from '../settings.mjs';

const port = Number(process.env.PORT);
passport.use(
  new Strategy(
    {
      issuer: ISSUER,
      authorizationURL: `${ISSUER}/authorize`,
      tokenURL: `${ISSUER}/token`,
      userInfoURL: `${ISSUER}/userinfo`,
      clientID: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      callbackURL: `http://localhost:${port}/callback`,
      scope: ['profile', 'email'],
      nonce: true,
      skipUserProfile: false,
    },
    (_issuer, profile, _context, idToken, accessToken, refreshToken, done) =>
      done(null, { claims: profile._json ?? profile, tokens: { idToken, accessToken, refreshToken } }),
  ),
);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const app = express();
app.get('/', (_req, res) => res.type('html').send(page({})));
app.use(session({ secret: SESSION_SECRET, resave: false, saveUninitialized: false }));
app.use(passport.session());
app.get('/login', passport.authenticate('openidconnect'));
app.get(
  '/callback',
  passport.authenticate('openidconnect', { successRedirect: '/profile', failureMessage: true }),
);
app.get('/profile', (req, res) => {
  if (!req.user) return res.redirect('/login');
  return res.type('html').send(page(req.user.claims));
});
app.listen(port, 'localhost');
