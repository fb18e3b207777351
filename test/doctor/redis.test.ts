// The line "Redis", if another kind of server listens at that address.

import { createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { listen } from '../pingone/servers.ts';
import { examined, providerForDoctor } from './helpers.ts';

const SESSION_SECRET = 'a-session-secret-of-the-tests-9f8e7d6c5b4a';

async function linesAt(respond: (socket: Socket) => void, scheme = 'redis') {
  const { env } = await providerForDoctor();
  const host = `127.0.0.1:${await listen(createServer(respond))}`;
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
  ['something else at once', sayAtOnce],
  ['OK to everything', agreeToAll],
])('a server that says %s is not Redis', async (_, respond) => {
  const { host, lines } = await linesAt(respond);
  expect(lines).toEqual([
    `✗ Redis  ${host} cannot be used: not_redis.`,
    '         Next step: Set REDIS_URL to the host and port where Redis listens. Another server listens here.',
  ]);
});

test('a server that closes the connection cannot be used', async () => {
  const { host, lines } = await linesAt((socket) => void socket.once('data', () => socket.destroy()));
  expect(lines[0]).toMatch(new RegExp(`^✗ Redis {2}${host} cannot be used: \\w+\\.$`));
  expect(lines[1]).toContain('Start Redis, or set REDIS_URL');
});
