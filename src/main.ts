// The process: reads the configuration, starts the sandbox if needed, creates the app, listens, and stops gracefully.

import { createApp } from './app.ts';
import { ConfigError, readConfig } from './config/index.ts';
import { textOf } from './error-texts/index.ts';
import { createPingOneClient, type Registration, SignInError } from './pingone/index.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { createAppServer, listen, StartError, stopGracefully } from './server.ts';
import { createMemoryStores, createRedisStores } from './stores/index.ts';
import { describeOwnError } from './web/error-serializer.ts';
import type { SiteData } from './web/express-app.ts';
import { createLogDestination } from './web/log-destination.ts';
import { createLogger, type Logger } from './web/logging.ts';
import { configurationRows } from './web/pages/home.ts';

const VALUES = 'PINGONE_ISSUER, PINGONE_CLIENT_ID, and PINGONE_CLIENT_SECRET';

const log = createLogDestination(process);

try {
  await main();
} catch (error) {
  const known = error instanceof ConfigError || error instanceof StartError;
  process.stderr.write(`\n${known ? error.message : `Could not start: ${String(error)}`}\n\n`);
  await exit(1);
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const logger = createLogger(config.logLevel, await logDestination());
  for (const warning of config.warnings) logger.warn(warning);
  // After an uncaught error, the state of the process is unknown.
  process.on('uncaughtException', (error) => {
    logger.fatal({ error, ...describeOwnError(error) }, 'stopped by an uncaught error');
    void exit(1);
  });

  const { baseUrl, redisUrl, sessionSecrets } = config;
  const own = { redirectUri: `${baseUrl}/callback`, signOffUrl: `${baseUrl}/` };
  const sandbox = config.pingOne ? undefined : await startSandbox(config.sandboxPort, own);
  const given = config.pingOne ?? sandbox;
  if (!given) throw new Error('There is neither a PingOne configuration nor a sandbox.');
  const { issuer, clientId, clientSecret } = given;
  const registration = { issuer, clientId, clientSecret, ...own, scope: config.scope };
  const client = createPingOneClient(registration, (message) => logger.warn(message));
  const stores = await (redisUrl
    ? createRedisStores(redisUrl, sessionSecrets, logger)
    : createMemoryStores());
  const site = siteOf(sandbox);
  const configuration = configurationRows(registration, site.provider, redisUrl ? 'Redis' : 'this process');
  const { app, close } = createApp({ ...config, client, stores, logger, site, configuration });
  const { server, requestsUnderWay } = createAppServer(app);
  await listen(server, config.port, config.host);
  const parts = [{ close }, client, stores, ...(sandbox ? [sandbox] : [])];
  stopOnSignal(logger, () => stopGracefully(server, requestsUnderWay, parts));

  logger.info({ address: baseUrl, issuer }, 'listening');
  // Shows a wrong setting at the start, not at the first sign-in. This app keeps running, because PingOne may recover.
  const problem = await client.ready().catch((error: unknown) => {
    logger.warn({ error }, 'PingOne is not ready');
    return error;
  });
  announce(registration, site, problem);
}

function siteOf(sandbox: Sandbox | undefined): SiteData {
  if (!sandbox) return { provider: 'PingOne' };
  const faultsUrl = `${new URL(sandbox.issuer).origin}/#faults`;
  return { provider: 'the sandbox', faultsUrl, faultTitleOf: sandbox.faultOf };
}

/** JSON lines; on a terminal, the same lines in a readable form. */
async function logDestination() {
  if (!process.stdout.isTTY) return log;
  const { default: pretty } = await import('pino-pretty');
  return pretty({ sync: true, singleLine: true, errorLikeObjectKeys: [], translateTime: 'SYS:HH:MM:ss' });
}

/** Waits until the log is written: after many lines at once, some may still wait for their reader. */
async function exit(code: number): Promise<void> {
  await log.flushed();
  process.exit(code);
}

/** Loads the sandbox only when it is used, so that a production installation does not need its packages. */
async function startSandbox(
  port: number,
  urls: { redirectUri: string; signOffUrl: string },
): Promise<Sandbox> {
  const module = await import('./sandbox/sandbox.ts').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new StartError(`The sandbox is not installed (npm ci --omit=dev). Set ${VALUES}, or run npm ci.`);
  });
  return module.startSandbox({ port, ...urls }).catch((error: unknown) => {
    const isListenError = error instanceof Error && 'syscall' in error && error.syscall === 'listen';
    throw isListenError ? StartError.ofListening(error, port, '127.0.0.1', 'SANDBOX_PORT') : error;
  });
}

/** Writes the start block to stderr. @param problem the reason why users cannot sign in yet, if there is one */
function announce(registration: Registration, { provider, faultsUrl }: SiteData, problem: unknown): void {
  const { issuer, redirectUri, signOffUrl } = registration;
  const text = problem instanceof SignInError ? textOf(problem, { provider }) : undefined;
  const problemLine = text
    ? `\n  Problem        ${text.title}. ${text.detail ?? ''} Run npm run doctor.`
    : '';
  const faultsLine = faultsUrl ? `\n  Choose faults  ${faultsUrl}` : '';
  process.stderr.write(`
  Open           ${new URL(redirectUri).origin}
  Signs in with  ${faultsUrl ? `the sandbox (for PingOne, set ${VALUES})` : 'PingOne'}
  Issuer         ${issuer}${problemLine}${faultsLine}
  ${faultsUrl ? 'Registered in the sandbox' : 'Register in PingOne, exactly'}:
    Redirect URI ${redirectUri}
    Signoff URL  ${signOffUrl}

`);
}

function stopOnSignal(logger: Logger, stopAll: () => Promise<void>): void {
  let stopping = false;
  const stop = async (signal: NodeJS.Signals) => {
    // If the whole process group gets a signal, as with systemd, it arrives twice, because npm forwards it.
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    await stopAll();
    logger.info('stopped');
    await exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
