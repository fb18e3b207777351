// Listening and stopping: the parts of the process that can be tried without it.

import { createServer, type RequestListener, type Server } from 'node:http';
import { setTimeout } from 'node:timers/promises';

/** Why the process could not start, in one sentence. */
export class StartError extends Error {
  /** @param variables what says where to listen, the port first */
  static ofListening(error: unknown, port: number, host: string, variables: string): StartError {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const reasons: Record<string, string> = {
      EADDRINUSE: `Port ${port} is taken by another process. Stop that one, or set ${variables.split(' ')[0]} to another port.`,
      EACCES: `Port ${port} may not be opened by this user. Set ${variables.split(' ')[0]} to a port above 1023.`,
    };
    return new StartError(
      reasons[code] ?? `Port ${port} of ${host} could not be opened (${code}). Check ${variables}.`,
    );
  }
}

/**
 * Many tabs that start to sign in at once leave a cookie each, and only the next /login can clear them: with Node's own
 * 16 KiB it would not be let in.
 */
const HEADERS_LIMIT_BYTES = 64 * 1024;

/**
 * Who sends or reads slowly, or not at all, is cut off: no page takes anybody so long. Node's own limits are 60 s for the
 * headers, 300 s for a request, and none for an answer that nobody reads.
 */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  // Longer than the 60 s after which most proxies give up an idle connection, so that it is they who close it.
  keepAliveTimeout: 65_000,
  // How often the two first limits are looked at.
  connectionsCheckingInterval: 5_000,
};
/** Without a byte in either direction. A callback may take 8 s, and the session store some more. */
const SOCKET_SILENT_MS = 30_000;

/** The app's server, and how many requests are under way on it. It does not listen yet. */
export function createAppServer(
  app: RequestListener,
  limits = { ...LIMITS, socketSilentMs: SOCKET_SILENT_MS },
): { server: Server; requestsUnderWay: () => number } {
  const { socketSilentMs, ...options } = limits;
  const server = createServer({ maxHeaderSize: HEADERS_LIMIT_BYTES, ...options }, app);
  server.setTimeout(socketSilentMs);
  let underWay = 0;
  // Node tells idle connections from busy ones, but takes those that a browser opens ahead of need for busy.
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

/** A callback may wait 8 s for PingOne; whoever stops this process waits 10 s. */
const STOP_LIMIT_MS = 9_000;
const SWEEP_MS = 50;
/** For requests that are on their way when the stop comes: behind a proxy, connections are kept and used at any time. */
const ARRIVAL_MS = 250;

/** Takes no more connections, lets requests under way end, then closes `parts`. Resolves in 9 s at most. */
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
  // A browser keeps its connection open for the next request: it is told that there will be none here.
  server.prependListener('request', (_req, res) => res.setHeader('Connection', 'close'));
  await setTimeout(ARRIVAL_MS);
  const sweep = setInterval(() => {
    if (requestsUnderWay() === 0) server.closeAllConnections();
    else server.closeIdleConnections();
  }, SWEEP_MS);
  await new Promise((resolve) => server.close(resolve));
  clearInterval(sweep);
  // In this order: what a part still has to do may need those after it.
  for (const part of parts) await part.close();
}
