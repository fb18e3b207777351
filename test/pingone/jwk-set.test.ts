// The JWK Set: when the client fetches it, how long it keeps it, and what happens if the response is not a JWK Set.

import { afterEach, expect, test, vi } from 'vitest';
import { createAfterSignIn } from '../../src/pingone/index.ts';
import {
  createSigningKey,
  type ProviderDouble,
  publicJwk,
  type ScriptedResponse,
} from '../helpers/provider-double.ts';
import { errorOf, lastCheck, providerForTest, signIn, watch } from './helpers.ts';

afterEach(() => void vi.useRealTimers());

const HOUR_MS = 60 * 60 * 1000;

function rotateTo(provider: ProviderDouble, kid: string) {
  provider.signingKey = createSigningKey(kid);
  provider.keys = [publicJwk(provider.signingKey)];
  provider.header = { alg: 'RS256', kid };
}

test('the client fetches the JWK Set once for many sign-ins, also if they start at the same time', async () => {
  const { provider, client } = await providerForTest();
  await client.ready();
  await Promise.all(Array.from({ length: 10 }, () => signIn(client, provider)));
  await signIn(client, provider);
  expect(provider.requestsTo('jwks')).toHaveLength(1);
});

test('the client keeps the JWK Set for an hour, and then fetches it again', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { provider, client } = await providerForTest();
  await signIn(client, provider);
  vi.setSystemTime(Date.now() + HOUR_MS - 1);
  await signIn(client, provider);
  expect(provider.requestsTo('jwks')).toHaveLength(1);
  vi.setSystemTime(Date.now() + 1);
  await signIn(client, provider);
  expect(provider.requestsTo('jwks')).toHaveLength(2);
});

test('after each of two key rotations within one second, the next sign-in succeeds', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { provider, client } = await providerForTest();
  await signIn(client, provider);
  rotateTo(provider, 'second');
  await signIn(client, provider);
  vi.setSystemTime(Date.now() + 1000);
  rotateTo(provider, 'third');
  await signIn(client, provider);
  expect(provider.requestsTo('jwks')).toHaveLength(3);
});

test('the client finds a new key with the same key ID by one fetch', async () => {
  const { provider, client } = await providerForTest();
  await signIn(client, provider);
  rotateTo(provider, 'default');
  await signIn(client, provider);
  expect(provider.requestsTo('jwks')).toHaveLength(2);
  await signIn(client, provider);
  expect(provider.requestsTo('jwks')).toHaveLength(2);
});

test('if a new discovery document has another jwks_uri, the client fetches the keys there', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { provider, client } = await providerForTest();
  await signIn(client, provider);
  provider.metadata['jwks_uri'] = `${provider.issuer}/new-jwks`;
  provider.scripts['new-jwks'] = () => ({ body: { keys: provider.keys } });
  rotateTo(provider, 'default');
  provider.metadata['end_session_endpoint'] = 'https://new.example/signoff';
  vi.setSystemTime(Date.now() + 24 * HOUR_MS);
  await client.ready();
  const { signOffUrl } = createAfterSignIn(client);
  await expect.poll(() => signOffUrl()).toContain('https://new.example/signoff');
  await signIn(client, provider);
  expect(provider.requestsTo('new-jwks')).toHaveLength(1);
  expect(provider.requestsTo('jwks')).toHaveLength(1);
});

test('a hundred tokens with unknown key IDs cause ten fetches, and a known key still works', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { provider, client } = await providerForTest();
  await signIn(client, provider);
  for (let index = 0; index < 100; index += 1) {
    provider.header = { alg: 'RS256', kid: `unknown-${index}` };
    expect((await errorOf(signIn(client, provider))).code).toBe('id_token_key_unknown');
  }
  expect(provider.requestsTo('jwks')).toHaveLength(10);
  provider.header = { alg: 'RS256', kid: provider.signingKey.kid };
  await signIn(client, provider);
  // Also if the client would now fetch the JWK Set because of its age.
  vi.setSystemTime(Date.now() + HOUR_MS);
  await signIn(client, provider);
  expect(provider.requestsTo('jwks')).toHaveLength(10);
});

test('a hundred tokens with invalid signatures cause ten fetches, and a valid token still works', async () => {
  const { provider, client } = await providerForTest();
  const good = provider.signingKey;
  provider.signingKey = createSigningKey(good.kid);
  for (let index = 0; index < 100; index += 1) {
    expect((await errorOf(signIn(client, provider))).code).toBe('id_token_signature');
  }
  expect(provider.requestsTo('jwks')).toHaveLength(10);
  provider.signingKey = good;
  await signIn(client, provider);
  expect(provider.requestsTo('jwks')).toHaveLength(10);
});

