// Environments that are refused: each problem names the variable, the value found and what to write.

import { createClient } from 'redis';
import { ProxyAgent } from 'undici';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { ENVIRONMENT_ID, PINGONE, problemsOf, randomSecret } from './helpers.ts';

const COPY = 'Copy the Issuer from Applications > Applications > your application > Overview.';
const HTTPS = 'Start it with https://. Only loopback addresses may use http://.';
const QUOTES =
  'Remove quotes and white space from the value. In .env, one pair of quotes around the whole value is allowed.';
const HOST = 'https://auth.pingone.eu';
const WITH_AS = `Use ${HOST}/<environment id>/as, with /as at the end. ${COPY}`;
const A_UUID = `Put the environment ID, a UUID, before /as. ${COPY}`;
const PLAIN = `Remove the query, the fragment, and the user name. ${COPY}`;
const WELL_KNOWN = '/.well-known/openid-configuration';

test.each([
  ['auth.pingone.eu', `Use a URL that starts with https://. ${COPY}`],
  ['{{authPath}}/{{envID}}/as', `Use a URL that starts with https://. ${COPY}`],
  [` ${PINGONE.PINGONE_ISSUER}`, QUOTES],
  [`"${PINGONE.PINGONE_ISSUER}"`, QUOTES],
  [`https://auth.pingone.eu/ ${ENVIRONMENT_ID}/as`, QUOTES],
  ...['de', 'co', 'co.uk', 'com.sg', 'euro'].map((region) => [
    `https://auth.pingone.${region}/${ENVIRONMENT_ID}/as`,
    `PingOne has no such region. Its host names end in com, ca, eu, com.au, sg, asia. ${COPY}`,
  ]),
  [`${PINGONE.PINGONE_ISSUER}\t`, QUOTES],
  [
    `${PINGONE.PINGONE_ISSUER}${WELL_KNOWN}`,
    `Set it to ${PINGONE.PINGONE_ISSUER}, without /.well-known/openid-configuration.`,
  ],
  [
    `https://login.example.com/as/${WELL_KNOWN}`,
    'Set it to https://login.example.com/as/, without /.well-known/openid-configuration.',
  ],
  ['https://login.example.com/as?x=1', PLAIN],
  ['https://login.example.com/as?', PLAIN],
  ['https://login.example.com/as#', PLAIN],
  [`http://auth.pingone.eu/${ENVIRONMENT_ID}/as`, HTTPS],
  ['http://login.example.com/as', HTTPS],
  ['http://localhost.example.com/as', HTTPS],
  ['ftp://login.example.com/as', HTTPS],
  [HOST, WITH_AS],
  [`${HOST}/${ENVIRONMENT_ID}`, WITH_AS],
  [`${HOST}/${ENVIRONMENT_ID}/AS`, WITH_AS],
  [`${HOST}/${ENVIRONMENT_ID}/as/more`, WITH_AS],
  [`${PINGONE.PINGONE_ISSUER}/`, `Set it to ${PINGONE.PINGONE_ISSUER}, without the slash at the end.`],
  [`${PINGONE.PINGONE_ISSUER}//`, `Set it to ${PINGONE.PINGONE_ISSUER}, without the slash at the end.`],
  [`${HOST}/<environment id>/as`, A_UUID],
  [`${HOST}/${ENVIRONMENT_ID}0/as`, A_UUID],
  [`https://auth.pingone.com.au/my-environment/as`, A_UUID],
  [`${HOST}/`, WITH_AS],
  [
    `https://AUTH.pingone.eu/${ENVIRONMENT_ID}/as`,
    `Spell the host as PingOne does: ${PINGONE.PINGONE_ISSUER}.`,
  ],
  [`https://console.pingone.eu/?env=x`, PLAIN],
  [
    `https://api.pingone.eu/v1`,
    `Use the issuer, not the URL of the console, the sign-on pages, or the API. ${COPY}`,
  ],
])('PINGONE_ISSUER %j is refused', (issuer = '', advice = '') => {
  // The value is shown unless a part of it could be a password.
  const shown = issuer.startsWith('"') ? 'value not shown' : JSON.stringify(issuer);
  expect(problemsOf({ ...PINGONE, PINGONE_ISSUER: issuer })).toEqual([
    `PINGONE_ISSUER is not valid (${shown}). ${advice}`,
  ]);
});

