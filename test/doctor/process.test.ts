// `npm run doctor` as a process: what it prints, its exit code, and what it never prints.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { freePort, takenPort } from '../process/helpers.ts';
import { providerForDoctor, refuseToken, runDoctor } from './helpers.ts';

const SESSION_SECRET = 'canary-session-4f1b0c7de92a8563-secret';

async function sandboxPorts() {
  return { PORT: String(await freePort()), SANDBOX_PORT: String(await freePort()) };
}

test('without a configuration it starts the sandbox, checks it, and exits with 0', async () => {
  const ports = await sandboxPorts();
  const { code, stdout, stderr } = await runDoctor(ports);
  const shown = stdout.replaceAll(`:${ports.SANDBOX_PORT}`, ':3001').replaceAll(ports.PORT, '3000');
  expect(shown).toBe(`✓ environment         All variables are valid.
! environment         Warning: SESSION_SECRET is not set, so this app makes a new one at each start. A restart signs all users out and ends pending sign-ins.
✓ provider            None of the three PINGONE variables is set, so the doctor started the sandbox. Below, PingOne means the sandbox.
✓ address and TLS     127.0.0.1:3001 responds. It is on this machine and uses http, so there is no TLS to check.
✓ discovery           The document’s issuer is exactly http://127.0.0.1:3001/5a4db0c5-0e1f-4c3a-9d27-3b1c6f0e8a42/as.
✓ clock               The clock of this machine and PingOne’s clock differ by at most 30 s.
✓ endpoints           All endpoints are on http://127.0.0.1:3001.
✓ client_secret_post  Listed in token_endpoint_auth_methods_supported.
✓ S256                Listed in code_challenge_methods_supported.
✓ RS256               Listed in id_token_signing_alg_values_supported.
✓ signing keys        Keys usable with RS256: 2 of 2.
✓ credentials         The client ID and the client secret are accepted. Tested with a made-up code, which PingOne rejected as expected, and with a wrong secret, for which PingOne returned another error.
✓ redirect URI        http://localhost:3000/callback appears to be registered: PingOne sent its response there (login_required, as expected without a sign-on).
✓ port                Port 3000 of localhost is free.
– console             Redirect URI, exactly: http://localhost:3000/callback
– console             Signoff URL, exactly: http://localhost:3000/
– console             Initiate Login URI, only for the application portal: http://localhost:3000/login
– console             Target Link URI, an optional page to open from the application portal: http://localhost:3000/profile

No check failed. Passed: 13, failed: 0, unclear: 0, skipped: 0, warnings: 1.
`);
  expect(stderr).toBe('');
  expect(code).toBe(0);
});

test('--json prints the same findings as one JSON document', async () => {
  const { code, stdout, stderr } = await runDoctor({ ...(await sandboxPorts()), SESSION_SECRET }, '--json');
  const { ok, checks, ...others } = JSON.parse(stdout);
  expect({ code, stderr, ok, others }).toEqual({ code: 0, stderr: '', ok: true, others: {} });
  expect(checks).toHaveLength(17);
  expect(checks[0]).toEqual({
    check: 'environment',
    result: 'passed',
    message: 'All variables are valid.',
  });
});

test('if a check fails, it exits with 1, as text and as JSON', async () => {
  const { provider, env } = await providerForDoctor();
  refuseToken(provider, 401, { error: 'invalid_client' });
  const inLines = await runDoctor(env);
  expect(inLines.stdout).toContain('✗ credentials');
  expect(inLines.code).toBe(1);
  const inJson = await runDoctor(env, '--json');
  const { ok, checks } = JSON.parse(inJson.stdout);
  const failed = checks.filter(({ result }: { result: string }) => result === 'failed');
  expect(failed).toEqual([
    {
      check: 'credentials',
      result: 'failed',
      message: expect.stringContaining('did not accept this app’s credentials'),
      causes: [
        'Token Endpoint Authentication Method of the application is not Client Secret Post.',
        expect.stringMatching(/^PINGONE_CLIENT_SECRET is out of date.*\.$/),
        'PINGONE_CLIENT_ID and PINGONE_ISSUER belong to different environments.',
      ],
      next: expect.any(String),
    },
  ]);
  expect({ ok, code: inJson.code }).toEqual({ ok: false, code: 1 });
});

test('if nothing fails but a result is unclear, it exits with 2', async () => {
  const { provider, env } = await providerForDoctor();
  provider.scripts['authorize'] = () => ({ status: 200, body: 'a page' });
  const inLines = await runDoctor(env);
  expect(inLines.stdout).toMatch(/\nNo check failed, but at least one result is unclear\. .* unclear: 1,/);
  expect(inLines.code).toBe(2);
  const inJson = await runDoctor(env, '--json');
  expect({ ok: JSON.parse(inJson.stdout).ok, code: inJson.code }).toEqual({ ok: false, code: 2 });
});

