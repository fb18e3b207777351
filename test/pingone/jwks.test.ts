import { afterEach, expect, test, vi } from 'vitest';
import { type Answer, createSigningKey, publicJwk, type StandIn } from '../helpers/stand-in.ts';
import { errorOf, lastCheck, signIn, standInForTest } from './helpers.ts';

afterEach(() => void vi.useRealTimers());

const HOUR_MS = 60 * 60 * 1000;

function rotateTo(standIn: StandIn, kid: string) {
  standIn.signingKey = createSigningKey(kid);
  standIn.keys = [publicJwk(standIn.signingKey)];
  standIn.header = { alg: 'RS256', kid };
}

test('the keys are fetched once for many sign-ins, also for those that start together', async () => {
  const { standIn, client } = await standInForTest();
  const { authorizationUrl, pending } = await client.startSignIn();
  const response = standIn.authorize(authorizationUrl);
  await Promise.all(Array.from({ length: 10 }, () => client.finishSignIn(response, pending)));
  await signIn(client, standIn);
  expect(standIn.requestsTo('jwks')).toHaveLength(1);
});

test('the keys are kept for an hour, then fetched again', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { standIn, client } = await standInForTest();
  await signIn(client, standIn);
  vi.setSystemTime(Date.now() + HOUR_MS - 1);
  await signIn(client, standIn);
  expect(standIn.requestsTo('jwks')).toHaveLength(1);
  vi.setSystemTime(Date.now() + 1);
  await signIn(client, standIn);
  expect(standIn.requestsTo('jwks')).toHaveLength(2);
});

test('after each of two key rotations in a second the next sign-in succeeds at once', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { standIn, client } = await standInForTest();
  await signIn(client, standIn);
  rotateTo(standIn, 'second');
  await signIn(client, standIn);
  vi.setSystemTime(Date.now() + 1000);
  rotateTo(standIn, 'third');
  await signIn(client, standIn);
  expect(standIn.requestsTo('jwks')).toHaveLength(3);
});

test('a new key under the same key id is found by one fetch', async () => {
  const { standIn, client } = await standInForTest();
  await signIn(client, standIn);
  rotateTo(standIn, 'default');
  await signIn(client, standIn);
  expect(standIn.requestsTo('jwks')).toHaveLength(2);
  await signIn(client, standIn);
  expect(standIn.requestsTo('jwks')).toHaveLength(2);
});

test('a discovery document with another address of the keys is followed', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { standIn, client } = await standInForTest();
  await signIn(client, standIn);
  standIn.metadata['jwks_uri'] = `${standIn.issuer}/new-jwks`;
  standIn.scripts['new-jwks'] = () => ({ body: { keys: standIn.keys } });
  rotateTo(standIn, 'default');
  standIn.metadata['end_session_endpoint'] = 'https://new.example/signoff';
  vi.setSystemTime(Date.now() + 24 * HOUR_MS);
  await client.ready();
  await expect.poll(client.signOffEndpoint).toBe('https://new.example/signoff');
  await signIn(client, standIn);
  expect(standIn.requestsTo('new-jwks')).toHaveLength(1);
  expect(standIn.requestsTo('jwks')).toHaveLength(1);
});

test('a hundred tokens with unknown key ids cause ten fetches, and a known key goes on working', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { standIn, client } = await standInForTest();
  await signIn(client, standIn);
  for (let index = 0; index < 100; index += 1) {
    standIn.header = { alg: 'RS256', kid: `unknown-${index}` };
    expect((await errorOf(signIn(client, standIn))).code).toBe('id_token_key_unknown');
  }
  expect(standIn.requestsTo('jwks')).toHaveLength(10);
  standIn.header = { alg: 'RS256', kid: standIn.signingKey.kid };
  await signIn(client, standIn);
  // Also when the keys that are kept have just grown too old.
  vi.setSystemTime(Date.now() + HOUR_MS);
  await signIn(client, standIn);
  expect(standIn.requestsTo('jwks')).toHaveLength(10);
});

test('a hundred tokens with wrong signatures cause ten fetches, and a good one goes on working', async () => {
  const { standIn, client } = await standInForTest();
  const good = standIn.signingKey;
  standIn.signingKey = createSigningKey(good.kid);
  for (let index = 0; index < 100; index += 1) {
    expect((await errorOf(signIn(client, standIn))).code).toBe('id_token_signature');
  }
  expect(standIn.requestsTo('jwks')).toHaveLength(10);
  standIn.signingKey = good;
  await signIn(client, standIn);
  expect(standIn.requestsTo('jwks')).toHaveLength(10);
});

