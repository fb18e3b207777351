// The claims of an ID token: each rule, tested at its limits.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SignInErrorCode } from '../../../src/pingone/errors.ts';
import { CLIENT_ID, SUBJECT } from '../../helpers/provider-double.ts';
import { providerForTest, signIn } from '../helpers.ts';
import { atHashOf, changeIdToken, expectRefused, payloadOf, signed } from './helpers.ts';

// The clock stands still at a whole second, so that tests can meet the limits exactly.
const NOW = Math.floor(Date.now() / 1000);
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 }));
afterEach(() => void vi.useRealTimers());

type Claims = Record<string, unknown>;

test.each<[Claims]>([
  [{ aud: [CLIENT_ID] }],
  [{ aud: [CLIENT_ID, CLIENT_ID] }],
  [{ azp: CLIENT_ID }],
  [{ exp: NOW - 59 }],
  [{ iat: NOW + 60 }],
  [{ iat: NOW - 659 }],
  [{ nbf: NOW + 60 }],
  [{ nbf: NOW - 9999 }],
  [{ at_hash: undefined }],
  [{ exp: NOW + 0.5, iat: NOW + 0.5 }],
  ...['nbf', 'azp', 'at_hash', 'auth_time', 'acr'].flatMap((name): [Claims][] => [
    [{ [name]: null }],
    [{ [name]: '' }],
  ]),
  // With another type, they count as absent.
  [{ auth_time: `${NOW}` }],
  [{ auth_time: [NOW] }],
  [{ auth_time: true }],
  [{ acr: 2 }],
  [{ acr: ['A'] }],
  [{ acr: { level: 'A' } }],
])('an ID token with %j is accepted', async (claims) => {
  const { provider, client } = await providerForTest();
  provider.claims = claims;
  expect((await signIn(client, provider)).subject).toBe(SUBJECT);
});

const COMPLETE = 'required claims are present, with valid types';

test.each([
  ...['iss', 'sub', 'aud', 'exp', 'iat'].map((name) => [name, undefined]),
  ...['iss', 'sub', 'aud', 'exp', 'iat'].map((name) => [name, null]),
  ['iss', ['https://one.example']],
  ['iss', 1],
  ['sub', 42],
  ['sub', { id: 'x' }],
  ['aud', 42],
  ['aud', [[CLIENT_ID]]],
  ['aud', { 0: CLIENT_ID, length: 1 }],
  ['aud', [CLIENT_ID, 7]],
  ['exp', `${NOW + 3600}`],
  ['exp', [NOW + 3600]],
  ['iat', `${NOW}`],
  ['iat', true],
  ['nbf', `${NOW}`],
  ['nonce', 7],
  ['azp', [CLIENT_ID]],
  ['at_hash', 1],
] as [string, unknown][])('the claim %s must not be %j', async (name, value) => {
  const { provider, client } = await providerForTest();
  provider.claims = { [name]: value };
  const { facts } = await expectRefused(client, provider, {
    code: 'id_token_claim_missing',
    check: COMPLETE,
  });
  expect(facts.found).toMatch(new RegExp(`^${name}(\\.\\d)? \\((expected|missing|Invalid)[^()]*\\)$`));
});

test.each(['exp', 'iat'])('the claim %s must not be an infinite number', async (name) => {
  const { provider, client } = await providerForTest();
  provider.claims = { [name]: 1234567 };
  changeIdToken(provider, (good) =>
    signed(provider.header, payloadOf(good).replace('1234567', '1e999'), provider.signingKey.privateKey),
  );
  await expectRefused(client, provider, { code: 'id_token_claim_missing', check: COMPLETE });
});

test.each<[string, (issuer: string) => string]>([
  ['an extra slash', (issuer) => `${issuer}/`],
  ['a missing letter', (issuer) => issuer.slice(0, -1)],
  ['upper case', (issuer) => issuer.toUpperCase()],
  ['https', (issuer) => issuer.replace('http:', 'https:')],
  ['another environment', (issuer) => issuer.replace('9c5a1c4e', '00000000')],
  ['being empty', () => ''],
])('an iss that differs by %s is refused', async (_, change) => {
  const { provider, client } = await providerForTest();
  provider.claims = { iss: change(provider.issuer) };
  const { kind, facts } = await expectRefused(client, provider, {
    code: 'id_token_issuer',
    check: 'iss is the issuer',
  });
  expect(kind).toBe('identity');
  expect(facts).toMatchObject({
    expected: provider.issuer,
    found: provider.claims['iss'],
  });
});

