// This app as src/main.ts creates it, but its memory store has room for more sessions, and the message `fill` adds copies of
// one session.

import { randomBytes } from 'node:crypto';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config/index.ts';
import { createPingOneClient } from '../../src/pingone/index.ts';
import { createAppServer, listen } from '../../src/server.ts';
import { createMemoryStores, createRedisStores } from '../../src/stores/index.ts';
import { createMemorySessions } from '../../src/stores/memory/sessions.ts';
import { createLogDestination } from '../../src/web/log-destination.ts';
import { createLogger } from '../../src/web/logging.ts';

const MAX_SESSIONS = 200_000;

const config = readConfig(process.env);
const { baseUrl, pingOne, redisUrl, scope, sessionSecrets } = config;
const urls = { redirectUri: `${baseUrl}/callback`, signOffUrl: `${baseUrl}/` };
const logger = createLogger(config.logLevel, createLogDestination(process));
const stores = redisUrl
  ? await createRedisStores(redisUrl, sessionSecrets, logger)
  : { ...createMemoryStores(), sessions: createMemorySessions(MAX_SESSIONS) };
const client = createPingOneClient({ ...pingOne, ...urls, scope });
const site = { provider: 'PingOne' };
const { app } = createApp({ ...config, client, stores, logger, site, configuration: [] });
await listen(createAppServer(app).server, config.port, config.host);

process.on('message', async (order) => {
  const [verb, first, count, id] = order.split(' ');
  if (verb !== 'fill') return;
  const session = await new Promise((resolve) => stores.sessions.get(id, (_, data) => resolve(data)));
  await Promise.all(
    Array.from({ length: Number(count) }, (_, index) => copy(session, Number(first) + index)),
  );
  process.send(verb);
});

/** Stores a copy of the session for another user, because the store limits the sessions of one user. */
function copy({ pingone: { signIn, ...stored }, ...session }, number) {
  const another = { ...session, pingone: { ...stored, signIn: { ...signIn, subject: `user ${number}` } } };
  return new Promise((resolve, reject) => {
    const id = randomBytes(24).toString('base64url');
    stores.sessions.set(id, another, (error) => (error ? reject(error) : resolve()));
  });
}
