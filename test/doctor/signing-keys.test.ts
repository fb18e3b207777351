// The line "signing keys": which JWK Sets have a key that can verify an ID token.

import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSigningKey, publicJwk } from '../helpers/provider-double.ts';
import { examined, providerForDoctor } from './helpers.ts';

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
  [{ keys: [] }, '/jwks has no key that can be used with RS256.'],
  [
    { keys: unusable },
    '/jwks has no key that can be used with RS256. The key "short" has 1024 bits, fewer than 2048.',
  ],
  [{ keys: 'none' }, /^✗ signing keys {2}The response from PingOne cannot be read\. .*no list “keys”\.$/],
])('a JWK Set without a usable key fails', async (body, what) => {
  const { provider, env } = await providerForDoctor();
  provider.scripts['jwks'] = () => ({ body });
  const lines = await examined(env, 'signing keys');
  const [line] = lines;
  if (typeof what === 'string') expect(line).toBe(`✗ signing keys  ${provider.issuer}${what}`);
  else expect(line).toMatch(what);
  expect(lines.at(-1)).toContain('It must show RSA keys (kty) for signatures (use: sig).');
});

test('usable keys among others are counted', async () => {
  const { provider, env } = await providerForDoctor();
  provider.keys = [...unusable, good];
  expect(await examined(env, 'signing keys')).toEqual(['✓ signing keys  Keys usable with RS256: 1 of 2.']);
});

test.each([
  [404, (url: string) => `A request to PingOne was blocked. GET ${url} returned status 404.`],
  [503, (url: string) => `PingOne is not available at the moment. GET ${url} returned status 503.`],
])('status %i of the JWK Set fails', async (status, line) => {
  const { provider, env } = await providerForDoctor();
  provider.scripts['jwks'] = () => ({ status });
  expect((await examined(env, 'signing keys'))[0]).toBe(`✗ signing keys  ${line(`${provider.issuer}/jwks`)}`);
});
