// Connections that break: the error code in each case, and which requests are sent again.

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { inspect } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createAfterSignIn } from '../../../src/pingone/index.ts';
import type { Script } from '../../helpers/provider-double.ts';
import { clientForTest, DISCOVERY, errorOf, providerForTest, signIn } from '../helpers.ts';
import { listen } from '../servers.ts';

const reset: Script = (_, response) => {
  response.socket?.resetAndDestroy();
  return undefined;
};

const close: Script = (_, response) => {
  response.socket?.end();
  return undefined;
};

/** Sends a part of a response, waits until the system has taken it, and then breaks the connection. */
async function breakOff(response: ServerResponse, breaking: () => void): Promise<undefined> {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  await new Promise((resolve) => response.write('{"issuer":', resolve));
  breaking();
  return undefined;
}

test('a refused connection ends with pingone_unreachable', async () => {
  const { provider, client } = await providerForTest();
  await provider.close();
  const error = await errorOf(client.ready());
  expect(error.code).toBe('pingone_unreachable');
  expect(error.kind).toBe('connection');
  expect(error.facts).toEqual({
    step: 'discovery',
    request: `GET ${provider.issuer}/${DISCOVERY}`,
    networkCode: 'ECONNREFUSED',
  });
});

test('a host name that does not exist ends with pingone_unreachable', async () => {
  const { registration } = await providerForTest();
  const { client } = clientForTest({ ...registration, issuer: 'https://pingone.invalid/as' });
  expect((await errorOf(client.ready())).code).toBe('pingone_unreachable');
});

test.each([
  ['is reset', reset],
  ['is closed', close],
])('a GET whose connection %s before the response is sent once more', async (_, fault) => {
  for (const endpoint of ['userinfo', 'jwks', DISCOVERY]) {
    const { provider, client } = await providerForTest();
    provider.scripts[endpoint] = (request, response) => {
      delete provider.scripts[endpoint];
      return fault(request, response);
    };
    await signIn(client, provider);
    expect(provider.requestsTo(endpoint)).toHaveLength(2);
    expect(provider.requestsTo('token')).toHaveLength(1);
  }
});

test.each([
  ['is reset', reset],
  ['is closed', close],
])('a GET whose connection %s twice is not sent a third time', async (_, fault) => {
  const { provider, client } = await providerForTest();
  provider.scripts['userinfo'] = fault;
  expect((await errorOf(signIn(client, provider))).code).toBe('pingone_unreachable');
  expect(provider.requestsTo('userinfo')).toHaveLength(2);
});

test.each([
  ['is reset', reset],
  ['is closed', close],
])('a POST whose connection %s is never sent again', async (_, fault) => {
  const { provider, client } = await providerForTest();
  provider.scripts['token'] = fault;
  expect((await errorOf(signIn(client, provider))).code).toBe('pingone_unreachable');
  expect(provider.requestsTo('token')).toHaveLength(1);
});

type Made = Awaited<ReturnType<typeof providerForTest>>;

async function callOfRefresh({ provider, client }: Made) {
  const signedIn = await signIn(client, provider);
  return () => createAfterSignIn(client).refresh(signedIn);
}

async function callOfRevocation({ provider, client }: Made) {
  await signIn(client, provider);
  return () => createAfterSignIn(client).revoke(provider.refreshToken);
}

/** A second sign-in, so that open connections exist, with a new key, so that the client fetches the JWK Set again. */
async function callOfSignIn({ provider, client }: Made) {
  await signIn(client, provider);
  provider.header['kid'] = 'new';
  provider.keys = provider.keys.map((key) => ({ ...key, kid: 'new' }));
  return () => signIn(client, provider);
}

/** The client renews old metadata in the background. The call ends when the client uses the new metadata. */
async function callOfDiscovery({ provider, client }: Made) {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  await signIn(client, provider);
  provider.metadata['authorization_endpoint'] = `${provider.issuer}/new-authorize`;
  vi.setSystemTime(Date.now() + 24 * 60 * 60 * 1000);
  const start = async () => (await client.startSignIn()).authorizationUrl;
  return () => expect.poll(start).toContain('/new-authorize');
}

/** Each call that can find its kept connection closed, and how many times it may be sent. */
const LATER_CALLS = [
  { call: 'discovery request', endpoint: DISCOVERY, sent: 2, prepare: callOfDiscovery },
  { call: 'token request', endpoint: 'token', sent: 1, prepare: callOfSignIn },
  { call: 'JWK Set request', endpoint: 'jwks', sent: 2, prepare: callOfSignIn },
  { call: 'userinfo request', endpoint: 'userinfo', sent: 2, prepare: callOfSignIn },
  { call: 'refresh', endpoint: 'token', sent: 1, prepare: callOfRefresh },
  { call: 'revocation', endpoint: 'revoke', sent: 1, prepare: callOfRevocation },
];

