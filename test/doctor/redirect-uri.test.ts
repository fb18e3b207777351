// The line "redirect URI": only a response that is sent there shows that it is registered.

import { expect, test } from 'vitest';
import { examine } from '../../src/doctor/doctor.ts';
import { exitCodeOf } from '../../src/doctor/report.ts';
import type { Answer, Script } from '../helpers/provider-double.ts';
import { freePort } from '../process/helpers.ts';
import { examined, linesOf, providerForDoctor, sandboxForDoctor } from './helpers.ts';

const AT = ' '.repeat('redirect URI'.length + 4);
const CONFIGURATION = 'Applications > Applications > your application > Configuration';
const CAUSES =
  'The redirect URI is not registered exactly like this. PINGONE_CLIENT_ID is not the Client ID of an application in this environment. Not verified: the application is turned off.';

const next = (callback: string) =>
  `${AT}Open ${CONFIGURATION}: add exactly ${callback} to Redirect URIs, compare the Client ID, and turn on the application.`;

function unclear(callback: string, found: string): string[] {
  return [
    `– redirect URI  Could not tell whether ${callback} is registered: PingOne returned ${found}.`,
    next(callback),
  ];
}

function rejected(callback: string, status: string): string[] {
  return [
    `✗ redirect URI  PingOne returned status ${status} and no redirect to ${callback}.`,
    `${AT}Possible causes: ${CAUSES}`,
    next(callback),
  ];
}

async function providerWith(authorize: Script) {
  const { provider, env } = await providerForDoctor();
  provider.scripts['authorize'] = authorize;
  return { provider, env, callback: `http://localhost:${env.PORT}/callback` };
}

const redirectHome = (query: string) =>
  providerWith((request) => ({
    status: 302,
    headers: { location: `${request.query.get('redirect_uri')}?${query}` },
  }));

test('registered, at the sandbox', async () => {
  const { env, callback } = await sandboxForDoctor();
  expect(await examined(env, 'redirect URI')).toEqual([
    `✓ redirect URI  ${callback} is registered (assumed): PingOne sends its response there (login_required).`,
  ]);
});

test('not registered, at the sandbox: that fails', async () => {
  const { env, callback } = await sandboxForDoctor('http://localhost:3000/other');
  const findings = await examine(env);
  expect(linesOf(findings, 'redirect URI')).toEqual(rejected(callback, '400 (INVALID_DATA, redirect_uri)'));
  expect(exitCodeOf(findings)).toBe(1);
});

test('a client ID that PingOne does not know, at the sandbox, fails too', async () => {
  const { env, callback } = await sandboxForDoctor();
  const PINGONE_CLIENT_ID = '91a2d4b7-7d10-4e6b-8f35-c0ffee5ae603';
  expect(await examined({ ...env, PINGONE_CLIENT_ID }, 'redirect URI')).toEqual(rejected(callback, '400'));
});

test('not registered, in the shape of PingOne’s platform errors: that fails, and the parameter is named', async () => {
  const details = [{ code: 'INVALID_VALUE', target: 'redirect_uri', message: 'Redirect URI mismatch' }];
  const body = { id: 'f4697cc0-f083-11ee-9c5a-1c4e0f6b4c57', code: 'INVALID_DATA', message: 'no', details };
  const { env, callback } = await providerWith(() => ({ status: 400, body }));
  const findings = await examine(env);
  expect(linesOf(findings, 'redirect URI')).toEqual(rejected(callback, '400 (INVALID_DATA, redirect_uri)'));
  expect(exitCodeOf(findings)).toBe(1);
});

test.each<[string, string, Answer]>([
  ['a page of PingOne’s own', '400', { status: 400, headers: { 'content-type': 'text/html' }, body: '<p>' }],
  ['an OAuth error as JSON', '401 (invalid_client)', { status: 401, body: { error: 'invalid_client' } }],
  [
    'a platform error without details',
    '403 (ACCESS_FAILED)',
    { status: 403, body: { code: 'ACCESS_FAILED' } },
  ],
  ['details that are none', '400 (X)', { status: 400, body: { code: 'X', details: ['a'], error: 5 } }],
  [
    'another parameter',
    '400 (X, client_id)',
    { status: 400, body: { code: 'X', details: [{ target: 'client_id' }] } },
  ],
  ['no page', '404', { status: 404 }],
])('%s in place of a redirect ends every sign-in', async (_, status, response) => {
  const { env, callback } = await providerWith(() => response);
  expect(await examined(env, 'redirect URI')).toEqual(rejected(callback, status));
});

test('the request is that of a sign-in with prompt=none, and its redirect is not followed', async () => {
  const { provider, env } = await providerForDoctor();
  await examine(env);
  const [request, ...more] = provider.requestsTo('authorize');
  expect(more).toEqual([]);
  expect(request?.method).toBe('GET');
  expect(Object.fromEntries(request?.query ?? [])).toEqual({
    response_type: 'code',
    client_id: provider.clientId,
    redirect_uri: `http://localhost:${env.PORT}/callback`,
    scope: 'openid profile email',
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
    prompt: 'none',
  });
});

test('a code shows it, too, and is not printed', async () => {
  const { env, callback } = await redirectHome('code=canary-code');
  const findings = await examine(env);
  expect(linesOf(findings, 'redirect URI')).toEqual([
    `✓ redirect URI  ${callback} is registered (assumed): PingOne sends its response there (a code).`,
  ]);
  expect(JSON.stringify(findings)).not.toContain('canary');
});

