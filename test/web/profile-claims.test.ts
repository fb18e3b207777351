// Claims on the claims page: data of any kind from outside, each explained, and where it came from.

import { beforeEach, expect, test } from 'vitest';
import { explainClaim } from '../../src/web/pages/claim-explanations.ts';
import { SUBJECT } from '../helpers/provider-double.ts';
import { type Both, startBoth } from './helpers.ts';
import { claimOn, claimsOn, openProfile } from './profile-page.ts';

let both: Both;
beforeEach(async () => {
  both = await startBoth();
  return both.close;
});

const profile = () => openProfile(both);

const HOSTILE: Record<string, unknown> = {
  nested: { deep: [{ er: { est: null } }, [], {}] },
  array: [1, 'two', [3]],
  number: -1.5e300,
  yes: true,
  no: false,
  nothing: null,
  emptyText: '',
  long: `${'x'.repeat(10_000)}end`,
  html: '<script>alert(1)</script><img src=x onerror=alert(2)>',
  '<b onmouseover="alert(3)">name</b>': 'HTML in the name',
  'quotes"\'`': '"\'`&amp;&lt;',
  template: '<%= 6 * 7 * 1001 %><%- include("head") %>{{7*7}}#{7}',
  '<% throw 1 %>': 'template in the name',
  escapeFn: 'escapeFn',
  locals: { page: 'locals' },
  page: 'page',
  include: 'include',
  settings: { 'view options': { client: true } },
  outputFunctionName: 'x;throw 1;//',
  cache: true,
  filename: '/etc/passwd',
  constructor: { prototype: { polluted: true } },
  prototype: 'prototype',
  toString: 'toString',
  hasOwnProperty: 'hasOwnProperty',
  title: 'not the title of the page',
  checks: 'checks',
  tokens: ['tokens'],
  claims: 'claims',
  'unicode \u202e\u0000\u2028 👩‍🔬': '\u202eright to left',
  '': 'no name',
  '1': 'a number as a name',
};

test('any JSON value under any name is shown as it came', async () => {
  const body = `{"sub":"${SUBJECT}","__proto__":{"polluted":"yes"},${JSON.stringify(HOSTILE).slice(1)}`;
  both.providerDouble.scripts['userinfo'] = () => ({ headers: { 'content-type': 'application/json' }, body });
  const page = await profile();
  expect(page.status).toBe(200);
  const shown = new Map(claimsOn(page).map(({ name, value }) => [name, value]));
  for (const [name, value] of Object.entries(HOSTILE)) {
    if (name === '' || value === '') continue;
    const text = shown.get(name);
    expect(typeof value === 'string' ? text : JSON.parse(text ?? '')).toEqual(value);
  }
  expect(JSON.parse(shown.get('__proto__') ?? '')).toEqual({ polluted: 'yes' });
  for (const name of ['__proto__', 'constructor', 'toString']) {
    expect(claimOn(page, name)).toMatchObject([{ source: 'userinfo' }]);
  }
  expect(Object.prototype).not.toHaveProperty('polluted');
  expect(page.body).toContain('no name');
  expect(page.body).toMatch(/<code>emptyText<\/code>/);
  expect(page.body).not.toMatch(/<(script|img|b|iframe)\b/i);
  expect(page.body).not.toContain('42042');
  expect(page.body).toMatch(/<title>Your claims/);
});

test('hostile claims of the ID token are shown as text, too', async () => {
  both.providerDouble.claims = {
    escapeFn: 'e',
    locals: null,
    name: '<script>alert(1)</script>',
    amr: ['pwd', '<b>'],
  };
  both.providerDouble.userinfo = { sub: SUBJECT };
  const page = await profile();
  expect(claimOn(page, 'escapeFn')).toMatchObject([{ value: 'e', source: 'ID token' }]);
  expect(claimOn(page, 'locals')).toMatchObject([{ value: 'null' }]);
  expect(JSON.parse(claimOn(page, 'amr')[0]?.value ?? '')).toEqual(['pwd', '<b>']);
  expect(page.body).toContain('<h1>&lt;script&gt;alert(1)&lt;/script&gt;</h1>');
  expect(page.body).not.toContain('<script');
});

