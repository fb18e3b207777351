// The same in a CommonJS app: require() loads the two folders.
const express = require('express');
const session = require('express-session');
const { createPingOneClient } = require('./pingone/index.ts');
const { createSignInRoutes } = require('./sign-in/index.ts');

const { PINGONE_ISSUER, PINGONE_CLIENT_ID, PINGONE_CLIENT_SECRET, COOKIE_SECRET, PORT } = process.env;
const origin = `http://localhost:${PORT}`;
const client = createPingOneClient({
  issuer: PINGONE_ISSUER,
  clientId: PINGONE_CLIENT_ID,
  clientSecret: PINGONE_CLIENT_SECRET,
  scope: 'openid profile email',
  redirectUri: `${origin}/auth/callback`,
  signOffUrl: `${origin}/`,
});
const paths = { signIn: '/auth/sign-in', signOut: '/auth/sign-out' };
const auth = createSignInRoutes({ client, secrets: [COOKIE_SECRET], paths });
const app = express();
app.use(session({ secret: COOKIE_SECRET, resave: false, saveUninitialized: false }));
app.use(auth.routes);
app.get('/orders', auth.required(), (req, res) => res.json({ ordersOf: auth.user(req).subject }));
app.listen(Number(PORT), 'localhost');
