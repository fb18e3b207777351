// Work grows no faster than its input. These tests count calls and lengths, and measure no time.

import crypto from 'node:crypto';
import { beforeEach, expect, test, vi } from 'vitest';
import { readAuthorizationResponse, SignInError } from '../../src/pingone/index.ts';
import { createSigningKey, publicJwk } from '../helpers/provider-double.ts';
import { numbersFrom, seed } from '../helpers/random.ts';
import { errorOf, JSON_TYPE, providerForTest, signIn, watch } from './helpers.ts';
import { changeIdToken, payloadOf } from './id-token/helpers.ts';

// Spies count the calls, and the functions still work.
vi.mock('node:crypto', { spy: true });
beforeEach(() => void vi.clearAllMocks());

/** An object's field that nests `depth` arrays, the object not counted. */
const nested = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

test('claims with fifty nested levels arrive unchanged, and claims with one more are refused', async () => {
  const { provider, client } = await providerForTest();
  const { sub } = provider.userinfo as { sub: string };
  provider.userinfo = { sub, deep: nested(49) };
  provider.claims = { deep: nested(49) };
  const { userinfo, claims } = await signIn(client, provider);
  expect(userinfo?.['deep']).toEqual(nested(49));
  expect(claims['deep']).toEqual(nested(49));

  provider.userinfo = { sub, deep: nested(50) };
  const error = await errorOf(signIn(client, provider));
  expect(error).toMatchObject({
    code: 'pingone_response_invalid',
    facts: { step: 'userinfo', why: 'nested_too_deeply' },
  });
  provider.userinfo = { sub };
  provider.claims = { deep: { inner: nested(49) } };
  expect((await errorOf(signIn(client, provider))).code).toBe('id_token_malformed');
});

