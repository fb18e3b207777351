// The clients that the bench compares, and how their processes start.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, start } from './processes.mjs';
import { CLIENT_ID, CLIENT_SECRET, freePort, ISSUER, SESSION_SECRET } from './settings.mjs';

/** This app, started as by `npm start`, but without .env. */
const [, ...command] = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts.start.split(' ');
const app = {
  file: join(ROOT, command.pop()),
  execArgv: command.filter((flag) => !flag.endsWith('env-file.js')),
  keepsCompiled: true,
  env: {
    // In production mode the app refuses http, and the bench uses only http.
    NODE_ENV: '',
    PINGONE_ISSUER: ISSUER,
    PINGONE_CLIENT_ID: CLIENT_ID,
    PINGONE_CLIENT_SECRET: CLIENT_SECRET,
    SESSION_SECRET,
    LOGIN_RATE_LIMIT: '0',
  },
  accepts: [],
};

/**
 * `accepts` are the forgeries of provider.mjs that the client does not detect. validate.mjs tries each. `packages` are the
 * packages that a copy of the client would install; without this list, the lock file of this app applies. `keepsCompiled`
 * means that `execArgv` makes the client keep the code that V8 has compiled for its next start.
 */
export const CLIENTS = [
  {
    name: 'floor',
    title: 'the floor',
    file: 'clients/floor.mjs',
    packages: ['jose', 'undici'],
    accepts: ['at_hash'],
  },
  { name: 'this-app', title: 'this app', ...app },
  {
    name: 'fair',
    title: 'fair client',
    file: 'clients/fair.mjs',
    packages: ['ejs', 'express', 'express-session', 'helmet', 'openid-client', 'pino'],
    accepts: ['at_hash'],
  },
  {
    name: 'openid-client',
    title: 'openid-client 6 + express',
    file: 'clients/openid-client.mjs',
    packages: ['express', 'express-session', 'openid-client'],
    accepts: ['at_hash'],
  },
  {
    name: 'express-openid-connect',
    title: 'express-openid-connect 3',
    file: 'clients/express-openid-connect.mjs',
    packages: ['express', 'express-session', 'express-openid-connect'],
    // It trusts the connection to the token endpoint instead (OpenID Connect Core 1.0, section 3.1.3.7, rule 6).
    accepts: ['signature', 'at_hash'],
  },
  {
    name: 'passport',
    title: 'passport-openidconnect',
    file: 'clients/passport.mjs',
    packages: ['express', 'express-session', 'passport', 'passport-openidconnect'],
    accepts: ['signature', 'alg none', 'at_hash'],
  },
];

/** Clients with a part left out, so that the difference shows its cost. Only the rounds measure them. */
export const VARIANTS = [
  { name: 'no-record', title: 'this app, FLOW_PAGE=off', ...app, env: { ...app.env, FLOW_PAGE: 'off' } },
  {
    name: 'fair-bare',
    title: 'fair client, FAIR_EXTRAS=off',
    file: 'clients/fair.mjs',
    env: { FAIR_EXTRAS: 'off' },
    accepts: ['at_hash'],
  },
];

/** Starts a process of a client on a free port. */
export async function startClient({ file, execArgv, keepsCompiled, ...client }, { env, folder } = {}) {
  const port = await freePort();
  const options = { execArgv, keepsCompiled, folder, env: { PORT: String(port), ...client.env, ...env } };
  return { port, process: await start(file, options) };
}