test('ten seconds after ten fetches a new key is found again', async () => {
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  try {
    const { standIn, client } = await standInForTest();
    standIn.header = { alg: 'RS256', kid: 'unknown' };
    for (let index = 0; index < 10; index += 1) await errorOf(signIn(client, standIn));
    expect(standIn.requestsTo('jwks')).toHaveLength(10);
    rotateTo(standIn, 'new');
    now = 9_999;
    expect((await errorOf(signIn(client, standIn))).code).toBe('id_token_key_unknown');
    now = 10_000;
    await signIn(client, standIn);
    expect(standIn.requestsTo('jwks')).toHaveLength(11);
  } finally {
    clock.mockRestore();
  }
});

test('keys that never came are asked for ten times, then PingOne is left alone for a while', async () => {
  const { standIn, client } = await standInForTest();
  standIn.scripts['jwks'] = () => ({ status: 500 });
  for (let index = 0; index < 10; index += 1) {
    expect((await errorOf(signIn(client, standIn))).code).toBe('pingone_failed');
  }
  const error = await errorOf(signIn(client, standIn));
  expect(error).toMatchObject({ code: 'pingone_busy', details: { retryAfterSeconds: 10 } });
  expect(standIn.requestsTo('jwks')).toHaveLength(10);
});

test.each<[string, Answer, string]>([
  ['404', { status: 404, body: {} }, 'pingone_failed'],
  ['204', { status: 204 }, 'pingone_failed'],
  ['500', { status: 500, body: {} }, 'pingone_failed'],
  ['429', { status: 429, body: {} }, 'pingone_busy'],
  ['302', { status: 302, headers: { location: '/keys' } }, 'pingone_redirected'],
  ['HTML', { headers: { 'content-type': 'text/html' }, body: '<p>keys' }, 'pingone_answer_invalid'],
  ['an array', { body: [] }, 'pingone_answer_invalid'],
  ['an object without keys', { body: {} }, 'pingone_answer_invalid'],
  ['keys that are no list', { body: { keys: {} } }, 'pingone_answer_invalid'],
  ['keys that are no objects', { body: { keys: ['key'] } }, 'pingone_answer_invalid'],
  ['no key', { body: { keys: [] } }, 'id_token_key_unknown'],
  [
    'a key for encryption',
    { body: { keys: [{ kty: 'RSA', use: 'enc', kid: 'default' }] } },
    'id_token_key_unknown',
  ],
  ['a key that is none', { body: { keys: [{ kty: 'RSA', kid: 'default' }] } }, 'id_token_signature'],
])('a JWKS answer that is %s ends the sign-in with a code of its own', async (_, answer, code) => {
  const { standIn, client } = await standInForTest();
  standIn.scripts['jwks'] = () => answer;
  const error = await errorOf(signIn(client, standIn));
  expect(error.code).toBe(code);
  if (code.startsWith('pingone_')) expect(error.message).toContain('JWKS request');
  else expect(lastCheck(error)?.result).toBe('failed');
  expect(standIn.requestsTo('userinfo')).toEqual([]);
  // Nothing of it is kept: the next sign-in finds the keys.
  delete standIn.scripts['jwks'];
  await signIn(client, standIn);
});

test('an answer that is no key set does not take away the keys that are known', async () => {
  const { standIn, client } = await standInForTest();
  await signIn(client, standIn);
  standIn.scripts['jwks'] = () => ({ body: { keys: 'none' } });
  const { header } = standIn;
  standIn.header = { alg: 'RS256', kid: 'unknown' };
  for (let index = 0; index < 12; index += 1) await errorOf(signIn(client, standIn));
  standIn.header = header;
  await signIn(client, standIn);
});

test('an answer that is no key set never becomes what is known', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { standIn, client } = await standInForTest();
  await signIn(client, standIn);
  const { header } = standIn;
  standIn.header = { alg: 'RS256', kid: 'unknown' };
  standIn.scripts['jwks'] = () => ({ body: { keys: 'none' } });
  for (let index = 0; index < 12; index += 1) await errorOf(signIn(client, standIn));
  standIn.header = header;
  vi.setSystemTime(Date.now() + HOUR_MS);
  await signIn(client, standIn);
});
