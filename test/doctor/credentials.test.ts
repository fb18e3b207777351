// The line "credentials": what each refusal of a made-up code tells.

import { randomUUID } from 'node:crypto';
import { createServer as createTlsServer } from 'node:https';
import { expect, test } from 'vitest';
import { examine } from '../../src/doctor/doctor.ts';
import { createCertificate } from '../pingone/certificates.ts';
import { listen } from '../pingone/servers.ts';
import { freePort } from '../process/helpers.ts';
import { examined, linesOf, refuseToken, sandboxForDoctor, standInForDoctor } from './helpers.ts';

const AT = ' '.repeat('credentials'.length + 4);
const CONFIGURATION = 'Applications > Applications > your application > Configuration';
const COPY_ANEW = `${AT}${CONFIGURATION}: copy Client ID and Client Secret anew. In .env, quote the secret: a # without quotes cuts it off.`;
const SET_POST = `${AT}${CONFIGURATION}: set Token Endpoint Authentication Method to Client Secret Post.`;
const BOTH = `${AT}${CONFIGURATION}: set Token Endpoint Authentication Method to Client Secret Post and copy Client ID and Client Secret anew.`;
const CORRELATION_ID = 'f4697cc0-f083-11ee-9c5a-1c4e0f6b4c57';
const ACCEPTED =
  '✓ credentials  Accepted (assumed): PingOne refused nothing but the made-up code (invalid_grant; RFC 6749, 5.2).';

test('the right ones, at the sandbox', async () => {
  const { env } = await sandboxForDoctor();
  expect(await examined(env, 'credentials')).toEqual([ACCEPTED]);
});

test.each(['PINGONE_CLIENT_SECRET', 'PINGONE_CLIENT_ID'])('a wrong %s, at the sandbox', async (name) => {
  const { env } = await sandboxForDoctor();
  const wrong = randomUUID();
  const findings = await examine({ ...env, [name]: wrong });
  const [line, next] = linesOf(findings, 'credentials');
  expect(line).toMatch(
    /^✗ credentials {2}The client secret or the client ID is wrong: old, incomplete, or from another environment\. PingOne’s words: "invalid_client: Request denied: Invalid client credentials \(Correlation ID: [\da-f-]{36}\)"\.$/,
  );
  expect(next).toBe(COPY_ANEW);
  if (name === 'PINGONE_CLIENT_SECRET') expect(JSON.stringify(findings)).not.toContain(wrong);
});

test('the request is that of a sign-in, sent once, and its code is made up anew each time', async () => {
  const { standIn, env } = await standInForDoctor();
  await examine(env);
  await examine(env);
  const forms = standIn.requestsTo('token').map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
  expect(forms).toHaveLength(2);
  for (const form of forms) {
    expect(form).toEqual({
      grant_type: 'authorization_code',
      code: expect.stringMatching(/^[\da-f-]{36}$/),
      redirect_uri: `http://localhost:${env.PORT}/callback`,
      client_id: standIn.clientId,
      client_secret: standIn.clientSecret,
      code_verifier: expect.stringMatching(/^[\w-]{43}$/),
    });
  }
  expect(forms[0]?.['code']).not.toBe(forms[1]?.['code']);
  expect(standIn.requestsTo('token')[0]?.headers.authorization).toBeUndefined();
});

const described = (words: string) => ({
  error: 'invalid_client',
  error_description: `Request denied: ${words} (Correlation ID: ${CORRELATION_ID})`,
});
const quoted = (words: string) =>
  `PingOne’s words: "invalid_client: Request denied: ${words} (Correlation ID: ${CORRELATION_ID})".`;
const EITHER =
  'The client secret or ID is wrong, or the application is set to another authentication method.';

test.each([
  [
    'a wrong secret',
    described('Invalid client credentials'),
    `The client secret or the client ID is wrong: old, incomplete, or from another environment. ${quoted('Invalid client credentials')}`,
    COPY_ANEW,
  ],
  [
    'a wrong authentication method',
    described('Unsupported authentication method'),
    `The application’s Token Endpoint Authentication Method is not Client Secret Post. ${quoted('Unsupported authentication method')}`,
    SET_POST,
  ],
  ['invalid_client in other words', described('No such luck'), `${EITHER} ${quoted('No such luck')}`, BOTH],
  [
    'invalid_client without words',
    { error: 'invalid_client' },
    `${EITHER} PingOne’s words: "invalid_client".`,
    BOTH,
  ],
])('%s', async (_, body, message, next) => {
  const { standIn, env } = await standInForDoctor();
  refuseToken(standIn, 401, body);
  expect(await examined(env, 'credentials')).toEqual([`✗ credentials  ${message}`, next]);
});