test('each problem of the environment has a line and a next step, and nothing else is checked', async () => {
  const env = { PINGONE_CLIENT_SECRET: ' canary-client-secret', BASE_URL: 'https://app.example.com/app' };
  const { code, stdout, stderr } = await runDoctor({ ...env, PORT: 'web' });
  const lines = stdout.split('\n');
  const at = ' '.repeat(15);
  expect(lines.slice(0, 6)).toEqual([
    '✗ environment  PINGONE_CLIENT_SECRET is not valid (value not shown).',
    `${at}Next step: Remove quotes and white space from the value. In .env, one pair of quotes around the whole value is allowed.`,
    '✗ environment  BASE_URL is not valid ("https://app.example.com/app").',
    `${at}Next step: Use only the origin, exactly like this: https://app.example.com.`,
    '✗ environment  PORT is not valid ("web").',
    `${at}Next step: Use a number from 1 to 65535.`,
  ]);
  expect(stdout).toContain(
    '\n– skipped      Not checked, because “environment” failed: provider, address and TLS, discovery,',
  );
  expect(stdout.match(/✓/g)).toBeNull();
  expect(stdout + stderr).not.toContain('canary');
  expect(code).toBe(1);
});

test('if another process uses the port of the sandbox, a line says so, and only checks that need the sandbox are skipped', async () => {
  const SANDBOX_PORT = String(await takenPort('127.0.0.1'));
  const PORT = String(await freePort());
  const { code, stdout } = await runDoctor({ PORT, SANDBOX_PORT, SESSION_SECRET });
  expect(stdout.split('\n').slice(1, 4)).toEqual([
    `✗ provider     The sandbox could not start. Another process uses port ${SANDBOX_PORT}.`,
    `${' '.repeat(15)}Next step: Stop that process, or set SANDBOX_PORT to another port.`,
    `✓ port         Port ${PORT} of localhost is free.`,
  ]);
  expect(stdout).toContain(
    '\n– skipped      Not checked, because “provider” failed: address and TLS, discovery,',
  );
  expect(code).toBe(1);
});

/** Simulates `npm ci --omit=dev`: Node.js does not find the package that the sandbox needs. */
const WITHOUT_SANDBOX = `--import=data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== 'oidc-provider') return next(specifier, context);
      throw Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' });
    },
  });
`)}`;

test('without the development packages it checks PingOne, and says that the sandbox is not installed', async () => {
  const { env } = await providerForDoctor();
  const NODE_OPTIONS = WITHOUT_SANDBOX;
  expect((await runDoctor({ ...env, NODE_OPTIONS })).code).toBe(0);
  const { code, stdout } = await runDoctor({ ...(await sandboxPorts()), SESSION_SECRET, NODE_OPTIONS });
  expect(stdout.split('\n').slice(1, 3)).toEqual([
    '✗ provider     The sandbox is not installed (npm ci --omit=dev).',
    `${' '.repeat(15)}Next step: Set PINGONE_ISSUER, PINGONE_CLIENT_ID, and PINGONE_CLIENT_SECRET, or run npm ci.`,
  ]);
  expect(code).toBe(1);
});

test('an unknown argument is rejected before any check', async () => {
  const { code, stdout, stderr } = await runDoctor({}, '--jsn');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^Usage: npm run doctor/);
});

test('--help says what the doctor does, and checks nothing', async () => {
  const { code, stdout, stderr } = await runDoctor({}, '--help');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(
    /^Checks the configuration of this app against PingOne\. .*\n\nUsage: npm run doctor\n/,
  );
});

// The provider repeats everything that it received, wherever it can.
test.each([[], ['--json']])('no secret is printed, whatever PingOne returns (%s)', async (...args) => {
  const { provider, env } = await providerForDoctor();
  const sent: string[] = [];
  provider.scripts['token'] = ({ body }) => {
    const form = new URLSearchParams(body);
    sent.push(form.get('code') ?? '', form.get('code_verifier') ?? '');
    const said = `${body} ${[...form.values()].join(' ')}`;
    return { status: 401, body: { error: 'invalid_client', error_description: said, message: said } };
  };
  const proxy = 'http://canary-user:canary-password@127.0.0.1:9';
  const { stdout, stderr } = await runDoctor({ ...env, SESSION_SECRET, HTTPS_PROXY: proxy }, ...args);
  expect(sent.map((value) => value.length)).toEqual([36, 43]);
  for (const secret of [provider.clientSecret, SESSION_SECRET, 'canary', ...sent]) {
    expect(stdout + stderr).not.toContain(secret);
    expect(stdout + stderr).not.toContain(encodeURIComponent(secret));
  }
  expect(stdout).toContain('did not accept this app’s credentials');
});

test('the doctor script in package.json starts this process', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(scripts.doctor).toBe(
    'node --import ./src/compile-cache.js --disable-warning=ExperimentalWarning --import=./src/env-file.js src/doctor/main.ts',
  );
});
