// The line "address and TLS": a host that cannot be reached, or that does not prove its identity.

import { spawn } from 'node:child_process';
import dns from 'node:dns';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, createServer } from 'node:net';
import tls from 'node:tls';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { examine } from '../../src/doctor/doctor.ts';
import { asText } from '../../src/doctor/report.ts';
import { createCertificate } from '../pingone/certificates.ts';
import { listen } from '../pingone/servers.ts';
import { freePort } from '../process/helpers.ts';
import { examined, linesOf, listOf, providerForDoctor, resultsOf } from './helpers.ts';

const VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];
beforeEach(() => {
  for (const name of VARIABLES) vi.stubEnv(name, undefined);
});
afterEach(() => void vi.unstubAllEnvs());

const AT = ' '.repeat('address and TLS'.length + 4);
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

/** The issuer of a TLS server that responds with 404 only. */
async function tlsIssuer(certificate = forLocalhost): Promise<string> {
  const server = createTlsServer(certificate, (_, response) => response.writeHead(404).end());
  return `https://localhost:${await listen(server)}/as`;
}

test('a host name that does not resolve fails, and checks that need the host are skipped', async () => {
  const findings = await examine(await envOf('https://no-such-host.invalid/as'));
  const [line, ...rest] = linesOf(findings, 'address and TLS');
  expect(line).toMatch(
    /^✗ address and TLS {2}This machine cannot resolve the host name no-such-host\.invalid \((ENOTFOUND|EAI_AGAIN)\)\.$/,
  );
  expect(rest.at(-1)).toMatch(/Next step: .*HTTPS_PROXY/);
  expect(resultsOf(findings).slice(findings.findIndex(({ check }) => check === 'address and TLS'))).toEqual([
    'address and TLS: failed',
    ...['discovery', 'clock', 'endpoints', 'client_secret_post', 'S256', 'RS256', 'signing keys'].map(
      (check) => `${check}: skipped`,
    ),
    'credentials: skipped',
    'redirect URI: skipped',
    'port: passed',
    ...Array(4).fill('console: note'),
  ]);
  // One line for all of them.
  expect(asText(findings)).toContain(
    '\n– skipped          Not checked, because “address and TLS” failed: discovery, clock, endpoints, client_secret_post, S256, RS256, signing keys, credentials, redirect URI.\n',
  );
});

test('a port where no server listens fails', async () => {
  const origin = `http://127.0.0.1:${await freePort()}`;
  expect(await examined(await envOf(`${origin}/as`), 'address and TLS')).toEqual([
    `✗ address and TLS  PingOne cannot be reached. GET ${origin}/as/.well-known/openid-configuration failed: ECONNREFUSED.`,
    `${AT}Possible causes:`,
    expect.stringContaining(`${AT}1. No server listens at this host and port`),
    expect.stringContaining(`${AT}2. A firewall`),
    expect.stringContaining(`${AT}Next step: Check the host and the port in PINGONE_ISSUER.`),
  ]);
});

test('a host that accepts the connection and never responds fails', async () => {
  const host = `127.0.0.1:${await listen(createServer())}`;
  expect(await examined(await envOf(`http://${host}/as`), 'address and TLS')).toEqual([
    `✗ address and TLS  PingOne did not respond in time. Request: GET http://${host}/as/.well-known/openid-configuration.`,
    ...listOf(
      ['PingOne, or the network on the way to it, is slow.', 'A firewall silently drops the connection.'],
      AT,
    ),
    `${AT}Next step: Find out whether a firewall or a proxy stands between this machine and ${host}.`,
  ]);
});

type LookUpDone = (
  error: NodeJS.ErrnoException | null,
  found?: { address: string; family: number }[],
) => void;

/** From now on until the end of this test, this function resolves all host names. */
function lookUp(respond: (done: LookUpDone) => void): void {
  const lookup = vi.spyOn(dns, 'lookup').mockImplementation(((...args: unknown[]) => {
    process.nextTick(respond, args.at(-1) as LookUpDone);
  }) as typeof dns.lookup);
  onTestFinished(() => lookup.mockRestore());
}

test('a name server that does not respond is distinguished from a host that does not respond', async () => {
  const env = await envOf('https://login.example/as');
  lookUp((done) => done(Object.assign(new Error('canary'), { code: 'EAI_AGAIN' })));
  const [line, , cause] = await examined({ ...env, HOST: '127.0.0.1' }, 'address and TLS');
  expect(line).toBe(
    '✗ address and TLS  This machine cannot resolve the host name login.example (EAI_AGAIN).',
  );
  expect(cause).toContain('1. The name server of this machine does not respond.');
});

/** A port where 127.0.0.2 never responds, because the process that listens there is suspended. */
async function silentPort(): Promise<number> {
  const listening = 'require("net").createServer().listen({ host: "127.0.0.2", port: 0, backlog: 1 }, ';
  const code = `${listening} function () { console.log(this.address().port); })`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [port] = await once(child.stdout, 'data');
  child.kill('SIGSTOP');
  // Two connections fill its backlog. The system drops a third connection.
  for (const _ of [1, 2]) {
    const socket = connect(Number(port), '127.0.0.2');
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
  }
  return Number(port);
}

