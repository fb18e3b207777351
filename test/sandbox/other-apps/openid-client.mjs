// An app with openid-client 6 in Express, as the documentation of openid-client shows it, with PKCE.

import { createSessionApp, listen, require, settings } from './packages.mjs';

const client = require('openid-client');
const { base, issuer, clientId, clientSecret } = settings;
const redirect_uri = `${base}/callback`;
const config = await client.discovery(
  new URL(issuer),
  clientId,
  undefined,
  client.ClientSecretPost(clientSecret),
  { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] },
);
const app = createSessionApp();

app.get('/login', async (req, res) => {
  const codeVerifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  req.session.pending = { codeVerifier, state, nonce };
  const url = client.buildAuthorizationUrl(config, {
    ...{ redirect_uri, scope: 'openid profile email', state, nonce },
    code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
  });
  res.redirect(url.href);
});

app.get('/callback', async (req, res) => {
  const { codeVerifier, state, nonce } = req.session.pending;
  const tokens = await client.authorizationCodeGrant(config, new URL(req.originalUrl, base), {
    ...{ pkceCodeVerifier: codeVerifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true },
  });
  const userinfo = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  req.session.signIn = { tokens, claims: { ...tokens.claims(), ...userinfo } };
  res.redirect('/profile');
});

app.get('/profile', (req, res) => {
  if (!req.session.signIn) return res.redirect('/login');
  return res.json(req.session.signIn);
});

app.get('/refresh', async (req, res) => {
  const { signIn } = req.session;
  signIn.tokens = await client.refreshTokenGrant(config, signIn.tokens.refresh_token);
  signIn.claims = await client.fetchUserInfo(config, signIn.tokens.access_token, signIn.claims.sub);
  res.redirect('/profile');
});

app.get('/logout', (req, res) => {
  const { id_token } = req.session.signIn.tokens;
  const url = client.buildEndSessionUrl(config, {
    ...{ id_token_hint: id_token, post_logout_redirect_uri: `${base}/`, state: 'signed-out' },
  });
  req.session.destroy(() => res.redirect(url.href));
});

app.get('/', (_req, res) => res.send('home'));
listen(app);
