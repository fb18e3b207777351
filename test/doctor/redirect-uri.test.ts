// The line "redirect URI": only an answer that is sent there shows that it is registered.

import { expect, test } from 'vitest';
import { examine } from '../../src/doctor/doctor.ts';
import type { Script } from '../helpers/stand-in.ts';
import { freePort } from '../process/helpers.ts';
import { examined, linesOf, sandboxForDoctor, standInForDoctor } from './helpers.ts';

const AT = ' '.repeat('redirect URI'.length + 4);
const CONFIGURATION = 'Applications > Applications > your application > Configuration';

function unclear(callback: string, found: string): string[] {
  return [
    `– redirect URI  ${callback} is not registered, or could not tell: ${found}`,
    `${AT}${CONFIGURATION}: Redirect URIs must have ${callback} to the letter. Also compare the Client ID, and that the application is switched on.`,
  ];
}

async function standInAnswering(script: Script) {
  const { standIn, env } = await standInForDoctor();
  standIn.scripts['authorize'] = script;
  return { standIn, env, callback: `http://localhost:${env.PORT}/callback` };
}

test('registered, at the sandbox', async () => {
  const { env, callback } = await sandboxForDoctor();
  expect(await examined(env, 'redirect URI')).toEqual([
    `✓ redirect URI  ${callback} is registered (assumed): PingOne sends its answer there (login_required).`,
  ]);
});

test('not registered, at the sandbox: nobody can tell for sure', async () => {
  const { env, callback } = await sandboxForDoctor('http://localhost:3000/other');
  expect(await examined(env, 'redirect URI')).toEqual(unclear(callback, 'status 400, no redirect.'));
});

test('the request is that of a sign-in with prompt=none, and its redirect is not followed', async () => {
  const { standIn, env } = await standInForDoctor();
  await examine(env);
  const [request, ...more] = standIn.requestsTo('authorize');
  expect(more).toEqual([]);
  expect(request?.method).toBe('GET');
  expect(Object.fromEntries(request?.query ?? [])).toEqual({
    response_type: 'code',
    client_id: standIn.clientId,
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
  const { env, callback } = await standInAnswering(({ query }) => ({
    status: 303,
    headers: { location: `${query.get('redirect_uri')}?code=canary-code` },
  }));
  const findings = await examine(env);
  expect(linesOf(findings, 'redirect URI')).toEqual([
    `✓ redirect URI  ${callback} is registered (assumed): PingOne sends its answer there (a code).`,
  ]);
  expect(JSON.stringify(findings)).not.toContain('canary');
});

test('another error shows it, too, and is worth a look', async () => {
  const { env, callback } = await standInAnswering(({ query }) => ({
    status: 302,
    headers: { location: `${query.get('redirect_uri')}?error=invalid_scope%1b[31m` },
  }));
  expect(await examined(env, 'redirect URI')).toEqual([
    `✓ redirect URI  ${callback} is registered (assumed): PingOne sends its answer there (invalid_scope [31m).`,
    '– redirect URI  A sign-in may end with this error: invalid_scope [31m.',
    `${AT}Compare the application with the README: ${CONFIGURATION}, and Resources for the scopes.`,
  ]);
});

test.each<[string, string, (callback: string) => { status: number; location?: string }]>([
  ['a page', 'status 200, no redirect.', () => ({ status: 200 })],
  [
    'a page with a Location',
    'status 200, no redirect.',
    (to) => ({ status: 200, location: `${to}?error=x` }),
  ],
  [
    'a redirect there without an answer',
    'status 302, a redirect to <callback>.',
    (to) => ({ status: 302, location: to }),
  ],
  [
    'a redirect to another path',
    'status 302, a redirect to <callback>/x.',
    (to) => ({ status: 302, location: `${to}/x?error=login_required` }),
  ],
  [
    'a redirect to another host',
    'status 302, a redirect to https://apps.example/signon/.',
    (to) => ({
      status: 302,
      location: `https://apps.example/signon/?error=login_required&redirect_uri=${to}`,
    }),
  ],
  ['a redirect to nowhere', 'status 302, no redirect.', () => ({ status: 302 })],
])('%s does not show it', async (_, found, answer) => {
  const { env, callback } = await standInAnswering(({ query }) => {
    const { status, location } = answer(query.get('redirect_uri') ?? '');
    return { status, ...(location ? { headers: { location } } : {}) };
  });
  expect(await examined(env, 'redirect URI')).toEqual(
    unclear(callback, found.replace('<callback>', callback)),
  );
});

test('a page without end is not read', async () => {
  const { env, callback } = await standInAnswering((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.write('x'.repeat(2 ** 20));
    return undefined;
  });
  expect(await examined(env, 'redirect URI')).toEqual(unclear(callback, 'status 200, no redirect.'));
});

test.each([
  ['unauthorized_client', /the toggle on, .* response type Code and grant type Authorization Code\.$/],
  ['unsupported_response_type', /response type Code and grant type Authorization Code\.$/],
  ['invalid_scope', /take them out of PINGONE_SCOPE/],
])('%s ends every sign-in, and says what to do', async (error, fix) => {
  const { env, callback } = await standInAnswering(({ query }) => ({
    status: 302,
    headers: { location: `${query.get('redirect_uri')}?error=${error}` },
  }));
  expect(await examined(env, 'redirect URI')).toEqual([
    `✓ redirect URI  ${callback} is registered (assumed): PingOne sends its answer there (${error}).`,
    `✗ redirect URI  A sign-in ends with this error: ${error}.`,
    expect.stringMatching(fix),
  ]);
});

test('status 404 ends every sign-in', async () => {
  const { env } = await standInAnswering(() => ({ status: 404 }));
  const [line, next] = await examined(env, 'redirect URI');
  expect(line).toBe('✗ redirect URI  The authorization request was answered with status 404.');
  expect(next).toContain('Compare PINGONE_CLIENT_ID');
});

test('a connection that breaks, where discovery held, ends every sign-in', async () => {
  const { env } = await standInAnswering((_, response) => {
    response.destroy();
    return undefined;
  });
  const [line, next] = await examined(env, 'redirect URI');
  expect(line).toBe(
    '✗ redirect URI  PingOne could not be reached. The authorization request failed: UND_ERR_SOCKET.',
  );
  expect(next).toContain('Run this again.');
});

test('another host than the issuer’s may be one that only browsers reach: that tells nothing', async () => {
  const { standIn, env } = await standInForDoctor();
  standIn.metadata['authorization_endpoint'] = `http://127.0.0.1:${await freePort()}/authorize`;
  expect(await examined(env, 'redirect URI')).toEqual([
    '– redirect URI  Could not tell: The authorization request failed: ECONNREFUSED.',
  ]);
});
