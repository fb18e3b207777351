// The token response: which fields are required, which are optional, and which are kept.

import { expect, test } from 'vitest';
import { errorOf, JSON_TYPE, lastCheck, providerForTest, signIn, watch } from '../helpers.ts';

const CHECK = 'the token response is valid';

test.each([
  [{ token_type: 'bearer' }],
  [{ token_type: 'BEARER' }],
  [{ expires_in: undefined }],
  [{ expires_in: 0.5 }],
  [{ refresh_token: undefined, scope: undefined }],
  [{ scope: 'openid' }],
])('a token response with %j is accepted', async (change) => {
  const { provider, client } = await providerForTest();
  provider.tokenChanges = change;
  const { checks, signedIn } = await watch(client, provider);
  expect(checks.find(({ name }) => name === CHECK)?.result).toBe('passed');
  // A field that the response does not have is absent, not undefined.
  expect(Object.keys(signedIn?.tokens ?? {})).toHaveLength(
    6 - Object.values(change).filter((value) => value === undefined).length,
  );
  expect(JSON.parse(JSON.stringify(signedIn?.tokens))).toMatchObject(JSON.parse(JSON.stringify(change)));
});

test('expires_in may be a string, because some providers quote it', async () => {
  const { provider, client } = await providerForTest();
  provider.tokenChanges = { expires_in: '3600' };
  expect((await signIn(client, provider)).tokens.expires_in).toBe(3600);
});

const OPTIONAL = ['expires_in', 'refresh_token', 'scope'] as const;
const ODD: [(typeof OPTIONAL)[number], unknown][] = [
  ...OPTIONAL.flatMap((name) =>
    [null, '', [], {}, true].map((value): [typeof name, unknown] => [name, value]),
  ),
  ['expires_in', 0],
  ['expires_in', -1],
  ['expires_in', '-1'],
  ['expires_in', '1e9'],
  ['expires_in', '3600 s'],
  ['refresh_token', 1],
  ['scope', ['openid']],
];

test.each(ODD)(
  'the optional field %s of a token response counts as absent if its value is %j',
  async (name, value) => {
    const { provider, client } = await providerForTest();
    provider.tokenChanges = { [name]: value };
    const { signedIn, refreshTokens } = await watch(client, provider);
    const others = OPTIONAL.filter((other) => other !== name);
    expect(signedIn?.tokens[name]).toBeUndefined();
    for (const other of others) expect(signedIn?.tokens[other]).toBeDefined();
    expect(refreshTokens).toEqual(name === 'refresh_token' ? [] : [provider.refreshToken]);
  },
);

test.each([
  ['token_type', 'mac'],
  ['token_type', 'DPoP'],
  ['token_type', 'Bearer '],
  ['token_type', 'Bearer\n'],
  ['token_type', undefined],
  ['token_type', ['Bearer']],
  ['id_token', undefined],
  ['id_token', ''],
  ['id_token', {}],
  ['access_token', undefined],
  ['access_token', ''],
  ['access_token', null],
  ['access_token', 42],
  ['access_token', 'one two'],
  ['access_token', 'token\r\nx-injected: 1'],
  ['access_token', 'token\n'],
  ['access_token', 'töken'],
])('a token response whose %s is %j is refused, and the error names the field', async (name, value) => {
  const { provider, client } = await providerForTest();
  provider.tokenChanges = { [name]: value };
  const { error, checks, refreshTokens } = await watch(client, provider);
  expect(error?.code).toBe('token_response_invalid');
  expect(error?.facts).toMatchObject({ step: 'token_request', found: expect.stringContaining(name) });
  expect(lastCheck(checks)).toEqual({ name: CHECK, result: 'failed' });
  expect(provider.requestsTo('userinfo')).toEqual([]);
  // The provider has issued this refresh token, so the app must keep or revoke it, even if the response is refused.
  expect(refreshTokens).toEqual([provider.refreshToken]);
});

test.each(['access_token', 'id_token'])(
  'a token response whose %s has more than 16,384 characters is refused',
  async (name) => {
    const { provider, client } = await providerForTest();
    provider.tokenChanges = { [name]: 'a'.repeat(16_385) };
    const error = await errorOf(signIn(client, provider));
    expect(error.code).toBe('token_response_invalid');
    expect(error.facts.found).toContain(name);
  },
);

test('a refresh token of more than 16,384 characters counts as absent', async () => {
  const { provider, client } = await providerForTest();
  provider.tokenChanges = { refresh_token: 'r'.repeat(16_385) };
  const { signedIn, refreshTokens } = await watch(client, provider);
  expect(signedIn?.tokens).toBeDefined();
  expect(signedIn?.tokens.refresh_token).toBeUndefined();
  expect(refreshTokens).toEqual([]);
});

test('an infinite expires_in counts as absent', async () => {
  const { provider, client } = await providerForTest();
  provider.scripts['token'] = async () => {
    const id_token = await provider.idToken();
    const tokens = { access_token: provider.accessToken, token_type: 'Bearer', id_token };
    const body = JSON.stringify(tokens).replace(/}$/, ',"expires_in":1e999}');
    return { headers: JSON_TYPE, body };
  };
  expect((await signIn(client, provider)).tokens.expires_in).toBeUndefined();
});

test('fifty unknown fields of different types are left out', async () => {
  const { provider, client } = await providerForTest();
  const kinds = [null, 1, 'text', true, [], { deep: { er: [null] } }];
  const unknown = Object.fromEntries(
    Array.from({ length: 49 }, (_, index) => [`x${index}`, kinds[index % kinds.length]]),
  );
  // JSON.parse makes __proto__ a field of the object, not its prototype.
  provider.tokenChanges = { ...unknown, ...JSON.parse('{"__proto__":{"token_type":"mac","polluted":true}}') };
  const { tokens } = await signIn(client, provider);
  expect(Object.keys(tokens).sort()).toEqual([
    'access_token',
    'expires_in',
    'id_token',
    'refresh_token',
    'scope',
    'token_type',
  ]);
  expect(tokens).not.toHaveProperty('polluted');
  expect({}).not.toHaveProperty('polluted');
});

test('a __proto__ field does not replace a missing field', async () => {
  const { provider, client } = await providerForTest();
  const token_type = undefined;
  provider.tokenChanges = { token_type, ...JSON.parse('{"__proto__":{"token_type":"Bearer"}}') };
  expect((await errorOf(signIn(client, provider))).code).toBe('token_response_invalid');
});

test('the userinfo request contains the whole access token of 8 kB', async () => {
  const { provider, client } = await providerForTest();
  provider.accessToken = 'a'.repeat(8192);
  await signIn(client, provider);
  expect(provider.requestsTo('userinfo')[0]?.headers.authorization).toBe(`Bearer ${provider.accessToken}`);
});

test.each<[string, { headers?: Record<string, string>; body: unknown }]>([
  ['an array', { body: [] }],
  ['HTML', { headers: { 'content-type': 'text/html' }, body: '<p>welcome' }],
  ['a form', { body: 'access_token=a&token_type=bearer' }],
  ['empty', { headers: JSON_TYPE, body: '' }],
])('a token response that is %s is refused, and the error does not quote it', async (_, response) => {
  const { provider, client } = await providerForTest();
  provider.scripts['token'] = () => response;
  const error = await errorOf(signIn(client, provider));
  expect(error).toMatchObject({ code: 'pingone_response_invalid', facts: { step: 'token_request' } });
  expect(error.message).not.toMatch(/welcome|access_token/);
});