test('ten seconds after ten fetches, the client finds a new key again', async () => {
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  try {
    const { provider, client } = await providerForTest();
    provider.header = { alg: 'RS256', kid: 'unknown' };
    for (let index = 0; index < 10; index += 1) await errorOf(signIn(client, provider));
    expect(provider.requestsTo('jwks')).toHaveLength(10);
    rotateTo(provider, 'new');
    now = 9_999;
    expect((await errorOf(signIn(client, provider))).code).toBe('id_token_key_unknown');
    now = 10_000;
    await signIn(client, provider);
    expect(provider.requestsTo('jwks')).toHaveLength(11);
  } finally {
    clock.mockRestore();
  }
});

test('after ten failed fetches, the client sends no request for ten seconds', async () => {
  const { provider, client } = await providerForTest();
  provider.scripts['jwks'] = () => ({ status: 500 });
  for (let index = 0; index < 10; index += 1) {
    expect((await errorOf(signIn(client, provider))).code).toBe('pingone_failed');
  }
  const error = await errorOf(signIn(client, provider));
  expect(error).toMatchObject({
    code: 'pingone_busy',
    kind: 'connection',
    facts: { step: 'jwk_set', retryAfterSeconds: 10 },
  });
  expect(provider.requestsTo('jwks')).toHaveLength(10);
});

test.each<[string, ScriptedResponse, string]>([
  ['404', { status: 404, body: {} }, 'pingone_blocked'],
  ['403', { status: 403, body: '<h1>Request blocked' }, 'pingone_blocked'],
  ['204', { status: 204 }, 'pingone_response_invalid'],
  ['500', { status: 500, body: {} }, 'pingone_failed'],
  ['429', { status: 429, body: {} }, 'pingone_busy'],
  ['302', { status: 302, headers: { location: '/keys' } }, 'pingone_redirected'],
  ['HTML', { headers: { 'content-type': 'text/html' }, body: '<p>keys' }, 'pingone_response_invalid'],
  ['an array', { body: [] }, 'pingone_response_invalid'],
  ['an object without keys', { body: {} }, 'pingone_response_invalid'],
  ['an object whose keys are not a list', { body: { keys: {} } }, 'pingone_response_invalid'],
  ['a list of keys that are not objects', { body: { keys: ['key', null, 7, []] } }, 'id_token_key_unknown'],
  ['an empty list of keys', { body: { keys: [] } }, 'id_token_key_unknown'],
  [
    'a key for encryption',
    { body: { keys: [{ kty: 'RSA', use: 'enc', kid: 'default' }] } },
    'id_token_key_unknown',
  ],
  ['a key without a modulus', { body: { keys: [{ kty: 'RSA', kid: 'default' }] } }, 'id_token_key_unknown'],
  [
    'a key that is too short',
    { body: { keys: [{ kty: 'RSA', kid: 'default', n: 'AQ', e: 'AQAB' }] } },
    'id_token_key_unusable',
  ],
])(
  'a sign-in fails with the error code for this case if the JWK Set response is %s',
  async (_, response, code) => {
    const { provider, client } = await providerForTest();
    provider.scripts['jwks'] = () => response;
    const { error, checks } = await watch(client, provider);
    expect(error?.code).toBe(code);
    const isOfCheck = code.startsWith('id_token');
    expect(error?.facts.step).toBe(isOfCheck ? 'id_token' : 'jwk_set');
    expect(lastCheck(checks)?.result).toBe(isOfCheck ? 'failed' : 'passed');
    expect(provider.requestsTo('userinfo')).toEqual([]);
    // The client kept no part of the response, so the next sign-in finds the keys.
    delete provider.scripts['jwks'];
    await signIn(client, provider);
  },
);

test('a response that is not a JWK Set does not remove the known keys', async () => {
  const { provider, client } = await providerForTest();
  await signIn(client, provider);
  provider.scripts['jwks'] = () => ({ body: { keys: 'none' } });
  const { header } = provider;
  provider.header = { alg: 'RS256', kid: 'unknown' };
  for (let index = 0; index < 12; index += 1) await errorOf(signIn(client, provider));
  provider.header = header;
  await signIn(client, provider);
});

test('a response that is not a JWK Set does not replace the known keys, even after an hour', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { provider, client } = await providerForTest();
  await signIn(client, provider);
  const { header } = provider;
  provider.header = { alg: 'RS256', kid: 'unknown' };
  provider.scripts['jwks'] = () => ({ body: { keys: 'none' } });
  for (let index = 0; index < 12; index += 1) await errorOf(signIn(client, provider));
  provider.header = header;
  vi.setSystemTime(Date.now() + HOUR_MS);
  await signIn(client, provider);
});
