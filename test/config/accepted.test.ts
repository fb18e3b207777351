// What the environment may hold, and what becomes of it.

import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { ENVIRONMENT_ID, PINGONE, PRODUCTION, problemsOf, randomSecret } from './helpers.ts';

test('an empty environment means the sandbox, on this machine, with a secret made now', () => {
  const { sessionSecrets, ...config } = readConfig({});
  expect(config).toEqual({
    scope: 'openid profile email',
    baseUrl: 'http://localhost:3000',
    port: 3000,
    host: 'localhost',
    trustProxy: 0,
    loginRateLimit: 60,
    logLevel: 'info',
    sandboxPort: 3001,
    warnings: [
      'SESSION_SECRET is not set, so one was made: a restart signs everybody out and ends sign-ins under way.',
    ],
  });
  expect(sessionSecrets).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
  expect(readConfig({}).sessionSecrets).not.toEqual(sessionSecrets);
});

test('an empty value counts as unset', () => {
  const names = ['PINGONE_ISSUER', 'PINGONE_CLIENT_ID', 'PINGONE_CLIENT_SECRET', 'PINGONE_SCOPE', 'BASE_URL'];
  const more = [
    'PORT',
    'HOST',
    'SESSION_SECRET',
    'SESSION_STORE',
    'TRUST_PROXY',
    'LOGIN_RATE_LIMIT',
    'LOG_LEVEL',
    'SANDBOX_PORT',
  ];
  const empty = Object.fromEntries([...names, ...more, 'NODE_ENV'].map((name) => [name, '']));
  const { sessionSecrets: _, ...unset } = readConfig({});
  expect(readConfig(empty)).toMatchObject(unset);
});

test('every value is taken over', () => {
  const secret = randomSecret();
  const env = {
    ...PINGONE,
    PINGONE_SCOPE: 'openid p1:read:user',
    BASE_URL: 'https://app.example.com:8443',
    PORT: '8080',
    HOST: '0.0.0.0',
    SESSION_SECRET: secret,
    SESSION_STORE: 'memory',
    TRUST_PROXY: '2',
    LOGIN_RATE_LIMIT: '0',
    LOG_LEVEL: 'silent',
    SANDBOX_PORT: '8081',
  };
  expect(readConfig(env)).toEqual({
    pingOne: {
      issuer: PINGONE.PINGONE_ISSUER,
      clientId: PINGONE.PINGONE_CLIENT_ID,
      clientSecret: PINGONE.PINGONE_CLIENT_SECRET,
    },
    scope: 'openid p1:read:user',
    baseUrl: 'https://app.example.com:8443',
    port: 8080,
    host: '0.0.0.0',
    sessionSecrets: [secret],
    trustProxy: 2,
    loginRateLimit: 0,
    logLevel: 'silent',
    sandboxPort: 8081,
    warnings: [],
  });
});

test.each([
  // PingOne's hosts, one of each region.
  ...['com', 'eu', 'ca', 'com.au', 'sg', 'asia'].map(
    (region) => `https://auth.pingone.${region}/${ENVIRONMENT_ID}/as`,
  ),
  `https://auth.pingone.eu/${ENVIRONMENT_ID.toUpperCase()}/as`,
  // A custom domain, and providers of others.
  'https://login.example.com/as',
  'https://login.example.com/as/',
  'https://login.example.com',
  'https://login.example.com/',
  'https://login.example.com:8443/realms/Staff%20only/',
  'https://LOGIN.example.com/a//b/../c',
  // On this machine only.
  'http://localhost:8080/as',
  'http://127.0.0.1:3001/as/',
  'http://[::1]:3001',
])('the issuer %s is used exactly as written', (issuer) => {
  expect(readConfig({ ...PINGONE, PINGONE_ISSUER: issuer }).pingOne?.issuer).toBe(issuer);
});

test.each([
  ['3000', 'http://localhost:3000'],
  ['8080', 'http://localhost:8080'],
  // Or it would be equal to no browser's Origin.
  ['80', 'http://localhost'],
])('with PORT %s and no BASE_URL, browsers reach the app at %s', (PORT, baseUrl) => {
  expect(readConfig({ PORT }).baseUrl).toBe(baseUrl);
});

test.each(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000', 'http://localhost'])(
  'BASE_URL may be %s without TLS',
  (BASE_URL) => expect(readConfig({ BASE_URL }).baseUrl).toBe(BASE_URL),
);

test('several session secrets stay in their order, the newest first', () => {
  const secrets = [randomSecret(), randomSecret(), randomSecret()];
  expect(readConfig({ SESSION_SECRET: secrets.join(',') }).sessionSecrets).toEqual(secrets);
});

test.each(['openid', 'profile openid', 'openid profile email address phone offline_access p1:read:user'])(
  'the scope %j is accepted',
  (scope) => expect(readConfig({ PINGONE_SCOPE: scope }).scope).toBe(scope),
);

test('a client secret of any characters is used as written', () => {
  const secret = `+ & = % / ü "'#$\\ ${randomSecret()}`;
  expect(readConfig({ ...PINGONE, PINGONE_CLIENT_SECRET: secret }).pingOne?.clientSecret).toBe(secret);
});

test('PORT and SANDBOX_PORT may be the same where there is no sandbox', () => {
  expect(problemsOf({ ...PINGONE, PORT: '3001' })).toEqual([]);
});

test('switched-off certificate checks are a warning outside production', () => {
  const { warnings } = readConfig({ ...PRODUCTION, NODE_ENV: 'test', NODE_TLS_REJECT_UNAUTHORIZED: '0' });
  expect(warnings).toEqual(['NODE_TLS_REJECT_UNAUTHORIZED is 0: nobody’s certificate is checked.']);
});

test.each<[NodeJS.ProcessEnv, string | RegExp]>([
  [
    { BASE_URL: 'http://localhost:9999' },
    /^BASE_URL is port 9999 of this machine, but this app listens on port 3000/,
  ],
  [{ BASE_URL: 'http://localhost', PORT: '3000' }, /^BASE_URL is port 80 /],
  [{ NODE_ENV: 'Production' }, /^NODE_ENV is not one of production, development and test/],
])('%o works, with a warning', (env, warning) => {
  const { warnings } = readConfig({ ...PINGONE, SESSION_SECRET: randomSecret(), ...env });
  expect(warnings).toEqual([expect.stringMatching(warning)]);
});

test.each(['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'])('%s must be an address', (name) => {
  const problem = `${name} is set, but not usable. Write the proxy's address, such as http://proxy.example.com:3128.`;
  expect(problemsOf({ ...PINGONE, [name]: 'proxy.example:3128' })).toEqual([problem]);
  expect(() => readConfig({ ...PINGONE, [name]: 'http://proxy.example:3128' })).not.toThrow();
});
