// A deployment: nginx with the configuration of this folder, the app in production mode, Redis, and a provider with https,
// which production mode requires.

import { spawn } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { Agent, request } from 'undici';
import { onTestFinished } from 'vitest';
import { ARGUMENTS, findChromium } from '../browser/helpers.ts';
import { type ProviderDouble, startProviderDouble } from '../helpers/provider-double.ts';
import { type Certificate, createCertificate } from '../pingone/certificates.ts';
import { listen } from '../pingone/servers.ts';
import { type Started, startProcess, valuesOf } from '../process/helpers.ts';
import { redisForTest } from '../redis/server.ts';

export const HOST = 'app.example.com';
export const ORIGIN = `https://${HOST}`;
/** The app's environment variables that match nginx.conf. */
const APP = { HOST: '127.0.0.1', PORT: '3000', BASE_URL: ORIGIN, TRUST_PROXY: '1' };

const CERTIFICATES = { [HOST]: createCertificate(HOST), localhost: createCertificate('localhost') };

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'behind-nginx-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Starts nginx with a copy of nginx.conf, and a new certificate in the place that the file names. For one process of the app,
 * the copy is exact; for several, it lists all of them.
 */
async function startNginx(folder: string, ports: string[]): Promise<void> {
  const { cert, key } = CERTIFICATES[HOST] as Certificate;
  const addresses = ports.map((port) => `server 127.0.0.1:${port};`).join(' ');
  const config = readFileSync(new URL('nginx.conf', import.meta.url), 'utf8');
  writeFileSync(join(folder, 'nginx.conf'), config.replaceAll('server 127.0.0.1:3000;', addresses));
  mkdirSync(join(folder, 'tls'));
  writeFileSync(join(folder, `tls/${HOST}.pem`), cert);
  writeFileSync(join(folder, `tls/${HOST}.key`), key, { mode: 0o600 });
  const more = `daemon off; pid ${join(folder, 'nginx.pid')};`;
  const child = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-g', more], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errorText = '';
  child.stderr.on('data', (chunk) => {
    errorText += chunk;
  });
  const ended = once(child, 'exit').catch(() => {
    errorText = 'nginx is not installed (Debian: apt-get install nginx).';
  });
  onTestFinished(async () => {
    child.kill('SIGQUIT');
    await ended;
  });
  const failed = ended.then(() => {
    throw new Error(`nginx ended. It needs root and the ports 80 and 443. ${errorText}`);
  });
  await Promise.race([failed, untilReachable('http://127.0.0.1/')]);
}

async function untilReachable(url: string): Promise<void> {
  const isReachable = () =>
    fetch(url, { redirect: 'manual' }).then(
      () => true,
      () => false,
    );
  while (!(await isReachable())) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** The test double with https. Its sign-on page needs no input: it knows one user, and redirects back at once. */
async function startProvider(): Promise<ProviderDouble> {
  const double = await startProviderDouble();
  onTestFinished(() => void double.close());
  const front = createServer(CERTIFICATES['localhost'] as Certificate, double.handle);
  const issuer = double.issuer.replace(double.origin, `https://localhost:${await listen(front)}`);
  for (const [name, value] of Object.entries(double.metadata)) {
    if (typeof value === 'string') double.metadata[name] = value.replace(double.issuer, issuer);
  }
  double.claims = { iss: issuer };
  double.scripts['authorize'] = ({ path, query }) => {
    const { state, code } = double.authorize(`${ORIGIN}${path}?${query}`);
    return redirectTo(query.get('redirect_uri'), { state, code });
  };
  double.scripts['signoff'] = ({ query }) =>
    redirectTo(query.get('post_logout_redirect_uri'), { state: query.get('state') ?? '' });
  return Object.assign(double, { issuer });
}

function redirectTo(url: string | null, query: Record<string, string>) {
  return { status: 302, headers: { location: `${url}?${new URLSearchParams(query)}` } };
}

/** Starts all parts of the deployment. @param ports one for each process of the app */
export async function deployed(env: Record<string, string> = {}, ports = [APP.PORT]) {
  const folder = temporaryFolder();
  const [redis, provider] = [await redisForTest(), await startProvider()];
  const authority = join(folder, 'provider.pem');
  writeFileSync(authority, CERTIFICATES['localhost']?.cert ?? '');

  async function startApp(PORT = APP.PORT): Promise<Started> {
    const app = startProcess({
      ...valuesOf(provider),
      ...{ ...APP, PORT },
      NODE_ENV: 'production',
      SESSION_SECRET: 'Yk3-made-up-for-the-tests-behind-nginx',
      REDIS_URL: redis.url,
      NODE_EXTRA_CA_CERTS: authority,
      ...env,
    });
    await app.says('"msg":"listening"');
    return app;
  }

  const apps = await Promise.all(ports.map((port) => startApp(port)));
  await startNginx(folder, ports);
  return { app: apps[0] as Started, apps, redis, provider, startApp };
}

/** A Chromium that resolves the host to this machine, and accepts the two certificates but no other invalid one. */
export async function launchBrowser(): Promise<Browser> {
  const keys = Object.values(CERTIFICATES).map(({ cert }) => {
    const spki = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' });
    return createHash('sha256').update(spki).digest('base64');
  });
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: [
      ...ARGUMENTS,
      `--host-resolver-rules=MAP ${HOST} 127.0.0.1`,
      `--ignore-certificate-errors-spki-list=${keys.join()}`,
    ],
  });
  onTestFinished(() => browser.close());
  return browser;
}

/** A request to nginx. @param protocol `https` or `http` */
export async function ask(path: string, headers: Record<string, string> = {}, protocol = 'https') {
  const connect = { ca: CERTIFICATES[HOST]?.cert ?? '', servername: headers['host'] ?? HOST };
  const dispatcher = new Agent({ connect });
  onTestFinished(() => dispatcher.close());
  const all = { host: HOST, ...headers };
  const response = await request(`${protocol}://127.0.0.1${path}`, { dispatcher, headers: all });
  return { status: response.statusCode, headers: response.headers, body: await response.body.text() };
}
