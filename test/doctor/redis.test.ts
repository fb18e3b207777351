// The line "Redis" where there is none: what else may stand at that port.

import { createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { listen } from '../pingone/servers.ts';
import { examined, standInForDoctor } from './helpers.ts';

const SESSION_SECRET = 'a-session-secret-of-the-tests-9f8e7d6c5b4a';

async function linesAt(answer: (socket: Socket) => void, scheme = 'redis') {
  const { env } = await standInForDoctor();
  const host = `127.0.0.1:${await listen(createServer(answer))}`;
  return {
    host,
    lines: await examined({ ...env, SESSION_SECRET, REDIS_URL: `${scheme}://${host}` }, 'Redis'),
  };
}

const sayThenClose = (socket: Socket) =>
  void socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
const sayAtOnce = (socket: Socket) => void socket.write('220 mail.example ESMTP\r\n');
const agreeToAll = (socket: Socket) =>
  void socket.on('data', (commands) => {
    const count = commands.toString().match(/^\*/gm)?.length ?? 0;
    socket.write('+OK\r\n'.repeat(count));
  });

test.each([
  ['http', sayThenClose],
  ['something else, and waits', sayAtOnce],
  ['OK to everything', agreeToAll],
])('a server that says %s does not answer as Redis does', async (_, answer) => {
  const { host, lines } = await linesAt(answer);
  expect(lines).toEqual([
    `✗ Redis  ${host} does not answer as Redis does.`,
    '         Set REDIS_URL to where Redis listens, with rediss:// where it speaks TLS: something else answers there.',
  ]);
});

test('a server that closes the connection does not answer', async () => {
  const { host, lines } = await linesAt((socket) => void socket.once('data', () => socket.destroy()));
  expect(lines[0]).toBe(`✗ Redis  ${host} does not answer.`);
});
