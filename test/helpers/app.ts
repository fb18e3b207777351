// Starts the app on a free port against any provider, with its log kept for the test to read.

import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import type { SessionData, Store } from 'express-session';
import { createApp } from '../../src/app.ts';
import { createPingOneClient } from '../../src/pingone/client.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { createAppServer } from '../../src/server.ts';
import type { FlowStore } from '../../src/web/flow-store.ts';
import { createLogger } from '../../src/web/logging.ts';
import type { SessionStore } from '../../src/web/session-store.ts';
import { createEmbeddedState, type SharedState } from '../../src/web/shared-state.ts';
import type { UsedStates } from '../../src/web/used-states.ts';

export interface Provider {
  issuer: string;
  clientId: string;
  clientSecret: string;
}

export interface StartOptions {
  sessionSecrets?: string[];
  state?: SharedState;
  sessionStore?: Store;
  usedStates?: UsedStates;
  /** Of the flow's records. */
  flowStore?: FlowStore;
  trustProxy?: number;
  loginRateLimit?: number;
  scope?: string;
  notice?: string;
  /** Where browsers reach the app, if not at the port it listens on. */
  baseUrl?: string;
  /** The port to listen on: that of an app that has been stopped, for a restart. */
  port?: number;
}

export type StartedApp = Awaited<ReturnType<typeof startApp>>;

export const SESSION_SECRET = 'a-session-secret-of-the-tests-9f8e7d6c5b4a';

/** @param providerOf the provider, for apps whose provider must know the redirect URI first */
export async function startApp(
  providerOf: Provider | ((redirectUri: string, signOffUrl: string) => Promise<Provider>),
  options: StartOptions = {},
) {
  // It must listen before the app is made, for its port is in BASE_URL.
  let app: Express | undefined;
  const { server } = createAppServer((req, res) => void app?.(req, res));
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://localhost:${port}`;
  const baseUrl = options.baseUrl ?? url;
  const redirectUri = `${baseUrl}/callback`;
  const signOffUrl = `${baseUrl}/`;
  const provider = typeof providerOf === 'function' ? await providerOf(redirectUri, signOffUrl) : providerOf;

  const lines: string[] = [];
  const logger = createLogger('debug', { write: (line) => void lines.push(line) });
  const scope = options.scope ?? 'openid profile email';
  const client = createPingOneClient({ ...provider, scope, redirectUri, signOffUrl }, (message) =>
    logger.warn(message),
  );
  const state = { ...(options.state ?? createEmbeddedState()) };
  if (options.sessionStore) state.sessions = withReplace(options.sessionStore);
  if (options.usedStates) state.usedStates = options.usedStates;
  if (options.flowStore) state.flows = options.flowStore;
  app = createApp({
    client,
    logger,
    baseUrl,
    state,
    sessionSecrets: options.sessionSecrets ?? [SESSION_SECRET],
    trustProxy: options.trustProxy ?? 0,
    // Most tests sign in more often than any person.
    loginRateLimit: options.loginRateLimit ?? 0,
    ...(options.notice ? { notice: options.notice } : {}),
  });
  return {
    /** Where it listens. */
    url,
    port,
    baseUrl,
    provider,
    client,
    server,
    /** The log as it was written. */
    log: () => lines.join(''),
    /** The log's lines with this message. */
    events: (message: string) => lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === message),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await client.close();
    },
  };
}

/** The app and a sandbox of its own. */
export async function startAppWithSandbox(options: StartOptions = {}) {
  let sandbox: Awaited<ReturnType<typeof startSandbox>> | undefined;
  const app = await startApp(async (redirectUri, signOffUrl) => {
    sandbox = await startSandbox({ port: 0, redirectUri, signOffUrl });
    return sandbox;
  }, options);
  return {
    ...app,
    close: async () => {
      await app.close();
      await sandbox?.close();
    },
  };
}

/** A store that cannot tell whether a session is still there says that it is. */
function withReplace(store: Store): SessionStore {
  const replace = (id: string, data: SessionData) =>
    new Promise<boolean>((resolve, reject) =>
      store.set(id, data, (error) => (error ? reject(error) : resolve(true))),
    );
  return 'replace' in store ? (store as SessionStore) : Object.assign(store, { replace });
}
