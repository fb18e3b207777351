// Revocation of a refresh token.

import { expect, test } from 'vitest';
import { createAfterSignIn } from '../../../src/pingone/index.ts';
import type { Answer } from '../../helpers/provider-double.ts';
import { errorOf, providerForTest } from '../helpers.ts';

test('the revocation request is exactly this, and any 200 is success', async () => {
  for (const answer of [
    { body: '' },
    { body: {} },
    { body: '<p>done' },
    { headers: { 'content-type': '' } },
  ]) {
    const { provider, client } = await providerForTest({ clientSecret: 'made+up & secret' });
    provider.scripts['revoke'] = () => answer;
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

test('a provider without a revocation endpoint is asked nothing', async () => {
  const { provider, client } = await providerForTest();
  delete provider.metadata['revocation_endpoint'];
  await createAfterSignIn(client).revoke('token');
  expect(provider.received.map(({ method }) => method)).toEqual(['GET']);
});

test.each<[string, Answer, string]>([
  ['an OAuth error', { status: 400, body: { error: 'unsupported_token_type' } }, 'revocation_refused'],
  ['401', { status: 401, body: { error: 'invalid_client' } }, 'revocation_refused'],
  ['503', { status: 503, headers: { 'retry-after': '3' } }, 'pingone_busy'],
  ['500', { status: 500 }, 'pingone_failed'],
  ['a redirect', { status: 307, headers: { location: '/' } }, 'pingone_redirected'],
])('%s means that the token may still be good', async (_, answer, code) => {
  const { provider, client } = await providerForTest();
  const token = 'refresh-token-of-this-test';
  const description = `The token ${token} is not good`;
  const body = typeof answer.body === 'object' ? { ...answer.body, error_description: description } : '';
  provider.scripts['revoke'] = () => ({ ...answer, body });
  const error = await errorOf(createAfterSignIn(client).revoke(token));
  expect(error.code).toBe(code);
  expect(error.facts).toMatchObject({ step: 'revocation', status: answer.status });
  expect(error.message).not.toContain(token);
  expect(provider.requestsTo('revoke')).toHaveLength(1);
});

test('a revocation that gets no response is given up after 2 s', async () => {
  const { provider, client } = await providerForTest();
  provider.scripts['revoke'] = () => undefined;
  const start = performance.now();
  expect((await errorOf(createAfterSignIn(client).revoke('token'))).code).toBe('pingone_timeout');
  const took = performance.now() - start;
  expect(took).toBeGreaterThan(1_900);
  expect(took).toBeLessThan(4_000);
});
