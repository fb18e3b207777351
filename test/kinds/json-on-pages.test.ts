// JSON values are data, on the pages too: whatever names and values the provider sends, the claims page, /flow, the API
// and the error page show them, or an error with its code. They never fail because of a value.

import { expect, onTestFinished, test, vi } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { signInAtProvider } from '../helpers/flow.ts';
import { SUBJECT } from '../helpers/provider-double.ts';
import { codeOn, startBoth } from '../web/helpers.ts';
import { createRandom, type Random, seed } from './helpers.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

/** Values, as JSON, that break code which turns them into strings, calls them or trusts their prototype. */
const LEAVES = [
  'null',
  'true',
  '-0',
  '1e999',
  '1e-400',
  '9007199254740993',
  '8640000000000001',
  '""',
  '" "',
  '"\\ud800"',
  '"\\u0000\\u001b[2J\\u009b\\u202e\\u2028</script><!--"',
  '"<img src=x onerror=alert(1)>"',
  '"{{7*7}}<%= 7*7 %>#{7*7}"',
  '"`"',
  '[]',
  '{}',
];
const NAMES = [
  'toString',
  'toJSON',
  'valueOf',
  'then',
  'constructor',
  '__proto__',
  'prototype',
  'hasOwnProperty',
  'length',
  'name',
  'include',
  'page',
  'site',
  'locals',
  'settings',
  'cache',
  'sub ',
  '\\ud83d',
  '\\u0000',
  '<b>',
  '"',
  'exp',
  'auth_time',
  'picture',
  'address',
  'nonce ',
  'x.y',
  '0',
  '',
];
/** Claims that the sign-in checks. They keep their values, so that the sign-in succeeds. */
const CHECKED = new Set(['exp', 'auth_time']);

function json(random: Random, depth = 0): string {
  const kind = random.number(depth > 4 ? 1 : 3);
  if (kind === 1) return `[${random.some(4, () => json(random, depth + 1)).join(',')}]`;
  if (kind === 2) return object(random, 4, depth + 1);
  return random.pick(LEAVES);
}

/** Fields of an object, as JSON. */
const fields = (random: Random, most: number, depth = 0): string[] =>
  random.some(most, () => `${JSON.stringify(random.pick(NAMES))}:${json(random, depth)}`);

const object = (random: Random, most: number, depth = 0) => `{${fields(random, most, depth).join(',')}}`;

/** A JSON object with more fields in front. */
const withFields = (more: string[], body: unknown) =>
  `{${[...more, JSON.stringify(body).slice(1, -1)].filter((part) => part !== '').join(',')}}`;

/** A page matches this only if a value became markup, or was turned into a string implicitly. */
const NOT_DATA = /<img src=x|\[object |<script/;
const PATHS = ['/', '/profile', '/flow', '/api/me'];

test(`claims of any kind are shown, before and after a refresh (SEED=${seed})`, async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const random = createRandom();
  const { app, providerDouble: double, close } = await startBoth();
  onTestFinished(close);
  for (let round = 0; round < 30; round += 1) {
    const browser = createBrowser();
    const claims = Object.entries(JSON.parse(object(random, 6))).filter(([name]) => !CHECKED.has(name));
    double.claims = Object.fromEntries(claims);
    const body = withFields(fields(random, 9), { sub: SUBJECT });
    double.scripts['userinfo'] = () => ({ headers: JSON_TYPE, body });
    double.scripts['token'] = async (request) => {
      const response = await double.goodResponse('token', request);
      return { headers: JSON_TYPE, body: withFields(fields(random, 3), response.body) };
    };
    expect([(await signInAtProvider(browser, app.url, double)).status, body]).toEqual([303, body]);
    for (const path of PATHS)
      expect([path, (await browser.get(app.url + path)).status, body]).toEqual([path, 200, body]);
    vi.setSystemTime(Date.now() + 2_000);
    expect([(await browser.post(`${app.url}/refresh`)).status, body]).toEqual([303, body]);
    for (const path of PATHS) {
      const page = await browser.get(app.url + path);
      expect([path, page.status, body]).toEqual([path, 200, body]);
      if (path !== '/api/me') expect(page.body).not.toMatch(NOT_DATA);
    }
  }
  expect(app.log()).not.toContain('internal_error');
});

test(`a failure has its own code, whatever else the response says (SEED=${seed})`, async () => {
  const random = createRandom();
  const { app, providerDouble: double, close } = await startBoth();
  onTestFinished(close);
  const signedIn = createBrowser();
  await signInAtProvider(signedIn, app.url, double);
  for (let round = 0; round < 60; round += 1) {
    const browser = random.pick([createBrowser(), signedIn]);
    const endpoint = random.pick(['token', 'userinfo', 'jwks']);
    const name = random.pick([
      'error',
      'error_description',
      'code',
      'message',
      'id',
      'details',
      'sub',
      'keys',
      'x',
    ]);
    const whole = `{${[...fields(random, 5), `${JSON.stringify(name)}:${json(random)}`].join(',')}}`;
    const status = random.pick([200, 400, 401, 403, 404, 429, 500, 503]);
    double.scripts = { [endpoint]: () => ({ status, headers: JSON_TYPE, body: whole }) };
    double.claims = random.chance(30)
      ? { [random.pick(['aud', 'iss', 'exp', 'nbf', 'sub', 'azp'])]: JSON.parse(json(random)) }
      : {};
    const page = await signInAtProvider(browser, app.url, double);
    expect([page.status, codeOn(page), whole]).not.toEqual([500, expect.anything(), whole]);
    if (page.status === 303) continue;
    expect(codeOn(page)).toMatch(/^(pingone|token|id_token|userinfo)_/);
    expect(page.body).not.toMatch(NOT_DATA);
    const flow = await browser.get(`${app.url}/flow`);
    expect([flow.status, whole]).toEqual([200, whole]);
  }
});
