// The line "signing keys": which sets of keys an ID token could be checked with.

import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSigningKey, publicJwk } from '../helpers/stand-in.ts';
import { examined, standInForDoctor } from './helpers.ts';

const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).publicKey;
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
const good = publicJwk(createSigningKey('good'));
const unusable = [
  { ...ec.export({ format: 'jwk' }), kid: 'ec', use: 'sig' },
  { ...rsa(1024).export({ format: 'jwk' }), kid: 'short', use: 'sig' },
  { ...good, kid: 'enc', use: 'enc' },
  { ...good, kid: 'other', alg: 'PS256' },
];

test.each([
  [{ keys: [] }, 'holds no RSA key of 2048 bits or more for RS256.'],
  [{ keys: unusable }, 'holds no RSA key of 2048 bits or more for RS256.'],
  [{ keys: 'none' }, 'holds no key set (RFC 7517, section 5).'],
])('none that could be used', async (body, what) => {
  const { standIn, env } = await standInForDoctor();
  standIn.scripts['jwks'] = () => ({ body });
  const [line, next] = await examined(env, 'signing keys');
  expect(line).toBe(`✗ signing keys  ${standIn.issuer}/jwks ${what}`);
  expect(next).toContain('it must show RSA keys (kty) meant for signatures (use: sig).');
});

test('usable ones among others are counted', async () => {
  const { standIn, env } = await standInForDoctor();
  standIn.keys = [...unusable, good];
  expect(await examined(env, 'signing keys')).toEqual(['✓ signing keys  Usable with RS256: 1 of 5.']);
});

test.each([
  [404, (url: string) => `The JWKS request (${url}) was answered with status 404.`],
  [503, (url: string) => `PingOne asks to wait. The JWKS request (GET ${url}) was answered with status 503.`],
])('status %i', async (status, line) => {
  const { standIn, env } = await standInForDoctor();
  standIn.scripts['jwks'] = () => ({ status });
  expect((await examined(env, 'signing keys'))[0]).toBe(`✗ signing keys  ${line(`${standIn.issuer}/jwks`)}`);
});
