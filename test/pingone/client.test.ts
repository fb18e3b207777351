// The sign-in as a whole: its steps and its checks in their order.

import { expect, test } from 'vitest';
import { SUBJECT } from '../helpers/stand-in.ts';
import { DISCOVERY, errorOf, lastCheck, signIn, standInForTest } from './helpers.ts';

const CHECKS = [
  'state is this browser’s',
  'iss, if any, is the issuer',
  'the token answer is complete, token_type is Bearer',
  'the ID token is a signed JSON Web Token',
  'typ is absent or JWT',
  'alg is RS256',
  'the key is one of PingOne’s',
  'the signature holds',
  'iss, sub, aud, exp and iat are there',
  'iss is the issuer',
  'aud is this app alone',
  'azp, if any, is this app',
  'sub is 1 to 255 ASCII characters',
  'exp has not passed',
  'iat is not in the future',
  'iat is not long ago',
  'nbf, if any, has passed',
  'nonce is this sign-in’s',
  'at_hash, if any, fits the access token',
  'userinfo has a sub',
  'userinfo’s sub is the ID token’s',
];

test('a sign-in asks each endpoint once, in this order', async () => {
  const { standIn, client } = await standInForTest();
  await signIn(client, standIn);
  const asked = standIn.received.map(({ method, path }) => `${method} ${path.split('/as/')[1]}`);
  expect(asked).toEqual([`GET ${DISCOVERY}`, 'POST token', 'GET jwks', 'GET userinfo']);
});

test('a sign-in tells who it is and every check, in the order it was made', async () => {
  const { standIn, client } = await standInForTest();
  const done = await signIn(client, standIn);
  expect(done).toMatchObject({ issuer: standIn.issuer, subject: SUBJECT });
  expect(done.checks.map(({ name }) => name)).toEqual(CHECKS);
  const open = done.checks.filter(({ result }) => result !== 'passed');
  expect(open).toMatchObject([{ name: 'iss, if any, is the issuer', result: 'not applicable' }]);
  for (const { rule } of done.checks) expect(rule).toMatch(/^(Core|RFC \d{4},) [\d.]+( \(\d+\))?$/);
});

test('what could not be compared is listed with the reason', async () => {
  const { standIn, client } = await standInForTest();
  standIn.claims = { at_hash: undefined };
  const { checks } = await signIn(client, standIn);
  expect(checks.filter(({ result }) => result === 'not applicable').map(({ note }) => note)).toEqual([
    'no iss came, and the provider does not announce one',
    'the ID token has no at_hash',
  ]);
});

test('a failed sign-in lists its checks up to the one that failed', async () => {
  const { standIn, client } = await standInForTest();
  standIn.claims = { nonce: 'other' };
  const error = await errorOf(signIn(client, standIn));
  const names = error.details.checks?.map(({ name }) => name);
  expect(names).toEqual(CHECKS.slice(0, CHECKS.indexOf('nonce is this sign-in’s') + 1));
  expect(lastCheck(error)?.result).toBe('failed');
});

test('sign-ins under way at the same time do not share their checks', async () => {
  const { standIn, client } = await standInForTest();
  const { authorizationUrl, pending } = await client.startSignIn();
  const response = standIn.authorize(authorizationUrl);
  const both = await Promise.all([1, 2].map(() => client.finishSignIn(response, pending)));
  for (const { checks } of both) expect(checks).toHaveLength(CHECKS.length);
});
