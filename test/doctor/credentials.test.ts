// The line "credentials": what the errors for a made-up code and for a wrong secret show.

import { randomUUID } from 'node:crypto';
import { createServer as createTlsServer } from 'node:https';
import { expect, test } from 'vitest';
import { examine } from '../../src/doctor/doctor.ts';
import { exitCodeOf } from '../../src/doctor/report.ts';
import type { ScriptedResponse } from '../helpers/provider-double.ts';
import { createCertificate } from '../pingone/certificates.ts';
import { listen } from '../pingone/servers.ts';
import { freePort } from '../process/helpers.ts';
import { examined, linesOf, listOf, providerForDoctor, refuseToken, sandboxForDoctor } from './helpers.ts';

const AT = ' '.repeat('credentials'.length + 4);
const CONFIGURATION = 'Applications > Applications > your application > Configuration';
const METHOD = 'Token Endpoint Authentication Method of the application is not Client Secret Post.';
const VALUES = [
  'PINGONE_CLIENT_SECRET is out of date, incomplete, or from another environment (in .env, a # cuts off a value without quotes).',
  'PINGONE_CLIENT_ID and PINGONE_ISSUER belong to different environments.',
];
const COPY_AGAIN = `${AT}Next step: Open ${CONFIGURATION} and copy Client ID and Client Secret again. In .env, put the secret in quotes.`;
const SET_POST = `${AT}Next step: Open ${CONFIGURATION} and set Token Endpoint Authentication Method to Client Secret Post.`;
const BOTH = `${AT}Next step: Open ${CONFIGURATION}, set Token Endpoint Authentication Method to Client Secret Post, and copy Client ID and Client Secret again.`;
const CORRELATION_ID = 'f4697cc0-f083-11ee-9c5a-1c4e0f6b4c57';
const ACCEPTED =
  '✓ credentials  The client ID and the client secret are accepted. Tested with a made-up code, which PingOne rejected as expected, and with a wrong secret, for which PingOne returned another error.';
const SIGN_IN_ONCE = `${AT}Next step: Sign in once with this app to find out whether Client ID and Client Secret are correct.`;

test('correct credentials pass at the sandbox', async () => {
  const { env } = await sandboxForDoctor();
  expect(await examined(env, 'credentials')).toEqual([ACCEPTED]);
});

test.each(['PINGONE_CLIENT_SECRET', 'PINGONE_CLIENT_ID'])('a wrong %s fails at the sandbox', async (name) => {
  const { env } = await sandboxForDoctor();
  const wrong = randomUUID();
  const findings = await examine({ ...env, [name]: wrong });
  const [line, ...rest] = linesOf(findings, 'credentials');
  expect(line).toMatch(
    /^✗ credentials {2}PingOne did not accept this app’s credentials\. POST http:\S+\/token returned status 401\. PingOne’s message: "invalid_client: Request denied: Invalid client credentials \(Correlation ID: [\da-f-]{36}\)"\.$/,
  );
  expect(rest).toEqual([...listOf(VALUES, AT), COPY_AGAIN]);
  if (name === 'PINGONE_CLIENT_SECRET') expect(JSON.stringify(findings)).not.toContain(wrong);
});

test('it sends the token request of a sign-in, with a new made-up code each time; the second request has a wrong secret', async () => {
  const { provider, env } = await providerForDoctor();
  await examine(env);
  await examine(env);
  const requests = provider.requestsTo('token');
  const forms = requests.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
  expect(forms).toHaveLength(4);
  for (const form of forms) {
    expect(form).toEqual({
      grant_type: 'authorization_code',
      code: expect.stringMatching(/^[\da-f-]{36}$/),
      redirect_uri: `http://localhost:${env.PORT}/callback`,
      client_id: provider.clientId,
      client_secret: expect.any(String),
      code_verifier: expect.stringMatching(/^[\w-]{43}$/),
    });
  }
  const [secret, wrong, ...again] = forms.map((form) => form['client_secret']);
  expect([secret, again[0]]).toEqual([provider.clientSecret, provider.clientSecret]);
  expect(wrong).toMatch(/^[\w-]{43}$/);
  expect(again[1]).not.toBe(wrong);
  expect(new Set(forms.map((form) => form['code'])).size).toBe(4);
  expect(requests[0]?.headers.authorization).toBeUndefined();
});

const described = (words: string) => ({
  error: 'invalid_client',
  error_description: `Request denied: ${words} (Correlation ID: ${CORRELATION_ID})`,
});
const quoted = (words: string) =>
  `PingOne’s message: "invalid_client: Request denied: ${words} (Correlation ID: ${CORRELATION_ID})".`;