const ORIGIN_ALONE = 'Use only the origin, exactly like this:';
const SCHEME = 'Start it with http:// or https://. Example: https://app.example.com.';
const A_PORT = 'Use a number from 1 to 65535.';
const A_RATE = 'Set it to the number of requests per minute, or to 0 for no limit.';
const A_COUNT = 'Set it to the number of proxies in front of this app, from 0 to 9.';
const A_LEVEL = 'Use one of fatal, error, warn, info, debug, trace, silent.';
const ONE_SPACE = 'Separate the scopes with one space.';
const OPENID = 'Add openid to the scopes. Example: openid profile email.';
const A_NAME =
  'Use up to 20 lowercase letters, digits, _, or -. The first must be a letter. Example: orders. Names of session fields, such as cookie, are not allowed.';
const REAL_VALUE = 'Copy the real value from Applications > Applications > your application > Configuration.';

test.each([
  ['PINGONE_CLIENT_ID', ' 5d0cc0c5 ', QUOTES],
  ['PINGONE_CLIENT_ID', '"5d0cc0c5"', QUOTES],
  ['PINGONE_CLIENT_ID', '“5d0cc0c5”', QUOTES],
  ['ERROR_DETAILS', 'true', 'Set it to on or off, or remove the variable.'],
  ['FLOW_PAGE', 'ON', 'Set it to on or off, or remove the variable.'],
  ['PINGONE_CLIENT_ID', '<client id>', REAL_VALUE],
  ['PINGONE_SCOPE', 'profile email', OPENID],
  ['PINGONE_SCOPE', 'OpenID', OPENID],
  ['PINGONE_SCOPE', 'openid,profile', 'Separate the scopes with one space, without commas.'],
  ['PINGONE_SCOPE', 'openid  profile', ONE_SPACE],
  ['PINGONE_SCOPE', 'openid "profile"', ONE_SPACE],
  [
    'BASE_URL',
    'app.example.com',
    'Set it to the origin that browsers open. Example: https://app.example.com.',
  ],
  ['BASE_URL', 'http://localhost:3000/', `${ORIGIN_ALONE} http://localhost:3000.`],
  ['BASE_URL', 'http://localhost:3000/app', `${ORIGIN_ALONE} http://localhost:3000.`],
  ['BASE_URL', 'http://localhost:80', `${ORIGIN_ALONE} http://localhost.`],
  ['BASE_URL', 'http://LOCALHOST:3000', `${ORIGIN_ALONE} http://localhost:3000.`],
  ['BASE_URL', 'wss://app.example.com', HTTPS],
  ['BASE_URL', 'http://app.example.com', HTTPS],
  ['PORT', 'three thousand', A_PORT],
  ['PORT', '0', A_PORT],
  ['PORT', '65536', A_PORT],
  ['PORT', '-1', A_PORT],
  ['PORT', '3e3', A_PORT],
  ['PORT', ' 3000', A_PORT],
  // No browser sends the Origin http://localhost:03000.
  ['PORT', '03000', A_PORT],
  ['SANDBOX_PORT', '/run/sandbox.sock', A_PORT],
  ['SESSION_STORE', 'redis', 'Set it to memory, or remove the variable.'],
  ['TRUST_PROXY', 'true', A_COUNT],
  ['TRUST_PROXY', '10', A_COUNT],
  ['TRUST_PROXY', '10.0.0.0/8', A_COUNT],
  ['LOGIN_RATE_LIMIT', 'many', A_RATE],
  ['LOGIN_RATE_LIMIT', '-1', A_RATE],
  ['LOGIN_RATE_LIMIT', '1.5', A_RATE],
  ['COOKIE_NAME', '__Host-orders', A_NAME],
  ['COOKIE_NAME', 'Orders', A_NAME],
  ['COOKIE_NAME', 'orders;', A_NAME],
  ['COOKIE_NAME', '2orders', A_NAME],
  ['COOKIE_NAME', 'a-name-of-21-characte', A_NAME],
  // Names of session fields.
  ['COOKIE_NAME', 'cookie', A_NAME],
  ['COOKIE_NAME', 'constructor', A_NAME],
  ['LOG_LEVEL', 'verbose', A_LEVEL],
  ['LOG_LEVEL', 'INFO', A_LEVEL],
])('%s %j is refused', (name, value, advice) => {
  expect(problemsOf({ ...PINGONE, [name]: value })).toEqual([
    `${name} is not valid (${JSON.stringify(value)}). ${advice}`,
  ]);
});

