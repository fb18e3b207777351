// How the HTTP server listens, limits slow clients and stops. Tests use it without the process of main.ts.

import type { RequestListener, Server } from 'node:http';
import { setTimeout } from 'node:timers/promises';

// An import of node:http would also load Node's own fetch, which takes 30 ms at each start.
const { createServer } = process.getBuiltinModule('node:http');

/** The reason why the process could not start, and what to do. */
export class StartError extends Error {
  /** @param variables the settings that say where to listen, the port first */
  static ofListening(error: unknown, port: number, host: string, variables: string): StartError {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const reasons: Record<string, string> = {
      EADDRINUSE: `Another process uses port ${port}. Stop that process, or set ${variables.split(' ')[0]} to another port.`,
      EACCES: `This process is not allowed to open port ${port}. Set ${variables.split(' ')[0]} to a port above 1023.`,
    };
    return new StartError(
      reasons[code] ?? `This process could not open port ${port} of ${host} (${code}). Check ${variables}.`,
    );
  }
}

/**
 * Each tab that starts a sign-in gets its own cookie. If many tabs start at once, only the next request for /login can
 * delete the oldest of these cookies. With Node's default limit of 16 KiB, Node would reject that request.
 */
const HEADERS_LIMIT_BYTES = 64 * 1024;

/**
 * The server closes the connection of a client that sends or reads too slowly, or not at all. No page needs more time.
 * Node's default limits: 60 s for the headers, 300 s for a request, none for a response that the client does not read.
 */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  // Most proxies close an idle connection after 60 s. This is longer, so that the proxy closes it and not this server.
  keepAliveTimeout: 65_000,
  // How often Node checks the first two limits.
  connectionsCheckingInterval: 5_000,
};
/** The time without a byte in either direction. A callback can take 8 s, and the session store some time more. */
const SOCKET_SILENT_MS = 30_000;

/** The app's server, which does not listen yet, and the number of its pending requests. */
export function createAppServer(
  app: RequestListener,
  limits = { ...LIMITS, socketSilentMs: SOCKET_SILENT_MS },
): { server: Server; requestsUnderWay: () => number } {
  const { socketSilentMs, ...options } = limits;
  const server = createServer({ maxHeaderSize: HEADERS_LIMIT_BYTES, ...options }, app);
  server.setTimeout(socketSilentMs);
  let underWay = 0;
  // Node counts a connection that a browser opens in advance as busy, so requests are counted here.
  server.on('request', (_req, res) => {
    underWay += 1;
    res.once('close', () => {
      underWay -= 1;
    });
  });
  return { server, requestsUnderWay: () => underWay };
}

/** @throws StartError */
export async function listen(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(StartError.ofListening(error, port, host, 'PORT and HOST')));
    server.listen(port, host, resolve);
  });
}

/** A callback can wait 8 s for PingOne, and Docker kills a process 10 s after asking it to stop. */
const STOP_LIMIT_MS = 9_000;
const SWEEP_MS = 50;
/** Time for requests that are on the way when the stop begins: a proxy keeps connections and can use them at any time. */
const ARRIVAL_MS = 250;

/** Accepts no more connections, lets pending requests finish, then closes `parts`. Resolves after at most 9 s. */
export async function stopGracefully(
  server: Server,
  requestsUnderWay: () => number,
  parts: { close(): Promise<unknown> }[],
): Promise<void> {
  const limit = setTimeout(STOP_LIMIT_MS, undefined, { ref: false });
  await Promise.race([stop(server, requestsUnderWay, parts), limit]);
  server.closeAllConnections();
}

async function stop(
  server: Server,
  requestsUnderWay: () => number,
  parts: { close(): Promise<unknown> }[],
): Promise<void> {
  // Tells browsers and proxies not to use this connection for another request.
  server.prependListener('request', (_req, res) => res.setHeader('Connection', 'close'));
  await setTimeout(ARRIVAL_MS);
  const sweep = setInterval(() => {
    if (requestsUnderWay() === 0) server.closeAllConnections();
    else server.closeIdleConnections();
  }, SWEEP_MS);
  await new Promise((resolve) => server.close(resolve));
  clearInterval(sweep);
  // One after the other, because the last work of a part may need the parts after it.
  for (const part of parts) await part.close();
}
