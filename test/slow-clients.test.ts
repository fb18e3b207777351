// Clients that send slowly, send too much, or never read: none of them holds the server, nor keeps it from stopping.

import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createAppServer, stopGracefully } from '../src/server.ts';
import { startAppWithSandbox } from './helpers/app.ts';
import { codeOn, send } from './web/helpers.ts';

/** The real limits, only shorter: nobody wants to wait for them. */
const SHORT = {
  headersTimeout: 300,
  requestTimeout: 600,
  keepAliveTimeout: 300,
  connectionsCheckingInterval: 50,
  socketSilentMs: 900,
};

async function serverForTest(limits = SHORT) {
  const big = Buffer.alloc(64 * 1024 * 1024);
  const app = createAppServer((req, res) => res.end(req.url === '/big' ? big : 'hello'), limits);
  await new Promise<void>((resolve) => app.server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    app.server.closeAllConnections();
    app.server.close();
  });
  return { ...app, port: (app.server.address() as AddressInfo).port };
}

async function open(port: number, text: string): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(text);
  return { socket, received: () => Buffer.concat(chunks).toString() };
}

test('half a head is cut off with 408', async () => {
  const { port } = await serverForTest();
  const { socket, received } = await open(port, 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ');
  const drip = setInterval(() => socket.write('x'), 50);
  onTestFinished(() => clearInterval(drip));
  await once(socket, 'close');
  expect(received()).toContain('408 Request Timeout');
});

test('a body that never comes to its end is cut off', async () => {
  const { port } = await serverForTest();
  const head = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n';
  const { socket } = await open(port, head);
  const drip = setInterval(() => socket.write('x'), 50);
  onTestFinished(() => clearInterval(drip));
  await once(socket, 'close');
});

test('who does not read the answer is cut off', async () => {
  const { port, requestsUnderWay } = await serverForTest();
  const { socket } = await open(port, 'GET /big HTTP/1.1\r\nHost: a\r\n\r\n');
  socket.pause();
  await expect.poll(requestsUnderWay).toBe(1);
  await expect.poll(requestsUnderWay, { timeout: 10_000 }).toBe(0);
});

test('a connection that was used and then sits there is closed', async () => {
  const { port } = await serverForTest();
  const { socket, received } = await open(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await once(socket, 'close');
  expect(received()).toContain('hello');
});

test('200 such clients at once keep nobody from a page, nor the server from stopping', async () => {
  const { server, port, requestsUnderWay } = await serverForTest({
    ...SHORT,
    headersTimeout: 60_000,
    requestTimeout: 60_000,
    socketSilentMs: 60_000,
  });
  await Promise.all(Array.from({ length: 200 }, () => open(port, 'GET / HTTP/1.1\r\nHost: a\r\nX: ')));
  expect((await send('GET', `http://127.0.0.1:${port}/`)).body).toBe('hello');
  await stopGracefully(server, requestsUnderWay, []);
  expect(server.listening).toBe(false);
});

test('the limits of the app itself are set, and are those that were meant', () => {
  const { server } = createAppServer(() => {});
  expect(server).toMatchObject({
    headersTimeout: 10_000,
    requestTimeout: 15_000,
    keepAliveTimeout: 65_000,
    timeout: 30_000,
    // Or the first two would hold nobody for as long.
    connectionsCheckingInterval: 5_000,
  });
});

test.each([
  ['a large one', { 'content-length': '1000000' }],
  ['one of unknown length', { 'transfer-encoding': 'chunked' }],
])('a body is not waited for: %s', async (_, headers) => {
  const app = await startAppWithSandbox();
  onTestFinished(app.close);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  for (const path of ['/logout', '/refresh', '/login', '/']) {
    const { socket, received } = await open(
      app.port,
      `POST ${path} HTTP/1.1\r\nHost: a\r\n${lines.join('')}\r\n`,
    );
    await once(socket, 'close');
    expect(received()).toMatch(/^HTTP\/1.1 413 /);
    expect(codeOn({ body: received() } as never)).toBe('request_too_big');
    expect(received()).toMatch(/connection: close/i);
  }
});
