// The line "credentials": what each error for a made-up code tells, and a second one for a wrong secret.

import { randomUUID } from 'node:crypto';
import { createServer as createTlsServer } from 'node:https';
import { expect, test } from 'vitest';
import { examine } from '../../src/doctor/doctor.ts';
import { exitCodeOf } from '../../src/doctor/report.ts';
import type { Answer } from '../helpers/provider-double.ts';
import { createCertificate } from '../pingone/certificates.ts';
import { listen } from '../pingone/servers.ts';
import { freePort } from '../process/helpers.ts';
import { examined, linesOf, providerForDoctor, refuseToken, sandboxForDoctor } from './helpers.ts';

const AT = ' '.repeat('credentials'.length + 4);
const CONFIGURATION = 'Applications > Applications > your application > Configuration';
const METHOD = 'Token Endpoint Authentication Method of the application is not Client Secret Post.';
const VALUES =
  'PINGONE_CLIENT_SECRET is out of date, incomplete or from another environment; in .env, a # without quotes cuts it off. PINGONE_CLIENT_ID belongs to another environment than PINGONE_ISSUER.';
const COPY_AGAIN = `${AT}Open ${CONFIGURATION} and copy Client ID and Client Secret again. In .env, put the secret in quotes.`;
const SET_POST = `${AT}Open ${CONFIGURATION} and set Token Endpoint Authentication Method to Client Secret Post.`;
const BOTH = `${AT}Open ${CONFIGURATION}, set Token Endpoint Authentication Method to Client Secret Post, and copy Client ID and Client Secret again.`;
const CORRELATION_ID = 'f4697cc0-f083-11ee-9c5a-1c4e0f6b4c57';
const ACCEPTED =
  '✓ credentials  Accepted: PingOne rejected only the made-up code, and a wrong client secret differently.';
const SIGN_IN_ONCE = `${AT}Sign in once with the app: that shows whether Client ID and Client Secret are right.`;

test('the right ones, at the sandbox', async () => {
  const { env } = await sandboxForDoctor();
  expect(await examined(env, 'credentials')).toEqual([ACCEPTED]);
});

test.each(['PINGONE_CLIENT_SECRET', 'PINGONE_CLIENT_ID'])('a wrong %s, at the sandbox', async (name) => {
  const { env } = await sandboxForDoctor();
  const wrong = randomUUID();
  const findings = await examine({ ...env, [name]: wrong });
  const [line, causes, next] = linesOf(findings, 'credentials');
  expect(line).toMatch(
    /^✗ credentials {2}PingOne did not accept this app’s credentials\. POST http:\S+\/token returned status 401\. PingOne’s words: "invalid_client: Request denied: Invalid client credentials \(Correlation ID: [\da-f-]{36}\)"\.$/,
  );
  expect(causes).toBe(`${AT}Possible causes: ${VALUES}`);
  expect(next).toBe(COPY_AGAIN);
  if (name === 'PINGONE_CLIENT_SECRET') expect(JSON.stringify(findings)).not.toContain(wrong);
});

test('the request is that of a sign-in, with a new made-up code each time; the second one has a wrong secret', async () => {
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
  `PingOne’s words: "invalid_client: Request denied: ${words} (Correlation ID: ${CORRELATION_ID})".`;

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
    METHOD,
    SET_POST,
  ],
  [
    'invalid_client in other words',
    described('No such luck'),
    quoted('No such luck'),
    `${METHOD} ${VALUES}`,
    BOTH,
  ],
  [
    'invalid_client without words',
    { error: 'invalid_client' },
    'PingOne’s words: "invalid_client".',
    `${METHOD} ${VALUES}`,
    BOTH,
  ],
])('%s', async (_, body, words, causes, next) => {
  const { provider, env } = await providerForDoctor();
  refuseToken(provider, 401, body);
  expect(await examined(env, 'credentials')).toEqual([
    `✗ credentials  PingOne did not accept this app’s credentials. POST ${provider.issuer}/token returned status 401. ${words}`,
    `${AT}Possible causes: ${causes}`,
    next,
  ]);
  // It was no use to send a wrong secret after that.
  expect(provider.requestsTo('token')).toHaveLength(1);
});

