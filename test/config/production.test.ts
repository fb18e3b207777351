// NODE_ENV=production refuses settings that are fine on a developer's machine.

import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { PINGONE, PRODUCTION, problemsOf, randomSecret } from './helpers.ts';

test('a complete configuration is accepted without a warning', () => {
  expect(readConfig(PRODUCTION)).toMatchObject({
    baseUrl: 'https://app.example.com',
    trustProxy: 1,
    sessionSecrets: [PRODUCTION.SESSION_SECRET],
    pingOne: { issuer: PINGONE.PINGONE_ISSUER },
    warnings: [],
  });
});

const SANDBOX = {
  PINGONE_ISSUER: undefined,
  PINGONE_CLIENT_ID: undefined,
  PINGONE_CLIENT_SECRET: '',
};

test.each([
  [
    'the sandbox',
    SANDBOX,
    'PINGONE_ISSUER, PINGONE_CLIENT_ID, and PINGONE_CLIENT_SECRET are not set. Set all three, because the sandbox is not for production.',
  ],
  [
    'an http issuer, even on this machine',
    { PINGONE_ISSUER: 'HTTP://127.0.0.1:3001/as' },
    'PINGONE_ISSUER is an http URL. Use an https URL.',
  ],
  [
    'an http BASE_URL, even on this machine',
    { BASE_URL: 'http://localhost:3000' },
    'BASE_URL is not an https URL. Use the https URL that browsers open.',
  ],
  ['no BASE_URL', { BASE_URL: undefined }, 'BASE_URL is not set. Use the https URL that browsers open.'],
  [
    'no session secret',
    { SESSION_SECRET: undefined },
    'SESSION_SECRET is not set. Set a secret that stays the same after a restart.',
  ],
  [
    'a weak session secret, even if it is not the newest',
    { SESSION_SECRET: `${randomSecret()},${'abc'.repeat(12)}` },
    'SESSION_SECRET is easy to guess. Use random characters.',
  ],
  [
    'a weak client secret',
    { PINGONE_CLIENT_SECRET: 'secret' },
    'PINGONE_CLIENT_SECRET is easy to guess. Generate a new secret under Applications > Applications > your application > Configuration.',
  ],
  [
    'turned-off certificate checks',
    { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    'NODE_TLS_REJECT_UNAUTHORIZED is 0. Remove the variable, because this app would check no certificate. For a private certificate authority, set NODE_EXTRA_CA_CERTS.',
  ],
  [
    'a missing choice of the session store',
    { SESSION_STORE: undefined },
    'Neither SESSION_STORE nor REDIS_URL is set. Set REDIS_URL, or set SESSION_STORE to memory to accept that sessions exist only in this process and end when it stops.',
  ],
])('%s is refused', (_what, changes, problem) => {
  expect(problemsOf({ ...PRODUCTION, ...changes })).toEqual([
    problem.replace('. ', ', but NODE_ENV is production. '),
  ]);
  expect(problemsOf({ ...PRODUCTION, ...changes, NODE_ENV: 'development' })).toEqual([]);
});

test('a wrong SESSION_STORE is not also reported as missing', () => {
  expect(problemsOf({ ...PRODUCTION, SESSION_STORE: 'disk' })).toEqual([
    'SESSION_STORE is not valid ("disk"). Set it to memory, or remove the variable.',
  ]);
});

test('the problems of an empty environment name everything that production needs', () => {
  const names = problemsOf({ NODE_ENV: 'production' }).map((problem) => problem.split(/[ ,]/)[0]);
  expect(names).toEqual(['PINGONE_ISSUER', 'BASE_URL', 'SESSION_SECRET', 'Neither']);
});