const A_REDIS =
  'Use redis://<host>:<port>, or rediss:// for TLS. If Redis has a password, put :<password>@ before the host.';
const ENCODED = 'Percent-encode the user name and the password. For example, % becomes %25.';
const A_DATABASE = 'After the port, only a database number is allowed. Example: /1.';

test.each([
  ['127.0.0.1:6379', A_REDIS],
  ['http://127.0.0.1:6379', A_REDIS],
  ['redis://', A_REDIS],
  ['redis:///1', A_REDIS],
  ['redis://u:pw%zz@127.0.0.1:1', ENCODED],
  ['redis://100%:pw@127.0.0.1:1', ENCODED],
  ['redis://:%E4@127.0.0.1:1', ENCODED],
  ['redis://127.0.0.1:1/sessions', A_DATABASE],
  ['redis://127.0.0.1:1/1/', A_DATABASE],
  ['redis://127.0.0.1:1/-1', A_DATABASE],
])('REDIS_URL %j is refused, and never shown', (value, advice) => {
  expect(problemsOf({ REDIS_URL: value, SESSION_SECRET: randomSecret() })).toEqual([
    `REDIS_URL is not valid (value not shown). ${advice}`,
  ]);
});

test.each([
  'redis://127.0.0.1:6379',
  'rediss://redis.example.com',
  'redis://127.0.0.1:6379/',
  'redis://[::1]:6379/15',
  'redis://user:p%25%C3%A4@127.0.0.1:6379/1',
])('REDIS_URL %j is accepted, and the Redis client accepts it, too', (REDIS_URL) => {
  expect(problemsOf({ REDIS_URL, SESSION_SECRET: randomSecret() })).toEqual([]);
  expect(() => createClient({ url: REDIS_URL })).not.toThrow();
});

test('BASE_URL needs a scheme', () => {
  expect(problemsOf({ BASE_URL: 'localhost:3000' })).toEqual([
    `BASE_URL is not valid (value not shown). ${SCHEME}`,
  ]);
});

const A_PROXY = 'Use the URL of the proxy. Example: http://proxy.example.com:3128.';
const NO_PATH = 'Use the URL of the proxy without a path, a query, or a fragment.';
test.each([
  ['proxy.example:3128', A_PROXY],
  ['socks5://proxy.example:1080', A_PROXY],
  ['http://', A_PROXY],
  ['http://proxy.example:3128/path', NO_PATH],
  ['http://proxy.example:3128//', NO_PATH],
  ['http://proxy.example:3128?x', NO_PATH],
  ['http://proxy.example:3128/#', NO_PATH],
  ['http://ada:100%@proxy.example:3128', ENCODED],
  ['http://%zz:pw@proxy.example:3128', ENCODED],
])('a proxy %j is refused in each proxy variable, and never shown', (value, advice) => {
  for (const name of ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']) {
    expect(problemsOf({ ...PINGONE, [name]: value })).toEqual([
      `${name} is not valid (value not shown). ${advice}`,
    ]);
  }
});

