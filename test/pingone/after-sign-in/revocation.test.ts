// The revocation of a refresh token (RFC 7009).

import { expect, test } from 'vitest';
import { createAfterSignIn } from '../../../src/pingone/index.ts';
import type { ScriptedResponse } from '../../helpers/provider-double.ts';
import { errorOf, providerForTest } from '../helpers.ts';

test('the revocation request has exactly this form, and any response with status 200 is a success', async () => {
  for (const response of [
    { body: '' },
    { body: {} },
    { body: '<p>done' },
    { headers: { 'content-type': '' } },
  ]) {
    const { provider, client } = await providerForTest({ clientSecret: 'made+up & secret' });
    provider.scripts['revoke'] = () => response;
    await createAfterSignIn(client).revoke('a+refresh/token');
    const [request, ...others] = provider.requestsTo('revoke');
    expect(others).toEqual([]);
    expect(request?.method).toBe('POST');
    expect(request?.headers).not.toHaveProperty('authorization');
    expect(request?.body).toBe(
      `token=a%2Brefresh%2Ftoken&token_type_hint=refresh_token&client_id=${provider.clientId}` +
        '&client_secret=made%2Bup+%26+secret',
    );
  }
});

test('the client sends no revocation request to a provider without a revocation endpoint', async () => {
  const { provider, client } = await providerForTest();
  delete provider.metadata['revocation_endpoint'];
  await createAfterSignIn(client).revoke('token');
  expect(provider.received.map(({ method }) => method)).toEqual(['GET']);
});

test.each<[string, ScriptedResponse, string]>([
  ['an OAuth error', { status: 400, body: { error: 'unsupported_token_type' } }, 'revocation_refused'],
  ['401', { status: 401, body: { error: 'invalid_client' } }, 'revocation_refused'],
  ['201', { status: 201 }, 'pingone_response_invalid'],
  ['204', { status: 204 }, 'pingone_response_invalid'],
  ['503', { status: 503, headers: { 'retry-after': '3' } }, 'pingone_busy'],
  ['500', { status: 500 }, 'pingone_failed'],
  ['a redirect', { status: 307, headers: { location: '/' } }, 'pingone_redirected'],
])('a revocation that gets %s fails: the token may still be valid', async (_, response, code) => {
  const { provider, client } = await providerForTest();
  const token = 'refresh-token-of-this-test';
  const description = `The token ${token} is not good`;
  const body = typeof response.body === 'object' ? { ...response.body, error_description: description } : '';
  provider.scripts['revoke'] = () => ({ ...response, body });
  const error = await errorOf(createAfterSignIn(client).revoke(token));
  expect(error.code).toBe(code);
  expect(error.facts).toMatchObject({ step: 'revocation', status: response.status });
  expect(error.message).not.toContain(token);
  expect(provider.requestsTo('revoke')).toHaveLength(1);
});

test('the client stops waiting for a revocation response after 2 s', async () => {
  const { provider, client } = await providerForTest();
  provider.scripts['revoke'] = () => undefined;
  const start = performance.now();
  expect((await errorOf(createAfterSignIn(client).revoke('token'))).code).toBe('pingone_timeout');
  const took = performance.now() - start;
  expect(took).toBeGreaterThan(1_900);
  expect(took).toBeLessThan(4_000);
});
