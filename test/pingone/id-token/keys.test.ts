// Which of the provider's published keys an ID token may be signed with.

import crypto, { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { beforeEach, expect, test, vi } from 'vitest';
import { createSigningKey, publicJwk, type SigningKey } from '../../helpers/provider-double.ts';
import { providerForTest, signIn, watch } from '../helpers.ts';
import { changeIdToken, expectRefused, payloadOf, signed } from './helpers.ts';

const KEY = 'the key is one that the provider publishes';
const USABLE = 'the key is strong enough';
const SIGNATURE = 'the signature is valid';

const others = Array.from({ length: 4 }, (_, index) => createSigningKey(`other-${index}`));
const named = (key: SigningKey | undefined, kid: string) => publicJwk({ ...(key as SigningKey), kid });

const verify = vi.spyOn(crypto, 'verify');
beforeEach(() => void verify.mockClear());

test('the same key twice, and broken entries beside it, are no obstacle', async () => {
  const { provider, client } = await providerForTest();
  const [good] = provider.keys;
  provider.keys = [
    null,
    'key',
    7,
    [],
    {},
    { kty: 'RSA', kid: 'default' },
    { kty: 'RSA', kid: 'default', n: 'AQ', e: 'AQAB' },
    { kty: 'RSA', kid: 'default', n: 7, e: null },
    { ...good, use: 'enc' },
    { ...good, alg: 'RS512' },
    good,
    good,
    { ...good, kid: null },
  ] as object[];
  await signIn(client, provider);
  expect(provider.requestsTo('jwks')).toHaveLength(1);
});

test.each([0, 1, 2, 3])('of four keys with one kid, the one at index %i may have signed', async (at) => {
  const { provider, client } = await providerForTest();
  provider.keys = others.slice(0, 3).map((key) => named(key, 'default'));
  provider.keys.splice(at, 0, publicJwk(provider.signingKey));
  await signIn(client, provider);
  expect(provider.requestsTo('jwks')).toHaveLength(1);
});

test('of five keys with one kid, four are tried', async () => {
  const { provider, client } = await providerForTest();
  provider.keys = [...others.map((key) => named(key, 'default')), publicJwk(provider.signingKey)];
  await expectRefused(client, provider, { code: 'id_token_signature', check: SIGNATURE });
});

test('a token without a kid is tried with every key, four at most, and also after keys that cannot be used', async () => {
  const { provider, client } = await providerForTest();
  provider.header = { alg: 'RS256' };
  const weak = { kty: 'RSA', n: 'AQ', e: 'AQAB' };
  provider.keys = [weak, weak, weak, weak, named(others[0], 'a'), publicJwk(provider.signingKey)];
  await signIn(client, provider);
});

test.each([{ use: 'enc' }, { alg: 'RS512' }, { alg: 'PS256' }, { kty: 'EC' }, { kty: 'rsa' }])(
  'a key with %j is none for these signatures',
  async (changes) => {
    const { provider, client } = await providerForTest();
    provider.keys = [{ ...publicJwk(provider.signingKey), ...changes }];
    await expectRefused(client, provider, { code: 'id_token_key_unknown', check: KEY });
  },
);

test.each([{ use: 'sig' }, { use: null }, { use: '' }, { alg: 'RS256' }, { alg: null }, { kid: 'default' }])(
  'a key with %j is one',
  async (changes) => {
    const { provider, client } = await providerForTest();
    provider.keys = [{ ...publicJwk(provider.signingKey), ...changes }];
    await signIn(client, provider);
  },
);

test('a key without a kid may have signed any token', async () => {
  const { provider, client } = await providerForTest();
  const { kid: _, ...good } = publicJwk(provider.signingKey) as { kid: string };
  for (const key of [good, { ...good, kid: '' }, { ...good, kid: null }]) {
    provider.keys = [named(others[0], 'other'), key];
    await signIn(client, provider);
  }
});

test.each([[7], [null], [['default']], [{ default: 1 }], [true]])(
  'a kid that is %j is no published one',
  async (kid) => {
    const { provider, client } = await providerForTest();
    changeIdToken(provider, (good) =>
      signed({ alg: 'RS256', kid }, payloadOf(good), provider.signingKey.privateKey),
    );
    const { facts } = await expectRefused(client, provider, { code: 'id_token_key_unknown', check: KEY });
    expect(facts.found).toBe(`kid ${JSON.stringify(kid)}`);
  },
);

test('a published key of 1,024 bits is not accepted, and the error says which key and why', async () => {
  const { provider, client } = await providerForTest();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  provider.keys = [publicJwk({ kid: 'weak', privateKey })];
  changeIdToken(provider, (good) => signed({ alg: 'RS256', kid: 'weak' }, payloadOf(good), privateKey));
  const { facts, kind } = await expectRefused(client, provider, {
    code: 'id_token_key_unusable',
    check: USABLE,
  });
  expect(kind).toBe('provider');
  expect(facts.found).toBe('kid weak has 1024 bits, not 2048');
});

test.each(['AQ', 'Ag', 'BA', 'AQAA', 'AA', '', 'AQAAAAAAAAAB', '_'.repeat(400)])(
  'a published key with the exponent %j is not accepted',
  async (e) => {
    const { provider, client } = await providerForTest();
    provider.keys = [{ ...publicJwk(provider.signingKey), e }];
    const { facts } = await expectRefused(client, provider, { code: 'id_token_key_unusable', check: USABLE });
    expect(facts.found).toBe('kid default has an unusual exponent');
  },
);

test.each(['', 'AQ', '!!!', '\u0000', '\ud800', '!A'.repeat(9)])(
  'a published key with the modulus %j is not accepted, and is no fault of this app',
  async (n) => {
    const { provider, client } = await providerForTest();
    provider.keys = [{ ...publicJwk(provider.signingKey), n }];
    await expectRefused(client, provider, { code: 'id_token_key_unusable', check: USABLE });
  },
);

test('a usable key beside an unusable one of the same kid is the one that counts', async () => {
  const { provider, client } = await providerForTest();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  provider.keys = [publicJwk({ kid: 'default', privateKey }), publicJwk(provider.signingKey)];
  await signIn(client, provider);
});

test.each<[string, object]>([
  ['b64 and crit', { b64: false, crit: ['b64'] }],
  ['an unknown crit', { crit: ['exp'] }],
  ['an empty crit', { crit: [] }],
  ['a crit that is null', { crit: null }],
  ['a crit that is text', { crit: 'b64' }],
])('a header with %s is refused, though it is signed', async (_, extra) => {
  const { provider, client } = await providerForTest();
  changeIdToken(provider, (good) =>
    signed({ ...provider.header, ...extra }, payloadOf(good), provider.signingKey.privateKey),
  );
  await expectRefused(client, provider, {
    code: 'id_token_critical_header',
    check: 'crit is absent',
  });
  expect(provider.requestsTo('jwks')).toEqual([]);
});

test('a b64 without crit is an unknown field, and no obstacle to what is signed as usual', async () => {
  const { provider, client } = await providerForTest();
  changeIdToken(provider, (good) =>
    signed({ ...provider.header, b64: false }, payloadOf(good), provider.signingKey.privateKey),
  );
  await signIn(client, provider);
});

test('of a set of thousands of keys a hundred are read', async () => {
  const { provider, client } = await providerForTest();
  const create = vi.spyOn(crypto, 'createPublicKey');
  const good = publicJwk(provider.signingKey);
  const many = Array.from({ length: 400 }, (_, index) => ({ ...good, kid: `k${index}` }));
  provider.keys = [...many.slice(0, 99), good, ...many.slice(99)];
  await signIn(client, provider);
  provider.keys = [...many.slice(0, 100), good, ...many.slice(100)];
  const second = await watch((await providerForTest()).client, provider);
  expect(second.error?.code).toBeDefined();
  create.mockRestore();
  expect(createPublicKey).toBeDefined();
});
