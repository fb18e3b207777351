// GET /profile: who is signed in; tokens are never shown, checks are listed.

import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { signInAtProvider } from '../helpers/flow.ts';
import { SUBJECT } from '../helpers/provider-double.ts';
import { type Both, startBoth } from './helpers.ts';
import { openProfile, rowsOf } from './profile-page.ts';

let both: Both;
beforeEach(async () => {
  both = await startBoth();
  return both.close;
});

const profile = () => openProfile(both);

test('the claims page shows the type, length and expiry of each token, and nothing of its text', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 31, 12) });
  onTestFinished(() => void vi.useRealTimers());
  const page = await profile();
  const { accessToken, refreshToken } = both.providerDouble;
  const idTokenLength = (await both.providerDouble.idToken()).length;
  expect(rowsOf(page).slice(-3)).toEqual([
    [['access_token'], ['Bearer token'], [`${accessToken.length}`], ['2026-01-31 13:00:00 UTC']],
    [['id_token'], ['JSON Web Token'], [`${idTokenLength}`], ['2026-01-31 13:00:00 UTC']],
    [['refresh_token'], ['Refresh token'], [`${refreshToken.length}`], ['not known']],
  ]);
  expect(page.body).not.toContain('The response contained no refresh token');
  expect(page.body).not.toContain(accessToken);
  expect(page.body).not.toContain(refreshToken);
  expect(page.body).not.toMatch(/eyJ[\w-]+\./);
});

test('the claims page says what the token response did not contain', async () => {
  both.providerDouble.tokenChanges = {
    refresh_token: undefined,
    scope: undefined,
    expires_in: undefined,
    token_type: 'bEaReR',
  };
  const page = await profile();
  const tokens = new Map(
    rowsOf(page)
      .slice(-2)
      .map((cells) => [cells[0]?.[0], cells.slice(1).flat()]),
  );
  expect(tokens.get('access_token')).toEqual(['bEaReR token', expect.any(String), 'not known']);
  expect(tokens.has('refresh_token')).toBe(false);
  expect(page.body).toContain('The response contained no refresh token');
  // RFC 6749, section 5.1: a response without a scope grants the requested scope.
  for (const scope of ['openid', 'profile', 'email'])
    expect(rowsOf(page)).toContainEqual([[scope], ['yes'], ['yes']]);
});

test('the claims page shows requested and granted scopes side by side', async () => {
  both.providerDouble.tokenChanges = { scope: 'openid p1:read:user' };
  const page = await profile();
  expect(page.body).toContain(
    '<th scope="col">Scope</th><th scope="col">Requested</th><th scope="col">Granted</th>',
  );
  expect(rowsOf(page)).toEqual(
    expect.arrayContaining([
      [['openid'], ['yes'], ['yes']],
      [['profile'], ['yes'], ['no']],
      [['email'], ['yes'], ['no']],
      [['p1:read:user'], ['no'], ['yes']],
    ]),
  );
});

test('after a refresh the claims page says when the new tokens came, and links to the steps of the refresh', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 31, 12) });
  onTestFinished(() => void vi.useRealTimers());
  const browser = createBrowser();
  await signInAtProvider(browser, both.app.url, both.providerDouble);
  const open = async () => (await browser.get(`${both.app.url}/profile`)).body;
  expect(await open()).not.toContain('new tokens at');
  expect(await open()).toContain('<a href="/flow">See how you were signed in, step by step</a>');

  vi.setSystemTime(Date.UTC(2026, 0, 31, 12, 30));
  expect((await browser.post(`${both.app.url}/refresh`)).status).toBe(303);
  expect(await open()).toContain(
    '<p class="message" role="status">This app received new tokens at 2026-01-31 12:30:00 UTC.</p>',
  );
  expect(await open()).toContain('<a href="/flow">See how this app got new tokens, step by step</a>');
  expect((await browser.get(`${both.app.url}/flow`)).body).toContain(
    '<h1>Your request for new tokens, step by step</h1>',
  );

  vi.setSystemTime(Date.UTC(2026, 0, 31, 12, 45));
  both.providerDouble.scripts['userinfo'] = () => ({ status: 500 });
  expect((await browser.post(`${both.app.url}/refresh`)).status).toBe(303);
  expect(await open()).toMatch(
    /received new tokens at 2026-01-31 12:45:00 UTC\. It received no new claims about you \(<code>pingone_failed<\/code>\)/,
  );
});

test('the checks are listed in the order in which they were made, each with its result', async () => {
  both.providerDouble.claims = { at_hash: undefined };
  const { body } = await profile();
  const results = [...body.matchAll(/<span class="result">(.*?)<\/span>/g)].map((match) => match[1]);
  expect(results.length).toBeGreaterThan(15);
  expect(new Set(results)).toEqual(new Set(['passed', 'not applicable']));
  expect(body).toContain('the claim is absent');
  const order = [
    'state matches the sign-in of this browser',
    'token response is valid',
    'signature is valid',
    'nonce matches this sign-in',
    'sub of userinfo',
  ];
  const places = order.map((name) => body.lastIndexOf(name));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places).not.toContain(-1);
});

test.each<[string, Record<string, unknown>, string]>([
  ['name', { name: 'Ada L', given_name: 'X', preferred_username: 'x' }, 'Ada L'],
  ['given and family name', { name: ' ', given_name: 'Ada', family_name: 'Lovelace' }, 'Ada Lovelace'],
  ['given name alone', { given_name: 'Ada', family_name: 7 }, 'Ada'],
  ['user name', { name: ['Ada'], preferred_username: 'ada', email: 'a@example.com' }, 'ada'],
  [
    'email address',
    { name: { first: 'Ada' }, preferred_username: null, email: 'a@example.com' },
    'a@example.com',
  ],
  ['subject', { name: '', email: true }, SUBJECT],
])('the name shown is the %s, if no better claim came', async (_, claims, name) => {
  both.providerDouble.userinfo = { sub: SUBJECT, ...claims };
  expect((await profile()).body).toContain(`<h1>${name}</h1>`);
});
