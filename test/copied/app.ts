// Another Express app, with src/pingone/ and src/sign-in/ copied beside this file.
import express from 'express';
import session from 'express-session';
import { createPingOneClient } from './pingone/index.ts';
import { createSignInRoutes } from './sign-in/index.ts';

declare module 'express-session' {
  interface SessionData {
    basket: string[];
  }
}

const { PINGONE_ISSUER: issuer = '', PINGONE_CLIENT_ID: clientId = '' } = process.env;
const { PINGONE_CLIENT_SECRET: clientSecret = '', COOKIE_SECRET = '', PORT = '8080' } = process.env;
const origin = `http://localhost:${PORT}`;
const scope = 'openid profile email';
const uris = { redirectUri: `${origin}/auth/callback`, signOffUrl: `${origin}/` };
const client = createPingOneClient({ issuer, clientId, clientSecret, scope, ...uris });
const paths = { signIn: '/auth/sign-in', signOut: '/auth/sign-out' };
const auth = createSignInRoutes({ client, secrets: [COOKIE_SECRET], paths });

const app = express();
app.use(session({ secret: COOKIE_SECRET, resave: false, saveUninitialized: false }));
app.use(auth.routes);

app.get('/', (req, res) => {
  const name = auth.user(req)?.claims['name'] ?? 'guest';
  res.json({ name, basket: req.session.basket ?? [] });
});
app.post('/basket', (req, res) => {
  req.session.basket = [...(req.session.basket ?? []), 'tea'];
  res.sendStatus(204);
});
app.get('/orders', auth.required(), (req, res) => {
  res.json({ ordersOf: auth.user(req)?.subject });
});
app.get('/transfer', auth.required({ maxAgeSeconds: 300 }), (_req, res) => {
  res.json({ transfer: 'allowed' });
});
app.get('/api', auth.required(), async (req, res) => {
  const authorization = `Bearer ${await auth.accessToken(req, res)}`;
  const response = await fetch(`${issuer}/userinfo`, { headers: { authorization } });
  res.status(response.status).json(await response.json());
});

const server = app.listen(Number(PORT), 'localhost');
process.on('SIGTERM', async () => {
  server.close();
  await auth.close();
  await client.close();
});
