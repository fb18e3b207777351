// The exact bytes of the token request, and that it is sent only once.

import { expect, test } from 'vitest';
import { CLIENT_ID } from '../../helpers/provider-double.ts';
import { errorOf, providerForTest, respond, signIn } from '../helpers.ts';

test('the body of the token request has exactly this form', async () => {
  const { provider, client } = await providerForTest({
    clientSecret: 'made+up & secret=100%/ü~*"<€',
    redirectUri: 'http://localhost:3000/callback',
  });
  const { authorizationUrl, pending } = await client.startSignIn();
  const response = respond(provider, authorizationUrl, { code: 'a+code/with space&ö=' });
  await client.finishSignIn(response, pending);
  const [request, ...others] = provider.requestsTo('token');
  expect(others).toEqual([]);
  expect(request?.method).toBe('POST');
  expect(request?.path).toBe(`${new URL(provider.issuer).pathname}/token`);
  expect([...(request?.query ?? [])]).toEqual([]);
  // Encoded by hand as application/x-www-form-urlencoded: a space becomes "+". Letters, digits and * - . _ stay. Each
  // UTF-8 byte of any other character becomes % and two upper-case hexadecimal digits.
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

test('the token request has exactly these headers, and its only credentials are in the form', async () => {
  const { provider, client } = await providerForTest();
  await signIn(client, provider);
  const [request] = provider.requestsTo('token');
  const { headers, body = '', rawHeaders = [] } = request ?? {};
  expect(headers).toEqual({
    host: new URL(provider.origin).host,
    connection: expect.any(String),
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': expect.any(String),
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': `${body.length}`,
  });
  expect(rawHeaders.join('\n')).not.toMatch(/authorization|cookie/i);
});

test('the token request keeps the query of the endpoint and adds nothing to it', async () => {
  const { provider, client } = await providerForTest();
  provider.metadata['token_endpoint'] = `${provider.issuer}/token?tenant=one`;
  await signIn(client, provider);
  expect([...(provider.requestsTo('token')[0]?.query ?? [])]).toEqual([['tenant', 'one']]);
});

test('a sign-in returns the tokens as they were sent, with the time of their arrival', async () => {
  const { provider, client } = await providerForTest();
  const before = Date.now();
  const { tokens, receivedAtMs } = await signIn(client, provider);
  expect(tokens).toEqual({
    access_token: provider.accessToken,
    token_type: 'Bearer',
    expires_in: 3600,
    refresh_token: provider.refreshToken,
    scope: 'openid profile email',
    id_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
  });
  expect(receivedAtMs).toBeGreaterThanOrEqual(before);
  expect(receivedAtMs).toBeLessThanOrEqual(Date.now());
});

test.each<[string, { status?: number; body?: unknown }]>([
  ['a server error', { status: 500, body: {} }],
  ['a busy server', { status: 503, body: {} }],
  ['invalid_grant', { status: 400, body: { error: 'invalid_grant' } }],
  ['invalid_client', { status: 401, body: { error: 'invalid_client' } }],
  [
    'an error about PKCE',
    { status: 400, body: { error: 'invalid_request', error_description: 'PKCE not supported' } },
  ],
  ['a redirect', { status: 307 }],
  ['a response without tokens', { body: {} }],
])('after %s, the client does not send the code again, and sends no other request', async (_, response) => {
  const { provider, client } = await providerForTest();
  provider.scripts['token'] = () => response;
  await errorOf(signIn(client, provider));
  expect(provider.received.map(({ path }) => path.split('/as/')[1])).toEqual([
    '.well-known/openid-configuration',
    'token',
  ]);
});

test('after a connection reset, the client does not send the code again', async () => {
  const { provider, client } = await providerForTest();
  provider.scripts['token'] = (_, response) => {
    response.socket?.resetAndDestroy();
    return undefined;
  };
  expect((await errorOf(signIn(client, provider))).code).toBe('pingone_unreachable');
  expect(provider.requestsTo('token')).toHaveLength(1);
});
