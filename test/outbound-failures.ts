// The ways in which an endpoint can fail, for outbound.test.ts.

import { createServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { gzipSync } from 'node:zlib';
import type { TestContext } from 'vitest';
import type { ProviderDouble, Script } from './helpers/provider-double.ts';
import { type Certificate, createCertificate } from './pingone/certificates.ts';

export interface Place {
  /** The issuer, if it is not the test double's own. */
  issuer?: string;
  fail(): unknown;
  heal(): unknown;
}

export interface Failure {
  name: string;
  /** The error code of a sign-in in this case. */
  code: RegExp;
  /** How many times the request arrives. Absent: once. */
  arrives?: { get: number; post: number };
  prepare(
    providerDouble: ProviderDouble,
    endpoint: string,
    finished: TestContext['onTestFinished'],
  ): Promise<Place>;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const LONG = 50 * 1024 * 1024;

export const FAILURES: Failure[] = [
  elsewhere('refuses the connection', /^pingone_unreachable$/),
  elsewhere('has a self-signed certificate that is not trusted', /^pingone_tls_failed$/, 'localhost'),
  elsewhere('has a certificate of another host', /^pingone_tls_failed$/, 'pingone.example'),
  // If the connection closes before a response, a GET is sent once more (RFC 9110, section 9.2.2).
  {
    ...scripted('resets the connection before a response', /^pingone_unreachable$/, (_, response) => {
      response.socket?.resetAndDestroy();
    }),
    arrives: { get: 2, post: 1 },
  },
  scripted('resets the connection during a response', /^pingone_unreachable$/, (_, response) => {
    response.writeHead(200, { ...JSON_TYPE, 'transfer-encoding': 'chunked' }).write('{"access_token":');
    setTimeout(() => response.socket?.resetAndDestroy(), 20);
  }),
  scripted('truncates its response', /^pingone_(unreachable|response_invalid)$/, (_, response) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': '1000' });
    response.write('{"a":', () => response.socket?.end());
  }),
  scripted('sends a response that is too large', /^pingone_response_too_big$/, async (good) => ({
    headers: JSON_TYPE,
    body: `${await bodyOf(good)}${' '.repeat(2 * 1024 * 1024)}`,
  })),
  scripted('sends a response of the wrong type', /^pingone_response_invalid$/, async (good) => ({
    headers: { 'content-type': 'text/html' },
    body: await bodyOf(good),
  })),
  scripted('sends a response that is not an object', /^pingone_response_invalid$/, () => ({
    headers: JSON_TYPE,
    body: '[]',
  })),
  scripted('sends a gzip bomb', /^pingone_response_invalid$/, async (good, response) => {
    const bomb = gzipSync(Buffer.from((await bodyOf(good)).padEnd(LONG)));
    response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }).end(bomb);
  }),
  scripted('redirects', /^pingone_redirected$/, () => ({ status: 307, headers: { location: '/elsewhere' } })),
  scripted('returns 429 with Retry-After', /^pingone_busy$/, () => ({
    status: 429,
    headers: { 'retry-after': '1' },
  })),
  scripted('returns 500', /^pingone_failed$/, () => ({ status: 500 })),
  scripted('returns 503', /^pingone_busy$/, () => ({ status: 503 })),
  scripted('never responds', /^pingone_timeout$/, () => new Promise(() => {})),
  scripted('sends its headers too slowly', /^pingone_timeout$/, (_, response) => {
    drip(response, response.socket, 'HTTP/1.1 200 OK\r\nX-Slow: ');
  }),
  scripted('sends its body too slowly', /^pingone_timeout$/, (_, response) => {
    drip(response, response.writeHead(200, JSON_TYPE), '{"a":"');
  }),
];

type GoodResponse = () => ReturnType<ProviderDouble['goodResponse']>;

/** The endpoint keeps its address, but responds in another way. */
function scripted(
  name: string,
  code: RegExp,
  act: (good: GoodResponse, response: ServerResponse) => unknown,
): Failure {
  return {
    name,
    code,
    prepare: async (providerDouble, endpoint) => ({
      fail() {
        providerDouble.scripts[endpoint] = (request, response) =>
          act(() => providerDouble.goodResponse(endpoint, request), response) as ReturnType<Script>;
      },
      heal: () => void delete providerDouble.scripts[endpoint],
    }),
  };
}

async function bodyOf(good: GoodResponse): Promise<string> {
  const { body } = await good();
  return typeof body === 'string' ? body : JSON.stringify(body);
}

/** Sends a byte every 100 ms, for longer than the app waits. */
function drip(response: ServerResponse, target: NodeJS.WritableStream | null, start: string): void {
  target?.write(start);
  const timer = setInterval(() => target?.write('x'), 100);
  response.once('close', () => clearInterval(timer));
}

const TRUSTED = createCertificate('localhost');
const BAD: Record<string, Certificate> = {
  localhost: createCertificate('localhost'),
  'pingone.example': createCertificate('pingone.example'),
};

/** As NODE_EXTRA_CA_CERTS would. A certificate that is trusted for another host must not be accepted for this one. */
export function trustCertificates(): void {
  const more = [TRUSTED.cert, BAD['pingone.example']?.cert ?? ''];
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), ...more]);
}

/**
 * Only this endpoint is on a separate server, which works until it fails: it closes, or gets a certificate that is not
 * accepted. If the endpoint is the discovery document, all other endpoints move to that server, too.
 */
function elsewhere(name: string, code: RegExp, badHost?: string): Failure {
  return {
    name,
    code,
    arrives: { get: 0, post: 0 },
    async prepare(providerDouble, endpoint, finished) {
      const server = badHost
        ? createTlsServer(TRUSTED, providerDouble.handle)
        : createServer(providerDouble.handle);
      await listen(server);
      finished(() => close(server));
      const { port } = server.address() as AddressInfo;
      const base = `${badHost ? 'https://localhost' : 'http://127.0.0.1'}:${port}/elsewhere/as`;
      const isDiscovery = endpoint.startsWith('.well-known');
      for (const [field, address] of Object.entries(providerDouble.metadata)) {
        const own = String(address).split('/as/')[1];
        if (own !== undefined && (isDiscovery || own === endpoint))
          providerDouble.metadata[field] = `${base}/${own}`;
      }
      if (isDiscovery) {
        providerDouble.metadata['issuer'] = base;
        providerDouble.claims['iss'] = base;
      }
      return {
        ...(isDiscovery && { issuer: base }),
        async fail() {
          if (badHost) (server as tls.Server).setSecureContext(BAD[badHost] ?? TRUSTED);
          else await close(server);
          server.closeAllConnections();
          // Time for the app to notice that its connections are closed.
          await new Promise((resolve) => setTimeout(resolve, 50));
        },
        async heal() {
          if (badHost) (server as tls.Server).setSecureContext(TRUSTED);
          else await listen(server, port);
        },
      };
    },
  };
}

const listen = (server: Server, port = 0) =>
  new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => void server.close(() => resolve()));
}
