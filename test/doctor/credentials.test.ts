// The line "credentials": what each refusal of a made-up code tells.

import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { examine } from '../../src/doctor/doctor.ts';
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
    { error: 'unauthorized_client', error_description: 'not this grant' },
    'PingOne refused the token request. The token request was answered with status 400. PingOne’s words: "unauthorized_client: not this grant".',
  ],
  [
    403,
    { id: CORRELATION_ID, code: 'ACCESS_FAILED', message: 'no' },
    `PingOne refused the token request. The token request was answered with status 403. PingOne’s words: "ACCESS_FAILED: no". Correlation ID: ${CORRELATION_ID}.`,
  ],
  [401, 'no JSON', 'PingOne refused the token request. The token request was answered with status 401.'],
  [200, {}, /The token answer is not complete\. /],
  [500, {}, /^– credentials {2}Could not tell: PingOne failed to answer\. /],
  [302, {}, /^– credentials {2}Could not tell: PingOne answered with a redirect\. /],
])('status %i with %o tells nothing, and is no pass', async (status, body, why) => {
  const { standIn, env } = await standInForDoctor();
  refuseToken(standIn, status, body);
  const lines = await examined(env, 'credentials');
  expect(lines).toHaveLength(1);
  if (typeof why === 'string') expect(lines[0]).toBe(`– credentials  Could not tell: ${why}`);
  else expect(lines[0]).toMatch(why);
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
