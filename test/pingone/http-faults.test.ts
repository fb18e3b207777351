// Connections that break: what each becomes, and what is sent again.

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { faultOf } from '../../src/pingone/http-faults.ts';
import type { Script } from '../helpers/stand-in.ts';
import { clientForTest, DISCOVERY, errorOf, signIn, standInForTest } from './helpers.ts';
import { listen } from './servers.ts';

const reset: Script = (_, response) => {
  response.socket?.resetAndDestroy();
  return undefined;
};

const close: Script = (_, response) => {
  response.socket?.end();
  return undefined;
};

/** Sends part of an answer, waits until it is on its way, and breaks off. */
async function breakOff(response: ServerResponse, breaking: () => void): Promise<undefined> {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  await new Promise((resolve) => response.write('{"issuer":', resolve));
  breaking();
  return undefined;
}

test('a refused connection means that PingOne is not reached', async () => {
  const { standIn, client } = await standInForTest();
  await standIn.close();
  const error = await errorOf(client.ready());
  expect(error.code).toBe('pingone_unreachable');
  expect(error.message).toMatch(/^The discovery request \(GET .*\) failed: ECONNREFUSED\.$/);
});

test('a host name that does not exist means that PingOne is not reached', async () => {
  const { registration } = await standInForTest();
  const { client } = clientForTest({ ...registration, issuer: 'https://pingone.invalid/as' });
  expect((await errorOf(client.ready())).code).toBe('pingone_unreachable');
});

test.each([
  ['is reset', reset],
  ['is closed', close],
])('a GET whose connection %s before the answer is sent once more', async (_, fault) => {
  for (const endpoint of ['userinfo', 'jwks', DISCOVERY]) {
    const { standIn, client } = await standInForTest();
    standIn.scripts[endpoint] = (request, response) => {
      delete standIn.scripts[endpoint];
      return fault(request, response);
    };
    await signIn(client, standIn);
    expect(standIn.requestsTo(endpoint)).toHaveLength(2);
    expect(standIn.requestsTo('token')).toHaveLength(1);
  }
});

test.each([
  ['is reset', reset],
  ['is closed', close],
])('a GET whose connection %s twice is not sent a third time', async (_, fault) => {
  const { standIn, client } = await standInForTest();
  standIn.scripts['userinfo'] = fault;
  expect((await errorOf(signIn(client, standIn))).code).toBe('pingone_unreachable');
  expect(standIn.requestsTo('userinfo')).toHaveLength(2);
});

test.each([
  ['is reset', reset],
  ['is closed', close],
])('a POST whose connection %s is never sent again', async (_, fault) => {
  const { standIn, client } = await standInForTest();
  standIn.scripts['token'] = fault;
  expect((await errorOf(signIn(client, standIn))).code).toBe('pingone_unreachable');
  expect(standIn.requestsTo('token')).toHaveLength(1);
});

type Made = Awaited<ReturnType<typeof standInForTest>>;

async function callOfRefresh({ standIn, client }: Made) {
  const signedIn = await signIn(client, standIn);
  const withToken = { ...signedIn, tokens: { ...signedIn.tokens, refresh_token: standIn.refreshToken } };
  return () => client.refreshTokens(withToken, () => {});
}

async function callOfRevocation({ standIn, client }: Made) {
  await signIn(client, standIn);
  return () => client.revokeTokens(standIn.refreshToken);
}

/** A second sign-in, so that there are connections enough, and with a new key, so that the keys are asked for again. */
async function callOfSignIn({ standIn, client }: Made) {
  await signIn(client, standIn);
  standIn.header['kid'] = 'new';
  standIn.keys = standIn.keys.map((key) => ({ ...key, kid: 'new' }));
  return () => signIn(client, standIn);
}

/** Asked again after an answer that was of no use, once that has been kept for its second. */
async function callOfDiscovery({ standIn, client }: Made) {
  standIn.scripts[DISCOVERY] = () => ({ status: 500 });
  await errorOf(client.ready());
  delete standIn.scripts[DISCOVERY];
  await setTimeout(1_100);
  return () => client.ready();
}

/** Every call that may find its connection gone, for there was one before; how often it may be sent. */
const LATER_CALLS = [
  { call: 'discovery request', endpoint: DISCOVERY, sent: 2, prepare: callOfDiscovery },
  { call: 'token request', endpoint: 'token', sent: 1, prepare: callOfSignIn },
  { call: 'JWKS request', endpoint: 'jwks', sent: 2, prepare: callOfSignIn },
  { call: 'userinfo request', endpoint: 'userinfo', sent: 2, prepare: callOfSignIn },
  { call: 'refresh', endpoint: 'token', sent: 1, prepare: callOfRefresh },
  { call: 'revocation', endpoint: 'revoke', sent: 1, prepare: callOfRevocation },
];

