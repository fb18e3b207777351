/** Starts and stops the sandbox: a stand-in PingOne on a port of its own, for running and testing with no tenant. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeSandboxApp } from './app.ts';
import { ENVIRONMENT_ID, makeSettings } from './settings.ts';

/** Not `localhost`: the app is at another site then, and the way back is cross-site as it is with PingOne. */
const HOST = '127.0.0.1';

export interface Sandbox {
  /** `http://127.0.0.1:<port>/<environment id>/as` */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Stops listening and ends the connections that are open. */
  close(): Promise<void>;
}

/**
 * Starts a stand-in PingOne with one application, whose only redirect URI and Signoff URL are the ones given.
 * Port 0 takes any free port.
 *
 * @throws Error as Node reports it, with its `code`, when the port cannot be had (EADDRINUSE).
 */
export async function startSandbox(options: {
  port: number;
  redirectUri: string;
  signOffUrl: string;
}): Promise<Sandbox> {
  const { redirectUri, signOffUrl } = options;
  // All waiting comes before listening: a request must not find a server that has no handler yet.
  const made = await makeSettings({ redirectUri, signOffUrl });
  const server = createServer();
  server.listen(options.port, HOST);
  await once(server, 'listening');

  const { port } = server.address() as AddressInfo;
  const origin = `http://${HOST}:${port}`;
  const issuer = `${origin}/${ENVIRONMENT_ID}/as`;
  server.on('request', makeSandboxApp({ ...made, origin, issuer }));
  return { issuer, clientId: made.clientId, clientSecret: made.clientSecret, close: () => close(server) };
}

async function close(server: Server) {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
