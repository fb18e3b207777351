// The userinfo request, and which responses are accepted.

import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { type ScriptedResponse, SUBJECT } from '../helpers/provider-double.ts';
import { errorOf, JSON_TYPE, lastCheck, providerForTest, signIn, watch } from './helpers.ts';

const SAME = 'sub of userinfo matches the ID token';

test('the userinfo request contains the access token only in the Authorization header', async () => {
  const { provider, client } = await providerForTest();
  await signIn(client, provider);
  const [request] = provider.requestsTo('userinfo');
  expect(request?.method).toBe('GET');
  expect(request?.headers.authorization).toBe(`Bearer ${provider.accessToken}`);
  expect([...(request?.query ?? [])]).toEqual([]);
  expect(request?.body).toBe('');
});

test('only the userinfo request contains the access token', async () => {
  const { provider, client } = await providerForTest();
  await signIn(client, provider);
  const others = provider.received.filter(({ path }) => !path.endsWith('/userinfo'));
  expect(inspect(others, { depth: 9 })).not.toContain(provider.accessToken);
});

test.each([
  [{ sub: 'another-user' }, 'userinfo_subject_mismatch', SAME],
  [{ sub: SUBJECT.toUpperCase() }, 'userinfo_subject_mismatch', SAME],
  [{ sub: `${SUBJECT} ` }, 'userinfo_subject_mismatch', SAME],
  [{ name: 'nobody' }, 'userinfo_invalid', 'userinfo has a sub'],
  [{ sub: '' }, 'userinfo_invalid', 'userinfo has a sub'],
  [{ sub: null }, 'userinfo_invalid', 'userinfo has a sub'],
  [{ sub: [SUBJECT] }, 'userinfo_invalid', 'userinfo has a sub'],
  [JSON.parse(`{"__proto__":{"sub":"${SUBJECT}"}}`), 'userinfo_invalid', 'userinfo has a sub'],
])('a userinfo response %j is refused', async (userinfo, code, check) => {
  const { provider, client } = await providerForTest();
  provider.userinfo = userinfo;
  const { error, checks } = await watch(client, provider);
  expect(error?.code).toBe(code);
  expect(lastCheck(checks)).toEqual({ name: check, result: 'failed' });
});

test.each<[string, ScriptedResponse, string]>([
  ['an array', { body: [{ sub: SUBJECT }] }, 'pingone_response_invalid'],
  ['a string', { headers: JSON_TYPE, body: `"${SUBJECT}"` }, 'pingone_response_invalid'],
  [
    'a JWT',
    { headers: { 'content-type': 'application/jwt' }, body: 'e30.e30.e30' },
    'pingone_response_invalid',
  ],
  ['HTML', { headers: { 'content-type': 'text/html' }, body: '<p>' }, 'pingone_response_invalid'],
  [
    'JSON with the content type text/plain',
    { headers: { 'content-type': 'text/plain' }, body: { sub: SUBJECT } },
    'pingone_response_invalid',
  ],
  [
    'JSON with the content type application/jsonp',
    { headers: { 'content-type': 'application/jsonp' }, body: { sub: SUBJECT } },
    'pingone_response_invalid',
  ],
  ['204', { status: 204 }, 'pingone_response_invalid'],
  ['404 from a proxy or firewall', { status: 404, body: '<h1>nothing here' }, 'pingone_blocked'],
  ['403 from a gateway', { status: 403, body: { message: 'Forbidden' } }, 'pingone_blocked'],
  ['401', { status: 401, body: { error: 'invalid_token' } }, 'userinfo_refused'],
  ['403', { status: 403, body: { code: 'ACCESS_FAILED', message: 'No.' } }, 'userinfo_refused'],
  ['302', { status: 302, headers: { location: '/' } }, 'pingone_redirected'],
  ['429', { status: 429 }, 'pingone_busy'],
  ['500', { status: 500 }, 'pingone_failed'],
])(
  'the sign-in fails if the userinfo response is %s, and the request is sent once',
  async (_, response, code) => {
    const { provider, client } = await providerForTest();
    provider.scripts['userinfo'] = () => response;
    const error = await errorOf(signIn(client, provider));
    expect(error.code).toBe(code);
    expect(error.facts.step).toBe('userinfo');
    expect(provider.requestsTo('userinfo')).toHaveLength(1);
  },
);

test('the facts contain PingOne’s description, unless it quotes the token', async () => {
  for (const length of [10, 290, 2000]) {
    const { provider, client } = await providerForTest();
    provider.accessToken = `made-up-${'t'.repeat(length)}`;
    const error_description = `The token ${provider.accessToken} is not valid ${provider.accessToken}`;
    provider.scripts['userinfo'] = () => ({
      status: 401,
      body: { error: 'invalid_token', error_description },
    });
    const error = await errorOf(signIn(client, provider));
    expect(error.facts.description).toMatch(/^\[secret, \d+ characters\]$/);
    expect(inspect(error, { depth: 9 })).not.toContain('made-up');
    const plain = { error: 'invalid_token', error_description: 'The token is not valid' };
    provider.scripts['userinfo'] = () => ({ status: 401, body: plain });
    const { facts } = await errorOf(signIn(client, provider));
    expect(facts).toMatchObject({ error: 'invalid_token', description: 'The token is not valid' });
  }
});

test('the facts contain the Correlation ID', async () => {
  const { provider, client } = await providerForTest();
  const id = '11111111-2222-4333-8444-555566667777';
  provider.scripts['userinfo'] = () => ({ status: 401, headers: { 'correlation-id': id } });
  expect((await errorOf(signIn(client, provider))).facts.correlationId).toBe(id);
});

test.each([
  'Bearer error="invalid_token", error_description="The access token expired"',
  'Bearer realm="pingone"',
])(
  'a 401 with the WWW-Authenticate header %s ends with userinfo_refused, and the facts contain the header',
  async (value) => {
    const { provider, client } = await providerForTest();
    provider.scripts['userinfo'] = () => ({ status: 401, headers: { 'www-authenticate': value }, body: '' });
    const error = await errorOf(signIn(client, provider));
    expect(error).toMatchObject({
      code: 'userinfo_refused',
      kind: 'provider',
      facts: { status: 401, wwwAuthenticate: value },
    });
  },
);

test('each claim is returned as PingOne sent it', async () => {
  const { provider, client } = await providerForTest();
  const body = `{"sub":"${SUBJECT}","__proto__":{"admin":true},"address":{"deep":[null,{"ü":"<b>"}]},"toString":1}`;
  provider.scripts['userinfo'] = () => ({ headers: JSON_TYPE, body });
  const { userinfo = {} } = await signIn(client, provider);
  expect(JSON.stringify(userinfo)).toBe(body);
  expect(Object.getPrototypeOf(userinfo)).toBe(Object.prototype);
  expect(userinfo['admin']).toBeUndefined();
});
