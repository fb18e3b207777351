// Clients that send slowly, send too much, or never read. None of them may block the server or prevent it from stopping.

import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createAppServer, stopGracefully } from '../src/server.ts';
import { startAppWithSandbox } from './helpers/app.ts';
import { codeOn, send } from './web/helpers.ts';

/** Shorter limits than the real ones, so that the tests are fast. */
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

/** Resolves also if the connection ends with an error, on which `once` would reject. */
const closed = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));

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

test('a request with incomplete headers ends with status 408', async () => {
  const { port } = await serverForTest();
  const { socket, received } = await open(port, 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ');
  const drip = setInterval(() => socket.write('x'), 50);
  onTestFinished(() => clearInterval(drip));
  await closed(socket);
  expect(received()).toContain('408 Request Timeout');
});

test('the server closes the connection if a request body does not end', async () => {
  const { port } = await serverForTest();
  const head = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n';
  const { socket } = await open(port, head);
  const drip = setInterval(() => socket.write('x'), 50);
  onTestFinished(() => clearInterval(drip));
  await closed(socket);
});

test('the server closes the connection if the client does not read the response', async () => {
  const { port, requestsUnderWay } = await serverForTest();
  const { socket } = await open(port, 'GET /big HTTP/1.1\r\nHost: a\r\n\r\n');
  socket.pause();
  await expect.poll(requestsUnderWay).toBe(1);
  await expect.poll(requestsUnderWay, { timeout: 10_000 }).toBe(0);
});

test('the server closes an idle connection', async () => {
  const { port } = await serverForTest();
  const { socket, received } = await open(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await closed(socket);
  expect(received()).toContain('hello');
});

test('200 slow clients at once do not prevent other requests, and do not prevent the server from stopping', async () => {
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

test('the app sets these limits', () => {
  const { server } = createAppServer(() => {});
  expect(server).toMatchObject({
    headersTimeout: 10_000,
    requestTimeout: 15_000,
    keepAliveTimeout: 65_000,
    timeout: 30_000,
    // The server checks the first two limits at this interval.
    connectionsCheckingInterval: 5_000,
  });
});

test.each([
  ['a large body', { 'content-length': '1000000' }],
  ['a body of unknown length', { 'transfer-encoding': 'chunked' }],
])('a request with %s gets 413 before the body arrives', async (_, headers) => {
  const app = await startAppWithSandbox();
  onTestFinished(app.close);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  for (const path of ['/logout', '/refresh', '/login', '/']) {
    const { socket, received } = await open(
      app.port,
      `POST ${path} HTTP/1.1\r\nHost: a\r\n${lines.join('')}\r\n`,
    );
    await closed(socket);
    expect(received()).toMatch(/^HTTP\/1.1 413 /);
    expect(codeOn({ body: received() } as never)).toBe('request_too_big');
    expect(received()).toMatch(/connection: close/i);
  }
});
