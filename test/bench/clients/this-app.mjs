// This app as it ships: its own createApp, all checks, userinfo, the flow's record, its log in a file.

import { openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { createApp } from '../../../src/app.ts';
import { createPingOneClient } from '../../../src/pingone/client.ts';
import { createAppServer } from '../../../src/server.ts';
import { createLogger } from '../../../src/web/logging.ts';
import { createEmbeddedState } from '../../../src/web/shared-state.ts';
import { CLIENT_ID, CLIENT_SECRET, ISSUER, reportTo, SCOPE, SESSION_SECRET } from '../settings.mjs';

const port = Number(process.argv[2]);
const baseUrl = `http://localhost:${port}`;
const logger = createLogger(
  'info',
  pino.destination({ fd: openSync(join(tmpdir(), 'bench.log'), 'w'), sync: true }),
);
const registration = {
  issuer: ISSUER,
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  scope: SCOPE,
  redirectUri: `${baseUrl}/callback`,
  signOffUrl: `${baseUrl}/`,
};
const client = createPingOneClient(registration, () => {});
const options = { baseUrl, sessionSecrets: [SESSION_SECRET], trustProxy: 0, loginRateLimit: 0, logger };
const app = createApp({ client, state: createEmbeddedState(), ...options });
createAppServer(app).server.listen(port, 'localhost', () => reportTo(process));
