// The sign-in as a whole: its steps and its checks in their order.

import { expect, onTestFinished, test, vi } from 'vitest';
import { SUBJECT } from '../helpers/stand-in.ts';
import { DISCOVERY, errorOf, lastCheck, signIn, standInForTest } from './helpers.ts';

const CHECKS = [
  'state is that of this browser',
  'iss of the response is the issuer',
  'the token answer is complete, token_type is Bearer',
  'the ID token is a signed JSON Web Token',
  'typ is absent or JWT',
  'alg is RS256',
  'the key is one that PingOne publishes',
  'the signature holds',
  'required claims are there, of the right kind',
  'iss is the issuer',
  'aud is this app alone',
  'azp is this app',
  'sub is 1 to 255 ASCII characters',
  'exp has not passed',
  'iat is not in the future',
  'iat is not long ago',
  'nbf has passed',
  'nonce is that of this sign-in',
  'at_hash fits the access token',
  'userinfo has a sub',
  'sub of userinfo is that of the ID token',
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
  expect(open.map(({ name, result }) => `${name}: ${result}`)).toEqual([
    'iss of the response is the issuer: not applicable',
    'azp is this app: not applicable',
    'nbf has passed: not applicable',
  ]);
  for (const { rule } of done.checks) expect(rule).toMatch(/^(Core|RFC \d{4},) [\d.]+( \(\d+\))?$/);
});

test('what could not be compared is listed with the reason', async () => {
  const { standIn, client } = await standInForTest();
  standIn.claims = { at_hash: undefined };
  delete standIn.metadata['userinfo_endpoint'];
  const { checks } = await signIn(client, standIn);
  const open = checks.filter(({ result }) => result === 'not applicable');
  expect(open.map(({ name, note }) => `${name}: ${note}`)).toEqual([
    'iss of the response is the issuer: no iss came, and the provider does not announce one',
    'azp is this app: it is not there',
    'nbf has passed: it is not there',
    'at_hash fits the access token: it is not there',
    'sub of userinfo is that of the ID token: the provider has no userinfo endpoint',
  ]);
});

test('a sign-in that fails on something else lists the checks that held until then', async () => {
  const { standIn, client } = await standInForTest();
  standIn.scripts['userinfo'] = () => ({ status: 401, body: { error: 'invalid_token' } });
  const error = await errorOf(signIn(client, standIn));
  expect(error.code).toBe('userinfo_refused');
  expect(error.details.checks?.map(({ name }) => name)).toEqual(CHECKS.slice(0, -2));
});

test('a failed sign-in lists its checks up to the one that failed', async () => {
  const { standIn, client } = await standInForTest();
  standIn.claims = { nonce: 'other' };
  const error = await errorOf(signIn(client, standIn));
  const names = error.details.checks?.map(({ name }) => name);
  expect(names).toEqual(CHECKS.slice(0, CHECKS.indexOf('nonce is that of this sign-in') + 1));
  expect(lastCheck(error)?.result).toBe('failed');
});

test('sign-ins that fail on the same answer do not share their checks, nor leave them to others', async () => {
  // The failure of discovery is kept for a second, for all who ask: the clock stands still.
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { standIn, client } = await standInForTest();
  standIn.scripts[DISCOVERY] = () => ({ status: 500 });
  const pending = { state: 's', nonce: 'n', codeVerifier: 'v', startedAtMs: Date.now() };
  const finish = () => errorOf(client.finishSignIn({ state: 's', code: 'c' }, pending));
  const [first, second] = [await finish(), await finish()];
  expect(standIn.requestsTo(DISCOVERY)).toHaveLength(1);
  expect([first.code, second.code]).toEqual(['pingone_failed', 'pingone_failed']);
  expect(first.details.checks).not.toBe(second.details.checks);
  expect((await errorOf(client.ready())).details).not.toHaveProperty('checks');
});

test('sign-ins under way at the same time do not share their checks', async () => {
  const { standIn, client } = await standInForTest();
  const { authorizationUrl, pending } = await client.startSignIn();
  const response = standIn.authorize(authorizationUrl);
  const both = await Promise.all([1, 2].map(() => client.finishSignIn(response, pending)));
  for (const { checks } of both) expect(checks).toHaveLength(CHECKS.length);
});
