// A host name with several addresses: one that does not respond, or is slow to, has its time and leaves time for the next.

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

/** A server of a process of its own, which has stopped: the system drops whoever tries to connect. */
async function stoppedServer() {
  const code = `require('http').createServer((_, response) => response.writeHead(204).end())
    .listen({ host: '${STOPPED}', port: 0, backlog: 1 }, function () { console.log(this.address().port); })`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = await once(child.stdout, 'data');
  const port = Number(said);
  child.kill('SIGSTOP');
  // They fill its backlog.
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

/** Sends a request to localhost, or to another host through a proxy there, where localhost has these addresses. */
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

test('one never responds: the next one is asked in time', async () => {
  const { port } = await stoppedServer();
  await goodServer(port);
  expect((await sendTo(port, [STOPPED, GOOD])).status).toBe(200);
});

test.each([
  ['the other refuses', [STOPPED, REFUSING]],
  ['the other has refused', [REFUSING, STOPPED]],
])('one takes a second to respond, and %s: it is waited for', async (_, addresses) => {
  const { port, goOn } = await stoppedServer();
  const sent = sendTo(port, addresses);
  await wait(300);
  // The system sends its first packet once more a second after it was dropped.
  goOn();
  const startedAt = performance.now();
  expect((await sent).status).toBe(204);
  expect(performance.now() - startedAt).toBeGreaterThan(500);
});

test('the addresses of a proxy have their time, too', async () => {
  const { port, goOn } = await stoppedServer();
  vi.stubEnv('HTTPS_PROXY', `http://localhost:${port}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const sent = errorOf(sendTo(port, [STOPPED, REFUSING], 'https://pingone.example/as'));
  await wait(300);
  goOn();
  // It was reached. As no proxy, it closes the connection.
  expect((await sent).facts.networkCode).toBe('UND_ERR_PRX_CONN');
});

test('none responds: the request ends in time, and says that it has waited', async () => {
  const { port } = await stoppedServer();
  const startedAt = performance.now();
  const error = await errorOf(sendTo(port, [STOPPED, STOPPED, STOPPED, STOPPED]));
  expect(error.code).toBe('pingone_timeout');
  expect(performance.now() - startedAt).toBeLessThan(6_500);
});
