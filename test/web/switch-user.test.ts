// GET /switch-user: PingOne asks for the user again, and the session here continues until another sign-in has succeeded.

import { beforeEach, expect, test } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { signInAtProvider } from '../helpers/flow.ts';
import { type Both, expectRefused, isSignedIn, send, startBoth } from './helpers.ts';

let both: Both;
beforeEach(async () => {
  both = await startBoth();
  return both.close;
});

const callbackOf = (location = '') => {
  const { state, code } = both.providerDouble.authorize(location);
  return `${both.app.url}/callback?${new URLSearchParams({ code, state })}`;
};

test('/switch-user makes PingOne ask for the user again, and another user replaces the first one completely', async () => {
  const browser = createBrowser();
  await signInAtProvider(browser, both.app.url, both.providerDouble);
  expect((await browser.get(`${both.app.url}/profile`)).body).toContain(
    'href="/switch-user?return_to=/profile"',
  );
  const { status, location } = await browser.get(`${both.app.url}/switch-user?return_to=/`);
  expect(status).toBe(302);
  expect(new URL(location ?? '').searchParams.get('prompt')).toBe('login');
  expect(await isSignedIn(browser, both.app.url)).toBe(true);

  Object.assign(both.providerDouble, {
    claims: { sub: 'second' },
    userinfo: { sub: 'second', name: 'Zwei' },
  });
  expect(await browser.get(callbackOf(location))).toMatchObject({ status: 303, headers: { location: '/' } });
  const { body } = await browser.get(`${both.app.url}/profile`);
  expect(body).toContain('Zwei');
  expect(body).not.toContain('Ada Example');
});

test.each(['//evil.example', 'https://evil.example', '/callback', 'x'.repeat(3_000)])(
  'return_to=%s leads to the claims page',
  async (returnTo) => {
    const browser = createBrowser();
    const query = new URLSearchParams({ return_to: returnTo });
    const { location } = await browser.get(`${both.app.url}/switch-user?${query}`);
    expect(await browser.get(callbackOf(location))).toMatchObject({ headers: { location: '/profile' } });
  },
);

test('/switch-user starts a sign-in only if a user opens it', async () => {
  const url = `${both.app.url}/switch-user`;
  expectRefused(await send('GET', url, { 'sec-fetch-dest': 'image' }), 401, 'not_a_navigation');
  expectRefused(await send('GET', url, { 'sec-purpose': 'prefetch' }), 503, 'prefetch_refused');
  const page = await send('HEAD', url);
  expect(page).toMatchObject({ status: 405, headers: { allow: 'GET' } });
  expect(page.headers['set-cookie']).toBeUndefined();
});
