// The line "redirect URI": it passes only if the response is sent to the redirect URI.

import { expect, test } from 'vitest';
import { examine } from '../../src/doctor/doctor.ts';
import { exitCodeOf } from '../../src/doctor/report.ts';
import type { Script, ScriptedResponse } from '../helpers/provider-double.ts';
import { freePort } from '../process/helpers.ts';
import { examined, linesOf, listOf, providerForDoctor, sandboxForDoctor } from './helpers.ts';

const AT = ' '.repeat('redirect URI'.length + 4);
const CONFIGURATION = 'Applications > Applications > your application > Configuration';
const CAUSES = [
  'The redirect URI is not registered exactly like this.',
  'PINGONE_CLIENT_ID is not the Client ID of an application in this environment.',
  'Not verified: the application is turned off.',
];

const next = (callback: string) =>
  `${AT}Next step: Open ${CONFIGURATION}, add exactly ${callback} to Redirect URIs, compare the Client ID, and turn on the application.`;

function unclear(callback: string, found: string): string[] {
  return [
    `? redirect URI  Unclear: ${callback} may not be registered. PingOne returned ${found}.`,
    next(callback),
  ];
}

function rejected(callback: string, status: string): string[] {
  return [
    `✗ redirect URI  PingOne returned status ${status} and no redirect to ${callback}.`,
    ...listOf(CAUSES, AT),
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

test('a registered redirect URI passes at the sandbox', async () => {
  const { env, callback } = await sandboxForDoctor();
  expect(await examined(env, 'redirect URI')).toEqual([
    `✓ redirect URI  ${callback} appears to be registered: PingOne sent its response there (login_required, as expected without a sign-on).`,
  ]);
});

test('a redirect URI that is not registered fails at the sandbox', async () => {
  const { env, callback } = await sandboxForDoctor('http://localhost:3000/other');
  const findings = await examine(env);
  expect(linesOf(findings, 'redirect URI')).toEqual(rejected(callback, '400 (INVALID_DATA, redirect_uri)'));
  expect(exitCodeOf(findings)).toBe(1);
});

test('an unknown client ID fails at the sandbox', async () => {
  const { env, callback } = await sandboxForDoctor();
  const PINGONE_CLIENT_ID = '91a2d4b7-7d10-4e6b-8f35-c0ffee5ae603';
  expect(await examined({ ...env, PINGONE_CLIENT_ID }, 'redirect URI')).toEqual(rejected(callback, '400'));
});

test('a platform error of PingOne about the redirect URI fails, and the line names the parameter', async () => {
  const details = [{ code: 'INVALID_VALUE', target: 'redirect_uri', message: 'Redirect URI mismatch' }];
  const body = { id: 'f4697cc0-f083-11ee-9c5a-1c4e0f6b4c57', code: 'INVALID_DATA', message: 'no', details };
  const { env, callback } = await providerWith(() => ({ status: 400, body }));
  const findings = await examine(env);
  expect(linesOf(findings, 'redirect URI')).toEqual(rejected(callback, '400 (INVALID_DATA, redirect_uri)'));
  expect(exitCodeOf(findings)).toBe(1);
});

test.each<[string, string, ScriptedResponse]>([
  ['a page of PingOne’s own', '400', { status: 400, headers: { 'content-type': 'text/html' }, body: '<p>' }],
  ['an OAuth error as JSON', '401 (invalid_client)', { status: 401, body: { error: 'invalid_client' } }],
  [
    'a platform error without details',
    '403 (ACCESS_FAILED)',
    { status: 403, body: { code: 'ACCESS_FAILED' } },
  ],
  ['details of the wrong type', '400 (X)', { status: 400, body: { code: 'X', details: ['a'], error: 5 } }],
  [
    'another parameter',
    '400 (X, client_id)',
    { status: 400, body: { code: 'X', details: [{ target: 'client_id' }] } },
  ],
  ['an empty 404', '404', { status: 404 }],
])('%s instead of a redirect fails', async (_, status, response) => {
  const { env, callback } = await providerWith(() => response);
  expect(await examined(env, 'redirect URI')).toEqual(rejected(callback, status));
});

test('it sends the request of a sign-in with prompt=none, and does not follow the redirect', async () => {
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

test('a code passes, too, and is not printed', async () => {
  const { env, callback } = await redirectHome('code=canary-code');
  const findings = await examine(env);
  expect(linesOf(findings, 'redirect URI')).toEqual([
    `✓ redirect URI  ${callback} appears to be registered: PingOne sent its response there (a code).`,
  ]);
  expect(JSON.stringify(findings)).not.toContain('canary');
});

test.each(['interaction_required', 'consent_required', 'account_selection_required'])(
  '%s passes, because prompt=none can cause it',
  async (error) => {
    const { env } = await redirectHome(`error=${error}`);
    const findings = await examine(env);
    expect(linesOf(findings, 'redirect URI')).toHaveLength(1);
    expect(exitCodeOf(findings)).toBe(0);
  },
);

test('another error shows that the redirect URI is registered, but leaves unclear whether sign-ins succeed', async () => {
  const { env, callback } = await redirectHome('error=invalid_scope%1b[31m');
  const findings = await examine(env);
  expect(linesOf(findings, 'redirect URI')).toEqual([
    `✓ redirect URI  ${callback} appears to be registered: PingOne sent its response there (invalid_scope [31m).`,
    '? redirect URI  Unclear: sign-ins may end with this error: invalid_scope [31m.',
    `${AT}Next step: Open ${CONFIGURATION} and compare each setting with the README, then sign in once.`,
  ]);
  expect(exitCodeOf(findings)).toBe(2);
});

test('if the provider repeats state and nonce, the doctor does not print them', async () => {
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
  ['a redirect without a Location', 'status 302 and no redirect', () => ({ status: 302 })],
  [
    'a 403 of the network edge',
    'status 403 and no redirect',
    () => ({ status: 403, body: { message: 'Forbidden' } }),
  ],
  ['a 429', 'status 429 and no redirect', () => ({ status: 429, body: { code: 'REQUEST_LIMITED' } })],
  ['a 500', 'status 500 and no redirect', () => ({ status: 500, body: { code: 'UNEXPECTED_ERROR' } })],
])('%s is unclear', async (_, found, respond) => {
  const { env, callback } = await providerWith(({ query }) => {
    const { location, ...response } = respond(query.get('redirect_uri') ?? '');
    return { ...response, ...(location ? { headers: { location } } : {}) };
  });
  const findings = await examine(env);
  expect(linesOf(findings, 'redirect URI')).toEqual(unclear(callback, found.replace('<callback>', callback)));
  expect(exitCodeOf(findings)).toBe(2);
});

test('an endless page is not read to its end, and is unclear', async () => {
  const { env } = await providerWith((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.write('x'.repeat(2 ** 20));
    return undefined;
  });
  const [line] = await examined(env, 'redirect URI');
  expect(line).toContain('? redirect URI  Unclear: The response from PingOne is too large.');
});

test.each([
  [
    'unauthorized_client',
    /turn on the application, response type Code, and grant type Authorization Code\.$/,
  ],
  ['unsupported_response_type', /response type Code, and grant type Authorization Code\.$/],
  ['invalid_scope', /remove them from PINGONE_SCOPE\.$/],
])('%s fails, because it ends every sign-in, and the line says what to do', async (error, fix) => {
  const { env, callback } = await redirectHome(`error=${error}`);
  const lines = await examined(env, 'redirect URI');
  expect(lines.slice(0, 3)).toEqual([
    `✓ redirect URI  ${callback} appears to be registered: PingOne sent its response there (${error}).`,
    `✗ redirect URI  Every sign-in ends with the error ${error}.`,
    `${AT}Possible causes:`,
  ]);
  expect(lines.at(-1)).toMatch(fix);
});

test('a possible cause is an application that is turned off, marked as not verified', async () => {
  const { env } = await redirectHome('error=unauthorized_client');
  const lines = await examined(env, 'redirect URI');
  expect(lines.slice(3, -1).join()).toContain('Not verified: the application is turned off');
});

test('a broken connection fails, even if discovery succeeded', async () => {
  const { provider, env } = await providerWith((_, response) => {
    response.destroy();
    return undefined;
  });
  const [line, ...rest] = await examined(env, 'redirect URI');
  expect(line).toBe(
    `✗ redirect URI  PingOne cannot be reached. GET ${provider.issuer}/authorize failed: UND_ERR_SOCKET.`,
  );
  expect(rest.at(-1)).toContain('Run the doctor again.');
});

test('if another host than the issuer’s cannot be reached, the result is unclear, because browsers may reach it', async () => {
  const { provider, env } = await providerForDoctor();
  const endpoint = `http://127.0.0.1:${await freePort()}/authorize`;
  provider.metadata['authorization_endpoint'] = endpoint;
  expect(await examined(env, 'redirect URI')).toEqual([
    `? redirect URI  Unclear: PingOne cannot be reached. GET ${endpoint} failed: ECONNREFUSED.`,
  ]);
});