test.each([
  [
    'a wrong secret',
    described('Invalid client credentials'),
    quoted('Invalid client credentials'),
    VALUES,
    COPY_AGAIN,
  ],
  [
    'a wrong authentication method',
    described('Unsupported authentication method'),
    quoted('Unsupported authentication method'),
    [METHOD],
    SET_POST,
  ],
  [
    'invalid_client with an unknown description',
    described('No such luck'),
    quoted('No such luck'),
    [METHOD, ...VALUES],
    BOTH,
  ],
  [
    'invalid_client without a description',
    { error: 'invalid_client' },
    'PingOne’s message: "invalid_client".',
    [METHOD, ...VALUES],
    BOTH,
  ],
])('%s fails', async (_, body, words, causes, next) => {
  const { provider, env } = await providerForDoctor();
  refuseToken(provider, 401, body);
  expect(await examined(env, 'credentials')).toEqual([
    `✗ credentials  PingOne did not accept this app’s credentials. POST ${provider.issuer}/token returned status 401. ${words}`,
    ...listOf(causes, AT),
    next,
  ]);
  // After that, a request with a wrong secret would show nothing new.
  expect(provider.requestsTo('token')).toHaveLength(1);
});

test('if the provider checks the code first, the result is unclear', async () => {
  const { provider, env } = await providerForDoctor();
  refuseToken(provider, 400, { error: 'invalid_grant', error_description: 'made up' });
  const findings = await examine(env);
  expect(linesOf(findings, 'credentials')).toEqual([
    `? credentials  Unclear: PingOne did not clearly reject a wrong client secret. PingOne did not accept the authorization code. POST ${provider.issuer}/token returned status 400. PingOne’s message: "invalid_grant: made up".`,
    SIGN_IN_ONCE,
  ]);
  expect(exitCodeOf(findings)).toBe(2);
});

test.each<[string, ScriptedResponse]>([
  ['429 of the network edge', { status: 429, body: { message: 'Too Many Requests' } }],
  ['503 with an OAuth error', { status: 503, body: { error: 'temporarily_unavailable' } }],
  ['403 of the network edge', { status: 403, body: { message: 'Forbidden' } }],
  ['500', { status: 500, body: {} }],
  ['a redirect', { status: 302, headers: { location: '/busy' } }],
])('if the request with a wrong secret gets %s, the result is unclear', async (_, control) => {
  const { provider, env } = await providerForDoctor();
  let count = 0;
  provider.scripts['token'] = () => {
    count += 1;
    return count === 1 ? { status: 400, body: { error: 'invalid_grant' } } : control;
  };
  const findings = await examine(env);
  expect(linesOf(findings, 'credentials')).toEqual([
    expect.stringMatching(new RegExp(`^\\? credentials {2}Unclear: .*returned status ${control.status}\\.`)),
    SIGN_IN_ONCE,
  ]);
  expect(exitCodeOf(findings)).toBe(2);
});

test('if the request with a wrong secret gets tokens, the result is unclear', async () => {
  const { provider, env } = await providerForDoctor();
  provider.scripts['token'] = ({ body }) =>
    body.includes(encodeURIComponent(provider.clientId)) && body.includes('doctor')
      ? { status: 400, body: { error: 'invalid_grant' } }
      : provider.goodResponse('token');
  const findings = await examine(env);
  expect(linesOf(findings, 'credentials')).toEqual([
    '? credentials  Unclear: PingOne did not clearly reject a wrong client secret. PingOne issued tokens.',
    SIGN_IN_ONCE,
  ]);
  expect(JSON.stringify(findings)).not.toContain(provider.accessToken);
});

test.each([
  [
    400,
    { error: 'invalid_request', error_description: 'made up' },
    'PingOne rejected the token request. <request> returned status 400. PingOne’s message: "invalid_request: made up".',
  ],
  [
    400,
    { id: CORRELATION_ID, code: 'INVALID_DATA', message: 'no' },
    `PingOne rejected the token request. <request> returned status 400. PingOne’s message: "INVALID_DATA: no". Correlation ID: ${CORRELATION_ID}.`,
  ],
  [401, 'no JSON', 'A request to PingOne was blocked. <request> returned status 401.'],
  [403, { message: 'Forbidden' }, /^\? credentials {2}Unclear: A request to PingOne was blocked\. /],
  [500, {}, /^\? credentials {2}Unclear: PingOne failed to process a request\. /],
  [429, {}, /^\? credentials {2}Unclear: Too many requests to PingOne\. /],
])('status %i with %o is unclear', async (status, body, why) => {
  const { provider, env } = await providerForDoctor();
  refuseToken(provider, status, body);
  const findings = await examine(env);
  const [line, ...next] = linesOf(findings, 'credentials');
  const request = `POST ${provider.issuer}/token`;
  if (typeof why === 'string')
    expect(line).toBe(`? credentials  Unclear: ${why.replace('<request>', request)}`);
  else expect(line).toMatch(why);
  expect(next).toEqual([SIGN_IN_ONCE]);
  expect(exitCodeOf(findings)).toBe(2);
});