test.each(
  LATER_CALLS.flatMap((later) => [
    { ...later, how: 'is reset', fault: reset },
    { ...later, how: 'is closed', fault: close },
  ]),
)('a $call whose kept-alive connection $how before the response is sent $sent time(s)', async (later) => {
  const { endpoint, sent, prepare, fault } = later;
  const made = await providerForTest();
  const { provider } = made;
  const call = await prepare(made);
  // After this time the connection counts as idle.
  await setTimeout(20);
  let isKeptAlive = false;
  const before = provider.requestsTo(endpoint).length;
  provider.scripts[endpoint] = (request, response) => {
    delete provider.scripts[endpoint];
    const onSameConnection = provider.received.filter(({ connection }) => connection === request.connection);
    isKeptAlive = onSameConnection.length > 1;
    return fault(request, response);
  };
  // A GET is sent again and succeeds. A POST is not sent again, because the server may have processed it.
  if (sent === 2) await call();
  else expect((await errorOf(call())).code).toBe('pingone_unreachable');
  expect(isKeptAlive).toBe(true);
  expect(provider.requestsTo(endpoint)).toHaveLength(before + sent);
});

test.each(LATER_CALLS)(
  'a $call opens a new connection after the provider has closed the idle ones',
  async (later) => {
    const made = await providerForTest();
    const { provider } = made;
    const call = await later.prepare(made);
    const used = new Set(provider.received.map(({ connection }) => connection));
    provider.received.length = 0;
    provider.closeIdle();
    // Until the client notices that a connection was closed, it could still send a request on it.
    await setTimeout(100);
    await call();
    expect(provider.requestsTo(later.endpoint)).toHaveLength(1);
    expect(provider.received.filter(({ connection }) => used.has(connection))).toEqual([]);
  },
);

test.each(['token', 'userinfo', DISCOVERY])(
  'if a %s response breaks off, the request is not sent again',
  async (endpoint) => {
    for (const breaking of ['resetAndDestroy', 'destroy'] as const) {
      const { provider, client } = await providerForTest();
      provider.scripts[endpoint] = (_, response) => breakOff(response, () => response.socket?.[breaking]());
      expect((await errorOf(signIn(client, provider))).code).toBe('pingone_unreachable');
      expect(provider.requestsTo(endpoint)).toHaveLength(1);
    }
  },
);

test.each([
  ['a response that is not HTTP', 'SSH-2.0-made_up\r\n\r\n'],
  [
    'a response that stops being HTTP',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nmade_up\r\n\r\n',
  ],
  [
    'a response with two different lengths',
    'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nmade_up',
  ],
  ['headers that are too long', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`],
])('%s ends with pingone_response_invalid, and the error does not quote it', async (_, bytes) => {
  const port = await listen(createServer((socket) => void socket.once('data', () => socket.write(bytes))));
  const { registration } = await providerForTest();
  const { client } = clientForTest({ ...registration, issuer: `http://127.0.0.1:${port}/as` });
  const error = await errorOf(client.ready());
  expect(error.code).toBe('pingone_response_invalid');
  expect(inspect(error, { depth: 12, showHidden: true })).not.toMatch(/made_up|xxx/);
});

test('the cause of an error is the error of the network', async () => {
  const { provider, client } = await providerForTest();
  provider.scripts[DISCOVERY] = reset;
  const error = await errorOf(client.ready());
  expect(error.facts.networkCode).toMatch(/^(UND_ERR_SOCKET|ECONNRESET)$/);
  expect(error.cause).toMatchObject({ code: error.facts.networkCode });
});

test('a request ends with pingone_unreachable if the client itself is closed', async () => {
  const { provider, client } = await providerForTest();
  const asked = new Promise<void>((resolve) => {
    provider.scripts[DISCOVERY] = () => void resolve();
  });
  const error = errorOf(client.ready());
  await asked;
  await client.close();
  expect((await error).code).toBe('pingone_unreachable');
});

test('the error of a failed token request contains no secret that was sent', async () => {
  const { provider, client } = await providerForTest();
  const closed: Promise<unknown>[] = [];
  provider.scripts['token'] = (request, response) => {
    if (response.socket) closed.push(once(response.socket, 'close'));
    return reset(request, response);
  };
  const { authorizationUrl, pending } = await client.startSignIn();
  const response = provider.authorize(authorizationUrl);
  const error = await errorOf(client.finishSignIn(response, pending));
  await Promise.all(closed);
  const shown = inspect(error, { depth: 12, showHidden: true });
  for (const secret of ['double+secret', response.code, pending.codeVerifier])
    expect(shown).not.toContain(secret);
});
