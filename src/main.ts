// The process: configuration, PingOne or the sandbox, the app, listen, stop gracefully.

import { createApp } from './app.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { createPingOneClient, type SignInError } from './pingone/client.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { createAppServer, listen, StartError, stopGracefully } from './server.ts';
import { createLogger, type Logger } from './web/logging.ts';
import { createEmbeddedState, type SharedState } from './web/shared-state.ts';

const SANDBOX_NOTICE = 'This app talks to its own sandbox, not to PingOne. The people in it are made up.';

try {
  await main();
} catch (error) {
  const known = error instanceof ConfigError || error instanceof StartError;
  process.stderr.write(`\n${known ? error.message : `Could not start: ${String(error)}`}\n\n`);
  process.exit(1);
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const logger = createLogger(config.logLevel, await logDestination());
  for (const warning of config.warnings) logger.warn(warning);
  // Errors that nothing caught leave the process in a state nobody knows.
  process.on('uncaughtException', (error) => {
    logger.fatal({ error }, 'stopped by an error that nothing caught');
    process.exit(1);
  });

  const redirectUri = `${config.baseUrl}/callback`;
  const signOffUrl = `${config.baseUrl}/`;
  const sandbox = config.pingOne ? undefined : await startSandbox(config, redirectUri, signOffUrl);
  const { issuer, clientId, clientSecret } = config.pingOne ?? (sandbox as Sandbox);
  const registration = { issuer, clientId, clientSecret, scope: config.scope, redirectUri, signOffUrl };
  const client = createPingOneClient(registration, (message) => logger.warn(message));

  const notice = sandbox && { notice: SANDBOX_NOTICE };
  const { baseUrl, sessionSecrets, trustProxy, loginRateLimit } = config;
  const state = await createState(config, logger);
  const app = createApp({
    client,
    state,
    baseUrl,
    sessionSecrets,
    trustProxy,
    loginRateLimit,
    logger,
    ...notice,
  });
  const { server, requestsUnderWay } = createAppServer(app);
  await listen(server, config.port, config.host);
  const parts = [client, state, ...(sandbox ? [sandbox] : [])];
  stopOnSignal(logger, () => stopGracefully(server, requestsUnderWay, parts));

  announce(config, issuer, sandbox !== undefined, redirectUri, signOffUrl);
  logger.info({ address: config.baseUrl, issuer }, 'listening');
  // A wrong setting is better seen now than at the first sign-in; the app runs on, for PingOne may come back.
  client.ready().catch((error: SignInError) => {
    logger.warn({ code: error.code, detail: error.details.detail }, 'PingOne is not ready');
  });
}

/** The packages for Redis are loaded only where it is used. */
async function createState({ redisUrl, sessionSecrets }: Config, logger: Logger): Promise<SharedState> {
  if (!redisUrl) return createEmbeddedState();
  const { createRedisState } = await import('./web/redis-state.ts');
  return createRedisState(redisUrl, sessionSecrets, logger);
}

/** JSON lines; on a terminal the same, readable. */
async function logDestination() {
  if (!process.stdout.isTTY) return process.stdout;
  const { default: pretty } = await import('pino-pretty');
  return pretty({ sync: true, singleLine: true, translateTime: 'SYS:HH:MM:ss' });
}

/** Only here is it loaded: without it, a production install needs none of its packages. */
async function startSandbox(config: Config, redirectUri: string, signOffUrl: string): Promise<Sandbox> {
  const module = await import('./sandbox/sandbox.ts').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new StartError(
      'The sandbox is not installed (npm ci --omit=dev). Set PINGONE_ISSUER, PINGONE_CLIENT_ID and PINGONE_CLIENT_SECRET, or run npm ci.',
    );
  });
  const options = { port: config.sandboxPort, redirectUri, signOffUrl };
  return module.startSandbox(options).catch((error: unknown) => {
    const isOfPort = error instanceof Error && 'syscall' in error && error.syscall === 'listen';
    throw isOfPort ? StartError.ofListening(error, config.sandboxPort, '127.0.0.1', 'SANDBOX_PORT') : error;
  });
}

function announce(
  config: Config,
  issuer: string,
  isSandbox: boolean,
  redirectUri: string,
  signOffUrl: string,
): void {
  const registered = isSandbox ? 'Registered there' : 'To be registered in PingOne, to the letter';
  process.stderr.write(`
  Open           ${config.baseUrl}
  Signs in with  ${isSandbox ? 'the sandbox (set PINGONE_ISSUER, PINGONE_CLIENT_ID and PINGONE_CLIENT_SECRET for PingOne)' : 'PingOne'}
  Issuer         ${issuer}
  ${registered}:
    Redirect URI ${redirectUri}
    Signoff URL  ${signOffUrl}

`);
}

function stopOnSignal(logger: Logger, stopAll: () => Promise<void>): void {
  let stopping = false;
  const stop = async (signal: NodeJS.Signals) => {
    // Whoever signals the whole group, as systemd does, has npm hand on a second one: one stop is enough.
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    await stopAll();
    logger.info('stopped');
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
