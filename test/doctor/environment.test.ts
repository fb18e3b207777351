// The lines ".env", "environment" and "console", which need no provider.

import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { examine } from '../../src/doctor/doctor.ts';
import { freePort } from '../process/helpers.ts';
import { envFileWith, examined, linesOf, providerForDoctor, resultsOf, runDoctorWith } from './helpers.ts';

/** Examines with this `.env`. A variable of the shell overrides it. */
async function examineWith(text: string, shell: Record<string, string>) {
  return examine({ ...parseEnv(text), ...shell }, envFileWith(text));
}

/** The test double's environment, without one variable. */
async function envWithout(name: string): Promise<Record<string, string>> {
  const { env } = await providerForDoctor();
  return Object.fromEntries(Object.entries(env).filter(([key]) => key !== name));
}

test.each<[string, string, string]>([
  ['a # within a client secret', 'PINGONE_CLIENT_SECRET=canary-abc#def', 'PINGONE_CLIENT_SECRET'],
  ['a # at the start of a client secret', 'PINGONE_CLIENT_SECRET=#canary-def', 'PINGONE_CLIENT_SECRET'],
  ['a # at the end of a client secret', 'PINGONE_CLIENT_SECRET=canary-abc#', 'PINGONE_CLIENT_SECRET'],
  [
    'a # in a line with export and white space',
    '  export PINGONE_CLIENT_SECRET = canary-abc#def',
    'PINGONE_CLIENT_SECRET',
  ],
  [
    'a # in a line with a Windows line end',
    'PINGONE_CLIENT_SECRET=canary-abc#def\r',
    'PINGONE_CLIENT_SECRET',
  ],
  ['a # in a session secret', `SESSION_SECRET=canary-5f2e9c41d87ba3605f2e9c41d87ba360#def`, 'SESSION_SECRET'],
  ['a quote in a client secret', 'PINGONE_CLIENT_SECRET="canary-abc"def"', 'PINGONE_CLIENT_SECRET'],
  ['a single quote in a client secret', "PINGONE_CLIENT_SECRET='canary-abc' def'", 'PINGONE_CLIENT_SECRET'],
  ['a # in the password of Redis', 'REDIS_URL=redis://:canary#def@127.0.0.1:1', 'REDIS_URL'],
])('%s cuts off the value: the doctor finds it, and does not print the secret', async (_, line, name) => {
  const findings = await examineWith(`# A comment\n${line}\nHOST=localhost\n`, await envWithout(name));
  expect(linesOf(findings, '.env')).toEqual([
    `✗ .env  Line 2: a # or a quote within the value cuts off the end of ${name}.`,
    `        Next step: Put the value in quotes of a kind that it does not contain: ${name}="…" or '…'. If the # starts a comment, put a space before it.`,
  ]);
  expect(JSON.stringify(findings)).not.toContain('canary');
});

test.each([
  ['quotes', 'PINGONE_CLIENT_SECRET="canary-abc#def"'],
  ['single quotes', "PINGONE_CLIENT_SECRET='canary-abc#def'"],
  ['white space before the #', 'PINGONE_CLIENT_SECRET=canary-abc # the secret of May'],
  ['a comment and no value', 'PINGONE_CLIENT_SECRET= # the secret of May'],
  ['a comment after quotes', 'PINGONE_CLIENT_SECRET="canary-abc"#def'],
  ['white space at the end', 'PINGONE_CLIENT_SECRET="canary-abc"  '],
  ['a line break within quotes', 'PINGONE_CLIENT_SECRET="canary\\nabc"'],
  ['a quote within', 'PINGONE_CLIENT_SECRET=canary-a"bc"'],
  ['no secret', 'LOG_LEVEL=info#def'],
  ['a comment only', '#PINGONE_CLIENT_SECRET=canary-abc#def'],
])('with %s, no value is cut off', async (_, line) => {
  const findings = await examineWith(`${line}\n`, await envWithout('PINGONE_CLIENT_SECRET'));
  expect(resultsOf(findings).join()).not.toContain('.env');
});

test('a variable of the shell overrides the file, so no value is cut off', async () => {
  const { env } = await providerForDoctor();
  const findings = await examineWith('PINGONE_CLIENT_SECRET=canary-abc#def\n', env);
  expect(resultsOf(findings).join()).not.toContain('.env');
});

