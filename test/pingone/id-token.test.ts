// The ID token's form, kind, algorithm and signature.

import { constants, createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSigningKey, publicJwk, type StandIn } from '../helpers/stand-in.ts';
import { signIn, standInForTest } from './helpers.ts';
import { changeIdToken, compact, expectRefused, payloadOf } from './id-tokens.ts';

const FORM = 'the ID token is a signed JSON Web Token';
const TYPE = 'typ is absent or JWT';
const ALGORITHM = 'alg is RS256';
const KEY = 'the key is one that PingOne publishes';
const SIGNATURE = 'the signature holds';

const own = createSigningKey('default');
const other = createSigningKey('other');
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const b64 = (text: string) => Buffer.from(text).toString('base64url');

test.each<[string, (good: string) => string]>([
  ['has five parts', (good) => `${good}.e30.e30`],
  ['has two parts', (good) => good.split('.').slice(0, 2).join('.')],
  ['is garbage', () => 'not a token'],
  ['is three dots', () => '..'],
  ['has a header that is no JSON', (good) => good.replace(/^[^.]+/, b64('alg'))],
  ['has a header that is an array', (good) => good.replace(/^[^.]+/, b64('[]'))],
  ['has claims that are no JSON', (good) => good.replace(/\.[^.]+\./, `.${b64('{')}.`)],
  ['has claims that are an array', (good) => good.replace(/\.[^.]+\./, `.${b64('[]')}.`)],
  ['has claims that are null', (good) => good.replace(/\.[^.]+\./, `.${b64('null')}.`)],
])('an ID token that %s cannot be read', async (_, change) => {
  const { standIn, client } = await standInForTest();
  changeIdToken(standIn, change);
  await expectRefused(client, standIn, 'id_token_malformed', FORM);
  expect(standIn.requestsTo('jwks')).toEqual([]);
});

test.each([['JWT'], [undefined]])('the typ %j is an ID token’s', async (typ) => {
  const { standIn, client } = await standInForTest();
  standIn.header = { ...standIn.header, typ };
  await signIn(client, standIn);
});

test.each([['at+jwt'], ['logout+jwt'], ['application/at+jwt'], ['jwt '], [''], [null], [['JWT']]])(
  'a token of the typ %j is refused, though PingOne signed it',
  async (typ) => {
    const { standIn, client } = await standInForTest();
    changeIdToken(standIn, (good) =>
      compact({ ...standIn.header, typ }, payloadOf(good), (input) =>
        sign('sha256', Buffer.from(input), standIn.signingKey.privateKey),
      ),
    );
    const message = await expectRefused(client, standIn, 'id_token_type', TYPE);
    expect(message).toContain(JSON.stringify(typ));
  },
);

const publicPem = (standIn: StandIn) =>
  createPublicKey(standIn.signingKey.privateKey).export({ type: 'spki', format: 'pem' });

test.each<[string, string | undefined, (input: Buffer, standIn: StandIn) => Buffer]>([
  ['no signature', 'none', () => Buffer.alloc(0)],
  ['no signature, in other letters', 'nOnE', () => Buffer.alloc(0)],
  ['no alg', undefined, (input, { signingKey }) => sign('sha256', input, signingKey.privateKey)],
  [
    'the secret as key',
    'HS256',
    (input, { clientSecret }) => createHmac('sha256', clientSecret).update(input).digest(),
  ],
  [
    'the public key as key',
    'HS256',
    (input, standIn) => createHmac('sha256', publicPem(standIn)).update(input).digest(),
  ],
  ['RS512', 'RS512', (input, { signingKey }) => sign('sha512', input, signingKey.privateKey)],
  [
    'PS256',
    'PS256',
    (input, { signingKey: { privateKey: key } }) =>
      sign('sha256', input, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
  ],
  ['ES256', 'ES256', (input) => sign('sha256', input, { key: curve.privateKey, dsaEncoding: 'ieee-p1363' })],
])('an ID token with %s is refused, though its key is published', async (_, alg, signInput) => {
  const { standIn, client } = await standInForTest();
  const kid = alg === 'ES256' ? 'curve' : standIn.signingKey.kid;
  standIn.keys.push({ ...curve.publicKey.export({ format: 'jwk' }), kid: 'curve', use: 'sig' });
  changeIdToken(standIn, (good) =>
    compact({ alg, kid }, payloadOf(good), (input) => signInput(Buffer.from(input), standIn)),
  );
  await expectRefused(client, standIn, 'id_token_algorithm', ALGORITHM);
  expect(standIn.requestsTo('jwks')).toEqual([]);
});

test('a key id that is not published is refused after one more look', async () => {
  const { standIn, client } = await standInForTest();
  standIn.header = { alg: 'RS256', kid: 'unknown' };
  await expectRefused(client, standIn, 'id_token_key_unknown', KEY);
  expect(standIn.requestsTo('jwks')).toHaveLength(2);
});

test('no key id will do where one key is published, not where it could be either', async () => {
  const { standIn, client } = await standInForTest();
  standIn.header = { alg: 'RS256' };
  await signIn(client, standIn);
  const second = await standInForTest();
  second.standIn.header = { alg: 'RS256' };
  second.standIn.keys.push(publicJwk(other));
  await expectRefused(second.client, second.standIn, 'id_token_key_unknown', KEY);
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
])('the key that a token brings in its %s is never looked at', async (_, bring) => {
  for (const [kid, code, check] of [
    ['default', 'id_token_signature', SIGNATURE],
    ['brought', 'id_token_key_unknown', KEY],
  ] as const) {
    const { standIn: forger } = await standInForTest();
    forger.keys = [publicJwk({ ...own, kid })];
    const { standIn, client } = await standInForTest();
    standIn.header = { alg: 'RS256', kid, ...bring(String(forger.metadata['jwks_uri'])) };
    standIn.signingKey = own;
    await expectRefused(client, standIn, code, check);
    expect(forger.received).toEqual([]);
  }
});

test.each<[string, (good: string) => string]>([
  [
    'signature',
    (good) => good.replace(/\.([^.])([^.]*)$/, (_, a, rest) => `.${a === 'A' ? 'B' : 'A'}${rest}`),
  ],
  ['whole signature, which is gone,', (good) => good.replace(/[^.]*$/, '')],
  ['claims', (good) => good.replace(/\.[^.]+\./, `.${b64(payloadOf(good).replace('Single', 'Multi_'))}.`)],
  ['header', (good) => good.replace(/^[^.]+/, b64('{"alg":"RS256","kid":"default","typ":"JWT"}'))],
])('an ID token whose %s was changed is refused', async (_, change) => {
  const { standIn, client } = await standInForTest();
  changeIdToken(standIn, change);
  await expectRefused(client, standIn, 'id_token_signature', SIGNATURE);
});

test('a published key of 1,024 bits is not accepted', async () => {
  const { standIn, client } = await standInForTest();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  standIn.keys = [publicJwk({ kid: 'weak', privateKey })];
  changeIdToken(standIn, (good) =>
    compact({ alg: 'RS256', kid: 'weak' }, payloadOf(good), (input) =>
      sign('sha256', Buffer.from(input), privateKey),
    ),
  );
  await expectRefused(client, standIn, 'id_token_signature', SIGNATURE);
});