test.each(
  LATER_CALLS.flatMap((later) => [
    { ...later, how: 'is reset', fault: reset },
    { ...later, how: 'is closed', fault: close },
  ]),
)('a $call whose kept-alive connection $how before the answer is sent $sent time(s)', async (later) => {
  const { endpoint, sent, prepare, fault } = later;
  const made = await standInForTest();
  const { standIn } = made;
  const call = await prepare(made);
  // Only then does it count as idle.
  await setTimeout(20);
  let isKeptAlive = false;
  const before = standIn.requestsTo(endpoint).length;
  standIn.scripts[endpoint] = (request, response) => {
    delete standIn.scripts[endpoint];
    const ofSame = standIn.received.filter(({ connection }) => connection === request.connection);
    isKeptAlive = ofSame.length > 1;
    return fault(request, response);
  };
  // A GET is sent again, and all is well; a POST may have been carried out.
  if (sent === 2) await call();
  else expect((await errorOf(call())).code).toBe('pingone_unreachable');
  expect(isKeptAlive).toBe(true);
  expect(standIn.requestsTo(endpoint)).toHaveLength(before + sent);
});

test.each(LATER_CALLS)('a $call after the idle connections were closed opens another', async (later) => {
  const made = await standInForTest();
  const { standIn } = made;
  const call = await later.prepare(made);
  const used = new Set(standIn.received.map(({ connection }) => connection));
  standIn.received.length = 0;
  standIn.closeIdle();
  // For as long as the news takes, a request could still go out on the old one.
  await setTimeout(100);
  await call();
  expect(standIn.requestsTo(later.endpoint)).toHaveLength(1);
  expect(standIn.received.filter(({ connection }) => used.has(connection))).toEqual([]);
});

test.each(['token', 'userinfo', DISCOVERY])(
  'a %s answer that breaks off is not asked for again',
  async (endpoint) => {
    for (const breaking of ['resetAndDestroy', 'destroy'] as const) {
      const { standIn, client } = await standInForTest();
      standIn.scripts[endpoint] = (_, response) => breakOff(response, () => response.socket?.[breaking]());
      expect((await errorOf(signIn(client, standIn))).code).toBe('pingone_unreachable');
      expect(standIn.requestsTo(endpoint)).toHaveLength(1);
    }
  },
);

test.each([
  ['an answer that is no HTTP', 'SSH-2.0-made_up\r\n\r\n'],
  ['an answer that stops being HTTP', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nmade_up\r\n\r\n'],
  [
    'an answer longer than it says',
    'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nmade_up',
  ],
  ['headers without end', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`],
])('%s cannot be read, and is not quoted', async (_, answer) => {
  const port = await listen(createServer((socket) => void socket.once('data', () => socket.write(answer))));
  const { registration } = await standInForTest();
  const { client } = clientForTest({ ...registration, issuer: `http://127.0.0.1:${port}/as` });
  const error = await errorOf(client.ready());
  expect(error.code).toBe('pingone_answer_invalid');
  expect(inspect(error, { depth: 12, showHidden: true })).not.toMatch(/made_up|xxx/);
});

test('a connection that is closed at our end means that PingOne is not reached', async () => {
  const { standIn, client } = await standInForTest();
  const asked = new Promise<void>((resolve) => {
    standIn.scripts[DISCOVERY] = () => void resolve();
  });
  const error = errorOf(client.ready());
  await asked;
  await client.close();
  expect((await error).code).toBe('pingone_unreachable');
});

test('an error of a failed token request holds nothing that was sent', async () => {
  const { standIn, client } = await standInForTest();
  const closed: Promise<unknown>[] = [];
  standIn.scripts['token'] = (request, response) => {
    if (response.socket) closed.push(once(response.socket, 'close'));
    return reset(request, response);
  };
  const { authorizationUrl, pending } = await client.startSignIn();
  const response = standIn.authorize(authorizationUrl);
  const error = await errorOf(client.finishSignIn(response, pending));
  await Promise.all(closed);
  const shown = inspect(error, { depth: 12, showHidden: true });
  for (const secret of ['stand-in', response.code, pending.codeVerifier]) expect(shown).not.toContain(secret);
});

test.each([
  [
    Object.assign(new Error(), { code: 'UND_ERR_CONNECT_TIMEOUT' }),
    'pingone_timeout',
    'X failed: UND_ERR_CONNECT_TIMEOUT.',
  ],
  [
    Object.assign(new Error(), { code: 'UND_ERR_HEADERS_TIMEOUT' }),
    'pingone_timeout',
    'X failed: UND_ERR_HEADERS_TIMEOUT.',
  ],
  [Object.assign(new Error(), { code: 'ETIMEDOUT' }), 'pingone_timeout', 'X failed: ETIMEDOUT.'],
  [Object.assign(new Error(), { code: 'CERT_REVOKED' }), 'pingone_tls_failed', 'X failed: CERT_REVOKED.'],
  [
    Object.assign(new Error(), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }),
    'pingone_tls_failed',
    'X failed: UNABLE_TO_VERIFY_LEAF_SIGNATURE.',
  ],
  [
    Object.assign(new Error(), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }),
    'pingone_tls_failed',
    'X failed: ERR_TLS_CERT_ALTNAME_INVALID.',
  ],
  [Object.assign(new Error(), { code: 'EHOSTUNREACH' }), 'pingone_unreachable', 'X failed: EHOSTUNREACH.'],
  [Object.assign(new Error(), { code: 7 }), 'pingone_unreachable', 'X failed.'],
  [new Error('made-up words'), 'pingone_unreachable', 'X failed.'],
  ['thrown text', 'pingone_unreachable', 'X failed.'],
])('the fault %s is %s', (fault, code, message) => {
  expect(faultOf(fault, 'X')).toMatchObject({ code, message, cause: fault });
});
