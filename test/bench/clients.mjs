// The clients that are compared: what each is made of, and how it is started.

import { start } from './processes.mjs';
import { freePort } from './settings.mjs';

/**
 * Each name is also that of a file in clients/. `packages` are those that a copy of it would install; without them, it is
 * this app's own lock file that says. `execArgv` is what its process is started with beside its file; `keepsCompiled`, that by this
 * it keeps what V8 has compiled, for its next start.
 */
export const CLIENTS = [
  { name: 'floor', title: 'the floor', packages: ['jose', 'undici'], checksSignature: true },
  {
    name: 'this-app',
    title: 'this app',
    checksSignature: true,
    execArgv: ['--import', './src/compile-cache.js'],
    keepsCompiled: true,
  },
  {
    name: 'openid-client',
    title: 'openid-client 6 + express',
    packages: ['express', 'express-session', 'openid-client'],
    checksSignature: true,
  },
  {
    name: 'express-openid-connect',
    title: 'express-openid-connect 3',
    packages: ['express', 'express-session', 'express-openid-connect'],
    // It takes the connection to the token endpoint for proof enough (OpenID Connect Core 1.0, section 3.1.3.7, 6).
    checksSignature: false,
  },
  {
    name: 'passport',
    title: 'passport-openidconnect',
    packages: ['express', 'express-session', 'passport', 'passport-openidconnect'],
    checksSignature: false,
  },
];

/** A process of a client, on a port of its own. */
export async function startClient({ name, execArgv, keepsCompiled }, { args = [], folder } = {}) {
  const port = await freePort();
  const options = { args: [String(port), ...args], execArgv, keepsCompiled, folder };
  return { port, process: await start(`clients/${name}.mjs`, options) };
}
