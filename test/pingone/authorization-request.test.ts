// The authorization request: its parameters, and the secrets of each sign-in.

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { providerForTest, signIn } from './helpers.ts';

test('the authorization request has exactly these parameters, each once', async () => {
  const { provider, client } = await providerForTest({ scope: 'openid profile p1:read:user' });
  const { authorizationUrl, pending } = await client.startSignIn();
  const url = new URL(authorizationUrl);
  expect(url.origin + url.pathname).toBe(`${provider.issuer}/authorize`);
  const challenge = createHash('sha256').update(pending.codeVerifier, 'ascii').digest('base64');
  expect([...url.searchParams].sort()).toEqual([
    ['client_id', provider.clientId],
    ['code_challenge', challenge.replaceAll('+', '-').replaceAll('/', '_').replace('=', '')],
    ['code_challenge_method', 'S256'],
    ['nonce', pending.nonce],
    ['redirect_uri', 'http://localhost:3000/callback'],
    ['response_type', 'code'],
    ['scope', 'openid profile p1:read:user'],
    ['state', pending.state],
  ]);
  expect(authorizationUrl).not.toContain(pending.codeVerifier);
});

test('prompt, login_hint, max_age and acr_values are sent, and the pending sign-in keeps what was asked for', async () => {
  const { provider, client } = await providerForTest();
  const request = {
    prompt: 'login',
    loginHint: 'ada+1@example.com',
    acrValues: ['Multi_Factor', 'A b'],
  } as const;
  const asked = { ...request, acrValues: [...request.acrValues], maxAgeSeconds: 0 };
  const { authorizationUrl, pending } = await client.startSignIn(asked);
  const query = new URL(authorizationUrl).searchParams;
  expect(Object.fromEntries(query)).toMatchObject({
    prompt: 'login',
    login_hint: 'ada+1@example.com',
    max_age: '0',
    acr_values: 'Multi_Factor A b',
  });
  expect([...query.keys()]).toHaveLength(12);
  expect(pending).toMatchObject(asked);
  expect(provider.received).toHaveLength(1);
});

test.each([[{}], [{ loginHint: '', acrValues: [] }], [{ prompt: undefined, maxAgeSeconds: undefined }]])(
  'the options %j add no parameter',
  async (request) => {
    const { client } = await providerForTest();
    const { authorizationUrl } = await client.startSignIn(request);
    expect([...new URL(authorizationUrl).searchParams.keys()]).toHaveLength(8);
  },
);

test('the request keeps the query of the endpoint, except for parameters that the client sets itself', async () => {
  const { provider, client } = await providerForTest();
  provider.metadata['authorization_endpoint'] =
    `${provider.issuer}/authorize?policy=a%26b&scope=all&state=fixed&state=twice&kind=`;
  const { authorizationUrl, pending } = await client.startSignIn();
  const query = new URL(authorizationUrl).searchParams;
  expect(query.getAll('policy')).toEqual(['a&b']);
  expect(query.getAll('kind')).toEqual(['']);
  expect(query.getAll('scope')).toEqual(['openid profile email']);
  expect(query.getAll('state')).toEqual([pending.state]);
});

test('in a thousand sign-ins each state, nonce and verifier is unique and has 32 bytes in base64url', async () => {
  const { provider, client } = await providerForTest();
  const started = await Promise.all(Array.from({ length: 1000 }, () => client.startSignIn()));
  const values = started.flatMap(({ pending: { state, nonce, codeVerifier } }) => [
    state,
    nonce,
    codeVerifier,
  ]);
  expect(new Set(values).size).toBe(3000);
  for (const value of values) {
    expect(value).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(Buffer.from(value, 'base64url')).toHaveLength(32);
  }
  expect(provider.received).toHaveLength(1);
});

test('the token request contains the verifier from which the challenge was made', async () => {
  const { provider, client } = await providerForTest();
  const { authorizationUrl, pending } = await client.startSignIn();
  await client.finishSignIn(provider.authorize(authorizationUrl), pending);
  const verifier = new URLSearchParams(provider.requestsTo('token')[0]?.body).get('code_verifier') ?? '';
  const challenge = new URL(authorizationUrl).searchParams.get('code_challenge');
  expect(createHash('sha256').update(verifier).digest('base64url')).toBe(challenge);
  await signIn(client, provider);
  expect(provider.requestsTo('token')[1]?.body).not.toContain(verifier);
});
