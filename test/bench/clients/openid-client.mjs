// openid-client 6 with Express 5 and express-session. The signature check is on, and userinfo is requested.

import express from 'express';
import session from 'express-session';
import * as client from 'openid-client';
import { CLIENT_ID, CLIENT_SECRET, ISSUER, page, SCOPE, SESSION_SECRET } from '../settings.mjs';

const port = Number(process.env.PORT);
const redirect_uri = `http://localhost:${port}/callback`;
const config = await client.discovery(
  new URL(ISSUER),
  CLIENT_ID,
  undefined,
  client.ClientSecretPost(CLIENT_SECRET),
  {
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
  },
);

const app = express();
app.get('/', (_req, res) => res.type('html').send(page({})));
app.use(session({ secret: SESSION_SECRET, resave: false, saveUninitialized: false }));

app.get('/login', async (req, res) => {
  const codeVerifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  req.session.pending = { codeVerifier, state, nonce };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri,
    scope: SCOPE,
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
  });
  req.session.save(() => res.redirect(url.href));
});

app.get('/callback', async (req, res) => {
  const { codeVerifier, state, nonce } = req.session.pending;
  const current = new URL(req.originalUrl, redirect_uri);
  const checks = {
    pkceCodeVerifier: codeVerifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  };
  const tokens = await client.authorizationCodeGrant(config, current, checks);
  const claims = tokens.claims();
  const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  req.session.regenerate(() => {
    req.session.signIn = { tokens, claims: { ...claims, ...userinfo } };
    req.session.save(() => res.redirect(303, '/profile'));
  });
});

app.get('/profile', (req, res) => {
  if (!req.session.signIn) return res.redirect('/login');
  return res.type('html').send(page(req.session.signIn.claims));
});
app.listen(port, 'localhost');
