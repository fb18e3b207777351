// A response belongs to its request. A surplus response on a kept connection must not shift the responses to later sign-ins.

import { createServer, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createAfterSignIn } from '../../../src/pingone/index.ts';
import { type ProviderDouble, type ScriptedResponse, SUBJECT } from '../../helpers/provider-double.ts';
import { clientForTest, errorOf, providerForTest, signIn } from '../helpers.ts';
import { listen } from '../servers.ts';

/** What a connection does with a response instead of only sending it. */
type Trick = (connection: { socket: Socket; count: number; last: string }, response: string) => void;

/** The test double behind a server that writes HTTP by hand, so that it can send surplus responses. */
async function frontForTest() {
  const made = await providerForTest();
  const { provider } = made;
  const tricks: Record<string, Trick> = {};
  const opened: Socket[] = [];
  const server = createServer((socket) => {
    opened.push(socket);
    const connection = { socket, count: 0, last: '' };
    let text = '';
    let turn = Promise.resolve();
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const [head = '', body] = text.split('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (body === undefined || body.length < length) return;
      text = '';
      const path = head.split(' ')[1] ?? '';
      turn = turn.then(async () => {
        const endpoint = path.split('/as/')[1] ?? '';
        const response = written(await respondTo(provider, endpoint, { head, body, path }));
        const trick = tricks[endpoint] ?? (() => void socket.write(response));
        trick(connection, response);
        connection.count += 1;
        connection.last = response;
      });
    });
  });
  const port = await listen(server);
  const url = `http://127.0.0.1:${port}`;
  const moved = (text: string) => text.replace(provider.origin, url);
  for (const [name, value] of Object.entries(provider.metadata))
    if (typeof value === 'string') provider.metadata[name] = moved(value);
  const issuer = moved(provider.issuer);
  provider.claims = { iss: issuer };
  return { ...made, ...clientForTest({ ...made.registration, issuer }), tricks, opened };
}

async function respondTo(
  provider: ProviderDouble,
  endpoint: string,
  { head, body, path }: Record<'head' | 'body' | 'path', string>,
): Promise<ScriptedResponse> {
  const [method = ''] = head.split(' ');
  const request = { method, path, body, headers: {}, rawHeaders: [], connection: undefined };
  return provider.goodResponse(endpoint, { ...request, query: new URLSearchParams() });
}

function written({ status = 200, body }: ScriptedResponse): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const head = `HTTP/1.1 ${status} OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}`;
  return `${head}\r\n\r\n${text}`;
}

/** Sends the previous response once more before the right one. From then on, all responses are one request late. */
const shiftOnce = (): Trick => {
  let isDone = false;
  return (connection, response) => {
    const isTime = !isDone && connection.count > 0;
    isDone ||= isTime;
    connection.socket.write(isTime ? connection.last + response : response);
  };
};

/** The error code of a sign-in, or 'signed in'. */
async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'signed in',
    (error) => error.code,
  );
}

test('a surplus token response makes one sign-in fail, and later sign-ins get their own responses', async () => {
  const { provider, client, tricks, opened } = await frontForTest();
  await signIn(client, provider);
  const before = opened.length;
  tricks['token'] = shiftOnce();
  const codes = [];
  for (let round = 0; round < 5; round += 1) {
    codes.push(await codeOf(signIn(client, provider)));
    await setTimeout(20);
  }
  expect(codes.slice(1)).toEqual(['signed in', 'signed in', 'signed in', 'signed in']);
  expect(codes[0]).not.toBe('signed in');
  expect(opened.length).toBeGreaterThan(before);
});

test.each([0, 10, 30])(
  'a surplus response %i ms after the first makes at most one sign-in fail',
  async (delayMs) => {
    const { provider, client, tricks } = await frontForTest();
    await signIn(client, provider);
    tricks['token'] = ({ socket }, response) => {
      delete tricks['token'];
      socket.write(response);
      setTimeout(delayMs).then(() => socket.write(response));
    };
    const codes = [];
    for (let round = 0; round < 6; round += 1) {
      codes.push(await codeOf(signIn(client, provider)));
      await setTimeout(40);
    }
    // undici may use it as the response to the next request, and then the check of the nonce fails.
    const failed = codes.filter((code) => code !== 'signed in');
    expect(failed.length).toBeLessThanOrEqual(1);
    for (const code of failed) expect(['id_token_nonce', 'pingone_unreachable']).toContain(code);
  },
);

test('a refresh that gets the tokens of another user fails, and the next refresh works', async () => {
  const { provider, client, tricks } = await frontForTest();
  const { refresh } = createAfterSignIn(client);
  const ada = await signIn(client, provider);
  provider.claims = { ...provider.claims, sub: 'another-user' };
  provider.userinfo = { sub: 'another-user' };
  provider.accessToken = 'access-token-of-another-user';
  const other = await signIn(client, provider);
  provider.tokenChanges = { id_token: undefined };
  await refresh(other);
  // The next request on the connection is Ada's refresh, and it gets the response about the other user.
  provider.accessToken = 'access-token-of-ada';
  tricks['token'] = shiftOnce();
  const error = await errorOf(refresh(ada));
  expect([error.code, error.kind]).toEqual(['userinfo_subject_mismatch', 'identity']);
  provider.userinfo = { sub: SUBJECT };
  const { signIn: after } = await refresh(ada);
  expect(after.tokens.access_token).toBe('access-token-of-ada');
});

test.each([
  ['a check of the token response', 'token', { token_type: 'mac' }],
  ['a check of userinfo', 'userinfo', { sub: 'another-user' }],
  ['the token request', 'token', undefined],
])('after a failure of %s, the client uses no earlier connection', async (_, endpoint, body) => {
  const { provider, client } = await providerForTest();
  await signIn(client, provider);
  provider.scripts[endpoint] = () => (body ? { body } : { status: 400, body: { error: 'invalid_grant' } });
  await errorOf(signIn(client, provider));
  const used = new Set(provider.received.map(({ connection }) => connection));
  delete provider.scripts[endpoint];
  provider.received.length = 0;
  await signIn(client, provider);
  for (const { connection } of provider.received) expect(used).not.toContain(connection);
});

test('a callback of another browser and a successful sign-in close no connection', async () => {
  const { provider, client } = await providerForTest();
  await signIn(client, provider);
  const { pending } = await client.startSignIn();
  await errorOf(client.finishSignIn({ state: 'another', code: 'c' }, pending));
  await signIn(client, provider);
  const used = provider.received.map(({ connection }) => connection);
  expect(new Set(used).size).toBeLessThan(used.length - 2);
});

test('when a sign-in fails, another one that is still running keeps its connection and succeeds', async () => {
  const { provider, client } = await providerForTest();
  await client.ready();
  let isFirst = true;
  provider.scripts['token'] = async (request) => {
    const response = await provider.goodResponse('token', request);
    if (isFirst) {
      isFirst = false;
      await setTimeout(150);
      return response;
    }
    return { status: 400, body: { error: 'invalid_grant' } };
  };
  const slow = signIn(client, provider);
  await setTimeout(50);
  expect((await errorOf(signIn(client, provider))).code).toBe('token_invalid_grant');
  expect((await slow).subject).toBe(SUBJECT);
});