test('a claim has one row if the ID token and userinfo agree, and two rows if they differ', async () => {
  both.providerDouble.claims = {
    email: 'ada@example.com',
    nickname: 'id',
    sid: 's',
    address: { a: 1, b: [2] },
  };
  both.providerDouble.userinfo = {
    sub: SUBJECT,
    email: 'ada@example.com',
    nickname: 'info',
    locale: 'en',
    address: { a: 1, b: [2] },
  };
  const page = await profile();
  const sources = (name: string) => claimOn(page, name).map(({ value, source }) => [value, source]);
  expect(sources('email')).toEqual([['ada@example.com', 'ID token and userinfo']]);
  expect(sources('nickname')).toEqual([
    ['id', 'ID token'],
    ['info', 'userinfo'],
  ]);
  expect(sources('sid')).toEqual([['s', 'ID token']]);
  expect(sources('locale')).toEqual([['en', 'userinfo']]);
  expect(sources('address')).toEqual([[JSON.stringify({ a: 1, b: [2] }), 'ID token and userinfo']]);
});

test('claims about the user and claims about the token are listed separately, whatever their source', async () => {
  both.providerDouble.claims = { email: 'ada@example.com', auth_time: 1, constructor: 'c' };
  both.providerDouble.userinfo = { sub: SUBJECT, name: 'Ada', iss: 'said by userinfo', department: 'd' };
  const [, user = '', token = ''] = (await profile()).body.split(/<h3 id="(?:user|token)-claims">/);
  const namesIn = (html: string) =>
    [...html.matchAll(/<th scope="row"><code>([^<]+)/g)].map(([, name]) => name);
  expect(namesIn(user)).toEqual(['sub', 'name', 'department', 'email', 'constructor']);
  expect(namesIn(token.split('<h2')[0] ?? '')).toEqual(
    'iss iss aud iat exp nonce at_hash acr auth_time'.split(' '),
  );
});

test('without a userinfo endpoint all claims come from the ID token', async () => {
  delete both.providerDouble.metadata['userinfo_endpoint'];
  both.providerDouble.claims = { name: 'Ada of the token' };
  const page = await profile();
  expect(new Set(claimsOn(page).map(({ source }) => source))).toEqual(new Set(['ID token']));
  expect(page.body).toContain('<h1>Ada of the token</h1>');
});

test('the page explains standard claims and PingOne’s claims, and says that others are not standard', async () => {
  both.providerDouble.claims = { env: 'e', 'p1.region': 'EU', department: 'd', toString: 't' };
  const page = await profile();
  const explanation = (name: string) => claimOn(page, name)[0]?.explanation;
  expect(explanation('sub')).toContain('subject');
  expect(explanation('env')).toMatch(/^PingOne’s own claim: /);
  expect(explanation('p1.region')).toMatch(/^PingOne’s own claim: /);
  expect(explanation('department')).toBe('Not a standard claim.');
  expect(explanation('toString')).toBe('Not a standard claim.');
});

test('where the sandbox signs users in, explanations of claims name the sandbox, but keep PingOne’s own claims', () => {
  for (const claim of ['iss', 'acr', 'sid', 'preferred_username']) {
    expect(explainClaim(claim, 'PingOne')).toContain(' PingOne');
    expect(explainClaim(claim, 'the sandbox')).toBe(
      explainClaim(claim, 'PingOne').replace('PingOne', 'the sandbox'),
    );
  }
  for (const claim of ['env', 'org', 'p1.region'])
    expect(explainClaim(claim, 'the sandbox')).toMatch(/^PingOne’s own claim: /);
});

test('a date stands beside a claim that is a time, and beside no other value', async () => {
  both.providerDouble.claims = {
    auth_time: 1_700_000_000,
    nbf: 0,
    updated_at: 'yesterday',
    version: 1_700_000_000,
  };
  both.providerDouble.userinfo = { sub: SUBJECT, updated_at: 1e300 };
  const page = await profile();
  const besides = (name: string) => claimOn(page, name).map(({ beside }) => beside);
  expect(besides('auth_time')).toEqual([['2023-11-14 22:13:20 UTC']]);
  expect(besides('nbf')).toEqual([['1970-01-01 00:00:00 UTC']]);
  expect(besides('updated_at')).toEqual([[], []]);
  expect(besides('version')).toEqual([[]]);
});

test('a long value is cut, and a nested value is not made longer by indentation', async () => {
  both.providerDouble.userinfo = {
    sub: SUBJECT,
    longText: 'x'.repeat(20_001),
    longList: Array.from({ length: 1_500 }, () => JSON.parse(`${'['.repeat(10)}1${']'.repeat(10)}`)),
  };
  const page = await profile();
  expect(claimOn(page, 'longText')[0]?.value).toBe(`${'x'.repeat(20_000)} … (cut, length: 20001)`);
  expect(claimOn(page, 'longList')[0]?.value).toMatch(/^\[{11}1\]{10},.* … \(cut, length: 33001\)$/);
  expect(page.body.length).toBeLessThan(60_000);
});