test.each(['interaction_required', 'consent_required', 'account_selection_required'])(
  '%s is a response to prompt=none, too',
  async (error) => {
    const { env } = await redirectHome(`error=${error}`);
    const findings = await examine(env);
    expect(linesOf(findings, 'redirect URI')).toHaveLength(1);
    expect(exitCodeOf(findings)).toBe(0);
  },
);

test('another error shows it, too, but not whether sign-ins succeed', async () => {
  const { env, callback } = await redirectHome('error=invalid_scope%1b[31m');
  const findings = await examine(env);
  expect(linesOf(findings, 'redirect URI')).toEqual([
    `✓ redirect URI  ${callback} is registered (assumed): PingOne sends its response there (invalid_scope [31m).`,
    '– redirect URI  Could not tell whether sign-ins end with this error: invalid_scope [31m.',
    `${AT}Open ${CONFIGURATION} and compare each setting with the README, then sign in once.`,
  ]);
  expect(exitCodeOf(findings)).toBe(2);
});

test('a provider that repeats state and nonce does not get them printed', async () => {
  const { provider, env } = await providerWith(({ query }) => ({
    status: 302,
    headers: {
      location: `${query.get('redirect_uri')}?error=${query.get('state')}-${query.get('nonce')?.slice(0, 15)}`,
    },
  }));
  const findings = await examine(env);
  const query = provider.requestsTo('authorize')[0]?.query;
  for (const name of ['state', 'nonce'])
    expect(JSON.stringify(findings)).not.toContain(query?.get(name)?.slice(0, 15));
});

test.each<[string, string, (callback: string) => { status: number; location?: string; body?: unknown }]>([
  ['a page', 'status 200 and no redirect', () => ({ status: 200 })],
  [
    'a page with a Location',
    'status 200 and no redirect',
    (to) => ({ status: 200, location: `${to}?error=x` }),
  ],
  [
    'a redirect there without a response',
    'status 302 and a redirect to <callback>',
    (to) => ({ status: 302, location: to }),
  ],
  [
    'a redirect to another path',
    'status 302 and a redirect to <callback>/x',
    (to) => ({ status: 302, location: `${to}/x?error=login_required` }),
  ],
  [
    'a redirect to another host',
    'status 302 and a redirect to https://apps.example/signon/',
    (to) => ({
      status: 302,
      location: `https://apps.example/signon/?error=login_required&redirect_uri=${to}`,
    }),
  ],
  ['a redirect to nowhere', 'status 302 and no redirect', () => ({ status: 302 })],
  [
    'a 403 of the network edge',
    'status 403 and no redirect',
    () => ({ status: 403, body: { message: 'Forbidden' } }),
  ],
  ['a 429', 'status 429 and no redirect', () => ({ status: 429, body: { code: 'REQUEST_LIMITED' } })],
  ['a 500', 'status 500 and no redirect', () => ({ status: 500, body: { code: 'UNEXPECTED_ERROR' } })],
])('%s tells nothing', async (_, found, respond) => {
  const { env, callback } = await providerWith(({ query }) => {
    const { location, ...response } = respond(query.get('redirect_uri') ?? '');
    return { ...response, ...(location ? { headers: { location } } : {}) };
  });
  const findings = await examine(env);
  expect(linesOf(findings, 'redirect URI')).toEqual(unclear(callback, found.replace('<callback>', callback)));
  expect(exitCodeOf(findings)).toBe(2);
});

test('a page without end is not read to its end, and tells nothing', async () => {
  const { env } = await providerWith((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.write('x'.repeat(2 ** 20));
    return undefined;
  });
  const [line] = await examined(env, 'redirect URI');
  expect(line).toContain('– redirect URI  Could not tell: The response of PingOne is too large.');
});

test.each([
  ['unauthorized_client', /turn on the application, response type Code and grant type Authorization Code\.$/],
  ['unsupported_response_type', /response type Code and grant type Authorization Code\.$/],
  ['invalid_scope', /remove them from PINGONE_SCOPE\.$/],
])('%s ends every sign-in, and says what to do', async (error, fix) => {
  const { env, callback } = await redirectHome(`error=${error}`);
  expect(await examined(env, 'redirect URI')).toEqual([
    `✓ redirect URI  ${callback} is registered (assumed): PingOne sends its response there (${error}).`,
    `✗ redirect URI  Each sign-in ends with the error ${error}.`,
    expect.stringContaining('Possible causes: '),
    expect.stringMatching(fix),
  ]);
});

test('an application that is turned off is named as a possible cause, marked as not verified', async () => {
  const { env } = await redirectHome('error=unauthorized_client');
  const lines = await examined(env, 'redirect URI');
  expect(lines[2]).toContain('Not verified: the application is turned off');
});

test('a connection that breaks, although discovery succeeded, ends every sign-in', async () => {
  const { provider, env } = await providerWith((_, response) => {
    response.destroy();
    return undefined;
  });
  const [line, , advice] = await examined(env, 'redirect URI');
  expect(line).toBe(
    `✗ redirect URI  PingOne cannot be reached. GET ${provider.issuer}/authorize failed: UND_ERR_SOCKET.`,
  );
  expect(advice).toContain('Run the doctor again.');
});

test('another host than the issuer’s may be one that only browsers reach: that tells nothing', async () => {
  const { provider, env } = await providerForDoctor();
  const endpoint = `http://127.0.0.1:${await freePort()}/authorize`;
  provider.metadata['authorization_endpoint'] = endpoint;
  expect(await examined(env, 'redirect URI')).toEqual([
    `– redirect URI  Could not tell: PingOne cannot be reached. GET ${endpoint} failed: ECONNREFUSED.`,
  ]);
});
