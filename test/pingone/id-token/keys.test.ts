// Which of the published keys may verify the signature of an ID token.

import crypto, { generateKeyPairSync } from 'node:crypto';
import { beforeEach, expect, test, vi } from 'vitest';
import { createSigningKey, publicJwk, type SigningKey } from '../../helpers/provider-double.ts';
import { providerForTest, signIn } from '../helpers.ts';
import { changeIdToken, expectRefused, payloadOf, signed } from './helpers.ts';

const KEY = 'the key is in the JWK Set of the provider';
const USABLE = 'size and exponent of the key are valid';
const SIGNATURE = 'the signature is valid';

const others = Array.from({ length: 4 }, (_, index) => createSigningKey(`other-${index}`));
const named = (key: SigningKey | undefined, kid: string) => publicJwk({ ...(key as SigningKey), kid });

const verify = vi.spyOn(crypto, 'verify');
beforeEach(() => void verify.mockClear());

test('a sign-in succeeds if the JWK Set has the same key twice and also malformed entries', async () => {
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

test.each([0, 1, 2, 3])(
  'with four keys of one kid, the key at index %i may verify the signature',
  async (at) => {
    const { provider, client } = await providerForTest();
    provider.keys = others.slice(0, 3).map((key) => named(key, 'default'));
    provider.keys.splice(at, 0, publicJwk(provider.signingKey));
    await signIn(client, provider);
    expect(provider.requestsTo('jwks')).toHaveLength(1);
  },
);

test('with five keys of one kid, four are tried', async () => {
  const { provider, client } = await providerForTest();
  provider.keys = [...others.map((key) => named(key, 'default')), publicJwk(provider.signingKey)];
  await expectRefused(client, provider, { code: 'id_token_signature', check: SIGNATURE });
});

test('keys with the kid of the token are tried before keys without a kid', async () => {
  const { provider, client } = await providerForTest();
  const right = publicJwk(provider.signingKey);
  const withoutKid = others.map((key) => ({ ...publicJwk(key), kid: undefined }));
  provider.keys = [...withoutKid, right];
  await signIn(client, provider);
  expect(provider.requestsTo('jwks')).toHaveLength(1);
});

test('a token without a kid is tried with at most four keys, and unusable keys do not count', async () => {
  const { provider, client } = await providerForTest();
  provider.header = { alg: 'RS256' };
  const weak = { kty: 'RSA', n: 'AQ', e: 'AQAB' };
  provider.keys = [weak, weak, weak, weak, named(others[0], 'a'), publicJwk(provider.signingKey)];
  await signIn(client, provider);
});

test.each([{ use: 'enc' }, { alg: 'RS512' }, { alg: 'PS256' }, { kty: 'EC' }, { kty: 'rsa' }])(
  'a key with %j is not used',
  async (changes) => {
    const { provider, client } = await providerForTest();
    provider.keys = [{ ...publicJwk(provider.signingKey), ...changes }];
    await expectRefused(client, provider, { code: 'id_token_key_unknown', check: KEY });
  },
);

test.each([
  { use: 'sig' },
  { use: null },
  { use: '' },
  { alg: 'RS256' },
  { alg: null },
  { kid: 'default' },
  { e: 'AAEAAQ' },
])('a key with %j is used', async (changes) => {
  const { provider, client } = await providerForTest();
  provider.keys = [{ ...publicJwk(provider.signingKey), ...changes }];
  await signIn(client, provider);
});

test('a key without a kid may verify the signature of any token', async () => {
  const { provider, client } = await providerForTest();
  const { kid: _, ...good } = publicJwk(provider.signingKey) as { kid: string };
  for (const key of [good, { ...good, kid: '' }, { ...good, kid: null }]) {
    provider.keys = [named(others[0], 'other'), key];
    await signIn(client, provider);
  }
});

test.each([[7], [null], [['default']], [{ default: 1 }], [true]])(
  'the kid %j matches no published key',
  async (kid) => {
    const { provider, client } = await providerForTest();
    changeIdToken(provider, (good) =>
      signed({ alg: 'RS256', kid }, payloadOf(good), provider.signingKey.privateKey),
    );
    const { facts } = await expectRefused(client, provider, { code: 'id_token_key_unknown', check: KEY });
    expect(facts.found).toBe(`kid ${JSON.stringify(kid)}`);
  },
);

test('a published key of 1,024 bits is refused, and the error names the key and the reason', async () => {
  const { provider, client } = await providerForTest();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  provider.keys = [publicJwk({ kid: 'weak', privateKey })];
  changeIdToken(provider, (good) => signed({ alg: 'RS256', kid: 'weak' }, payloadOf(good), privateKey));
  const { facts, kind } = await expectRefused(client, provider, {
    code: 'id_token_key_unusable',
    check: USABLE,
  });
  expect(kind).toBe('provider');
  expect(facts.found).toBe('kid weak has 1024 bits, fewer than 2048');
});

test.each(['AQ', 'Ag', 'BA', 'AQAA', 'AA', '', 'gAAAAQ', 'AIAAAAE', 'AQAAAAAAAAAB', '_'.repeat(400)])(
  'a published key with the exponent %j is refused',
  async (e) => {
    const { provider, client } = await providerForTest();
    provider.keys = [{ ...publicJwk(provider.signingKey), e }];
    const { facts } = await expectRefused(client, provider, { code: 'id_token_key_unusable', check: USABLE });
    expect(facts.found).toBe('kid default has an unsupported exponent');
  },
);

test.each([
  ['8,192 bits', { n: '_'.repeat(1_366) }],
  ['an exponent of 31 bits', { e: 'f____w' }],
  ['the exponent 3', { e: 'Aw' }],
])('a published key with %s is tried', async (_, changes) => {
  const { provider, client } = await providerForTest();
  provider.keys = [{ ...publicJwk(provider.signingKey), ...changes }];
  await expectRefused(client, provider, { code: 'id_token_signature', check: SIGNATURE });
});

test.each(['', 'AQ', '!!!', '\u0000', '\ud800', '!A'.repeat(9)])(
  'a published key with the modulus %j is refused as unusable',
  async (n) => {
    const { provider, client } = await providerForTest();
    provider.keys = [{ ...publicJwk(provider.signingKey), n }];
    await expectRefused(client, provider, { code: 'id_token_key_unusable', check: USABLE });
  },
);

test('if a usable and an unusable key have the same kid, the usable one is tried', async () => {
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
])('a header with %s is refused, even if its signature is valid', async (_, extra) => {
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

test('b64 without crit is an unknown field, and the token is accepted', async () => {
  const { provider, client } = await providerForTest();
  changeIdToken(provider, (good) =>
    signed({ ...provider.header, b64: false }, payloadOf(good), provider.signingKey.privateKey),
  );
  await signIn(client, provider);
});
