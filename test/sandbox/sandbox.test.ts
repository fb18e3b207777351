import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { AMARA, REDIRECT_URI, SIGN_OFF_URL, sandboxForTest, signIn, ZOE } from './helpers.ts';

const URIS = { redirectUri: REDIRECT_URI, signOffUrl: SIGN_OFF_URL };

test('if the port is taken, startSandbox throws Node’s own error', async () => {
  const { issuer } = await sandboxForTest();
  const port = Number(new URL(issuer).port);
  await expect(startSandbox({ port, ...URIS })).rejects.toMatchObject({ code: 'EADDRINUSE', port });
});

test('close() ends all connections, even during a request, and frees the port', async () => {
  const sandbox = await startSandbox({ port: 0, ...URIS });
  const port = Number(new URL(sandbox.issuer).port);
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nPOST / HTTP/1.1\r\n');
  await once(socket, 'data');
  const ended = once(socket, 'close');
  await sandbox.close();
  await ended;
  const again = await startSandbox({ port, ...URIS });
  await again.close();
});

test('hundreds of sign-ins at the same time succeed, and their tokens stay valid', async () => {
  const sandbox = await sandboxForTest();
  const users = Array.from({ length: 400 }, (_, index) => (index % 2 === 0 ? AMARA : ZOE));
  const all = await Promise.all(users.map((user) => signIn(sandbox, { user })));
  expect(all.filter(({ response }) => response.status !== 200)).toEqual([]);
  const [first] = all;
  const userinfo = await fetch(`${sandbox.issuer}/userinfo`, {
    headers: { authorization: `Bearer ${first?.tokens.access_token}` },
  });
  expect(await userinfo.json()).toMatchObject({ sub: AMARA });
}, 60_000);