test.each([
  [
    400,
    { error: 'invalid_request', error_description: 'made up' },
    'PingOne refused the token request. The token request was answered with status 400. PingOne’s words: "invalid_request: made up".',
  ],
  [
    403,
    { id: CORRELATION_ID, code: 'ACCESS_FAILED', message: 'no' },
    `PingOne refused the token request. The token request was answered with status 403. PingOne’s words: "ACCESS_FAILED: no". Correlation ID: ${CORRELATION_ID}.`,
  ],
  [401, 'no JSON', 'PingOne refused the token request. The token request was answered with status 401.'],
  [200, {}, /The token answer is not complete\. /],
  [500, {}, /^– credentials {2}Could not tell: PingOne failed to answer\. /],
  [429, {}, /^– credentials {2}Could not tell: PingOne asks to wait\. /],
])('status %i with %o tells nothing, and is no pass', async (status, body, why) => {
  const { standIn, env } = await standInForDoctor();
  refuseToken(standIn, status, body);
  const lines = await examined(env, 'credentials');
  expect(lines).toHaveLength(1);
  if (typeof why === 'string') expect(lines[0]).toBe(`– credentials  Could not tell: ${why}`);
  else expect(lines[0]).toMatch(why);
});

const noEndpoint = (endpoint: string) =>
  `${AT}${endpoint}, which the discovery document names, is no token endpoint: find out what answers there, and whether PINGONE_ISSUER is right.`;

test.each([
  [
    302,
    {},
    (to: string) => `PingOne answered with a redirect. The token request (POST ${to}) was answered with`,
  ],
  [404, 'no JSON', () => 'PingOne refused the token request. The token request was answered with'],
  [
    404,
    { code: 'NOT_FOUND' },
    () => 'PingOne refused the token request. The token request was answered with',
  ],
])('with status %i and %o there is no token endpoint, and no sign-in', async (status, body, message) => {
  const { standIn, env } = await standInForDoctor();
  const endpoint = `${standIn.issuer}/token`;
  refuseToken(standIn, status, body);
  const [line, ...next] = await examined(env, 'credentials');
  expect(line).toContain(`✗ credentials  ${message(endpoint)} status ${status}.`);
  expect(next).toEqual([noEndpoint(endpoint)]);
});

test('with a page in place of an answer there is no token endpoint, and no sign-in', async () => {
  const { standIn, env } = await standInForDoctor();
  standIn.scripts['token'] = () => ({ headers: { 'content-type': 'text/html' }, body: 'Hello' });
  expect(await examined(env, 'credentials')).toEqual([
    '✗ credentials  PingOne’s answer could not be read. The token request was answered with content type text/html, not application/json.',
    noEndpoint(`${standIn.issuer}/token`),
  ]);
});

test.each(['unauthorized_client', 'unsupported_grant_type'])(
  '%s is refused whatever the code, and says what to switch on',
  async (error) => {
    const { standIn, env } = await standInForDoctor();
    refuseToken(standIn, 400, { error, error_description: 'no' });
    expect(await examined(env, 'credentials')).toEqual([
      `✗ credentials  PingOne refused the token request. The token request was answered with status 400. PingOne’s words: "${error}: no".`,
      `${AT}Applications > Applications > your application: the toggle on, and under Configuration response type Code and grant type Authorization Code.`,
    ]);
  },
);

test('a token endpoint that takes the connection and never answers', async () => {
  const { standIn, env } = await standInForDoctor();
  standIn.scripts['token'] = () => new Promise(() => {});
  const { host } = new URL(standIn.issuer);
  expect(await examined(env, 'credentials')).toEqual([
    `✗ credentials  PingOne did not answer in time. The token request (POST ${standIn.issuer}/token) did not end in time.`,
    `${AT}Find out whether a firewall or a proxy stands between this machine and ${host}.`,
  ]);
});

test('a token endpoint where nobody listens', async () => {
  const { standIn, env } = await standInForDoctor();
  const endpoint = `http://127.0.0.1:${await freePort()}/token`;
  standIn.metadata['token_endpoint'] = endpoint;
  const [line, next] = await examined(env, 'credentials');
  expect(line).toBe(
    `✗ credentials  PingOne could not be reached. The token request (POST ${endpoint}) failed: ECONNREFUSED.`,
  );
  expect(next).toContain('Try again in a moment.');
});

test('a token endpoint whose certificate nobody trusts', async () => {
  const { standIn, env } = await standInForDoctor();
  const server = createTlsServer(createCertificate('localhost'));
  standIn.metadata['token_endpoint'] = `https://localhost:${await listen(server)}/token`;
  const [line, next] = await examined(env, 'credentials');
  expect(line).toContain('✗ credentials  PingOne’s TLS connection was not accepted.');
  expect(next).toContain('NODE_EXTRA_CA_CERTS');
});

test('tokens for a made-up code tell nothing, and are not printed', async () => {
  const { standIn, env } = await standInForDoctor();
  delete standIn.scripts['token'];
  const findings = await examine(env);
  expect(linesOf(findings, 'credentials')).toEqual([
    '– credentials  Could not tell: the token endpoint gave tokens for a made-up code.',
  ]);
  expect(JSON.stringify(findings)).not.toContain(standIn.accessToken);
});
