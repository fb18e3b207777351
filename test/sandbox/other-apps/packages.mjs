// The packages of the bench's clients, which npm ci --prefix test/bench installs.

import { createRequire } from 'node:module';

export const require = createRequire(new URL('../../bench/package.json', import.meta.url));

const { PORT, PINGONE_ISSUER, PINGONE_CLIENT_ID, PINGONE_CLIENT_SECRET } = process.env;
export const settings = {
  port: Number(PORT),
  base: `http://localhost:${PORT}`,
  issuer: PINGONE_ISSUER,
  clientId: PINGONE_CLIENT_ID,
  clientSecret: PINGONE_CLIENT_SECRET,
};

/** An app with a session for each browser. It is only for tests: it has no `secure` cookies and no store. */
export function createSessionApp() {
  const app = require('express')();
  const secret = 'a-session-secret-of-the-tests-0123456789';
  app.use(require('express-session')({ secret, resave: false, saveUninitialized: false }));
  return app;
}

/** Listens, and then prints that it does. */
export function listen(app) {
  app.listen(settings.port, 'localhost', () => process.stdout.write('listening\n'));
}
