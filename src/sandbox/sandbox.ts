// Starts and stops the sandbox: a server that behaves as PingOne, to run and test an app without a tenant.

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeSandboxApp } from './app.ts';
import { createFaultSelection } from './faults/selection.ts';
import { type Application, ENVIRONMENT_ID, makeSettings } from './settings.ts';

/** Not `localhost`, so that the app is another site and the redirect back to it is cross-site, as with PingOne. */
const HOST = '127.0.0.1';
/** They mean every address of this machine. No browser can open them. */
const WILDCARDS = ['0.0.0.0', '::'];

export interface SandboxOptions extends Partial<Omit<Application, 'redirectUris' | 'signOffUrls'>> {
  /** 0 uses any free port. */
  port: number;
  /** Where it listens. Default: 127.0.0.1. */
  host?: string | undefined;
  /** One or more. */
  redirectUri: string | string[];
  signOffUrl: string | string[];
}

export interface Sandbox {
  /** `http://127.0.0.1:<port>/<environment id>/as` */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** The title of the fault that a sign-in had, by the callback URL that the browser opened at the app. */
  faultOf(callbackUrl: string): string | undefined;
  /** Stops listening and closes open connections. */
  close(): Promise<void>;
}

/**
 * Starts an environment with one application. By default this is the app of this repository, which must use PKCE.
 *
 * @throws Error from Node, with its `code` (such as EADDRINUSE), if it cannot listen
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { port: wanted, host = HOST, redirectUri, signOffUrl, ...application } = options;
  // Wait for the keys before listening: a request must not reach a server without a handler.
  const made = await makeSettings({
    pkce: 'required',
    isOtherApp: false,
    ...application,
    redirectUris: [redirectUri].flat(),
    signOffUrls: [signOffUrl].flat(),
  });
  const server = createServer();
  server.listen(wanted, host);
  await once(server, 'listening');

  const { port } = server.address() as AddressInfo;
  const name = WILDCARDS.includes(host) ? HOST : host;
  const origin = `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
  const issuer = `${origin}/${ENVIRONMENT_ID}/as`;
  const faults = createFaultSelection();
  server.on('request', makeSandboxApp({ ...made, origin, issuer }, faults));
  const { clientId, clientSecret } = made;
  const faultOf = (callbackUrl: string) => faults.find(callbackUrl)?.title;
  return { issuer, clientId, clientSecret, faultOf, close: () => close(server) };
}

async function close(server: Server) {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
