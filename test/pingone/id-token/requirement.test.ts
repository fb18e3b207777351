// max_age and acr_values: the ID token must satisfy the request of its sign-in, and a session the request of a route, by
// the same comparison.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { failedRequirement } from '../../../src/pingone/index.ts';
import { providerForTest, watch } from '../helpers.ts';

const NOW = Math.floor(Date.now() / 1000);
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 }));
afterEach(() => void vi.useRealTimers());

const AUTH_TIME = 'auth_time satisfies max_age';
const ACR = 'acr is one of acr_values';

type Claims = Record<string, unknown>;

test.each<[Claims, number]>([
  [{ auth_time: NOW }, 0],
  [{ auth_time: NOW - 60 }, 0],
  [{ auth_time: NOW + 60 }, 0],
  [{ auth_time: NOW - 360 }, 300],
  [{ auth_time: NOW - 300.5 }, 300],
])('%j satisfies a max_age of %i', async (claims, maxAgeSeconds) => {
  const { provider, client } = await providerForTest();
  provider.claims = claims;
  const { signedIn, checks } = await watch(client, provider, { request: { maxAgeSeconds } });
  expect(signedIn).toBeDefined();
  expect(checks.find(({ name }) => name === AUTH_TIME)?.result).toBe('passed');
  expect(failedRequirement(claims, { maxAgeSeconds })).toBeUndefined();
});

test.each<[Claims, number]>([
  [{}, 300],
  [{}, 0],
  [{ auth_time: null }, 300],
  [{ auth_time: '' }, 300],
  [{ auth_time: NOW - 61 }, 0],
  [{ auth_time: NOW - 361 }, 300],
  [{ auth_time: 0 }, 300],
  [{ auth_time: -1e300 }, 300],
  // A time in the future proves nothing.
  [{ auth_time: NOW + 61 }, 0],
  [{ auth_time: NOW + 61 }, 1e9],
  [{ auth_time: 1e300 }, 300],
])('%j does not satisfy a max_age of %i', async (claims, maxAgeSeconds) => {
  const { provider, client } = await providerForTest();
  provider.claims = claims;
  const { error, checks } = await watch(client, provider, { request: { maxAgeSeconds } });
  expect([error?.code, error?.kind]).toEqual(['id_token_auth_time', 'user']);
  expect(error?.facts).toMatchObject({
    step: 'id_token',
    expected: expect.stringContaining(`${maxAgeSeconds} s`),
  });
  expect(checks.at(-1)).toMatchObject({ name: AUTH_TIME, result: 'failed' });
  expect(failedRequirement(claims, { maxAgeSeconds })).toBe('auth_time');
});

test('an auth_time that is not a number counts as absent, and fails only a sign-in with max_age', async () => {
  const { provider, client } = await providerForTest();
  for (const auth_time of [`${NOW}`, [NOW], true]) {
    provider.claims = { auth_time };
    expect((await watch(client, provider)).signedIn?.claims['auth_time']).toEqual(auth_time);
    const { error } = await watch(client, provider, { request: { maxAgeSeconds: 300 } });
    expect([error?.code, error?.kind]).toEqual(['id_token_auth_time', 'user']);
    expect(error?.facts).not.toHaveProperty('found');
    expect(failedRequirement({ auth_time }, { maxAgeSeconds: 300 })).toBe('auth_time');
  }
});

test.each<[Claims, string[]]>([
  [{ acr: 'Multi_Factor' }, ['Multi_Factor']],
  [{ acr: 'B' }, ['A', 'B']],
])('%j satisfies the acr_values %j', async (claims, acrValues) => {
  const { provider, client } = await providerForTest();
  provider.claims = claims;
  const { signedIn } = await watch(client, provider, { request: { acrValues } });
  expect(signedIn).toBeDefined();
  expect(failedRequirement(claims, { acrValues })).toBeUndefined();
});

test('an acr that is not a string counts as absent, and fails only a sign-in with acr_values', async () => {
  const { provider, client } = await providerForTest();
  for (const acr of [2, ['A'], { level: 'A' }, true]) {
    provider.claims = { acr };
    expect((await watch(client, provider)).signedIn?.claims['acr']).toEqual(acr);
    const { error } = await watch(client, provider, { request: { acrValues: ['A', '2'] } });
    expect([error?.code, error?.kind]).toEqual(['id_token_acr', 'user']);
    expect(error?.facts.found).toBe('nothing');
    expect(failedRequirement({ acr }, { acrValues: ['A', '2'] })).toBe('acr');
  }
});

test.each<[Claims, string[]]>([
  [{ acr: undefined }, ['A']],
  [{ acr: null }, ['A']],
  [{ acr: '' }, ['A']],
  [{ acr: 'a' }, ['A']],
  [{ acr: 'A B' }, ['A', 'B']],
  [{ acr: 'toString' }, ['A']],
])('%j does not satisfy the acr_values %j', async (claims, acrValues) => {
  const { provider, client } = await providerForTest();
  provider.claims = claims;
  const { error, checks } = await watch(client, provider, { request: { acrValues } });
  expect([error?.code, error?.kind]).toEqual(['id_token_acr', 'user']);
  expect(error?.facts.expected).toContain(acrValues[0]);
  expect(checks.at(-1)).toMatchObject({ name: ACR, result: 'failed' });
  expect(failedRequirement(claims, { acrValues })).toBe('acr');
});

test('acr must be a string, and auth_time must be a number', () => {
  for (const acr of [undefined, null, 7, ['7'], { toString: 1 }, true])
    expect(failedRequirement({ acr }, { acrValues: ['undefined', 'null', '7', 'true'] })).toBe('acr');
  for (const auth_time of [undefined, null, `${NOW}`, [NOW], { valueOf: 1 }, true, Number.NaN])
    expect(failedRequirement({ auth_time }, { maxAgeSeconds: 300 })).toBe('auth_time');
});

test('an empty requirement is always satisfied', () => {
  for (const requirement of [{}, { acrValues: [] }, { maxAgeSeconds: undefined, acrValues: undefined }])
    expect(failedRequirement({}, requirement)).toBeUndefined();
});

test('if a requirement has both max_age and acr_values, both must be satisfied', () => {
  const requirement = { maxAgeSeconds: 300, acrValues: ['A'] };
  expect(failedRequirement({ auth_time: NOW, acr: 'A' }, requirement)).toBeUndefined();
  expect(failedRequirement({ auth_time: NOW, acr: 'B' }, requirement)).toBe('acr');
  expect(failedRequirement({ auth_time: NOW - 999, acr: 'A' }, requirement)).toBe('auth_time');
});
