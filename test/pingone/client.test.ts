// The whole sign-in: its steps and its checks, in order.

import { expect, onTestFinished, test, vi } from 'vitest';
import { createPingOneClient } from '../../src/pingone/index.ts';
import { SUBJECT } from '../helpers/provider-double.ts';
import { DISCOVERY, errorOf, lastCheck, pendingForTest, providerForTest, signIn, watch } from './helpers.ts';

const CHECKS = [
  'state matches the sign-in of this browser',
  'iss of the response is the issuer',
  'the token response is valid',
  'the ID token is a signed JSON Web Token',
  'crit is absent',
  'typ is absent or JWT',
  'alg is RS256',
  'the key is in the JWK Set of the provider',
  'size and exponent of the key are valid',
  'the signature is valid',
  'required claims are present, with valid types',
  'iss is the issuer',
  'aud contains only the client ID',
  'azp is the client ID',
  'sub has 1 to 255 ASCII characters',
  'exp has not passed',
  'iat is not in the future',
  'iat is at most 10 minutes ago',
  'nbf has passed',
  'at_hash matches the access token',
  'nonce matches this sign-in',
  'auth_time satisfies max_age',
  'acr is one of acr_values',
  'userinfo has a sub',
  'sub of userinfo matches the ID token',
];

test.each([
  ['issuer', 'issuer is not a URL.'],
  ['redirectUri', 'redirectUri is not a URL.'],
  ['signOffUrl', 'signOffUrl is not a URL.'],
  ['clientId', 'clientId is missing, or is the secret.'],
])('createPingOneClient throws if the registration has no %s', async (field, message) => {
  const { registration } = await providerForTest();
  for (const value of [undefined, '']) {
    const make = () => createPingOneClient({ ...registration, [field]: value });
    expect(make).toThrow(new TypeError(message));
  }
});

test('createPingOneClient throws if the client ID is the secret, because the client ID is no secret', async () => {
  const { registration } = await providerForTest();
  const make = () => createPingOneClient({ ...registration, clientId: registration.clientSecret });
  expect(make).toThrow(new TypeError('clientId is missing, or is the secret.'));
});

test('a sign-in sends one request to each endpoint, in this order', async () => {
  const { provider, client } = await providerForTest();
  await signIn(client, provider);
  const asked = provider.received.map(({ method, path }) => `${method} ${path.split('/as/')[1]}`);
  expect(asked).toEqual([`GET ${DISCOVERY}`, 'POST token', 'GET jwks', 'GET userinfo']);
});

test('a sign-in returns the user, and an observer hears of every check in order', async () => {
  const { provider, client } = await providerForTest();
  const { signedIn, checks } = await watch(client, provider);
  expect(signedIn).toMatchObject({ issuer: provider.issuer, subject: SUBJECT });
  expect(checks.map(({ name }) => name)).toEqual(CHECKS);
  const open = checks.filter(({ result }) => result !== 'passed');
  expect(open.map(({ name, result }) => `${name}: ${result}`)).toEqual([
    'iss of the response is the issuer: not applicable',
    'azp is the client ID: not applicable',
    'nbf has passed: not applicable',
    'auth_time satisfies max_age: not applicable',
    'acr is one of acr_values: not applicable',
  ]);
  for (const { section } of checks) expect(section).toMatch(/^(Core|RFC \d{4},) [\d.]+( \(\d+\))?$/);
});

test('an observer hears why a check is not applicable', async () => {
  const { provider, client } = await providerForTest();
  provider.claims = { at_hash: undefined };
  delete provider.metadata['userinfo_endpoint'];
  const { checks } = await watch(client, provider);
  const open = checks.filter(({ result }) => result === 'not applicable');
  expect(open.map(({ name, why }) => `${name}: ${why}`)).toEqual([
    'iss of the response is the issuer: the provider neither sends nor announces iss',
    'azp is the client ID: the claim is absent',
    'nbf has passed: the claim is absent',
    'at_hash matches the access token: the claim is absent',
    'auth_time satisfies max_age: the sign-in did not request max_age',
    'acr is one of acr_values: the sign-in did not request acr_values',
    'sub of userinfo matches the ID token: the provider has no userinfo endpoint',
  ]);
});

test('if a request fails, an observer has heard of the checks that passed before it', async () => {
  const { provider, client } = await providerForTest();
  provider.scripts['userinfo'] = () => ({ status: 401, body: { error: 'invalid_token' } });
  const { error, checks } = await watch(client, provider);
  expect(error?.code).toBe('userinfo_refused');
  expect(checks.map(({ name }) => name)).toEqual(CHECKS.slice(0, -2));
});

test('if a check fails, an observer hears of the checks up to this one', async () => {
  const { provider, client } = await providerForTest();
  provider.claims = { nonce: 'other' };
  const { checks } = await watch(client, provider);
  const names = checks.map(({ name }) => name);
  expect(names).toEqual(CHECKS.slice(0, CHECKS.indexOf('nonce matches this sign-in') + 1));
  expect(lastCheck(checks)?.result).toBe('failed');
  expect(checks.at(-1)).toMatchObject({ step: 'id_token', code: 'id_token_nonce' });
});

test('sign-ins that fail because of the same response each get an error with its facts', async () => {
  // The clock stands still, because the client keeps a failure of discovery for one second.
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { provider, client } = await providerForTest();
  provider.scripts[DISCOVERY] = () => ({ status: 500 });
  const pending = pendingForTest();
  const finish = () => errorOf(client.finishSignIn({ state: pending.state, code: 'c' }, pending));
  const [first, second] = [await finish(), await finish()];
  expect(provider.requestsTo(DISCOVERY)).toHaveLength(1);
  for (const error of [first, second, await errorOf(client.ready())])
    expect(error).toMatchObject({ code: 'pingone_failed', facts: { step: 'discovery', status: 500 } });
});

test('each observer hears only of its own sign-in if two run at the same time', async () => {
  const { provider, client } = await providerForTest();
  const both = await Promise.all([watch(client, provider), watch(client, provider)]);
  for (const { checks } of both) expect(checks.map(({ name }) => name)).toEqual(CHECKS);
});

test('the message of an error consists of its code and its facts', async () => {
  const { provider, client } = await providerForTest();
  provider.scripts['token'] = () => ({ status: 400, body: { error: 'invalid_grant' } });
  const error = await errorOf(signIn(client, provider));
  expect(error.name).toBe('SignInError');
  expect(error.message).toBe(`token_invalid_grant ${JSON.stringify(error.facts)}`);
  expect(error.facts).toEqual({
    step: 'token_request',
    request: `POST ${provider.issuer}/token`,
    status: 400,
    error: 'invalid_grant',
  });
});
