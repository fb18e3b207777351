import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { signIn, standInForTest } from './helpers.ts';

test('the authorization request has these parameters, each once, and no other', async () => {
  const { standIn, client } = await standInForTest({ scope: 'openid profile p1:read:user' });
  const { authorizationUrl, pending } = await client.startSignIn();
  const url = new URL(authorizationUrl);
  expect(url.origin + url.pathname).toBe(`${standIn.issuer}/authorize`);
  const challenge = createHash('sha256').update(pending.codeVerifier, 'ascii').digest('base64');
  expect([...url.searchParams].sort()).toEqual([
    ['client_id', standIn.clientId],
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

test('a query that the endpoint has is kept, and what it says of our own parameters is replaced', async () => {
  const { standIn, client } = await standInForTest();
  standIn.metadata['authorization_endpoint'] =
    `${standIn.issuer}/authorize?policy=a%26b&scope=all&state=fixed&state=twice&kind=`;
  const { authorizationUrl, pending } = await client.startSignIn();
  const query = new URL(authorizationUrl).searchParams;
  expect(query.getAll('policy')).toEqual(['a&b']);
  expect(query.getAll('kind')).toEqual(['']);
  expect(query.getAll('scope')).toEqual(['openid profile email']);
  expect(query.getAll('state')).toEqual([pending.state]);
});

test('of a thousand sign-ins no value is ever seen twice, and each is 32 bytes in base64url', async () => {
  const { standIn, client } = await standInForTest();
  const started = await Promise.all(Array.from({ length: 1000 }, () => client.startSignIn()));
  const values = started.flatMap(({ pending: { startedAtMs: _, ...random } }) => Object.values(random));
  expect(new Set(values).size).toBe(3000);
  for (const value of values) {
    expect(value).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(Buffer.from(value, 'base64url')).toHaveLength(32);
  }
  expect(standIn.received).toHaveLength(1);
});

test('the token request brings the verifier that the challenge was made of', async () => {
  const { standIn, client } = await standInForTest();
  const { authorizationUrl, pending } = await client.startSignIn();
  await client.finishSignIn(standIn.authorize(authorizationUrl), pending);
  const verifier = new URLSearchParams(standIn.requestsTo('token')[0]?.body).get('code_verifier') ?? '';
  const challenge = new URL(authorizationUrl).searchParams.get('code_challenge');
  expect(createHash('sha256').update(verifier).digest('base64url')).toBe(challenge);
  await signIn(client, standIn);
  expect(standIn.requestsTo('token')[1]?.body).not.toContain(verifier);
});
