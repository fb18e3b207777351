// A deployed copy: nginx with the configuration of this folder as it stands, the app in production mode, Redis, and a
// provider that speaks https, as production demands.

import { spawn } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
/** The values of nginx.conf. */
const APP = { HOST: '127.0.0.1', PORT: '3000', BASE_URL: ORIGIN, TRUST_PROXY: '1' };

const CERTIFICATES = { [HOST]: createCertificate(HOST), localhost: createCertificate('localhost') };

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'behind-nginx-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** nginx with a copy of the file, byte for byte, and a certificate made now where the file wants one. */
async function startNginx(folder: string): Promise<void> {
  const { cert, key } = CERTIFICATES[HOST] as Certificate;
  copyFileSync(new URL('nginx.conf', import.meta.url), join(folder, 'nginx.conf'));
  mkdirSync(join(folder, 'tls'));
  writeFileSync(join(folder, `tls/${HOST}.pem`), cert);
  writeFileSync(join(folder, `tls/${HOST}.key`), key, { mode: 0o600 });
  const more = `daemon off; pid ${join(folder, 'nginx.pid')};`;
  const child = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-g', more], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  const ended = once(child, 'exit').catch(() => {
    complaint = 'There is no nginx (Debian: apt-get install nginx).';
  });
  onTestFinished(async () => {
    child.kill('SIGQUIT');
    await ended;
  });
  const failed = ended.then(() => {
    throw new Error(`nginx, which needs root and the ports 80 and 443, ended: ${complaint}`);
  });
  await Promise.race([failed, untilAnswers('http://127.0.0.1/')]);
}

async function untilAnswers(url: string): Promise<void> {
  const answers = () =>
    fetch(url, { redirect: 'manual' }).then(
      () => true,
      () => false,
    );
  while (!(await answers())) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** The test double behind TLS, whose pages a browser can open: it knows one user, who agrees at once. */
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

/** Everything, running. */
export async function deployed(env: Record<string, string> = {}) {
  const folder = temporaryFolder();
  const [redis, provider] = [await redisForTest(), await startProvider()];
  const authority = join(folder, 'provider.pem');
  writeFileSync(authority, CERTIFICATES['localhost']?.cert ?? '');

  async function startApp(): Promise<Started> {
    const app = startProcess({
      ...valuesOf(provider),
      ...APP,
      NODE_ENV: 'production',
      SESSION_SECRET: 'Yk3-made-up-for-the-tests-behind-nginx',
      REDIS_URL: redis.url,
      NODE_EXTRA_CA_CERTS: authority,
      ...env,
    });
    await app.says('"msg":"listening"');
    return app;
  }

  const app = await startApp();
  await startNginx(folder);
  return { app, redis, provider, startApp };
}

/** A Chromium that finds the host here, and accepts the two certificates but no other. */
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

/** A request to nginx, by https unless it says otherwise. */
export async function ask(path: string, headers: Record<string, string> = {}, protocol = 'https') {
  const connect = { ca: CERTIFICATES[HOST]?.cert ?? '', servername: headers['host'] ?? HOST };
  const dispatcher = new Agent({ connect });
  onTestFinished(() => dispatcher.close());
  const all = { host: HOST, ...headers };
  const response = await request(`${protocol}://127.0.0.1${path}`, { dispatcher, headers: all });
  return { status: response.statusCode, headers: response.headers, body: await response.body.text() };
}
