// The lines ".env", "environment" and "console": what needs no provider.

import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { examine } from '../../src/doctor/doctor.ts';
import { freePort } from '../process/helpers.ts';
import { envFileWith, examined, linesOf, providerForDoctor, resultsOf, runDoctorWith } from './helpers.ts';

/** Examines with this `.env`. A value of the shell wins over it. */
async function examineWith(text: string, shell: Record<string, string>) {
  return examine({ ...parseEnv(text), ...shell }, envFileWith(text));
}

/** The test double's environment, without one variable. */
async function envWithout(name: string): Promise<Record<string, string>> {
  const { env } = await providerForDoctor();
  return Object.fromEntries(Object.entries(env).filter(([key]) => key !== name));
}

test.each<[string, string, string]>([
  ['a client secret in the middle', 'PINGONE_CLIENT_SECRET=canary-abc#def', 'PINGONE_CLIENT_SECRET'],
  ['a client secret that starts with it', 'PINGONE_CLIENT_SECRET=#canary-def', 'PINGONE_CLIENT_SECRET'],
  ['a client secret that ends with it', 'PINGONE_CLIENT_SECRET=canary-abc#', 'PINGONE_CLIENT_SECRET'],
  [
    'behind export and white space',
    '  export PINGONE_CLIENT_SECRET = canary-abc#def',
    'PINGONE_CLIENT_SECRET',
  ],
  ['at the end of a line of Windows', 'PINGONE_CLIENT_SECRET=canary-abc#def\r', 'PINGONE_CLIENT_SECRET'],
  ['a session secret', `SESSION_SECRET=canary-5f2e9c41d87ba3605f2e9c41d87ba360#def`, 'SESSION_SECRET'],
  ['a client secret with a quote', 'PINGONE_CLIENT_SECRET="canary-abc"def"', 'PINGONE_CLIENT_SECRET'],
  ['a client secret with a single quote', "PINGONE_CLIENT_SECRET='canary-abc' def'", 'PINGONE_CLIENT_SECRET'],
  ['the password of Redis', 'REDIS_URL=redis://:canary#def@127.0.0.1:1', 'REDIS_URL'],
])('what cut %s is found, and the secret is not printed', async (_, line, name) => {
  const findings = await examineWith(`# A comment\n${line}\nHOST=localhost\n`, await envWithout(name));
  expect(linesOf(findings, '.env')).toEqual([
    `✗ .env  Line 2: a # or a quote within the value cuts off the end of ${name}.`,
    `        Put the value in quotes that it does not contain: ${name}="…" or '…'. If a comment starts there, write a space before the #.`,
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
])('with %s nothing was cut', async (_, line) => {
  const findings = await examineWith(`${line}\n`, await envWithout('PINGONE_CLIENT_SECRET'));
  expect(resultsOf(findings).join()).not.toContain('.env');
});

test('a value of the shell wins over the file, so that nothing was cut', async () => {
  const { env } = await providerForDoctor();
  const findings = await examineWith('PINGONE_CLIENT_SECRET=canary-abc#def\n', env);
  expect(resultsOf(findings).join()).not.toContain('.env');
});

test('the process looks at the .env that it was started with', async () => {
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
    'PINGONE_CLIENT_SECRET is set, but not usable.',
    /Remove quotes and white space/,
  ],
  [
    'a curly quote',
    { PINGONE_CLIENT_ID: '“5d0cc0c5-66a3-4f0d-9ad0-9f4e6c7c1a11' },
    'PINGONE_CLIENT_ID is "“5d0cc0c5-66a3-4f0d-9ad0-9f4e6c7c1a11".',
    /Remove quotes and white space/,
  ],
  [
    'a region that PingOne does not have',
    { PINGONE_ISSUER: 'https://auth.pingone.de/9c5a1c4e-0f6b-4c57-9a33-2f6b1d0e7a10/as' },
    'PINGONE_ISSUER is "https://auth.pingone.de/9c5a1c4e-0f6b-4c57-9a33-2f6b1d0e7a10/as".',
    /PingOne has no such region\. Its hosts end in com, ca, eu, com\.au, sg, asia\./,
  ],
  [
    'a proxy with a path',
    { HTTPS_PROXY: 'http://canary:canary@127.0.0.1:3128/path' },
    'HTTPS_PROXY is set, but not usable.',
    /without a path/,
  ],
  [
    'a proxy with a password that is badly encoded',
    { HTTPS_PROXY: 'http://canary:100%@127.0.0.1:3128' },
    'HTTPS_PROXY is set, but not usable.',
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
  '%s has what no value of PingOne has, and is worth a look',
  async (secret) => {
    const { env } = await providerForDoctor();
    const findings = await examine({ ...env, PINGONE_CLIENT_SECRET: secret });
    expect(linesOf(findings, 'environment')).toContain(
      '– environment  PINGONE_CLIENT_SECRET contains quotes or white space. The values of PingOne contain neither.',
    );
    expect(JSON.stringify(findings)).not.toContain('canary');
  },
);

test('the addresses to enter in the console are printed, with those of the application portal', async () => {
  const { env } = await providerForDoctor();
  const BASE_URL = `http://localhost:${env.PORT}`;
  expect(await examined({ ...env, BASE_URL }, 'console')).toEqual([
    `– console  Enter exactly: Redirect URI ${BASE_URL}/callback, Signoff URL ${BASE_URL}/, Initiate Login URI ${BASE_URL}/login`,
    `           Only the application portal needs Initiate Login URI. Target Link URI is optional: the page after the sign-in, such as ${BASE_URL}/profile`,
  ]);
});

test('they are those of BASE_URL, and need no provider that responds', async () => {
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
  expect(linesOf(findings, 'console')[0]).toContain('Initiate Login URI https://app.example.com/login');
});
