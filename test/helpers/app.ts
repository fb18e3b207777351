// Starts the app on a free port with any provider, and keeps its log so that the test can read it.

import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import type { Store } from 'express-session';
import { createApp } from '../../src/app.ts';
import { createPingOneClient } from '../../src/pingone/index.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { createAppServer } from '../../src/server.ts';
import { createMemoryStores, type RecordStore, type Stores } from '../../src/stores/index.ts';
import type { SiteData } from '../../src/web/express-app.ts';
import { createLogger } from '../../src/web/logging.ts';
import { configurationRows } from '../../src/web/pages/home.ts';

export interface Provider {
  issuer: string;
  clientId: string;
  clientSecret: string;
}

export interface StartOptions {
  sessionSecrets?: string[];
  stores?: Stores;
  sessionStore?: Store;
  /** Used states and locks. */
  shared?: Stores['shared'];
  /** The store of the records that /flow shows. */
  recordStore?: RecordStore;
  trustProxy?: number;
  loginRateLimit?: number;
  scope?: string;
  site?: SiteData;
  errorDetails?: boolean;
  flowPage?: boolean;
  cookieName?: string;
  /** BASE_URL, if it differs from the address that the app listens at. */
  baseUrl?: string;
  /** The port to listen on. A test of a restart gives the port of the app that it has stopped. */
  port?: number;
}

export type StartedApp = Awaited<ReturnType<typeof startApp>>;

export const SESSION_SECRET = 'a-session-secret-of-the-tests-9f8e7d6c5b4a';

/** @param providerOf the provider, or a function that starts one if it must know the app's redirect URI first */
export async function startApp(
  providerOf: Provider | ((redirectUri: string, signOffUrl: string) => Promise<Provider>),
  options: StartOptions = {},
) {
  // The server must listen before the app is created, because BASE_URL contains its port.
  let handle: Express | undefined;
  const { server } = createAppServer((req, res) => void handle?.(req, res));
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://localhost:${port}`;
  const baseUrl = options.baseUrl ?? url;
  const redirectUri = `${baseUrl}/callback`;
  const signOffUrl = `${baseUrl}/`;
  const provider = typeof providerOf === 'function' ? await providerOf(redirectUri, signOffUrl) : providerOf;
  const { issuer, clientId, clientSecret } = provider;

  const lines: string[] = [];
  const logger = createLogger('debug', { write: (line) => void lines.push(line) });
  const scope = options.scope ?? 'openid profile email';
  const registration = { issuer, clientId, clientSecret, scope, redirectUri, signOffUrl };
  const client = createPingOneClient(registration, (message) => logger.warn(message));
  const stores = { ...(options.stores ?? createMemoryStores()) };
  if (options.sessionStore) stores.sessions = options.sessionStore;
  if (options.shared) stores.shared = options.shared;
  if (options.recordStore) stores.records = options.recordStore;
  const site = options.site ?? { provider: 'PingOne' };
  const { app, close } = createApp({
    client,
    logger,
    baseUrl,
    stores,
    sessionSecrets: options.sessionSecrets ?? [SESSION_SECRET],
    trustProxy: options.trustProxy ?? 0,
    // Without a limit, because most tests sign in more often than any user.
    loginRateLimit: options.loginRateLimit ?? 0,
    errorDetails: options.errorDetails ?? true,
    cookieName: options.cookieName ?? 'pingone',
    flowPage: options.flowPage ?? true,
    site,
    configuration: configurationRows(registration, site.provider, 'this process'),
  });
  handle = app;
  return {
    /** The address that it listens at. */
    url,
    port,
    baseUrl,
    provider,
    client,
    server,
    /** The whole log, as it was written. */
    log: () => lines.join(''),
    /** The log's lines with this message. */
    events: (message: string) => lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === message),
    /** Completes the background work of sign-outs, such as revocations, at once. */
    finish: close,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await close();
      await client.close();
    },
  };
}

/** The app with its own sandbox, connected as main.ts connects them. */
export async function startAppWithSandbox(options: StartOptions = {}) {
  let sandbox: Awaited<ReturnType<typeof startSandbox>> | undefined;
  const site: SiteData = {
    provider: 'the sandbox',
    faultTitleOf: (callbackUrl) => sandbox?.faultOf(callbackUrl),
  };
  const app = await startApp(
    async (redirectUri, signOffUrl) => {
      sandbox = await startSandbox({ port: 0, redirectUri, signOffUrl });
      site.faultsUrl = `${new URL(sandbox.issuer).origin}/#faults`;
      return sandbox;
    },
    { site, ...options },
  );
  return {
    ...app,
    close: async () => {
      await app.close();
      await sandbox?.close();
    },
  };
}
