// The whole flow, through the app and the sandbox, as a browser goes it.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { type StartedApp, startAppWithSandbox } from './helpers/app.ts';
import { createBrowser } from './helpers/browser.ts';
import { signInAtSandbox } from './helpers/flow.ts';

let app: StartedApp;
beforeEach(async () => {
  app = await startAppWithSandbox();
});
afterEach(() => app.close());

test('a person signs in, sees the claims, and signs out here and at the provider', async () => {
  const browser = createBrowser();
  const profile = await signInAtSandbox(browser, app.url);
  expect(profile.url).toBe(`${app.url}/profile`);
  expect(profile.status).toBe(200);
  expect(profile.body).toContain('preferred_username');

  const signedOut = await browser.post(`${app.url}/logout`);
  expect(signedOut.status).toBe(303);
  expect(signedOut.location).toMatch(/\/as\/signoff\?.*id_token_hint=/);
  const home = await browser.open(signedOut.location ?? '');
  expect(home.url).toMatch(new RegExp(`^${app.url}/\\?state=`));
  expect(home.body).toContain('You are signed out.');
  expect((await browser.get(`${app.url}/profile`)).location).toBe(`${app.url}/login?return_to=%2Fprofile`);
  // Signed off at the sandbox, too: it asks again who is there.
  expect((await browser.open(`${app.url}/login`)).body).toContain('name="person"');
});

test('a person who declines sees why nobody is signed in', async () => {
  const page = await signInAtSandbox(createBrowser(), app.url, 2);
  expect(page.status).toBe(403);
  expect(page.body).toContain('access_denied');
  expect(app.events('sign-in failed')).toMatchObject([{ code: 'access_denied' }]);
});
