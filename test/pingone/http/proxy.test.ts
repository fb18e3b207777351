// Proxies that the environment names. Through a proxy, these tests also reach a server with the name of a PingOne host.

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

/** A proxy that connects each CONNECT request, to any host, with a TLS server in front of the test double. */
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

test('a sign-in sends all its requests through the proxy in HTTPS_PROXY', async () => {
  const { provider, issuer, client, connects } = await providerBehindProxy(HOST);
  expect((await signIn(client, provider)).issuer).toBe(issuer);
  expect(new Set(connects)).toEqual(new Set([`${HOST}:443`]));
  // The proxy is only a tunnel, so the token request arrives at the provider unchanged.
  expect(provider.requestsTo('token')).toHaveLength(1);
});

test('the limit of 256 KiB for a response also applies behind a proxy', async () => {
  const { provider, client } = await providerBehindProxy(HOST);
  const text = JSON.stringify(provider.metadata);
  provider.scripts[DISCOVERY] = () => ({ headers: JSON_TYPE, body: text.padEnd(256 * 1024 + 1) });
  expect((await errorOf(client.ready())).code).toBe('pingone_response_too_big');
});

test('the certificate must name the host also behind a proxy', async () => {
  const { provider, client, connects } = await providerBehindProxy('login.example');
  expect((await errorOf(client.ready())).code).toBe('pingone_tls_failed');
  expect(connects).toContain('login.example:443');
  expect(provider.received).toEqual([]);
});

test('requests to a host in NO_PROXY do not use the proxy', async () => {
  const { client, connects } = await providerBehindProxy('pingone.invalid');
  vi.stubEnv('NO_PROXY', 'pingone.invalid');
  expect((await errorOf(client.ready())).code).toBe('pingone_unreachable');
  expect(connects).toEqual([]);
});

/** The error of a client that uses the proxy on this port. */
async function errorBehind(proxyPort: number) {
  vi.stubEnv('HTTPS_PROXY', `http://canary-user:canary-password@127.0.0.1:${proxyPort}`);
  const { registration } = await providerForTest();
  const { client } = clientForTest({ ...registration, issuer: `https://${HOST}/as` });
  return errorOf(client.ready());
}

test.each([
  ['407 Proxy Authentication Required', 'requires a user name and a password', 'HTTPS_PROXY'],
  ['403 Forbidden', 'does not allow connections', 'NO_PROXY'],
  ['502 Bad Gateway', 'cannot reach PingOne', 'whether the proxy can reach other hosts'],
  ['204 No Content', 'does not allow connections', 'NO_PROXY'],
])(
  'if a proxy responds to CONNECT with %s, the facts and the text of the error contain the status',
  async (line, cause, next) => {
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
  },
);

test.each<[string, () => Promise<number>]>([
  ['ECONNREFUSED', async () => 1],
  ['UND_ERR_PRX_CONN', () => listen(createHttpServer().on('connect', (_, socket) => socket.destroy()))],
])(
  'if the proxy does not run or closes the connection, the error contains %s',
  async (networkCode, portOf) => {
    const { code, facts } = await errorBehind(await portOf());
    expect([code, facts.networkCode]).toEqual(['pingone_unreachable', networkCode]);
  },
);

test.each(['127.0.0.1', 'localhost', '127.0.0.2', '[::1]'])(
  'requests to %s never use a proxy',
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
    // Only the first address has a server. The others need none, because this test is about the proxy.
    await client.ready().catch(() => {});
    expect(asked).toEqual([]);
    if (host === '127.0.0.1') expect(provider.requestsTo(DISCOVERY)).toHaveLength(1);
  },
);

test('each endpoint must be on the host of the issuer if that is a PingOne host', async () => {
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