test('the process checks the .env that it was started with', async () => {
  const env = await envWithout('PINGONE_CLIENT_SECRET');
  const { code, stdout, stderr } = await runDoctorWith('PINGONE_CLIENT_SECRET=canary-abc#def\n', env);
  expect(stdout).toMatch(/^✗ \.env +Line 1: /m);
  expect(stdout + stderr).not.toContain('canary');
  expect(code).toBe(1);
});

test.each<[string, Record<string, string>, string, RegExp]>([
  [
    'quotes within quotes',
    { PINGONE_CLIENT_SECRET: '"canary"' },
    'PINGONE_CLIENT_SECRET is not valid (value not shown).',
    /Remove quotes and white space/,
  ],
  [
    'a curly quote',
    { PINGONE_CLIENT_ID: '“5d0cc0c5-66a3-4f0d-9ad0-9f4e6c7c1a11' },
    'PINGONE_CLIENT_ID is not valid ("“5d0cc0c5-66a3-4f0d-9ad0-9f4e6c7c1a11").',
    /Remove quotes and white space/,
  ],
  [
    'a region that PingOne does not have',
    { PINGONE_ISSUER: 'https://auth.pingone.de/9c5a1c4e-0f6b-4c57-9a33-2f6b1d0e7a10/as' },
    'PINGONE_ISSUER is not valid ("https://auth.pingone.de/9c5a1c4e-0f6b-4c57-9a33-2f6b1d0e7a10/as").',
    /PingOne has no such region\. Its host names end in com, ca, eu, com\.au, sg, asia\./,
  ],
  [
    'a proxy with a path',
    { HTTPS_PROXY: 'http://canary:canary@127.0.0.1:3128/path' },
    'HTTPS_PROXY is not valid (value not shown).',
    /without a path/,
  ],
  [
    'a proxy with a password that is badly encoded',
    { HTTPS_PROXY: 'http://canary:100%@127.0.0.1:3128' },
    'HTTPS_PROXY is not valid (value not shown).',
    /Percent-encode/,
  ],
])('%s fails, and the variable is named', async (_, change, message, next) => {
  const { env } = await providerForDoctor();
  const findings = await examine({ ...env, ...change });
  const [line, advice] = linesOf(findings, 'environment');
  expect(line).toBe(`✗ environment  ${message}`);
  expect(advice).toMatch(next);
  expect(JSON.stringify(findings)).not.toContain('canary');
});

test.each(['canary secret', 'canary"secret'])(
  'the client secret %s, unlike any that PingOne issues, is a warning',
  async (secret) => {
    const { env } = await providerForDoctor();
    const findings = await examine({ ...env, PINGONE_CLIENT_SECRET: secret });
    expect(linesOf(findings, 'environment')).toContain(
      '! environment  Warning: PINGONE_CLIENT_SECRET contains quotes or white space. The values that PingOne issues contain neither.',
    );
    expect(JSON.stringify(findings)).not.toContain('canary');
  },
);

test('the addresses to enter in the console are printed, including those for the application portal', async () => {
  const { env } = await providerForDoctor();
  const BASE_URL = `http://localhost:${env.PORT}`;
  expect(await examined({ ...env, BASE_URL }, 'console')).toEqual([
    `– console  Redirect URI, exactly: ${BASE_URL}/callback`,
    `– console  Signoff URL, exactly: ${BASE_URL}/`,
    `– console  Initiate Login URI, only for the application portal: ${BASE_URL}/login`,
    `– console  Target Link URI, an optional page to open from the application portal: ${BASE_URL}/profile`,
  ]);
});

test('the addresses start with BASE_URL, and are printed even if the provider does not respond', async () => {
  const env = {
    PINGONE_ISSUER: `http://127.0.0.1:${await freePort()}/as`,
    PINGONE_CLIENT_ID: 'an-id',
    PINGONE_CLIENT_SECRET: 'made-up',
    BASE_URL: 'https://app.example.com',
    TRUST_PROXY: '1',
    PORT: String(await freePort()),
  };
  const findings = await examine(env);
  expect(resultsOf(findings)).toContain('address and TLS: failed');
  expect(linesOf(findings, 'console')[2]).toContain(' https://app.example.com/login');
});
