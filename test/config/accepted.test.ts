// Environments that are accepted, and the configuration that results.

import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { ENVIRONMENT_ID, PINGONE, PRODUCTION, problemsOf, randomSecret } from './helpers.ts';

test('an empty environment means the sandbox, on this machine, with a new session secret', () => {
  const { sessionSecrets, ...config } = readConfig({});
  expect(config).toEqual({
    scope: 'openid profile email',
    baseUrl: 'http://localhost:3000',
    port: 3000,
    host: 'localhost',
    trustProxy: 0,
    loginRateLimit: 60,
    cookieName: 'pingone',
    logLevel: 'info',
    sandboxPort: 3001,
    errorDetails: true,
    flowPage: true,
    warnings: [
      'SESSION_SECRET is not set, so this app makes a new one at each start. A restart signs all users out and ends pending sign-ins.',
    ],
  });
  expect(sessionSecrets).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
  expect(readConfig({}).sessionSecrets).not.toEqual(sessionSecrets);
});

test('an empty value counts as not set', () => {
  const names = ['PINGONE_ISSUER', 'PINGONE_CLIENT_ID', 'PINGONE_CLIENT_SECRET', 'PINGONE_SCOPE', 'BASE_URL'];
  const more = [
    'PORT',
    'HOST',
    'SESSION_SECRET',
    'SESSION_STORE',
    'TRUST_PROXY',
    'LOGIN_RATE_LIMIT',
    'COOKIE_NAME',
    'LOG_LEVEL',
    'SANDBOX_PORT',
    'ERROR_DETAILS',
    'FLOW_PAGE',
  ];
  const empty = Object.fromEntries([...names, ...more, 'NODE_ENV'].map((name) => [name, '']));
  const { sessionSecrets: _, ...unset } = readConfig({});
  expect(readConfig(empty)).toMatchObject(unset);
});

test('every value is used', () => {
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
    COOKIE_NAME: 'orders_2-b',
    LOG_LEVEL: 'silent',
    SANDBOX_PORT: '8081',
    ERROR_DETAILS: 'on',
    FLOW_PAGE: 'off',
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
    cookieName: 'orders_2-b',
    logLevel: 'silent',
    sandboxPort: 8081,
    errorDetails: true,
    flowPage: false,
    warnings: [],
  });
});

test.each([
  // PingOne's hosts, one of each region.
  ...['com', 'eu', 'ca', 'com.au', 'sg', 'asia'].map(
    (region) => `https://auth.pingone.${region}/${ENVIRONMENT_ID}/as`,
  ),
  `https://auth.pingone.eu/${ENVIRONMENT_ID.toUpperCase()}/as`,
  // A custom domain, and other providers.
  'https://auth.pingone.example.com/as',
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
  // With the port, it would not equal the Origin that browsers send.
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

test('a client secret with any characters is used as written', () => {
  const secret = `+ & = % / ü "'#$\\ ${randomSecret()}`;
  expect(readConfig({ ...PINGONE, PINGONE_CLIENT_SECRET: secret }).pingOne?.clientSecret).toBe(secret);
});

test('PORT and SANDBOX_PORT may be the same if there is no sandbox', () => {
  expect(problemsOf({ ...PINGONE, PORT: '3001' })).toEqual([]);
});

test('outside production, turned-off certificate checks are a warning', () => {
  const { warnings } = readConfig({ ...PRODUCTION, NODE_ENV: 'test', NODE_TLS_REJECT_UNAUTHORIZED: '0' });
  expect(warnings).toEqual(['NODE_TLS_REJECT_UNAUTHORIZED is 0, so this app checks no certificate.']);
});

test.each<[NodeJS.ProcessEnv, string | RegExp]>([
  [
    { BASE_URL: 'http://localhost:9999' },
    /^BASE_URL names port 9999 of this machine, but this app listens on port 3000/,
  ],
  [{ BASE_URL: 'http://localhost', PORT: '3000' }, /^BASE_URL names port 80 /],
  [{ NODE_ENV: 'Production' }, /^NODE_ENV is not production, development, or test\./],
  [
    { PINGONE_CLIENT_ID: '5d0c c0c5' },
    'PINGONE_CLIENT_ID contains quotes or white space. The values that PingOne issues contain neither.',
  ],
  [
    { PINGONE_CLIENT_SECRET: `${randomSecret()}"x` },
    'PINGONE_CLIENT_SECRET contains quotes or white space. The values that PingOne issues contain neither.',
  ],
])('%o is accepted with a warning', (env, warning) => {
  const { warnings } = readConfig({ ...PINGONE, SESSION_SECRET: randomSecret(), ...env });
  expect(warnings).toEqual([expect.stringMatching(warning)]);
});

test.each<[NodeJS.ProcessEnv, boolean]>([
  [{}, true],
  [{ BASE_URL: 'http://127.0.0.1:3000' }, true],
  [{ BASE_URL: 'http://[::1]:3000', NODE_ENV: 'development' }, true],
  [{ BASE_URL: 'https://localhost', TRUST_PROXY: '1' }, true],
  [{ ...PRODUCTION, BASE_URL: 'https://localhost' }, false],
  [PRODUCTION, false],
  [{ ...PRODUCTION, NODE_ENV: 'development' }, false],
  // A missing NODE_ENV does not turn them on.
  [{ ...PRODUCTION, NODE_ENV: undefined }, false],
  [{ ...PRODUCTION, NODE_ENV: '' }, false],
  [{ ...PRODUCTION, NODE_ENV: undefined, BASE_URL: 'https://localhost.example.com' }, false],
])('with %o, error details and /flow are on: %s, and the variables change that', (env, isOn) => {
  expect(readConfig(env)).toMatchObject({ errorDetails: isOn, flowPage: isOn });
  const turned = isOn ? 'off' : 'on';
  expect(readConfig({ ...env, ERROR_DETAILS: turned })).toMatchObject({
    errorDetails: !isOn,
    flowPage: isOn,
  });
  expect(readConfig({ ...env, FLOW_PAGE: turned })).toMatchObject({ errorDetails: isOn, flowPage: !isOn });
});
