// Proxies of the environment, and through one of them PingOne's own hosts, which no test could reach otherwise.

import { createServer as createHttpServer } from 'node:http';
import { connect } from 'node:net';
import tls from 'node:tls';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createCertificate } from './certificates.ts';
import { clientForTest, DISCOVERY, errorOf, signIn, standInForTest } from './helpers.ts';
import { listen } from './servers.ts';

const HOST = 'auth.pingone.eu';
const certificate = createCertificate(HOST);

beforeAll(() => {
  const before = tls.getCACertificates('default');
  tls.setDefaultCACertificates([...before, certificate.cert]);
  return () => tls.setDefaultCACertificates(before);
});

const VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];
beforeEach(() => {
  for (const name of VARIABLES) vi.stubEnv(name, undefined);
});
afterEach(() => void vi.unstubAllEnvs());

/** A proxy that takes every CONNECT, wherever it is to, to a TLS server in front of the stand-in. */
async function standInBehindProxy(host: string) {
  const { standIn, registration } = await standInForTest();
  const port = Number(new URL(standIn.origin).port);
  const front = tls.createServer(certificate, (socket) => {
    const back = connect(port, '127.0.0.1');
    socket.on('error', () => back.destroy()).pipe(back);
    back.on('error', () => socket.destroy()).pipe(socket);
  });
  const frontPort = await listen(front);
  const connects: string[] = [];
  const proxy = createHttpServer((_, response) => response.writeHead(400).end());
  proxy.on('connect', (request, socket) => {
    connects.push(request.url ?? '');
    const tunnel = connect(frontPort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(tunnel).pipe(socket);
    });
    socket.on('error', () => tunnel.destroy());
    tunnel.on('error', () => socket.destroy());
  });
  const proxyPort = await listen(proxy);
  vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${proxyPort}`);

  const issuer = standIn.issuer.replace(standIn.origin, `https://${host}`);
  for (const [name, value] of Object.entries(standIn.metadata)) {
    if (typeof value === 'string') standIn.metadata[name] = value.replace(standIn.issuer, issuer);
  }
  standIn.claims = { iss: issuer };
  return { standIn, issuer, connects, ...clientForTest({ ...registration, issuer }) };
}

test('a whole sign-in goes through the proxy that HTTPS_PROXY names', async () => {
  const { standIn, issuer, client, connects } = await standInBehindProxy(HOST);
  expect((await signIn(client, standIn)).issuer).toBe(issuer);
  expect(new Set(connects)).toEqual(new Set([`${HOST}:443`]));
  // The proxy sees a tunnel only: the token request arrives whole at its end.
  expect(standIn.requestsTo('token')).toHaveLength(1);
});

test('behind the proxy, too, the certificate must be the host’s', async () => {
  const { standIn, client, connects } = await standInBehindProxy('login.example');
  expect((await errorOf(client.ready())).code).toBe('pingone_tls_failed');
  expect(connects).toContain('login.example:443');
  expect(standIn.received).toEqual([]);
});

test('a host that NO_PROXY names is not asked for through the proxy', async () => {
  const { client, connects } = await standInBehindProxy('pingone.invalid');
  vi.stubEnv('NO_PROXY', 'pingone.invalid');
  expect((await errorOf(client.ready())).code).toBe('pingone_unreachable');
  expect(connects).toEqual([]);
});

test('a proxy that refuses, or is gone, means that PingOne is not reached', async () => {
  const refusing = createHttpServer();
  refusing.on('connect', (_, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
  const port = await listen(refusing);
  for (const proxyPort of [port, 1]) {
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${proxyPort}`);
    const { registration } = await standInForTest();
    const { client } = clientForTest({ ...registration, issuer: `https://${HOST}/as` });
    expect((await errorOf(client.ready())).code).toBe('pingone_unreachable');
  }
});

test.each(['127.0.0.1', 'localhost', '127.0.0.2', '[::1]'])(
  '%s is never asked for through a proxy',
  async (host) => {
    const asked: string[] = [];
    const proxy = createHttpServer((request) => void asked.push(request.url ?? ''));
    proxy.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      socket.destroy();
    });
    const port = await listen(proxy);
    for (const name of VARIABLES.filter((variable) => !/^no/i.test(variable))) {
      vi.stubEnv(name, `http://127.0.0.1:${port}`);
    }
    const { standIn, registration } = await standInForTest();
    const issuer = standIn.issuer.replace('127.0.0.1', host);
    const { client } = clientForTest({ ...registration, issuer });
    // Whether anything listens at that address does not matter here: the stand-in does at the first alone.
    await client.ready().catch(() => {});
    expect(asked).toEqual([]);
    if (host === '127.0.0.1') expect(standIn.requestsTo(DISCOVERY)).toHaveLength(1);
  },
);

test('on PingOne’s own hosts each endpoint must be on the issuer’s', async () => {
  for (const name of [
    'authorization_endpoint',
    'token_endpoint',
    'jwks_uri',
    'userinfo_endpoint',
    'end_session_endpoint',
  ]) {
    for (const other of ['https://auth.pingone.com', 'https://evil.example', `https://${HOST}:8443`]) {
      const { standIn, issuer, client } = await standInBehindProxy(HOST);
      standIn.metadata[name] = `${other}${new URL(issuer).pathname}/x`;
      const error = await errorOf(client.ready());
      expect(error.code).toBe('discovery_invalid');
      expect(error.message).toContain(`${name} is not on https://${HOST}: ${other}/`);
      await client.close();
    }
  }
});
