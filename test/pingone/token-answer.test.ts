import { expect, test } from 'vitest';
import { errorOf, lastCheck, signIn, standInForTest } from './helpers.ts';

const CHECK = 'the token answer is complete, token_type is Bearer';

test.each([
  [{ token_type: 'bearer' }],
  [{ token_type: 'BEARER' }],
  [{ expires_in: undefined }],
  [{ expires_in: 0.5 }],
  [{ refresh_token: undefined, scope: undefined }],
  [{ scope: '' }],
  [{ scope: 'openid' }],
])('a token answer with %j is accepted', async (change) => {
  const { standIn, client } = await standInForTest();
  standIn.tokenAnswer = change;
  const { checks } = await signIn(client, standIn);
  expect(checks.find(({ name }) => name === CHECK)?.result).toBe('passed');
});

test.each([
  ['token_type', 'mac'],
  ['token_type', 'DPoP'],
  ['token_type', 'Bearer '],
  ['token_type', 'Bearer\n'],
  ['token_type', undefined],
  ['token_type', ['Bearer']],
  ['expires_in', '3600'],
  ['expires_in', 0],
  ['expires_in', -1],
  ['expires_in', null],
  ['id_token', undefined],
  ['id_token', ''],
  ['id_token', {}],
  ['access_token', undefined],
  ['access_token', ''],
  ['access_token', 42],
  ['access_token', 'one two'],
  ['access_token', 'token\r\nx-injected: 1'],
  ['access_token', 'token\n'],
  ['access_token', 'töken'],
  ['refresh_token', ''],
  ['refresh_token', 1],
  ['scope', ['openid']],
])('a token answer whose %s is %j is refused by that name', async (name, value) => {
  const { standIn, client } = await standInForTest();
  standIn.tokenAnswer = { [name]: value };
  const error = await errorOf(signIn(client, standIn));
  expect(error.code).toBe('token_answer_invalid');
  expect(error.message).toContain(name);
  expect(lastCheck(error)).toEqual({ name: CHECK, result: 'failed' });
  expect(standIn.requestsTo('userinfo')).toEqual([]);
});

test('a number beyond all numbers is no lifetime', async () => {
  const { standIn, client } = await standInForTest();
  const body = '{"access_token":"a","token_type":"Bearer","id_token":"i","expires_in":1e999}';
  standIn.scripts['token'] = () => ({ headers: { 'content-type': 'application/json' }, body });
  const error = await errorOf(signIn(client, standIn));
  expect(error.code).toBe('token_answer_invalid');
  expect(error.message).toContain('expires_in');
});

test('fifty unknown members of every kind are left out', async () => {
  const { standIn, client } = await standInForTest();
  const kinds = [null, 1, 'text', true, [], { deep: { er: [null] } }];
  const unknown = Object.fromEntries(
    Array.from({ length: 49 }, (_, index) => [`x${index}`, kinds[index % kinds.length]]),
  );
  // As JSON has it: a member of its own, not a prototype.
  standIn.tokenAnswer = { ...unknown, ...JSON.parse('{"__proto__":{"token_type":"mac","polluted":true}}') };
  const { tokens } = await signIn(client, standIn);
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

test('a prototype of the answer’s own does not stand in for what it lacks', async () => {
  const { standIn, client } = await standInForTest();
  const token_type = undefined;
  standIn.tokenAnswer = { token_type, ...JSON.parse('{"__proto__":{"token_type":"Bearer"}}') };
  expect((await errorOf(signIn(client, standIn))).code).toBe('token_answer_invalid');
});

test('an access token of 8 kB goes to userinfo whole', async () => {
  const { standIn, client } = await standInForTest();
  standIn.accessToken = 'a'.repeat(8192);
  await signIn(client, standIn);
  expect(standIn.requestsTo('userinfo')[0]?.headers.authorization).toBe(`Bearer ${standIn.accessToken}`);
});

test.each<[string, { headers?: Record<string, string>; body: unknown }]>([
  ['an array', { body: [] }],
  ['HTML', { headers: { 'content-type': 'text/html' }, body: '<p>welcome' }],
  ['a form', { body: 'access_token=a&token_type=bearer' }],
  ['nothing', { headers: { 'content-type': 'application/json' }, body: '' }],
])('a token answer that is %s cannot be read, and is not quoted', async (_, answer) => {
  const { standIn, client } = await standInForTest();
  standIn.scripts['token'] = () => answer;
  const error = await errorOf(signIn(client, standIn));
  expect(error.code).toBe('pingone_answer_invalid');
  expect(error.message).not.toMatch(/welcome|access_token/);
});