test('a provider that looks at the code first passes no wrong credentials', async () => {
  const { provider, env } = await providerForDoctor();
  refuseToken(provider, 400, { error: 'invalid_grant', error_description: 'made up' });
  const findings = await examine(env);
  expect(linesOf(findings, 'credentials')).toEqual([
    `– credentials  Could not tell: PingOne did not reject a wrong client secret as such. PingOne did not accept the authorization code. POST ${provider.issuer}/token returned status 400. PingOne’s words: "invalid_grant: made up".`,
    SIGN_IN_ONCE,
  ]);
  expect(exitCodeOf(findings)).toBe(2);
});

test.each<[string, Answer]>([
  ['429 of the network edge', { status: 429, body: { message: 'Too Many Requests' } }],
  ['503 with an OAuth error', { status: 503, body: { error: 'temporarily_unavailable' } }],
  ['403 of the network edge', { status: 403, body: { message: 'Forbidden' } }],
  ['500', { status: 500, body: {} }],
  ['a redirect', { status: 302, headers: { location: '/busy' } }],
])('if the wrong secret gets %s, that is no pass', async (_, control) => {
  const { provider, env } = await providerForDoctor();
  let count = 0;
  provider.scripts['token'] = () => {
    count += 1;
    return count === 1 ? { status: 400, body: { error: 'invalid_grant' } } : control;
  };
  const findings = await examine(env);
  expect(linesOf(findings, 'credentials')).toEqual([
    expect.stringMatching(
      new RegExp(`^– credentials {2}Could not tell: .*returned status ${control.status}\\.`),
    ),
    SIGN_IN_ONCE,
  ]);
  expect(exitCodeOf(findings)).toBe(2);
});

test('if the wrong secret gets tokens, that is no pass', async () => {
  const { provider, env } = await providerForDoctor();
  provider.scripts['token'] = ({ body }) =>
    body.includes(encodeURIComponent(provider.clientId)) && body.includes('doctor')
      ? { status: 400, body: { error: 'invalid_grant' } }
      : provider.goodAnswer('token');
  const findings = await examine(env);
  expect(linesOf(findings, 'credentials')).toEqual([
    '– credentials  Could not tell: PingOne did not reject a wrong client secret as such. PingOne issued tokens.',
    SIGN_IN_ONCE,
  ]);
  expect(JSON.stringify(findings)).not.toContain(provider.accessToken);
});

test.each([
  [
    400,
    { error: 'invalid_request', error_description: 'made up' },
    'PingOne rejected the token request. <request> returned status 400. PingOne’s words: "invalid_request: made up".',
  ],
  [
    400,
    { id: CORRELATION_ID, code: 'INVALID_DATA', message: 'no' },
    `PingOne rejected the token request. <request> returned status 400. PingOne’s words: "INVALID_DATA: no". Correlation ID: ${CORRELATION_ID}.`,
  ],
  [401, 'no JSON', 'A request to PingOne was blocked. <request> returned status 401.'],
  [403, { message: 'Forbidden' }, /^– credentials {2}Could not tell: A request to PingOne was blocked\. /],
  [500, {}, /^– credentials {2}Could not tell: PingOne failed to process a request\. /],
  [429, {}, /^– credentials {2}Could not tell: Too many requests to PingOne\. /],
])('status %i with %o tells nothing, and is no pass', async (status, body, why) => {
  const { provider, env } = await providerForDoctor();
  refuseToken(provider, status, body);
  const findings = await examine(env);
  const [line, ...next] = linesOf(findings, 'credentials');
  const request = `POST ${provider.issuer}/token`;
  if (typeof why === 'string')
    expect(line).toBe(`– credentials  Could not tell: ${why.replace('<request>', request)}`);
  else expect(line).toMatch(why);
  expect(next).toEqual([SIGN_IN_ONCE]);
  expect(exitCodeOf(findings)).toBe(2);
});

test.each<[number, unknown]>([
  [403, { id: CORRELATION_ID, code: 'ACCESS_FAILED', message: 'no' }],
  [400, { error: 'unauthorized_client', error_description: 'no' }],
  [400, { error: 'unsupported_grant_type', error_description: 'no' }],
])('status %i with %o is about the application, whatever the code', async (status, body) => {
  const { provider, env } = await providerForDoctor();
  refuseToken(provider, status, body);
  const [line, causes, next] = await examined(env, 'credentials');
  expect(line).toMatch(
    new RegExp(
      `^✗ credentials {2}PingOne rejected the token request\\. .* returned status ${status}\\. .*: no"`,
    ),
  );
  expect(causes).toContain(
    'Not verified: grant type Authorization Code or Refresh Token is off, or the application',
  );
  expect(next).toBe(`${AT}Open ${CONFIGURATION} and compare the grant types and scopes with the README.`);
});