test.each(['http://proxy.example:3128', 'https://proxy.example', 'http://ada:p%25w@proxy.example:3128/'])(
  'a proxy %j is accepted, and undici accepts it, too',
  async (value) => {
    expect(problemsOf({ ...PINGONE, HTTPS_PROXY: value })).toEqual([]);
    await new ProxyAgent(value).close();
  },
);

test('the client ID is not accepted as the client secret, because the client ID is no secret', () => {
  const { PINGONE_CLIENT_SECRET: same } = PINGONE;
  expect(problemsOf({ ...PINGONE, PINGONE_CLIENT_ID: same })).toEqual([
    'PINGONE_CLIENT_SECRET is the same as PINGONE_CLIENT_ID. Copy the Client Secret from the console of PingOne.',
  ]);
});

test('an https BASE_URL needs a proxy that handles TLS', () => {
  const problem =
    'TRUST_PROXY is 0, but BASE_URL is an https URL. Set TRUST_PROXY to the number of proxies in front of this app, because this app does not handle TLS itself.';
  expect(problemsOf({ BASE_URL: 'https://app.example.com' })).toEqual([problem]);
  expect(problemsOf({ BASE_URL: 'https://app.example.com', TRUST_PROXY: '0' })).toEqual([problem]);
  expect(problemsOf({ BASE_URL: 'https://app.example.com', TRUST_PROXY: 'x' })).toEqual([
    `TRUST_PROXY is not valid ("x"). ${A_COUNT}`,
  ]);
});

test.each([[{ PORT: '3001' }], [{ SANDBOX_PORT: '3000' }], [{ PORT: '4000', SANDBOX_PORT: '4000' }]])(
  'the sandbox needs a port of its own: %j',
  (env) => {
    expect(problemsOf(env)).toEqual(['SANDBOX_PORT is the same as PORT. Set it to another port.']);
  },
);

const [ISSUER, ID, SECRET] = ['PINGONE_ISSUER', 'PINGONE_CLIENT_ID', 'PINGONE_CLIENT_SECRET'];
test.each([
  [[ISSUER], `${ID} and ${SECRET} are not set, but ${ISSUER} is.`],
  [[ID], `${ISSUER} and ${SECRET} are not set, but ${ID} is.`],
  [[SECRET], `${ISSUER} and ${ID} are not set, but ${SECRET} is.`],
  [[ISSUER, ID], `${SECRET} is not set, but ${ISSUER} and ${ID} are.`],
  [[ISSUER, SECRET], `${ID} is not set, but ${ISSUER} and ${SECRET} are.`],
  [[ID, SECRET], `${ISSUER} is not set, but ${ID} and ${SECRET} are.`],
])('%j without the others is a problem, and never starts the sandbox', (given, problem) => {
  const env = Object.fromEntries(Object.entries(PINGONE).filter(([name]) => given.includes(name)));
  expect(problemsOf(env)).toEqual([`${problem} Set all three for PingOne, or none for the sandbox.`]);
});

test('all problems are reported together, one line each', () => {
  const env = {
    PINGONE_ISSUER: `${HOST}/${ENVIRONMENT_ID}`,
    PINGONE_CLIENT_SECRET: ` ${randomSecret()}`,
    PINGONE_SCOPE: 'email',
    BASE_URL: 'https://app.example.com/',
    PORT: 'x',
    SESSION_SECRET: 'short',
    SESSION_STORE: 'disk',
    LOG_LEVEL: 'loud',
    SANDBOX_PORT: 'y',
  };
  const problems = problemsOf(env);
  const names = problems.map((problem) => problem.split(' ')[0]);
  const mistaken = [...Object.keys(env), 'PINGONE_CLIENT_ID', 'TRUST_PROXY'];
  expect(names.sort()).toEqual(mistaken.sort());
  const message = `The configuration has 11 problems:\n- ${problems.join('\n- ')}`;
  expect(() => readConfig(env as unknown as NodeJS.ProcessEnv)).toThrow(message);
});
