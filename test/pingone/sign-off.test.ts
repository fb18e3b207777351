import { expect, test } from 'vitest';
import { errorOf, SIGN_OFF_URL, signIn, standInForTest } from './helpers.ts';

test('the sign-off address has these parameters, each once, and no other', async () => {
  const { standIn, client } = await standInForTest();
  const { tokens } = await signIn(client, standIn);
  const url = new URL((await client.startSignOff(tokens.id_token)) ?? '');
  expect(url.origin + url.pathname).toBe(`${standIn.issuer}/signoff`);
  expect([...url.searchParams].sort()).toEqual([
    ['client_id', standIn.clientId],
    ['id_token_hint', tokens.id_token],
    ['post_logout_redirect_uri', SIGN_OFF_URL],
    ['state', expect.stringMatching(/^[\w-]{22}$/)],
  ]);
});

test('each sign-off has a state of its own', async () => {
  const { client } = await standInForTest();
  const states = await Promise.all(
    [1, 2].map(async () => new URL((await client.startSignOff('t')) ?? '').searchParams.get('state')),
  );
  expect(new Set(states).size).toBe(2);
});

test('without an ID token there is no hint', async () => {
  const { client } = await standInForTest();
  const url = new URL((await client.startSignOff()) ?? '');
  expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'post_logout_redirect_uri', 'state']);
});

test('an address of 6,000 characters keeps its hint, a longer one goes without', async () => {
  const { client } = await standInForTest();
  const room = 6000 - ((await client.startSignOff('x'))?.length ?? 0) + 1;
  const longest = await client.startSignOff('x'.repeat(room));
  expect(longest).toHaveLength(6000);
  expect(longest).toContain('id_token_hint');
  const without = new URL((await client.startSignOff('x'.repeat(room + 1))) ?? '');
  expect([...without.searchParams.keys()].sort()).toEqual(['client_id', 'post_logout_redirect_uri', 'state']);
});

test('a query that the endpoint has is kept, and what it says of our own parameters is replaced', async () => {
  const { standIn, client } = await standInForTest();
  standIn.metadata['end_session_endpoint'] = `${standIn.issuer}/signoff?theme=a%26b&state=x&state=y`;
  const query = new URL((await client.startSignOff('t')) ?? '').searchParams;
  expect(query.getAll('theme')).toEqual(['a&b']);
  expect(query.getAll('state')).toEqual([expect.stringMatching(/^[\w-]{22}$/)]);
});

test('a provider without such an endpoint is not signed off at', async () => {
  const { standIn, client } = await standInForTest();
  delete standIn.metadata['end_session_endpoint'];
  expect(await client.startSignOff('t')).toBeUndefined();
  expect(client.signOffEndpoint()).toBe(standIn.issuer);
});

test('the address a sign-off leads to is the issuer until discovery has answered', async () => {
  const { standIn, client } = await standInForTest();
  standIn.metadata['end_session_endpoint'] = 'https://off.example/signoff';
  expect(client.signOffEndpoint()).toBe(standIn.issuer);
  await client.ready();
  expect(client.signOffEndpoint()).toBe('https://off.example/signoff');
});

test('while discovery fails there is no sign-off address', async () => {
  const { standIn, client } = await standInForTest();
  standIn.scripts['.well-known/openid-configuration'] = () => ({ status: 500 });
  expect((await errorOf(client.startSignOff('t'))).code).toBe('pingone_failed');
});