const noEndpoint = (endpoint: string) =>
  `${AT}Find out what responds at ${endpoint}. The discovery document names this token endpoint, so check PINGONE_ISSUER too.`;

test.each<[number, unknown, string]>([
  [302, {}, 'PingOne returned a redirect.'],
  [404, 'no JSON', 'A request to PingOne was blocked.'],
  [404, { code: 'NOT_FOUND' }, 'PingOne rejected the token request.'],
])('with status %i and %o there is no token endpoint, and no sign-in', async (status, body, title) => {
  const { provider, env } = await providerForDoctor();
  const endpoint = `${provider.issuer}/token`;
  refuseToken(provider, status, body);
  const [line, ...next] = await examined(env, 'credentials');
  expect(line).toContain(`✗ credentials  ${title} POST ${endpoint} returned status ${status}.`);
  expect(next).toEqual([noEndpoint(endpoint)]);
});

test('with a page in place of a response there is no token endpoint, and no sign-in', async () => {
  const { provider, env } = await providerForDoctor();
  provider.scripts['token'] = () => ({ headers: { 'content-type': 'text/html' }, body: 'Hello' });
  expect(await examined(env, 'credentials')).toEqual([
    expect.stringMatching(/^✗ credentials {2}The response of PingOne cannot be read\. .*“text\/html”/),
    noEndpoint(`${provider.issuer}/token`),
  ]);
});

test('control characters in the address of the token endpoint do not reach the terminal', async () => {
  const { provider, env } = await providerForDoctor();
  provider.metadata['token_endpoint'] = `${provider.issuer}/token?\u001b[2J`;
  refuseToken(provider, 404, 'nothing');
  expect((await examined(env, 'credentials')).join()).not.toContain('\u001b');
});

test('a token endpoint that takes the connection and never responds', async () => {
  const { provider, env } = await providerForDoctor();
  provider.scripts['token'] = () => new Promise(() => {});
  const { host } = new URL(provider.issuer);
  const [line, , next] = await examined(env, 'credentials');
  expect(line).toBe(
    `✗ credentials  PingOne did not respond in time. Request: POST ${provider.issuer}/token.`,
  );
  expect(next).toBe(`${AT}Find out whether a firewall or a proxy stands between this machine and ${host}.`);
});

test('a token endpoint where no server listens', async () => {
  const { provider, env } = await providerForDoctor();
  const endpoint = `http://127.0.0.1:${await freePort()}/token`;
  provider.metadata['token_endpoint'] = endpoint;
  const [line, causes, next] = await examined(env, 'credentials');
  expect(line).toBe(`✗ credentials  PingOne cannot be reached. POST ${endpoint} failed: ECONNREFUSED.`);
  expect(causes).toContain('No server listens at this address');
  expect(next).toContain('Check the host and the port');
});

test('a token endpoint whose certificate is not trusted', async () => {
  const { provider, env } = await providerForDoctor();
  const server = createTlsServer(createCertificate('localhost'));
  provider.metadata['token_endpoint'] = `https://localhost:${await listen(server)}/token`;
  const [line, , next] = await examined(env, 'credentials');
  expect(line).toContain('✗ credentials  The TLS connection to PingOne failed.');
  expect(next).toContain('NODE_EXTRA_CA_CERTS');
});

test.each(['code', 'code_verifier'])(
  'a provider that repeats the %s does not get it printed',
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

test('tokens for a made-up code tell nothing, and are not printed', async () => {
  const { provider, env } = await providerForDoctor();
  provider.scripts['token'] = () => provider.goodAnswer('token');
  const findings = await examine(env);
  expect(linesOf(findings, 'credentials')).toEqual([
    '– credentials  Could not tell: PingOne issued tokens for a made-up code.',
    SIGN_IN_ONCE,
  ]);
  expect(JSON.stringify(findings)).not.toContain(provider.accessToken);
});
