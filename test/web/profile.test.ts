// GET /profile: who is signed in; tokens are never shown, checks are listed.

import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { SUBJECT } from '../helpers/stand-in.ts';
import { type Both, startBoth } from './helpers.ts';
import { openProfile, rowsOf } from './profile-page.ts';

let both: Both;
beforeEach(async () => {
  both = await startBoth();
  return both.close;
});

const profile = () => openProfile(both);

test('of the tokens it shows kind, length and end, and none of their text', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 31, 12) });
  onTestFinished(() => void vi.useRealTimers());
  const page = await profile();
  const { accessToken, refreshToken } = both.standIn;
  const idTokenLength = (await both.standIn.idToken()).length;
  expect(rowsOf(page).slice(-3)).toEqual([
    [['access_token'], ['Bearer token'], [`${accessToken.length} characters`], ['2026-01-31 13:00:00 UTC']],
    [['id_token'], ['JSON Web Token'], [`${idTokenLength} characters`], ['2026-01-31 13:00:00 UTC']],
    [['refresh_token'], ['Refresh token'], [`${refreshToken.length} characters`], ['not said']],
  ]);
  expect(page.body).toContain('The scope granted: <code>openid profile email</code>');
  expect(page.body).not.toContain('No refresh token came.');
  expect(page.body).not.toContain(accessToken);
  expect(page.body).not.toContain(refreshToken);
  expect(page.body).not.toMatch(/eyJ[\w-]+\./);
});

test('what the token answer did not hold is said not to have come', async () => {
  both.standIn.tokenAnswer = {
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
  expect(tokens.get('access_token')).toEqual(['bEaReR token', expect.any(String), 'not said']);
  expect(tokens.has('refresh_token')).toBe(false);
  expect(page.body).toContain('No refresh token came.');
  expect(page.body).toContain('The scope is what was asked for.');
});

test('the checks are listed in the order in which they were made, each with its result', async () => {
  both.standIn.claims = { at_hash: undefined };
  const { body } = await profile();
  const results = [...body.matchAll(/<span class="result">(.*?)<\/span>/g)].map((match) => match[1]);
  expect(results.length).toBeGreaterThan(15);
  expect(new Set(results)).toEqual(new Set(['passed', 'not applicable']));
  expect(body).toContain('it is not there');
  const order = [
    'state is that of this browser',
    'token answer is complete',
    'signature holds',
    'nonce is',
    'userinfo',
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
    'e-mail address',
    { name: { first: 'Ada' }, preferred_username: null, email: 'a@example.com' },
    'a@example.com',
  ],
  ['subject', { name: '', email: true }, SUBJECT],
])('the name shown is the %s, where nothing better came', async (_, claims, name) => {
  both.standIn.userinfo = { sub: SUBJECT, ...claims };
  expect((await profile()).body).toContain(`<h1>${name}</h1>`);
});
