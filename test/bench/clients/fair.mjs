// The fair client: openid-client 6, Express 5 and express-session, with three features that this app also has: security
// headers (helmet), a log line for each request (pino), and pages that explain each claim (EJS). FAIR_EXTRAS=off leaves
// these three out. Then the client does the same as openid-client.mjs.

import { hash, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import express from 'express';
import session from 'express-session';
import helmet from 'helmet';
import * as client from 'openid-client';
import { pino } from 'pino';
import { CLIENT_ID, CLIENT_SECRET, ISSUER, page, SCOPE, SESSION_SECRET } from '../settings.mjs';
import { claimsPage } from './fair/claims-page.mjs';

const hasExtras = process.env.FAIR_EXTRAS !== 'off';
const port = Number(process.env.PORT);
const baseUrl = `http://localhost:${port}`;
const redirect_uri = `${baseUrl}/callback`;
const log = pino({
  level: hasExtras ? 'info' : 'silent',
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }) },
});
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
app.set('view engine', 'ejs').set('views', fileURLToPath(new URL('fair/', import.meta.url)));
if (hasExtras) app.use(requestLog, securityHeaders());

app.get('/', (_req, res) => {
  if (hasExtras) res.render('home');
  else res.type('html').send(page({}));
});

app.use(
  session({
    secret: SESSION_SECRET,
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax' },
  }),
);

app.get('/login', async (req, res) => {
  const codeVerifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  // Stored by state, so that sign-ins in several tabs do not disturb each other.
  req.session.pending = { ...req.session.pending, [state]: { codeVerifier, nonce } };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri,
    scope: SCOPE,
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
  });
  await done((callback) => req.session.save(callback));
  res.redirect(url.href);
});

app.get('/callback', async (req, res) => {
  const { state } = req.query;
  const { [state]: pending, ...others } = req.session.pending ?? {};
  if (!pending?.codeVerifier)
    return res.status(400).type('text').send('This sign-in is not known in this browser.');
  const tokens = await client.authorizationCodeGrant(config, new URL(req.originalUrl, baseUrl), {
    pkceCodeVerifier: pending.codeVerifier,
    expectedState: state,
    expectedNonce: pending.nonce,
    idTokenExpected: true,
  });
  const idTokenClaims = tokens.claims();
  const userinfo = await client.fetchUserInfo(config, tokens.access_token, idTokenClaims.sub);
  // A new session id prevents session fixation. The session is saved before the browser's next request.
  await done((callback) => req.session.regenerate(callback));
  const signIn = { tokens, idTokenClaims, userinfo, receivedAt: Date.now() };
  Object.assign(req.session, { pending: others, signIn });
  await done((callback) => req.session.save(callback));
  const who = hash('sha256', `${ISSUER} ${idTokenClaims.sub}`).slice(0, 16);
  log.info({ requestId: req.id, who }, 'sign-in succeeded');
  res.redirect(303, '/profile');
});

app.get('/profile', (req, res) => {
  const { signIn } = req.session;
  if (!signIn) return res.redirect('/login');
  if (hasExtras) res.render('claims', claimsPage(signIn));
  else res.type('html').send(page({ ...signIn.idTokenClaims, ...signIn.userinfo }));
});

app.post('/logout', async (req, res) => {
  const idToken = req.session.signIn?.tokens.id_token;
  await done((callback) => req.session.destroy(callback));
  res.clearCookie('connect.sid');
  const url = client.buildEndSessionUrl(config, {
    post_logout_redirect_uri: `${baseUrl}/`,
    ...(idToken && { id_token_hint: idToken }),
  });
  res.redirect(303, url.href);
});

app.use((error, req, res, _next) => {
  log.error({ requestId: req.id, code: error.code ?? error.name }, 'sign-in failed');
  res.status(502).type('text').send('This sign-in did not complete.');
});
app.listen(port, 'localhost');

/** Logs the same fields as this app. */
function requestLog(req, res, next) {
  const startedAt = performance.now();
  req.id = randomUUID();
  res.once('close', () => {
    const line = {
      requestId: req.id,
      method: req.method,
      route: req.route?.path ?? 'none',
      status: res.statusCode,
      ms: Math.round(performance.now() - startedAt),
      ...(!res.writableFinished && { aborted: true }),
    };
    log[res.statusCode >= 500 ? 'error' : 'info'](line, 'request ended');
  });
  next();
}

/** Sets the same headers as this app. */
function securityHeaders() {
  const none = ["'none'"];
  const directives = {
    defaultSrc: none,
    scriptSrc: none,
    objectSrc: none,
    baseUri: none,
    frameAncestors: none,
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    formAction: ["'self'"],
  };
  const headers = helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
  });
  const uncached = (_req, res, next) => {
    res.set('Cache-Control', 'no-store');
    res.set('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=()');
    next();
  };
  return [headers, uncached];
}

function done(work) {
  return new Promise((resolve, reject) => work((error) => (error ? reject(error) : resolve())));
}
