/** Starts and stops the sandbox: a PingOne on a port of its own, for running and testing an app with no tenant. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeSandboxApp } from './app.ts';
import { createFaultSwitch } from './faults/switch.ts';
import { type Application, ENVIRONMENT_ID, makeSettings } from './settings.ts';

/** Not `localhost`: the app is at another site then, and the way back is cross-site as it is with PingOne. */
const HOST = '127.0.0.1';
/** They stand for every address of the machine. No browser can open them. */
const WILDCARDS = ['0.0.0.0', '::'];

export interface SandboxOptions extends Partial<Omit<Application, 'redirectUris' | 'signOffUrls'>> {
  /** 0 takes any free port. */
  port: number;
  /** Where it listens. Default: 127.0.0.1. */
  host?: string | undefined;
  /** What is registered: one, or at least one. */
  redirectUri: string | string[];
  signOffUrl: string | string[];
}

export interface Sandbox {
  /** `http://127.0.0.1:<port>/<environment id>/as` */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** The title of the fault that a sign-in had, by the URL with which it came back to the app. */
  faultOf(callbackUrl: string): string | undefined;
  /** Stops listening and ends the connections that are open. */
  close(): Promise<void>;
}

/**
 * Starts a PingOne environment with one application. By default it is this repository's app, which must use PKCE.
 *
 * @throws Error as Node reports it, with its `code`, when it cannot listen (EADDRINUSE)
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { port: wanted, host = HOST, redirectUri, signOffUrl, ...application } = options;
  // All waiting comes before listening: a request must not find a server that has no handler yet.
  const made = await makeSettings({
    pkce: 'required',
    isForeign: false,
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
  const faults = createFaultSwitch();
  server.on('request', makeSandboxApp({ ...made, origin, issuer }, faults));
  const { clientId, clientSecret } = made;
  const faultOf = (callbackUrl: string) => faults.of(callbackUrl)?.title;
  return { issuer, clientId, clientSecret, faultOf, close: () => close(server) };
}

async function close(server: Server) {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
