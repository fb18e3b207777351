// Proxies of the environment, and through one of them PingOne's own hosts, which no test could reach otherwise.

import { createServer as createHttpServer } from 'node:http';
import { connect } from 'node:net';
import tls from 'node:tls';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { textOf } from '../../../src/error-texts/index.ts';
import { createCertificate } from '../certificates.ts';
import { clientForTest, DISCOVERY, errorOf, JSON_TYPE, providerForTest, signIn } from '../helpers.ts';
import { listen } from '../servers.ts';

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

/** A proxy that takes every CONNECT, wherever it is to, to a TLS server in front of the provider. */
async function providerBehindProxy(host: string) {
  const { provider, registration } = await providerForTest();
  const port = Number(new URL(provider.origin).port);
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

  const issuer = provider.issuer.replace(provider.origin, `https://${host}`);
  for (const [name, value] of Object.entries(provider.metadata)) {
    if (typeof value === 'string') provider.metadata[name] = value.replace(provider.issuer, issuer);
  }
  provider.claims = { iss: issuer };
  return { provider, issuer, connects, ...clientForTest({ ...registration, issuer }) };
}

test('a whole sign-in goes through the proxy that HTTPS_PROXY names', async () => {
  const { provider, issuer, client, connects } = await providerBehindProxy(HOST);
  expect((await signIn(client, provider)).issuer).toBe(issuer);
  expect(new Set(connects)).toEqual(new Set([`${HOST}:443`]));
  // The proxy sees a tunnel only: the token request arrives whole at its end.
  expect(provider.requestsTo('token')).toHaveLength(1);
});

test('behind the proxy, too, a response is at most 256 KiB', async () => {
  const { provider, client } = await providerBehindProxy(HOST);
  const text = JSON.stringify(provider.metadata);
  provider.scripts[DISCOVERY] = () => ({ headers: JSON_TYPE, body: text.padEnd(256 * 1024 + 1) });
  expect((await errorOf(client.ready())).code).toBe('pingone_response_too_big');
});

test('behind the proxy, too, the certificate must be the host’s', async () => {
  const { provider, client, connects } = await providerBehindProxy('login.example');
  expect((await errorOf(client.ready())).code).toBe('pingone_tls_failed');
  expect(connects).toContain('login.example:443');
  expect(provider.received).toEqual([]);
});

test('a host that NO_PROXY names is not asked for through the proxy', async () => {
  const { client, connects } = await providerBehindProxy('pingone.invalid');
  vi.stubEnv('NO_PROXY', 'pingone.invalid');
  expect((await errorOf(client.ready())).code).toBe('pingone_unreachable');
  expect(connects).toEqual([]);
});

/** The error of a client behind a proxy. */
async function errorBehind(proxyPort: number) {
  vi.stubEnv('HTTPS_PROXY', `http://canary-user:canary-password@127.0.0.1:${proxyPort}`);
  const { registration } = await providerForTest();
  const { client } = clientForTest({ ...registration, issuer: `https://${HOST}/as` });
  return errorOf(client.ready());
}

test.each([
  ['407 Proxy Authentication Required', 'requires a user name and a password', 'HTTPS_PROXY'],
  ['403 Forbidden', 'does not allow connections', 'NO_PROXY'],
  ['502 Bad Gateway', 'cannot reach PingOne', 'how the proxy reaches other hosts'],
  ['204 No Content', 'does not allow connections', 'NO_PROXY'],
])('a proxy that responds %s to CONNECT: facts and text have the status', async (line, cause, next) => {
  const proxy = createHttpServer();
  proxy.on('connect', (_, socket) => socket.end(`HTTP/1.1 ${line}\r\nContent-Length: 6\r\n\r\ncanary`));
  const error = await errorBehind(await listen(proxy));
  const status = Number.parseInt(line, 10);
  const request = `GET https://${HOST}/as/${DISCOVERY}`;
  expect(error.code).toBe('pingone_unreachable');
  expect(error.facts).toEqual({ step: 'discovery', request, networkCode: 'PROXY_REFUSED', status });
  const { detail, operator } = textOf(error);
  expect(detail).toBe(`${request} failed: PROXY_REFUSED, status ${status}.`);
  expect(operator.causes.join(' ')).toContain(cause);
  expect(operator.next).toContain(next);
  expect(JSON.stringify([error, detail, operator])).not.toContain('canary');
});

test.each<[string, () => Promise<number>]>([
  ['ECONNREFUSED', async () => 1],
  ['UND_ERR_PRX_CONN', () => listen(createHttpServer().on('connect', (_, socket) => socket.destroy()))],
])('a proxy that is gone, or closes the connection: %s', async (networkCode, portOf) => {
  const { code, facts } = await errorBehind(await portOf());
  expect([code, facts.networkCode]).toEqual(['pingone_unreachable', networkCode]);
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
    const { provider, registration } = await providerForTest();
    const issuer = provider.issuer.replace('127.0.0.1', host);
    const { client } = clientForTest({ ...registration, issuer });
    // Whether anything listens at that address does not matter here: the test double does at the first alone.
    await client.ready().catch(() => {});
    expect(asked).toEqual([]);
    if (host === '127.0.0.1') expect(provider.requestsTo(DISCOVERY)).toHaveLength(1);
  },
);

test('on PingOne’s own hosts each endpoint must be on the issuer’s', async () => {
  for (const name of [
    'revocation_endpoint',
    'authorization_endpoint',
    'token_endpoint',
    'jwks_uri',
    'userinfo_endpoint',
    'end_session_endpoint',
  ]) {
    for (const other of ['https://auth.pingone.com', 'https://evil.example', `https://${HOST}:8443`]) {
      const { provider, issuer, client } = await providerBehindProxy(HOST);
      provider.metadata[name] = `${other}${new URL(issuer).pathname}/x`;
      const error = await errorOf(client.ready());
      expect(error.code).toBe('discovery_invalid');
      expect(error.facts.found).toBe(
        `${name} (${other}${new URL(issuer).pathname}/x) is not on https://${HOST}`,
      );
      await client.close();
    }
  }
});
