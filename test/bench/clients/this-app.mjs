// This app as it ships, and as src/main.ts puts it together: its configuration, createApp with all checks, userinfo, the
// flow's record, its log. The process alone is the bench's, for in production the app refuses what is not https.

import { createApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/config.ts';
import { createPingOneClient } from '../../../src/pingone/client.ts';
import { createAppServer, listen } from '../../../src/server.ts';
import { createLogger } from '../../../src/web/logging.ts';
import { EmbeddedSessions } from '../../../src/web/session-store.ts';
import { createEmbeddedState } from '../../../src/web/shared-state.ts';
import { CLIENT_ID, CLIENT_SECRET, ISSUER, reportTo, SESSION_SECRET } from '../settings.mjs';

const [PORT, REDIS_URL] = process.argv.slice(2);
const config = readConfig({
  PINGONE_ISSUER: ISSUER,
  PINGONE_CLIENT_ID: CLIENT_ID,
  PINGONE_CLIENT_SECRET: CLIENT_SECRET,
  SESSION_SECRET,
  LOGIN_RATE_LIMIT: '0',
  PORT,
  ...(REDIS_URL && { REDIS_URL }),
});
const logger = createLogger(config.logLevel, process.stdout);
const { baseUrl, scope, sessionSecrets } = config;
const registration = {
  ...config.pingOne,
  scope,
  redirectUri: `${baseUrl}/callback`,
  signOffUrl: `${baseUrl}/`,
};
const client = createPingOneClient(registration, (message) => logger.warn(message));
const options = { baseUrl, sessionSecrets, trustProxy: 0, loginRateLimit: config.loginRateLimit, logger };
const app = createApp({ client, state: await createState(), ...options });
await listen(createAppServer(app).server, config.port, config.host);
client.ready().catch((error) => logger.warn({ error }, 'PingOne is not ready'));
reportTo(process);

async function createState() {
  // It takes 10,000 sessions and no more; here some come on top of those.
  if (!config.redisUrl) return { ...createEmbeddedState(), sessions: new EmbeddedSessions(20_000) };
  const { createRedisState } = await import('../../../src/web/redis-state.ts');
  return createRedisState(config.redisUrl, sessionSecrets, logger);
}
