import { expect, test } from 'vitest';
import { FAULT_GROUPS, FAULTS } from '../../src/sandbox/faults/index.ts';
import { chosenOn, homePage, NONE, press } from './fault-helpers.ts';
import { sandboxForTest, signIn } from './helpers.ts';

test('each fault has a unique id and a unique title', () => {
  expect(new Set(FAULTS.map(({ id }) => id)).size).toBe(FAULTS.length);
  expect(new Set(FAULTS.map(({ title }) => title)).size).toBe(FAULTS.length);
  expect(FAULTS.filter(({ id }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))).toEqual([]);
});

test('each rule is one sentence and names its source', () => {
  // Some start with the name of a field in lower case.
  const sentence = /^[A-Za-z][^.()]+ \([^()]*(RFC|OpenID Connect Core,) \d[^()]*\)\.$/;
  expect(FAULTS.filter(({ rule }) => !sentence.test(rule))).toEqual([]);
});

test('the page lists every step, and every fault with its rule, its expected end and a button', async () => {
  const page = (await homePage(await sandboxForTest())).replaceAll('&#39;', "'");
  const steps = [...page.matchAll(/<h3>([^<]+)</g)].map(([, step]) => step);
  expect(steps).toEqual(FAULT_GROUPS.map(({ step }) => step));
  const item =
    /<p class="sandbox-fault-title">([^<]+)<\/p>\s*<p>([^<]+)<\/p>\s*<p class="sandbox-note">Expected (?:error: <code>|result: the user is )([^<]+?)(?:<\/code>)?\s*<\/p>\s*<\/div>\s*<button class="sandbox-choose" name="fault" value="([^"]+)"/g;
  const listed = [...page.matchAll(item)].map(([, title, rule, end, id]) => ({ id, title, rule, end }));
  expect(listed).toEqual(FAULTS.map(({ id, title, rule, end }) => ({ id, title, rule, end })));
});

test('the page shows the chosen fault, and a user can replace or remove it', async () => {
  const sandbox = await sandboxForTest();
  expect(await chosenOn(sandbox)).toBe(NONE);
  const response = await press(sandbox, 'wrong-iss');
  expect([response.status, response.headers.get('location')]).toEqual([303, '/#faults']);
  expect(await chosenOn(sandbox)).toBe('Wrong iss');
  const page = await homePage(sandbox);
  expect(page).not.toContain('value="wrong-iss"');
  expect(page.match(/aria-current="true"/g)).toHaveLength(1);
  await press(sandbox, 'token-500');
  expect(await chosenOn(sandbox)).toBe('Token endpoint returns 500');
  await press(sandbox, 'none');
  expect(await chosenOn(sandbox)).toBe(NONE);
  expect((await signIn(sandbox)).response.status).toBe(200);
});

test.each([
  ['another site', { 'sec-fetch-site': 'cross-site' }],
  ['another port of this host', { 'sec-fetch-site': 'same-site' }],
  ['another origin in a browser without Sec-Fetch-Site', { origin: 'http://127.0.0.1:1' }],
  ['an unknown origin', {} as Record<string, string>],
])('a form from %s chooses no fault', async (_name, headers) => {
  const sandbox = await sandboxForTest();
  const response = await press(sandbox, 'token-500', headers);
  expect(response.status).toBe(403);
  expect(await response.text()).toContain('this is not PingOne');
  expect(await chosenOn(sandbox)).toBe(NONE);
});

test('a browser without Sec-Fetch-Site can choose a fault with the Origin of the sandbox', async () => {
  const sandbox = await sandboxForTest();
  await press(sandbox, 'token-500', { origin: new URL(sandbox.issuer).origin });
  expect(await chosenOn(sandbox)).toBe('Token endpoint returns 500');
});

test('a form with an unknown fault changes nothing', async () => {
  const sandbox = await sandboxForTest();
  await press(sandbox, 'token-500');
  for (const id of ['', 'nothing-such', '__proto__']) expect((await press(sandbox, id)).status).toBe(400);
  expect(await chosenOn(sandbox)).toBe('Token endpoint returns 500');
});