test.each(['token', 'userinfo', 'jwks'])(
  'a %s response with 100,000 nested levels is refused, and the observer gets a short text in its place',
  async (endpoint) => {
    const { provider, client } = await providerForTest();
    const body = `{"sub":"x","deep":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    for (const status of [200, 400]) {
      provider.scripts[endpoint] = () => ({ status, headers: JSON_TYPE, body });
      const { error, exchanges } = await watch(client, provider);
      expect(error?.code).toBe(status === 200 ? 'pingone_response_invalid' : 'pingone_blocked');
      expect(JSON.stringify(exchanges.at(-1)?.body).length).toBeLessThan(200);
    }
  },
);

test('an ID token with 5,000 nested levels is refused', async () => {
  const { provider, client } = await providerForTest();
  const deep = Buffer.from(`{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`).toString('base64url');
  changeIdToken(provider, (good) => good.replace(/\.[^.]+\./, `.${deep}.`));
  expect((await errorOf(signIn(client, provider))).code).toBe('id_token_malformed');
  expect(crypto.verify).not.toHaveBeenCalled();
});

test('no error message contains control characters from a response', async () => {
  const { provider, client } = await providerForTest();
  provider.claims = { iss: 'https://evil.example/\u009b31m\u202e\u2028' };
  const error = await errorOf(signIn(client, provider));
  expect(error.facts.found).toContain('https://evil.example/ 31m');
  expect(error.message).not.toMatch(/[\p{C}\p{Zl}]/u);
});

test('a query with any content is read or refused with one pass over at most 8 KiB', () => {
  const parse = vi.spyOn(globalThis, 'URLSearchParams');
  for (const query of [
    'a'.repeat(62_000),
    Array.from({ length: 10_000 }, (_, index) => `p${index}`).join('&'),
    `state=s&code=${'%41'.repeat(30_000)}`,
  ]) {
    expect(() => readAuthorizationResponse(query)).toThrow(SignInError);
    expect(parse).not.toHaveBeenCalled();
  }
  const names = Array.from({ length: 1_500 }, (_, index) => `p${index}`).join('&');
  expect(readAuthorizationResponse(`state=s&code=c&${names}`)).toMatchObject({ state: 's', code: 'c' });
  expect(parse.mock.calls.length).toBeLessThanOrEqual(2);
  parse.mockRestore();
});

test('an observer gets at most fifty fields, and at most 2,048 characters of each', async () => {
  const { provider, client } = await providerForTest();
  const fields = Object.fromEntries(
    Array.from({ length: 2_000 }, (_, index) => [`x${index}`, 'y'.repeat(60)]),
  );
  provider.userinfo = {
    ...(provider.userinfo as object),
    long: 'z'.repeat(9_000),
    list: Array(900).fill(7_777_777),
    ...fields,
  };
  provider.claims = Object.fromEntries(Object.entries(fields).slice(0, 100));
  const { exchanges, events, signedIn } = await watch(client, provider);
  const { body = {} } = exchanges.at(-1) ?? {};
  expect(Object.keys(body)).toHaveLength(50);
  expect(body['long']).toHaveLength(2_049);
  expect(JSON.stringify(body['list']).length).toBeLessThan(2_100);
  for (const part of events.filter(({ type }) => type === 'id_token'))
    expect(Object.keys(part)).toHaveLength(3);
  expect(Object.keys(signedIn?.userinfo ?? {})).toHaveLength(2_005);
});

test('an observer gets at most 300 characters of a field name', async () => {
  const { provider, client } = await providerForTest();
  provider.userinfo = { ...(provider.userinfo as object), ['n'.repeat(9_000)]: 1, ['\u001b[2J\n']: 2 };
  const { exchanges } = await watch(client, provider);
  const names = Object.keys(exchanges.at(-1)?.body ?? {});
  expect(names.map(({ length }) => length).toSorted((a, b) => b - a)[0]).toBe(301);
  expect(names.join('')).not.toMatch(/[\p{C}]/u);
});

test('the facts of an error are short, even if the provider sends long texts', async () => {
  const { provider, client } = await providerForTest();
  const long = 'w'.repeat(80_000);
  provider.scripts['token'] = () => ({
    status: 400,
    headers: {
      'www-authenticate': 'v'.repeat(7_000),
      'content-type': `application/json;${'x'.repeat(3_000)}`,
    },
    body: { error: long, error_description: long },
  });
  expect((await errorOf(signIn(client, provider))).message.length).toBeLessThan(1_300);
  delete provider.scripts['token'];
  const wrong = Array.from({ length: 5_000 }, () => 7);
  for (const claims of [{ aud: wrong }, { iss: long.slice(0, 9_000) }, { aud: wrong.map(String) }]) {
    changeIdToken(provider, (good) => good);
    provider.claims = claims;
    expect((await errorOf(signIn(client, provider))).message.length).toBeLessThan(1_300);
  }
});

test('the client tries at most four keys with one kid, fetches the JWK Set again, and tries at most four more', async () => {
  const { provider, client } = await providerForTest();
  const key = publicJwk({ ...createSigningKey(), kid: 'default' });
  provider.keys = Array.from({ length: 90 }, () => key);
  vi.clearAllMocks();
  expect((await errorOf(signIn(client, provider))).code).toBe('id_token_signature');
  expect(vi.mocked(crypto.verify).mock.calls.length).toBeLessThanOrEqual(8);
  expect(provider.requestsTo('jwks')).toHaveLength(2);
});

test.each([
  ['exponent', 'e', 8],
  ['modulus', 'n', 1_366],
])('a key whose %s is longer than in any real key is never parsed', async (name, field, limit) => {
  const { provider, client } = await providerForTest();
  const good = publicJwk(provider.signingKey);
  for (const length of [limit + 1, 100_000]) {
    provider.keys = [{ ...good, kid: `k${length}`, [field]: '_'.repeat(length) }];
    provider.header['kid'] = `k${length}`;
    vi.clearAllMocks();
    const { code, facts } = await errorOf(signIn(client, provider));
    expect([code, facts.found]).toEqual([
      'id_token_key_unusable',
      `kid k${length} has an unsupported ${name}`,
    ]);
    expect(vi.mocked(crypto.createPublicKey)).not.toHaveBeenCalled();
  }
});

test('the client reads a hundred keys of a JWK Set with 400, once for all sign-ins', async () => {
  const { provider, client } = await providerForTest();
  const good = publicJwk(provider.signingKey);
  const more = Array.from({ length: 400 }, (_, index) => ({ ...good, kid: `k${index}` }));
  provider.keys = [...more.slice(0, 99), good, ...more.slice(99)];
  vi.clearAllMocks();
  for (let round = 0; round < 5; round += 1) await signIn(client, provider);
  expect(vi.mocked(crypto.createPublicKey).mock.calls.length).toBeLessThanOrEqual(100);
  expect(vi.mocked(crypto.verify).mock.calls.length).toBe(5);
});

test('the client reads a hundred entries of the list of client authentication methods', async () => {
  const { provider, client } = await providerForTest();
  const methods = (before: number) => [
    ...Array(before).fill('other'),
    'client_secret_post',
    ...Array(2_000).fill(7),
  ];
  provider.metadata['token_endpoint_auth_methods_supported'] = methods(100);
  expect((await errorOf(client.ready())).code).toBe('client_secret_post_not_offered');
  const second = await providerForTest();
  second.provider.metadata['token_endpoint_auth_methods_supported'] = methods(99);
  await second.client.ready();
});

test('an ID token longer than 16,384 characters is not decoded', async () => {
  const { provider, client } = await providerForTest();
  changeIdToken(provider, (good) => {
    const claims = Buffer.from(JSON.stringify({ ...JSON.parse(payloadOf(good)), x: 'x'.repeat(16_000) }));
    return good.replace(/\.[^.]+\./, `.${claims.toString('base64url')}.`);
  });
  const { error, events } = await watch(client, provider);
  expect([error?.code, error?.facts.why]).toEqual(['token_response_invalid', 'too_long']);
  expect(events.some(({ type }) => type === 'id_token')).toBe(false);
  expect(crypto.verify).not.toHaveBeenCalled();
});

test(`claims whose masked text is shorter than what was cut off end no sign-in (SEED=${seed})`, async () => {
  const { provider, client } = await providerForTest();
  const { sub } = provider.userinfo as { sub: string };
  const random = numbersFrom(seed);
  for (let round = 0; round < 40; round += 1) {
    const name = ['code', 'state', 'token', 'nonce', 'client_secret', 'name'][random(6)] ?? '';
    const item = { [name]: 'x'.repeat(random(3_000)) };
    const list = Array.from({ length: 1 + random(80) }, () => ({ [name]: 'y'.repeat(random(90)) }));
    provider.userinfo = { sub, item, list };
    provider.claims = { item, list: list.slice(0, 20) };
    const { signedIn, exchanges } = await watch(client, provider);
    expect(signedIn?.userinfo, JSON.stringify({ name, round })).toEqual({ sub, item, list });
    const [shown = {}] = exchanges.slice(-1).map(({ body }) => body);
    for (const value of [shown['item'], shown['list']])
      expect(JSON.stringify(value).length).toBeLessThan(4_300);
  }
});
