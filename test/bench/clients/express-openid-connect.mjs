// express-openid-connect 3 with userinfo, and sessions in memory. It does not check the signature of the ID token.

import { createRequire } from 'node:module';
import express from 'express';
import session from 'express-session';
import { CLIENT_ID, CLIENT_SECRET, ISSUER, page, SCOPE, SESSION_SECRET } from '../settings.mjs';

const { auth, requiresAuth } = createRequire(import.meta.url)('express-openid-connect');
const port = Number(process.env.PORT);

const app = express();
app.get('/', (_req, res) => res.type('html').send(page({})));
app.use(
  auth({
    issuerBaseURL: ISSUER,
    baseURL: `http://localhost:${port}`,
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    clientAuthMethod: 'client_secret_post',
    secret: SESSION_SECRET,
    authRequired: false,
    authorizationParams: { response_type: 'code', scope: SCOPE },
    session: { store: new session.MemoryStore() },
    getLoginState: () => ({ returnTo: '/profile' }),
    afterCallback: async (req, _res, tokens) => ({ ...tokens, userinfo: await req.oidc.fetchUserInfo() }),
  }),
);
app.get('/profile', requiresAuth(), async (req, res) => {
  const claims = { ...req.oidc.idTokenClaims, ...req.appSession.userinfo };
  res.type('html').send(page(claims));
});
app.listen(port, 'localhost');
