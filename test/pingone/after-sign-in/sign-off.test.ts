// The sign-off URL, which ends the user's session at PingOne.

import { expect, test } from 'vitest';
import { createAfterSignIn } from '../../../src/pingone/index.ts';
import { DISCOVERY, errorOf, providerForTest, SIGN_OFF_URL, signIn } from '../helpers.ts';

test('the sign-off URL has exactly these parameters, each once', async () => {
  const { provider, client } = await providerForTest();
  const { tokens } = await signIn(client, provider);
  const url = new URL((await createAfterSignIn(client).signOffUrl(tokens.id_token)) ?? '');
  expect(url.origin + url.pathname).toBe(`${provider.issuer}/signoff`);
  expect([...url.searchParams].sort()).toEqual([
    ['client_id', provider.clientId],
    ['id_token_hint', tokens.id_token],
    ['post_logout_redirect_uri', SIGN_OFF_URL],
    ['state', expect.stringMatching(/^[\w-]{22}$/)],
  ]);
});

test('each sign-off URL has a different state', async () => {
  const { client } = await providerForTest();
  const states = await Promise.all(
    [1, 2].map(async () =>
      new URL((await createAfterSignIn(client).signOffUrl('t')) ?? '').searchParams.get('state'),
    ),
  );
  expect(new Set(states).size).toBe(2);
});

test('the sign-off URL has no id_token_hint if there is no ID token', async () => {
  const { client } = await providerForTest();
  const url = new URL((await createAfterSignIn(client).signOffUrl()) ?? '');
  expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'post_logout_redirect_uri', 'state']);
});

test('a sign-off URL of 2,500 characters contains the id_token_hint, and a longer one does not', async () => {
  const { client } = await providerForTest();
  const { signOffUrl } = createAfterSignIn(client);
  const room = 2500 - ((await signOffUrl('x'))?.length ?? 0) + 1;
  const longest = await signOffUrl('x'.repeat(room));
  expect(longest).toHaveLength(2500);
  expect(longest).toContain('id_token_hint');
  const without = new URL((await signOffUrl('x'.repeat(room + 1))) ?? '');
  expect([...without.searchParams.keys()].sort()).toEqual(['client_id', 'post_logout_redirect_uri', 'state']);
});

test('the sign-off URL keeps the query of the endpoint, except for parameters that the client sets itself', async () => {
  const { provider, client } = await providerForTest();
  provider.metadata['end_session_endpoint'] = `${provider.issuer}/signoff?theme=a%26b&state=x&state=y`;
  const query = new URL((await createAfterSignIn(client).signOffUrl('t')) ?? '').searchParams;
  expect(query.getAll('theme')).toEqual(['a&b']);
  expect(query.getAll('state')).toEqual([expect.stringMatching(/^[\w-]{22}$/)]);
});

test('there is no sign-off URL if the provider has no such endpoint', async () => {
  const { provider, client } = await providerForTest();
  delete provider.metadata['end_session_endpoint'];
  expect(await createAfterSignIn(client).signOffUrl('t')).toBeUndefined();
});

test('creating the sign-off URL fails if discovery fails', async () => {
  const { provider, client } = await providerForTest();
  provider.scripts[DISCOVERY] = () => ({ status: 500 });
  expect((await errorOf(createAfterSignIn(client).signOffUrl('t'))).code).toBe('pingone_failed');
});

test('a provider that does not respond delays a sign-out by 2 s', async () => {
  const { provider, client } = await providerForTest();
  provider.scripts[DISCOVERY] = () => undefined;
  const start = performance.now();
  const error = await errorOf(createAfterSignIn(client).signOffUrl('t'));
  expect([error.code, error.kind]).toEqual(['pingone_timeout', 'connection']);
  expect(performance.now() - start).toBeLessThan(4_000);
});
