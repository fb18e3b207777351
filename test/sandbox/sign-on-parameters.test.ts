// The parameters of the authorization request that affect the sign-on, except acr_values: prompt, max_age and login_hint.
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { AMARA, Browser, locationOf, parametersOf, sandboxForFile, start } from './helpers.ts';
import { claimsWithoutPage, errorOf, isAsked, signOnWith, waitSeconds } from './sign-on-helpers.ts';

const sandbox = await sandboxForFile();

test('prompt=login asks a user who is signed on and sets a new auth_time, and without it auth_time stays the same', async () => {
  const browser = new Browser();
  const first = decodeJwt((await signOnWith(sandbox, browser, {})).id_token);
  waitSeconds(60);
  expect((await claimsWithoutPage(sandbox, browser, {}))['auth_time']).toBe(first['auth_time']);
  expect(await isAsked(sandbox, browser, { prompt: 'login' })).toBe(true);
  const again = decodeJwt((await signOnWith(sandbox, browser, { prompt: 'login' })).id_token);
  expect(Number(again['auth_time']) - Number(first['auth_time'])).toBeGreaterThanOrEqual(60);
});

test('max_age asks again if auth_time is older, and accepts the new auth_time', async () => {
  const browser = new Browser();
  const first = decodeJwt((await signOnWith(sandbox, browser, {})).id_token);
  waitSeconds(300);
  expect((await claimsWithoutPage(sandbox, browser, { max_age: '600' }))['auth_time']).toBe(
    first['auth_time'],
  );
  expect(await isAsked(sandbox, browser, { max_age: '200' })).toBe(true);
  expect(await errorOf(sandbox, browser, { max_age: '200', prompt: 'none' })).toMatchObject({
    error: 'login_required',
  });
  const again = decodeJwt((await signOnWith(sandbox, browser, { max_age: '200' })).id_token);
  expect(Number(again['auth_time']) - Number(first['auth_time'])).toBeGreaterThanOrEqual(300);
  expect(await isAsked(sandbox, browser, { max_age: '200' })).toBe(false);
  expect(await isAsked(sandbox, browser, { max_age: '0' })).toBe(true);
});

test.each([
  ['the username', 'zoë', ['Zoë', 'Amara', 'Mateo', 'Ingrid']],
  ['the email address', 'zoe.nguyen-lukasiewicz@example.com', ['Zoë', 'Amara', 'Mateo', 'Ingrid']],
  [
    'the email address in capitals',
    'ZOE.NGUYEN-LUKASIEWICZ@EXAMPLE.COM',
    ['Zoë', 'Amara', 'Mateo', 'Ingrid'],
  ],
  ['an unknown user', 'zoe', ['Amara', 'Zoë', 'Mateo', 'Ingrid']],
])(
  'with %s as login_hint, the sign-on page lists the users in the right order',
  async (_name, login_hint, names) => {
    const browser = new Browser();
    const first = await browser.request(start(sandbox, { login_hint }).url);
    const page = await (await browser.request(locationOf(first))).text();
    const listed = [...page.matchAll(/sandbox-user-name">(?:Sign on|Decline) as (\S+)/g)].map(
      ([, name]) => name,
    );
    expect(listed).toEqual(names);
  },
);

test('the sign-on page expires after 35 minutes', async () => {
  const [browser, late] = [new Browser(), new Browser()];
  const started = start(sandbox);
  const page = locationOf(await browser.request(started.url));
  const latePage = locationOf(await late.request(start(sandbox).url));
  waitSeconds(34 * 60);
  const back = locationOf(await browser.post(page, { user: AMARA }));
  expect(parametersOf(await browser.request(back)).get('code')).toMatch(/./);
  waitSeconds(2 * 60);
  expect(await (await late.request(latePage)).text()).toContain('no longer open');
});
