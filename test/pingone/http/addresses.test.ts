// A host name with several addresses: the connection to each has a time limit, so that there is time for the next address.

import { spawn } from 'node:child_process';
import dns from 'node:dns';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createHttp } from '../../../src/pingone/steps.ts';
import { errorOf } from '../helpers.ts';

const [GOOD, STOPPED, REFUSING] = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];

/** A server in a separate, suspended process. The system drops new connections to it until the process continues. */
async function stoppedServer() {
  const code = `require('http').createServer((_, response) => response.writeHead(204).end())
    .listen({ host: '${STOPPED}', port: 0, backlog: 1 }, function () { console.log(this.address().port); })`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = await once(child.stdout, 'data');
  const port = Number(said);
  child.kill('SIGSTOP');
  // These two connections fill its backlog.
  for (const _ of [1, 2]) {
    const socket = connect(port, STOPPED).on('error', () => {});
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
  }
  return { port, goOn: () => void child.kill('SIGCONT') };
}

async function goodServer(port: number): Promise<void> {
  const server = createServer((_, response) => response.writeHead(200).end()).listen(port, GOOD);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
}

/** Sends a request while `localhost` resolves to these addresses. @param url another URL, to be reached through a proxy */
function sendTo(port: number, addresses: string[], url = `http://localhost:${port}/as`) {
  const found = addresses.map((address) => ({ address, family: 4 }));
  const lookup = vi.spyOn(dns, 'lookup').mockImplementation(((...args: unknown[]) => {
    const done = args.at(-1) as (error: null, addresses: typeof found) => void;
    process.nextTick(done, null, found);
  }) as typeof dns.lookup);
  onTestFinished(() => lookup.mockRestore());
  const http = createHttp();
  onTestFinished(http.close);
  return http.send({ step: 'discovery', method: 'GET', url }, performance.now() + 8_000);
}

test('if an address never responds, the client tries the next one in time', async () => {
  const { port } = await stoppedServer();
  await goodServer(port);
  expect((await sendTo(port, [STOPPED, GOOD])).status).toBe(200);
});

test.each([
  ['if the second address refuses the connection', [STOPPED, REFUSING]],
  ['if the first address has refused the connection', [REFUSING, STOPPED]],
])('%s, the client waits for the other address, which responds after a second', async (_, addresses) => {
  const { port, goOn } = await stoppedServer();
  const sent = sendTo(port, addresses);
  await wait(300);
  // After one second, the system repeats the first packet of the connection, which was dropped.
  goOn();
  const startedAt = performance.now();
  expect((await sent).status).toBe(204);
  expect(performance.now() - startedAt).toBeGreaterThan(500);
});

test('the same time limits apply to the addresses of a proxy', async () => {
  const { port, goOn } = await stoppedServer();
  vi.stubEnv('HTTPS_PROXY', `http://localhost:${port}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const sent = errorOf(sendTo(port, [STOPPED, REFUSING], 'https://pingone.example/as'));
  await wait(300);
  goOn();
  // This error shows that the server was reached: it is no proxy, so it closes the connection.
  expect((await sent).facts.networkCode).toBe('UND_ERR_PRX_CONN');
});

test('if no address responds, the request ends in time with pingone_timeout', async () => {
  const { port } = await stoppedServer();
  const startedAt = performance.now();
  const error = await errorOf(sendTo(port, [STOPPED, STOPPED, STOPPED, STOPPED]));
  expect(error.code).toBe('pingone_timeout');
  expect(performance.now() - startedAt).toBeLessThan(6_500);
});
