// The line "address and TLS": each way in which a host is not reached, or does not prove who it is.

import { createServer as createHttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, createServer } from 'node:net';
import tls from 'node:tls';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { examine } from '../../src/doctor/doctor.ts';
import { createCertificate } from '../pingone/certificates.ts';
import { listen } from '../pingone/servers.ts';
import { freePort } from '../process/helpers.ts';
import { examined, linesOf, resultsOf, standInForDoctor } from './helpers.ts';

const VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];
beforeEach(() => {
  for (const name of VARIABLES) vi.stubEnv(name, undefined);
});
afterEach(() => void vi.unstubAllEnvs());

const AT = ' '.repeat('address and TLS'.length + 4);
const OVERVIEW =
  'Compare PINGONE_ISSUER with the Issuer on the application’s Overview tab: Applications > Applications > your application.';
const forLocalhost = createCertificate('localhost');

async function envOf(issuer: string) {
  const PORT = String(await freePort());
  return {
    PINGONE_ISSUER: issuer,
    PINGONE_CLIENT_ID: 'an-id',
    PINGONE_CLIENT_SECRET: 'made-up canary',
    PORT,
  };
}

function trust(cert: string): void {
  const before = tls.getCACertificates('default');
  tls.setDefaultCACertificates([...before, cert]);
  onTestFinished(() => tls.setDefaultCACertificates(before));
}

/** The issuer of a TLS server that knows nothing. */
async function tlsIssuer(certificate = forLocalhost): Promise<string> {
  const server = createTlsServer(certificate, (_, response) => response.writeHead(404).end());
  return `https://localhost:${await listen(server)}/as`;
}

test('a name that does not resolve; nothing that needs it is checked', async () => {
  const findings = await examine(await envOf('https://no-such-host.invalid/as'));
  const [line, next] = linesOf(findings, 'address and TLS');
  expect(line).toMatch(
    /^✗ address and TLS {2}The name no-such-host\.invalid does not resolve \((ENOTFOUND|EAI_AGAIN)\)\.$/,
  );
  expect(next).toContain('HTTPS_PROXY');
  expect(resultsOf(findings).slice(3)).toEqual([
    'address and TLS: failed',
    ...['discovery', 'clock', 'endpoints', 'client_secret_post', 'S256', 'RS256', 'signing keys'].map(
      (check) => `${check}: skipped`,
    ),
    'credentials: skipped',
    'redirect URI: skipped',
    'port: passed',
  ]);
  // Whatever was skipped names the failure at the root of it.
  expect(linesOf(findings, 'redirect URI')).toEqual([
    '– redirect URI  Not checked, because this failed: address and TLS.',
  ]);
});

test('a port where nobody listens', async () => {
  const origin = `http://127.0.0.1:${await freePort()}`;
  expect(await examined(await envOf(`${origin}/as`), 'address and TLS')).toEqual([
    `✗ address and TLS  PingOne could not be reached. The discovery request (GET ${origin}/as/.well-known/openid-configuration) failed: ECONNREFUSED.`,
    `${AT}Try again in a moment. ${OVERVIEW}`,
  ]);
});

test('a host that takes the connection and never answers', async () => {
  const host = `127.0.0.1:${await listen(createServer())}`;
  expect(await examined(await envOf(`http://${host}/as`), 'address and TLS')).toEqual([
    `✗ address and TLS  PingOne did not answer in time. The discovery request (GET http://${host}/as/.well-known/openid-configuration) did not end in time.`,
    `${AT}Find out whether a firewall or a proxy stands between this machine and ${host}.`,
  ]);
});

test('a certificate that nobody trusts', async () => {
  const issuer = await tlsIssuer();
  expect(await examined(await envOf(issuer), 'address and TLS')).toEqual([
    `✗ address and TLS  PingOne’s TLS connection was not accepted. The discovery request (GET ${issuer}/.well-known/openid-configuration) failed: DEPTH_ZERO_SELF_SIGNED_CERT.`,
    `${AT}Set NODE_EXTRA_CA_CERTS to the authority’s PEM file and restart. Never switch the check off.`,
  ]);
});