test('if the first address of a host name never responds, the next address is used', async () => {
  const port = await silentPort();
  const server = createHttpServer((_, response) => response.writeHead(404).end());
  server.listen(port, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const env = await envOf(`http://localhost:${port}/as`);
  const addresses = ['127.0.0.2', '127.0.0.1'].map((address) => ({ address, family: 4 }));
  lookUp((done) => done(null, addresses));
  expect(await examined({ ...env, HOST: '127.0.0.1' }, 'address and TLS')).toEqual([
    `✓ address and TLS  localhost:${port} responds. It is on this machine and uses http, so there is no TLS to check.`,
  ]);
});

test('an untrusted certificate fails', async () => {
  const issuer = await tlsIssuer();
  expect(await examined(await envOf(issuer), 'address and TLS')).toEqual([
    `✗ address and TLS  The TLS connection to PingOne failed. GET ${issuer}/.well-known/openid-configuration failed: DEPTH_ZERO_SELF_SIGNED_CERT.`,
    `${AT}Possible causes:`,
    expect.stringMatching(/1\. .* private certificate authority/),
    expect.stringMatching(/2\. .* self-signed certificate/),
    `${AT}Next step: Set NODE_EXTRA_CA_CERTS to the PEM file of the authority and restart this app. Never turn off certificate checks.`,
  ]);
});

test('a certificate of another host fails', async () => {
  const forAnother = createCertificate('pingone.example');
  trust(forAnother.cert);
  const issuer = await tlsIssuer(forAnother);
  expect(await examined(await envOf(issuer), 'address and TLS')).toEqual([
    `✗ address and TLS  The TLS connection to PingOne failed. GET ${issuer}/.well-known/openid-configuration failed: ERR_TLS_CERT_ALTNAME_INVALID.`,
    ...listOf(
      [
        'PINGONE_ISSUER names a host that the certificate does not cover.',
        'The host name resolves to the wrong server.',
      ],
      AT,
    ),
    `${AT}Next step: Compare the host in PINGONE_ISSUER with the Issuer under Applications > Applications > your application > Overview. The certificate belongs to another host.`,
  ]);
});

test('a valid certificate passes', async () => {
  trust(forLocalhost.cert);
  const issuer = await tlsIssuer();
  expect(await examined(await envOf(issuer), 'address and TLS')).toEqual([
    `✓ address and TLS  ${new URL(issuer).host} responds, and its certificate is valid.`,
  ]);
});

test('if certificates are not checked, the result is unclear', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  const issuer = await tlsIssuer();
  const env = { ...(await envOf(issuer)), NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  expect(await examined(env, 'address and TLS')).toEqual([
    `? address and TLS  Unclear: ${new URL(issuer).host} responds, but NODE_TLS_REJECT_UNAUTHORIZED is 0, so its certificate was not checked.`,
    `${AT}Next step: Remove this variable. For a private certificate authority, set NODE_EXTRA_CA_CERTS.`,
  ]);
});

/** A proxy that connects every CONNECT to the given port and records the passwords; with port 0, it returns 407. */
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

test('if a proxy is used, the line names it without its user name and password', async () => {
  const certificate = createCertificate('auth.pingone.eu');
  trust(certificate.cert);
  const behind = createTlsServer(certificate, (_, response) => response.writeHead(404).end());
  const proxy = await proxyTo(await listen(behind));
  vi.stubEnv('HTTPS_PROXY', proxy.address);
  const issuer = 'https://auth.pingone.eu/9c5a1c4e-0f6b-4c57-9a33-2f6b1d0e7a10/as';
  expect(await examined(await envOf(issuer), 'address and TLS')).toEqual([
    `✓ address and TLS  auth.pingone.eu responds through the proxy http://${proxy.host}, and its certificate is valid.`,
  ]);
  expect(proxy.passwords).toEqual([`Basic ${btoa('canary-user:canary-password')}`]);
});

test('if a proxy rejects the connection, the line names it, too', async () => {
  const proxy = await proxyTo(0);
  vi.stubEnv('HTTPS_PROXY', proxy.address);
  const findings = await examine(await envOf('https://login.example/as'));
  const [line] = linesOf(findings, 'address and TLS');
  expect(line).toMatch(/^✗ address and TLS {2}PingOne cannot be reached\. /);
  expect(line).toContain('failed: PROXY_REFUSED, status 407.');
  expect(line).toContain(`The request went through the proxy http://${proxy.host}.`);
  expect(JSON.stringify(findings)).not.toContain('canary');
});

test('if the proxy is not used, the line does not name it', async () => {
  const proxy = await proxyTo(0);
  vi.stubEnv('HTTPS_PROXY', proxy.address);
  vi.stubEnv('HTTP_PROXY', proxy.address);
  const { provider, env } = await providerForDoctor();
  expect(await examined(env, 'address and TLS')).toEqual([
    `✓ address and TLS  ${new URL(provider.origin).host} responds. It is on this machine and uses http, so there is no TLS to check.`,
  ]);
});
