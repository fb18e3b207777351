// Apps with other libraries use the sandbox of `npm run sandbox`: they sign in, refresh and sign out, and detect its faults.
// They use the packages of the bench. If npm cannot install these, the tests are skipped.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { signInAtSandbox } from '../helpers/flow.ts';
import { freePort } from '../process/helpers.ts';
import { run, startCommand } from './process-helpers.ts';

const BENCH = fileURLToPath(new URL('../bench/', import.meta.url));
const INSTALL_LIMIT_MS = 120_000;
const isInstalled = await install();

async function install(): Promise<boolean> {
  const { dependencies } = createRequire(import.meta.url)(`${BENCH}package.json`);
  const isThere = () => Object.keys(dependencies).every((name) => existsSync(`${BENCH}node_modules/${name}`));
  if (isThere()) return true;
  const options = ['ci', '--prefix', BENCH, '--ignore-scripts', '--no-audit', '--no-fund'];
  await promisify(execFile)('npm', options, { timeout: INSTALL_LIMIT_MS }).catch(() => undefined);
  return isThere();
}

async function startOtherApp(name: string) {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const registered = ['--redirect-uri', `${url}/callback`, '--sign-off-url', `${url}/`];
  const sandbox = await startCommand([...registered, '--port', '0']);
  const app = run([`test/sandbox/other-apps/${name}.mjs`], {
    PORT: String(port),
    NODE_ENV: 'production',
    PINGONE_ISSUER: sandbox.issuer,
    PINGONE_CLIENT_ID: sandbox.clientId,
    PINGONE_CLIENT_SECRET: sandbox.clientSecret,
  });
  await app.says('listening');
  return { url, sandbox };
}

describe.skipIf(!isInstalled).each(['openid-client', 'passport'])('%s', (name) => {
  test('signs a user in, refreshes and signs the user out', async () => {
    const { url, sandbox } = await startOtherApp(name);
    const browser = createBrowser();
    const profile = await signInAtSandbox(browser, url);
    expect(profile.url).toBe(`${url}/profile`);
    const { claims, tokens } = JSON.parse(profile.body);
    // Each library has its own format for them.
    expect(JSON.stringify(claims)).toMatch(/Okafor.*amara\.okafor@example\.com/);
    expect(decodeJwt(tokens.id_token)).toMatchObject({ iss: sandbox.issuer, aud: sandbox.clientId });

    const refreshed = JSON.parse((await browser.open(`${url}/refresh`)).body);
    for (const token of ['access_token', 'refresh_token', 'id_token']) {
      expect(refreshed.tokens[token]).toMatch(/./);
      expect(refreshed.tokens[token], token).not.toBe(tokens[token]);
    }

    expect((await browser.open(`${url}/logout`)).url).toBe(`${url}/?state=signed-out`);
    // The user is also signed off at the sandbox, which asks again.
    expect((await browser.open(`${url}/login`)).body).toContain('Who is signing on?');
  });

  test('detects each chosen fault, and the sign-in after it succeeds', async () => {
    const { url, sandbox } = await startOtherApp(name);
    const { origin } = new URL(sandbox.issuer);
    for (const fault of ['token-500', 'token-403-cdn', 'id-token-wrong-aud', 'id-token-wrong-nonce']) {
      const browser = createBrowser();
      await browser.post(`${origin}/faults`, { fault });
      const refused = await signInAtSandbox(browser, url);
      expect(refused.url, fault).toContain(`${url}/callback?`);
      expect(refused.status, fault).toBeGreaterThanOrEqual(400);
      expect((await signInAtSandbox(createBrowser(), url)).url, fault).toBe(`${url}/profile`);
    }
  });
});

describe.skipIf(!isInstalled)('the unchanged clients of the bench', () => {
  test.each(['openid-client', 'passport'])('sign a user in: %s', async (name) => {
    // They know a single issuer. Their settings choose its port when they are loaded.
    const port = String(await freePort());
    const settings = `import { CLIENT_ID, CLIENT_SECRET } from './test/bench/settings.mjs';
      console.log(JSON.stringify([CLIENT_ID, CLIENT_SECRET]));`;
    const told = await run(['--input-type=module', '-e', settings]).ended;
    const [clientId, clientSecret] = JSON.parse(told.stdout) as [string, string];
    const appPort = String(await freePort());
    const url = `http://localhost:${appPort}`;
    await startCommand([
      ...['--redirect-uri', `${url}/callback`, '--port', port],
      ...['--client-id', clientId, '--client-secret', clientSecret],
    ]);
    const app = run([`test/bench/clients/${name}.mjs`], {
      ...{ PORT: appPort, BENCH_PROVIDER_PORT: port, NODE_ENV: 'production' },
    });
    await expect
      .poll(() =>
        fetch(url).then(
          ({ status }) => status,
          () => app.output.stderr,
        ),
      )
      .toBe(200);
    const profile = await signInAtSandbox(createBrowser(), url);
    expect(profile.url).toBe(`${url}/profile`);
    expect(profile.body).toContain('amara.okafor@example.com');
  });
});
