// TLS: which certificates the client accepts, and the error of a failed handshake.

import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import { createServer } from 'node:net';
import tls from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { type Certificate, createCertificate } from '../certificates.ts';
import { clientForTest, errorOf, providerForTest } from '../helpers.ts';
import { listen } from '../servers.ts';

const forLocalhost = createCertificate('localhost');
const forAnother = createCertificate('pingone.example');

/** Trusts a certificate for one test, as NODE_EXTRA_CA_CERTS does for a whole process. */
function trust({ cert }: Certificate) {
  const before = tls.getCACertificates('default');
  tls.setDefaultCACertificates([...before, cert]);
  onTestFinished(() => tls.setDefaultCACertificates(before));
}

async function clientOf(certificate: Certificate & tls.TlsOptions) {
  const asked: string[] = [];
  const { provider, registration } = await providerForTest();
  const server = createTlsServer(certificate, (request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('content-type', 'application/json').end(JSON.stringify(provider.metadata));
  });
  const port = await listen(server);
  const issuer = `https://localhost:${port}/as`;
  provider.metadata['issuer'] = issuer;
  for (const name of Object.keys(provider.metadata).filter((key) => /_endpoint$|_uri$/.test(key))) {
    provider.metadata[name] = `${issuer}/${name}`;
  }
  return { provider, asked, port, ...clientForTest({ ...registration, issuer }) };
}

test('a certificate that is trusted and names the host is accepted', async () => {
  trust(forLocalhost);
  const { client, asked } = await clientOf(forLocalhost);
  await client.ready();
  expect(asked).toHaveLength(1);
});

test('a certificate that is not trusted is refused before any request', async () => {
  const { client, asked } = await clientOf(forLocalhost);
  const error = await errorOf(client.ready());
  expect(error.code).toBe('pingone_tls_failed');
  expect([error.kind, error.facts.networkCode]).toEqual(['configuration', 'DEPTH_ZERO_SELF_SIGNED_CERT']);
  expect(asked).toEqual([]);
});

test('a trusted certificate for another host is refused before any request', async () => {
  trust(forAnother);
  const { client, asked } = await clientOf(forAnother);
  const error = await errorOf(client.ready());
  expect(error.code).toBe('pingone_tls_failed');
  expect(error.facts.networkCode).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  expect(asked).toEqual([]);
});

test('a server that offers at most TLS 1.1 is refused before any request', async () => {
  trust(forLocalhost);
  // OpenSSL allows TLS 1.1 only at its lowest security level.
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  const { client, asked, port } = await clientOf({ ...forLocalhost, ...old });
  // The server works: a client that accepts TLS 1.1 can connect.
  const willing = tls.connect({ port, host: 'localhost', ...old });
  await once(willing, 'secureConnect');
  expect(willing.getProtocol()).toBe('TLSv1.1');
  willing.destroy();
  const error = await errorOf(client.ready());
  expect(error.code).toBe('pingone_tls_failed');
  expect(asked).toEqual([]);
});

test.each([
  ['http', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['bytes that begin like TLS', Buffer.from('160301ffff', 'hex')],
])('a server without TLS is refused, and the error does not mention a certificate: %s', async (_, bytes) => {
  const port = await listen(createServer((socket) => void socket.end(bytes)));
  const { registration } = await providerForTest();
  const { client } = clientForTest({ ...registration, issuer: `https://localhost:${port}/as` });
  const { code, facts } = await errorOf(client.ready());
  expect(code).toBe('pingone_tls_failed');
  expect(facts.networkCode).toMatch(/SSL|EPROTO/);
  expect(facts.networkCode).not.toMatch(/CERT/);
});

test.each([
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
  'userinfo_endpoint',
  'end_session_endpoint',
])('the %s of an https issuer must use https, also on localhost', async (name) => {
  trust(forLocalhost);
  const { provider, client } = await clientOf(forLocalhost);
  provider.metadata[name] = `${provider.issuer}/${name}`;
  const error = await errorOf(client.ready());
  expect(error.code).toBe('discovery_invalid');
  expect(error.facts.found).toContain(`${name} (`);
  expect(error.facts.found).toContain(') is not an https URL');
});

test.each([
  ['has expired', { from: -3, until: -1 }, 'CERT_HAS_EXPIRED'],
  ['is not valid yet', { from: 1, until: 3 }, 'CERT_NOT_YET_VALID'],
])(
  'a trusted certificate that %s is refused, and the error contains the time of this machine',
  async (_, days, networkCode) => {
    const certificate = createCertificate('localhost', days);
    trust(certificate);
    const { client, asked } = await clientOf(certificate);
    const error = await errorOf(client.ready());
    expect(error.code).toBe('pingone_tls_failed');
    expect(error.facts.networkCode).toBe(networkCode);
    const [, here = ''] = error.facts.found?.match(/^clock:? (\S+Z)$/) ?? [];
    expect(Math.abs(Date.parse(here) - Date.now())).toBeLessThan(10_000);
    expect(asked).toEqual([]);
  },
);
