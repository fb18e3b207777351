import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { Browser, locationOf, postTo, refreshForm, sandboxForFile, start, type Tokens } from './helpers.ts';
import { claimsWithoutPage, errorOf, isAsked, signOnWith } from './sign-on-helpers.ts';

const sandbox = await sandboxForFile();

test.each([
  [undefined, 'Single_Factor', ['pwd']],
  ['Single_Factor', 'Single_Factor', ['pwd']],
  ['Multi_Factor', 'Multi_Factor', ['pwd', 'otp']],
  ['Single_Factor Multi_Factor', 'Single_Factor', ['pwd']],
  ['Multi_Factor Single_Factor', 'Multi_Factor', ['pwd', 'otp']],
])(
  'with the acr_values %s, the policy %s runs, and the ID token of a refresh names it too',
  async (acr_values, acr, amr) => {
    const { id_token, refresh_token } = await signOnWith(sandbox, new Browser(), { acr_values });
    expect(decodeJwt(id_token)).toMatchObject({ acr, amr });
    const response = await postTo(sandbox, '/token', refreshForm(sandbox, refresh_token));
    expect(decodeJwt(((await response.json()) as Tokens).id_token)).toMatchObject({ acr, amr });
  },
);

test('the sign-on page names the policy that runs', async () => {
  const browser = new Browser();
  const first = await browser.request(start(sandbox, { acr_values: 'Multi_Factor' }).url);
  expect(await (await browser.request(locationOf(first))).text()).toContain('<code>Multi_Factor</code>');
});

test.each(['Unknown', 'multi_factor', 'Multi_Factor Unknown'])(
  'the acr_values %s are rejected with PingOne’s message',
  async (acr_values) => {
    expect(await errorOf(sandbox, new Browser(), { acr_values })).toEqual({
      error: 'invalid_request',
      error_description: expect.stringMatching(
        /^Invalid sign-on policy provided in acr_values parameter \(Correlation ID: [0-9a-f-]{36}\)$/,
      ),
      state: expect.any(String),
    });
  },
);

test('if the session used another policy than the requested one, the sign-on page appears once', async () => {
  const browser = new Browser();
  await signOnWith(sandbox, browser, {});
  expect(await isAsked(sandbox, browser, { acr_values: 'Single_Factor' })).toBe(false);
  expect(await isAsked(sandbox, browser, { acr_values: 'Multi_Factor' })).toBe(true);
  expect(await errorOf(sandbox, browser, { acr_values: 'Multi_Factor', prompt: 'none' })).toMatchObject({
    error: 'login_required',
  });
  await signOnWith(sandbox, browser, { acr_values: 'Multi_Factor' });
  expect(await isAsked(sandbox, browser, { acr_values: 'Multi_Factor' })).toBe(false);
  expect(await isAsked(sandbox, browser, { acr_values: 'Single_Factor' })).toBe(true);
});

test.each([undefined, 'Single_Factor Multi_Factor'])(
  'a session with Multi_Factor is enough for the acr_values %s, and the ID token names Multi_Factor',
  async (acr_values) => {
    const browser = new Browser();
    await signOnWith(sandbox, browser, { acr_values: 'Multi_Factor' });
    expect(await claimsWithoutPage(sandbox, browser, { acr_values })).toMatchObject({ acr: 'Multi_Factor' });
  },
);
