// `npm run doctor` as a process: what it prints, its exit code, and what it never prints.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { freePort, takenPort } from '../process/helpers.ts';
import { refuseToken, runDoctor, standInForDoctor } from './helpers.ts';

const SESSION_SECRET = 'canary-session-4f1b0c7de92a8563-secret';

async function sandboxPorts() {
  return { PORT: String(await freePort()), SANDBOX_PORT: String(await freePort()) };
}

test('with no configuration it checks the sandbox that it starts, as the README shows, and ends with 0', async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, shown] = /## The doctor\n[^#]*```text\n(.*?)```\n/s.exec(readme) ?? [];
  const ports = await sandboxPorts();
  const { code, stdout, stderr } = await runDoctor(ports);
  expect(stdout.replaceAll(`:${ports.SANDBOX_PORT}`, ':3001').replaceAll(ports.PORT, '3000')).toBe(shown);
  expect(stderr).toBe('');
  expect(code).toBe(0);
});

test('--json prints one JSON document with the same', async () => {
  const { code, stdout, stderr } = await runDoctor({ ...(await sandboxPorts()), SESSION_SECRET }, '--json');
  const { ok, checks, ...others } = JSON.parse(stdout);
  expect({ code, stderr, ok, others }).toEqual({ code: 0, stderr: '', ok: true, others: {} });
  expect(checks).toHaveLength(13);
  expect(checks[0]).toEqual({
    check: 'environment',
    result: 'passed',
    message: 'Every variable can be used.',
  });
});

test('with something wrong it ends with 1, in lines and in JSON', async () => {
  const { standIn, env } = await standInForDoctor();
  refuseToken(standIn, 401, { error: 'invalid_client' });
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
      message: expect.stringContaining('wrong'),
      next: expect.any(String),
    },
  ]);
  expect({ ok, code: inJson.code }).toEqual({ ok: false, code: 1 });
});

test('each problem of the environment has its line with what to do, and nothing else is checked', async () => {
  const env = { PINGONE_CLIENT_SECRET: ' canary-client-secret', BASE_URL: 'https://app.example.com/app' };
  const { code, stdout, stderr } = await runDoctor({ ...env, PORT: 'web' });
  const lines = stdout.split('\n');
  const at = ' '.repeat(22);
  expect(lines.slice(0, 6)).toEqual([
    '✗ environment         PINGONE_CLIENT_SECRET is set, but not usable.',
    `${at}Take the white space at its ends away.`,
    '✗ environment         BASE_URL is "https://app.example.com/app".',
    `${at}Write an origin alone, without a slash or a path: https://app.example.com.`,
    '✗ environment         PORT is "web".',
    `${at}Write a number from 1 to 65535.`,
  ]);
  expect(lines).toContain('– provider            Not checked, because this failed: environment.');
  expect(lines).toContain('– redirect URI        Not checked, because this failed: environment.');
  expect(stdout.match(/✓/g)).toBeNull();
  expect(stdout + stderr).not.toContain('canary');
  expect(code).toBe(1);
});

test('a sandbox whose port is taken is said, and only what needs it is left out', async () => {
  const SANDBOX_PORT = String(await takenPort('127.0.0.1'));
  const PORT = String(await freePort());
  const { code, stdout } = await runDoctor({ PORT, SANDBOX_PORT, SESSION_SECRET });
  expect(stdout.split('\n').slice(1, 4)).toEqual([
    `✗ provider            The sandbox could not start. Port ${SANDBOX_PORT} is taken by another process.`,
    `${' '.repeat(22)}Stop that one, or set SANDBOX_PORT to another port.`,
    '– address and TLS     Not checked, because this failed: provider.',
  ]);
  expect(stdout).toContain(`✓ port                Port ${PORT} of localhost is free.`);
  expect(code).toBe(1);
});

/** As `npm ci --omit=dev` leaves it: the package that the sandbox is made of is not found. */
const WITHOUT_SANDBOX = `--import=data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== 'oidc-provider') return next(specifier, context);
      throw Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' });
    },
  });
`)}`;

test('without the packages of development it checks PingOne, and says that it has no sandbox', async () => {
  const { env } = await standInForDoctor();
  const NODE_OPTIONS = WITHOUT_SANDBOX;
  expect((await runDoctor({ ...env, NODE_OPTIONS })).code).toBe(0);
  const { code, stdout } = await runDoctor({ ...(await sandboxPorts()), SESSION_SECRET, NODE_OPTIONS });
  expect(stdout.split('\n').slice(1, 3)).toEqual([
    '✗ provider            The sandbox is not installed (npm ci --omit=dev).',
    `${' '.repeat(22)}Set PINGONE_ISSUER, PINGONE_CLIENT_ID and PINGONE_CLIENT_SECRET, or run npm ci.`,
  ]);
  expect(code).toBe(1);
});

test('an argument that it does not know is refused before anything is checked', async () => {
  const { code, stdout, stderr } = await runDoctor({}, '--jsn');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^Usage: npm run doctor/);
});

// The provider repeats all that it was sent, wherever it can.
test.each([[], ['--json']])('no secret is printed, whatever PingOne answers (%s)', async (...args) => {
  const { standIn, env } = await standInForDoctor();
  const sent: string[] = [];
  standIn.scripts['token'] = ({ body }) => {
    const form = new URLSearchParams(body);
    sent.push(form.get('code') ?? '', form.get('code_verifier') ?? '');
    const said = `${body} ${[...form.values()].join(' ')}`;
    return { status: 401, body: { error: 'invalid_client', error_description: said, message: said } };
  };
  const proxy = 'http://canary-user:canary-password@127.0.0.1:9';
  const { stdout, stderr } = await runDoctor({ ...env, SESSION_SECRET, HTTPS_PROXY: proxy }, ...args);
  expect(sent.map((value) => value.length)).toEqual([36, 43]);
  for (const secret of [standIn.clientSecret, SESSION_SECRET, 'canary', ...sent]) {
    expect(stdout + stderr).not.toContain(secret);
    expect(stdout + stderr).not.toContain(encodeURIComponent(secret));
  }
  expect(stdout).toContain('another authentication method.');
});

test('the script of package.json starts it', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(scripts.doctor).toBe(
    'node --import ./src/compile-cache.js --disable-warning=ExperimentalWarning --env-file-if-exists=.env src/doctor/main.ts',
  );
});