test.each<[number, unknown]>([
  [403, { id: CORRELATION_ID, code: 'ACCESS_FAILED', message: 'no' }],
  [400, { error: 'unauthorized_client', error_description: 'no' }],
  [400, { error: 'unsupported_grant_type', error_description: 'no' }],
])('status %i with %o is about the application, not about the code, and fails', async (status, body) => {
  const { provider, env } = await providerForDoctor();
  refuseToken(provider, status, body);
  const [line, title, ...rest] = await examined(env, 'credentials');
  expect(line).toMatch(
    new RegExp(
      `^✗ credentials {2}PingOne rejected the token request\\. .* returned status ${status}\\. .*: no"`,
    ),
  );
  expect(title).toBe(`${AT}Possible causes:`);
  expect(rest).toEqual([
    `${AT}1. Not verified: grant type Authorization Code or Refresh Token is off, or the application is turned off.`,
    `${AT}2. The application grants none of the scopes in PINGONE_SCOPE.`,
    `${AT}Next step: Open ${CONFIGURATION} and compare the grant types and scopes with the README.`,
  ]);
});

const noEndpoint = (endpoint: string) =>
  `${AT}Next step: Find out what responds at ${endpoint}. The discovery document names this token endpoint, so check PINGONE_ISSUER too.`;

test.each<[number, unknown, string]>([
  [302, {}, 'PingOne returned a redirect.'],
  [404, 'no JSON', 'A request to PingOne was blocked.'],
  [404, { code: 'NOT_FOUND' }, 'PingOne rejected the token request.'],
])('status %i with %o shows that there is no token endpoint, and fails', async (status, body, title) => {
  const { provider, env } = await providerForDoctor();
  const endpoint = `${provider.issuer}/token`;
  refuseToken(provider, status, body);
  const [line, ...next] = await examined(env, 'credentials');
  expect(line).toContain(`✗ credentials  ${title} POST ${endpoint} returned status ${status}.`);
  expect(next).toEqual([noEndpoint(endpoint)]);
});

test('an HTML page instead of a token response shows that there is no token endpoint, and fails', async () => {
  const { provider, env } = await providerForDoctor();
  provider.scripts['token'] = () => ({ headers: { 'content-type': 'text/html' }, body: 'Hello' });
  expect(await examined(env, 'credentials')).toEqual([
    expect.stringMatching(/^✗ credentials {2}The response from PingOne cannot be read\. .*“text\/html”/),
    noEndpoint(`${provider.issuer}/token`),
  ]);
});

test('control characters in the address of the token endpoint do not reach the terminal', async () => {
  const { provider, env } = await providerForDoctor();
  provider.metadata['token_endpoint'] = `${provider.issuer}/token?\u001b[2J`;
  refuseToken(provider, 404, 'nothing');
  expect((await examined(env, 'credentials')).join()).not.toContain('\u001b');
});

test('a token endpoint that accepts the connection and never responds fails', async () => {
  const { provider, env } = await providerForDoctor();
  provider.scripts['token'] = () => new Promise(() => {});
  const { host } = new URL(provider.issuer);
  const lines = await examined(env, 'credentials');
  expect(lines[0]).toBe(
    `✗ credentials  PingOne did not respond in time. Request: POST ${provider.issuer}/token.`,
  );
  expect(lines.at(-1)).toBe(
    `${AT}Next step: Find out whether a firewall or a proxy stands between this machine and ${host}.`,
  );
});

test('a token endpoint where no server listens fails', async () => {
  const { provider, env } = await providerForDoctor();
  const endpoint = `http://127.0.0.1:${await freePort()}/token`;
  provider.metadata['token_endpoint'] = endpoint;
  const [line, , cause, ...rest] = await examined(env, 'credentials');
  expect(line).toBe(`✗ credentials  PingOne cannot be reached. POST ${endpoint} failed: ECONNREFUSED.`);
  expect(cause).toContain('1. No server listens at this host and port');
  expect(rest.at(-1)).toContain('Check the host and the port');
});

test('a token endpoint with an untrusted certificate fails', async () => {
  const { provider, env } = await providerForDoctor();
  const server = createTlsServer(createCertificate('localhost'));
  provider.metadata['token_endpoint'] = `https://localhost:${await listen(server)}/token`;
  const lines = await examined(env, 'credentials');
  expect(lines[0]).toContain('✗ credentials  The TLS connection to PingOne failed.');
  expect(lines.at(-1)).toContain('NODE_EXTRA_CA_CERTS');
});

test.each(['code', 'code_verifier'])(
  'if the provider repeats the %s, the doctor does not print it',
  async (name) => {
    const { provider, env } = await providerForDoctor();
    const sent: string[] = [];
    provider.scripts['token'] = ({ body }) => {
      const value = new URLSearchParams(body).get(name) ?? '';
      sent.push(value);
      return { status: 401, body: { error: 'invalid_client', error_description: `It was ${value}.` } };
    };
    const lines = await examined(env, 'credentials');
    expect(lines[0]).toContain('[secret, ');
    expect(lines.join()).not.toContain(sent[0]);
  },
);

test('tokens for a made-up code are unclear, and are not printed', async () => {
  const { provider, env } = await providerForDoctor();
  provider.scripts['token'] = () => provider.goodResponse('token');
  const findings = await examine(env);
  expect(linesOf(findings, 'credentials')).toEqual([
    '? credentials  Unclear: PingOne issued tokens for a made-up code.',
    SIGN_IN_ONCE,
  ]);
  expect(JSON.stringify(findings)).not.toContain(provider.accessToken);
});
