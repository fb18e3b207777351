// The form, type, algorithm and signature of an ID token.

import { constants, createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSigningKey, type ProviderDouble, publicJwk } from '../../helpers/provider-double.ts';
import { providerForTest, signIn } from '../helpers.ts';
import { changeIdToken, compact, expectRefused, payloadOf } from './helpers.ts';

const FORM = 'the ID token is a signed JSON Web Token';
const TYPE = 'typ is absent or JWT';
const ALGORITHM = 'alg is RS256';
const KEY = 'the key is in the JWK Set of the provider';
const SIGNATURE = 'the signature is valid';

const own = createSigningKey('default');
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const b64 = (text: string) => Buffer.from(text).toString('base64url');

test.each<[string, (good: string) => string]>([
  ['has five parts', (good) => `${good}.e30.e30`],
  ['has two parts', (good) => good.split('.').slice(0, 2).join('.')],
  ['is garbage', () => 'not a token'],
  ['has three empty parts', () => '..'],
  ['has a header that is not JSON', (good) => good.replace(/^[^.]+/, b64('alg'))],
  ['has a header that is an array', (good) => good.replace(/^[^.]+/, b64('[]'))],
  ['has claims that are not JSON', (good) => good.replace(/\.[^.]+\./, `.${b64('{')}.`)],
  ['has claims that are an array', (good) => good.replace(/\.[^.]+\./, `.${b64('[]')}.`)],
  ['has claims that are null', (good) => good.replace(/\.[^.]+\./, `.${b64('null')}.`)],
])('an ID token that %s is refused as malformed', async (_, change) => {
  const { provider, client } = await providerForTest();
  changeIdToken(provider, change);
  await expectRefused(client, provider, { code: 'id_token_malformed', check: FORM });
  expect(provider.requestsTo('jwks')).toEqual([]);
});

test.each([['JWT'], ['jwt'], ['Jwt'], [undefined]])(
  'an ID token with the typ %j is accepted',
  async (typ) => {
    const { provider, client } = await providerForTest();
    provider.header = { ...provider.header, typ };
    await signIn(client, provider);
  },
);

test.each([['at+jwt'], ['logout+jwt'], ['application/at+jwt'], ['jwt '], [''], [null], [['JWT']]])(
  'a token with the typ %j is refused, even if PingOne signed it',
  async (typ) => {
    const { provider, client } = await providerForTest();
    changeIdToken(provider, (good) =>
      compact({ ...provider.header, typ }, payloadOf(good), (input) =>
        sign('sha256', Buffer.from(input), provider.signingKey.privateKey),
      ),
    );
    const { facts } = await expectRefused(client, provider, { code: 'id_token_type', check: TYPE });
    expect(facts).toMatchObject({
      expected: 'JWT',
      found: typeof typ === 'string' ? typ : JSON.stringify(typ),
    });
  },
);

const publicPem = (provider: ProviderDouble) =>
  createPublicKey(provider.signingKey.privateKey).export({ type: 'spki', format: 'pem' });

test.each<[string, string | undefined, (input: Buffer, provider: ProviderDouble) => Buffer]>([
  ['no signature', 'none', () => Buffer.alloc(0)],
  ['no signature, and alg in mixed case', 'nOnE', () => Buffer.alloc(0)],
  ['no alg', undefined, (input, { signingKey }) => sign('sha256', input, signingKey.privateKey)],
  [
    'the client secret as its key',
    'HS256',
    (input, { clientSecret }) => createHmac('sha256', clientSecret).update(input).digest(),
  ],
  [
    'the public key as its HMAC key',
    'HS256',
    (input, provider) => createHmac('sha256', publicPem(provider)).update(input).digest(),
  ],
  ['RS512', 'RS512', (input, { signingKey }) => sign('sha512', input, signingKey.privateKey)],
  [
    'PS256',
    'PS256',
    (input, { signingKey: { privateKey: key } }) =>
      sign('sha256', input, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
  ],
  ['ES256', 'ES256', (input) => sign('sha256', input, { key: curve.privateKey, dsaEncoding: 'ieee-p1363' })],
])('an ID token with %s is refused, even if its key is published', async (_, alg, signInput) => {
  const { provider, client } = await providerForTest();
  const kid = alg === 'ES256' ? 'curve' : provider.signingKey.kid;
  provider.keys.push({ ...curve.publicKey.export({ format: 'jwk' }), kid: 'curve', use: 'sig' });
  changeIdToken(provider, (good) =>
    compact({ alg, kid }, payloadOf(good), (input) => signInput(Buffer.from(input), provider)),
  );
  await expectRefused(client, provider, { code: 'id_token_algorithm', check: ALGORITHM });
  expect(provider.requestsTo('jwks')).toEqual([]);
});

test('a key ID that is not published is refused after the JWK Set was fetched once more', async () => {
  const { provider, client } = await providerForTest();
  provider.header = { alg: 'RS256', kid: 'unknown' };
  await expectRefused(client, provider, { code: 'id_token_key_unknown', check: KEY });
  expect(provider.requestsTo('jwks')).toHaveLength(2);
});

test.each<[string, (url: string) => object]>([
  ['jwk', () => ({ jwk: publicJwk(own) })],
  ['jku', (url) => ({ jku: url })],
  ['x5u', (url) => ({ x5u: url })],
  [
    'x5c',
    () => ({
      x5c: [createPublicKey(own.privateKey).export({ type: 'spki', format: 'der' }).toString('base64')],
    }),
  ],
])('a key in the %s header parameter of a token is never used', async (_, embed) => {
  for (const [kid, code, check] of [
    ['default', 'id_token_signature', SIGNATURE],
    ['embedded', 'id_token_key_unknown', KEY],
  ] as const) {
    const { provider: forger } = await providerForTest();
    forger.keys = [publicJwk({ ...own, kid })];
    const { provider, client } = await providerForTest();
    provider.header = { alg: 'RS256', kid, ...embed(String(forger.metadata['jwks_uri'])) };
    provider.signingKey = own;
    await expectRefused(client, provider, { code, check });
    expect(forger.received).toEqual([]);
  }
});

test.each<[string, (good: string) => string]>([
  [
    'signature was changed',
    (good) => good.replace(/\.([^.])([^.]*)$/, (_, a, rest) => `.${a === 'A' ? 'B' : 'A'}${rest}`),
  ],
  ['signature was removed', (good) => good.replace(/[^.]*$/, '')],
  [
    'claims were changed',
    (good) => good.replace(/\.[^.]+\./, `.${b64(payloadOf(good).replace('Single', 'Multi_'))}.`),
  ],
  [
    'header was changed',
    (good) => good.replace(/^[^.]+/, b64('{"alg":"RS256","kid":"default","typ":"JWT"}')),
  ],
])('an ID token whose %s is refused', async (_, change) => {
  const { provider, client } = await providerForTest();
  changeIdToken(provider, change);
  await expectRefused(client, provider, { code: 'id_token_signature', check: SIGNATURE });
});
