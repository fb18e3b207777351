import { expect, test } from 'vitest';
import { CLIENT_ID } from '../helpers/stand-in.ts';
import { errorOf, signIn, standInForTest } from './helpers.ts';

test('the token request is this, byte for byte', async () => {
  const { standIn, client } = await standInForTest({
    clientSecret: 'made+up & secret=100%/ü~*"<€',
    redirectUri: 'http://localhost:3000/callback',
  });
  const { authorizationUrl, pending } = await client.startSignIn();
  const { state } = standIn.authorize(authorizationUrl);
  await client.finishSignIn({ state, code: 'a+code/with space&ö=' }, pending);
  const [request, ...others] = standIn.requestsTo('token');
  expect(others).toEqual([]);
  expect(request?.method).toBe('POST');
  expect(request?.path).toBe(`${new URL(standIn.issuer).pathname}/token`);
  expect([...(request?.query ?? [])]).toEqual([]);
  // Encoded by hand, by the rules of application/x-www-form-urlencoded: a space is "+"; letters, digits and * - . _
  // stay; of all else each UTF-8 byte is % and two upper-case digits.
  expect(request?.body).toBe(
    [
      'grant_type=authorization_code',
      '&code=a%2Bcode%2Fwith+space%26%C3%B6%3D',
      '&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcallback',
      `&client_id=${CLIENT_ID}`,
      '&client_secret=made%2Bup+%26+secret%3D100%25%2F%C3%BC%7E*%22%3C%E2%82%AC',
      `&code_verifier=${pending.codeVerifier}`,
    ].join(''),
  );
});

test('the token request says what it is, and carries no credentials but in its form', async () => {
  const { standIn, client } = await standInForTest();
  await signIn(client, standIn);
  const [request] = standIn.requestsTo('token');
  const { headers, body = '', rawHeaders = [] } = request ?? {};
  expect(headers).toEqual({
    host: new URL(standIn.origin).host,
    connection: expect.any(String),
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': expect.any(String),
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': `${body.length}`,
  });
  expect(rawHeaders.join('\n')).not.toMatch(/authorization|cookie/i);
});

test('the endpoint’s own query is kept, and nothing of ours is put into it', async () => {
  const { standIn, client } = await standInForTest();
  standIn.metadata['token_endpoint'] = `${standIn.issuer}/token?tenant=one`;
  await signIn(client, standIn);
  expect([...(standIn.requestsTo('token')[0]?.query ?? [])]).toEqual([['tenant', 'one']]);
});

test('the tokens come back as they were sent, with the time they came', async () => {
  const { standIn, client } = await standInForTest();
  const before = Date.now();
  const { tokens, receivedAt } = await signIn(client, standIn);
  expect(tokens).toEqual({
    access_token: standIn.accessToken,
    token_type: 'Bearer',
    expires_in: 3600,
    refresh_token: standIn.refreshToken,
    scope: 'openid profile email',
    id_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
  });
  expect(receivedAt).toBeGreaterThanOrEqual(before);
  expect(receivedAt).toBeLessThanOrEqual(Date.now());
});

test.each<[string, { status?: number; body?: unknown }]>([
  ['a server error', { status: 500, body: {} }],
  ['a busy server', { status: 503, body: {} }],
  ['invalid_grant', { status: 400, body: { error: 'invalid_grant' } }],
  ['invalid_client', { status: 401, body: { error: 'invalid_client' } }],
  ['no PKCE', { status: 400, body: { error: 'invalid_request', error_description: 'PKCE not supported' } }],
  ['a redirect', { status: 307 }],
  ['an answer without tokens', { body: {} }],
])('after %s the code is not sent again, and nothing else is asked', async (_, answer) => {
  const { standIn, client } = await standInForTest();
  standIn.scripts['token'] = () => answer;
  await errorOf(signIn(client, standIn));
  expect(standIn.received.map(({ path }) => path.split('/as/')[1])).toEqual([
    '.well-known/openid-configuration',
    'token',
  ]);
});

test('after a connection that is reset the code is not sent again', async () => {
  const { standIn, client } = await standInForTest();
  standIn.scripts['token'] = (_, response) => {
    response.socket?.resetAndDestroy();
    return undefined;
  };
  expect((await errorOf(signIn(client, standIn))).code).toBe('pingone_unreachable');
  expect(standIn.requestsTo('token')).toHaveLength(1);
});