const CASES: [Claims, SignInErrorCode, string][] = [
  ...[
    'other',
    '',
    CLIENT_ID.toUpperCase(),
    `${CLIENT_ID} `,
    [],
    [''],
    ['other'],
    [CLIENT_ID, 'other'],
    ['other', CLIENT_ID],
  ].map((aud): [Claims, SignInErrorCode, string] => [
    { aud },
    'id_token_audience',
    'aud contains only the client ID',
  ]),
  [{ aud: [CLIENT_ID], azp: 'other' }, 'id_token_authorized_party', 'azp is the client ID'],
  ...['', 'a'.repeat(256), 'zoë', 'a\nb', 'a\n', '\u0000'].map((sub): [Claims, SignInErrorCode, string] => [
    { sub },
    'id_token_subject',
    'sub has 1 to 255 ASCII characters',
  ]),
  ...[NOW - 60, NOW - 3600, 0, -1, -1e300].map((exp): [Claims, SignInErrorCode, string] => [
    { exp },
    'id_token_expired',
    'exp has not passed',
  ]),
  ...[NOW + 61, NOW + 3600, 1e300].map((iat): [Claims, SignInErrorCode, string] => [
    { iat },
    'id_token_issued_in_future',
    'iat is not in the future',
  ]),
  ...[NOW - 660, NOW - 604_800, 0].map((iat): [Claims, SignInErrorCode, string] => [
    { iat },
    'id_token_too_old',
    'iat is at most 10 minutes ago',
  ]),
  [{ nbf: NOW + 61 }, 'id_token_not_yet_valid', 'nbf has passed'],
  ...[undefined, null, '', 'other'].map((nonce): [Claims, SignInErrorCode, string] => [
    { nonce },
    'id_token_nonce',
    'nonce matches this sign-in',
  ]),
  ...['other', `${atHashOf('another')}`].map((at_hash): [Claims, SignInErrorCode, string] => [
    { at_hash },
    'id_token_at_hash',
    'at_hash matches the access token',
  ]),
];

test.each(CASES)('an ID token with %j is refused: %s', async (claims, code, check) => {
  const { provider, client } = await providerForTest();
  provider.claims = claims;
  await expectRefused(client, provider, { code, check });
});

test('an error about a time contains the time of this machine', async () => {
  const { provider, client } = await providerForTest();
  provider.claims = { exp: NOW - 60 };
  const { kind, facts } = await expectRefused(client, provider, {
    code: 'id_token_expired',
    check: 'exp has not passed',
  });
  const [exp, now] = [NOW - 60, NOW].map((seconds) => new Date(seconds * 1000).toISOString());
  expect(kind).toBe('clock');
  expect(facts).toEqual({
    step: 'id_token',
    expected: `clock ${now}`,
    found: `exp ${exp}`,
    secondsApart: 60,
  });
});

test('the ID token of one sign-in is refused in another sign-in', async () => {
  const { provider, client } = await providerForTest();
  const { tokens } = await signIn(client, provider);
  provider.tokenChanges = { id_token: tokens.id_token };
  await expect(signIn(client, provider)).rejects.toMatchObject({ code: 'id_token_nonce' });
  expect(provider.requestsTo('userinfo')).toHaveLength(1);
});

test('the at_hash of another access token is refused', async () => {
  const { provider, client } = await providerForTest();
  provider.scripts['token'] = async () => ({
    body: { access_token: 'another', token_type: 'Bearer', id_token: await provider.idToken() },
  });
  await expectRefused(client, provider, {
    code: 'id_token_at_hash',
    check: 'at_hash matches the access token',
  });
});

test('a sub may have 255 characters and any printable ASCII characters', async () => {
  for (const sub of ['a'.repeat(255), ' <b>|~\\"']) {
    const { provider, client } = await providerForTest();
    provider.claims = { sub };
    provider.userinfo = { sub };
    expect((await signIn(client, provider)).subject).toBe(sub);
  }
});

test('each claim is returned as PingOne sent it', async () => {
  const { provider, client } = await providerForTest();
  const extra = '"__proto__":{"admin":true},"constructor":"c","p1.region":"EU","deep":[{"a":null}],"ü":1.50';
  changeIdToken(provider, (good) =>
    signed(provider.header, payloadOf(good).replace(/}$/, `,${extra}}`), provider.signingKey.privateKey),
  );
  const { claims, tokens } = await signIn(client, provider);
  expect(JSON.stringify(claims)).toBe(JSON.stringify(JSON.parse(payloadOf(tokens.id_token))));
  expect(Object.hasOwn(claims, '__proto__')).toBe(true);
  expect(Object.getPrototypeOf(claims)).toBe(Object.prototype);
  expect(claims['admin']).toBeUndefined();
});

test('a __proto__ claim does not replace a missing claim', async () => {
  const { provider, client } = await providerForTest();
  provider.claims = { nonce: undefined };
  changeIdToken(provider, (good) =>
    signed(
      provider.header,
      payloadOf(good).replace(/}$/, `,"__proto__":{"nonce":"${provider.nonce}"}}`),
      provider.signingKey.privateKey,
    ),
  );
  await expectRefused(client, provider, { code: 'id_token_nonce', check: 'nonce matches this sign-in' });
});