test('a certificate of another host', async () => {
  const forAnother = createCertificate('pingone.example');
  trust(forAnother.cert);
  const issuer = await tlsIssuer(forAnother);
  expect(await examined(await envOf(issuer), 'address and TLS')).toEqual([
    `✗ address and TLS  PingOne’s TLS connection was not accepted. The discovery request (GET ${issuer}/.well-known/openid-configuration) failed: ERR_TLS_CERT_ALTNAME_INVALID.`,
    `${AT}The certificate is another host’s. ${OVERVIEW}`,
  ]);
});

test('a certificate that is accepted', async () => {
  trust(forLocalhost.cert);
  const issuer = await tlsIssuer();
  expect(await examined(await envOf(issuer), 'address and TLS')).toEqual([
    `✓ address and TLS  ${new URL(issuer).host} answers, and its certificate is accepted.`,
  ]);
});

test('a certificate that was not checked is no pass', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  const issuer = await tlsIssuer();
  const env = { ...(await envOf(issuer)), NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  expect(await examined(env, 'address and TLS')).toEqual([
    `– address and TLS  ${new URL(issuer).host} answers, but NODE_TLS_REJECT_UNAUTHORIZED is 0: its certificate was not checked.`,
    `${AT}Unset it; for a private certificate authority set NODE_EXTRA_CA_CERTS.`,
  ]);
});

/** A proxy that needs a password; with it, every CONNECT leads to the given port. Every request of it is kept. */
async function proxyTo(port: number) {
  const proxy = createHttpServer();
  const passwords: (string | undefined)[] = [];
  proxy.on('connect', (request, socket) => {
    passwords.push(request.headers['proxy-authorization']);
    if (port === 0) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const tunnel = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(tunnel).pipe(socket);
    });
    socket.on('error', () => tunnel.destroy());
    tunnel.on('error', () => socket.destroy());
  });
  const host = `127.0.0.1:${await listen(proxy)}`;
  return { host, passwords, address: `http://canary-user:canary-password@${host}` };
}

test('a proxy is named where it is used, without its user name and password', async () => {
  const certificate = createCertificate('auth.pingone.eu');
  trust(certificate.cert);
  const behind = createTlsServer(certificate, (_, response) => response.writeHead(404).end());
  const proxy = await proxyTo(await listen(behind));
  vi.stubEnv('HTTPS_PROXY', proxy.address);
  const issuer = 'https://auth.pingone.eu/9c5a1c4e-0f6b-4c57-9a33-2f6b1d0e7a10/as';
  expect(await examined(await envOf(issuer), 'address and TLS')).toEqual([
    `✓ address and TLS  auth.pingone.eu answers through the proxy http://${proxy.host}, and its certificate is accepted.`,
  ]);
  expect(proxy.passwords).toEqual([`Basic ${btoa('canary-user:canary-password')}`]);
});

test('a proxy that refuses is named, too', async () => {
  const proxy = await proxyTo(0);
  vi.stubEnv('HTTPS_PROXY', proxy.address);
  const findings = await examine(await envOf('https://login.example/as'));
  const [line] = linesOf(findings, 'address and TLS');
  expect(line).toMatch(/^✗ address and TLS {2}PingOne could not be reached\. /);
  expect(line).toContain(`It went through the proxy http://${proxy.host}.`);
  expect(JSON.stringify(findings)).not.toContain('canary');
});

test('a proxy that is not used is not named', async () => {
  const proxy = await proxyTo(0);
  vi.stubEnv('HTTPS_PROXY', proxy.address);
  vi.stubEnv('HTTP_PROXY', proxy.address);
  const { standIn, env } = await standInForDoctor();
  expect(await examined(env, 'address and TLS')).toEqual([
    `✓ address and TLS  ${new URL(standIn.origin).host} answers. It is on this machine and speaks http: there is no TLS to check.`,
  ]);
});
