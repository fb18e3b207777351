// Chromium keeps pages in memory for the Back button, even with no-store. Only this test runs with that cache.

import { chromium } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { startAppWithSandbox } from '../helpers/app.ts';
import { ARGUMENTS, findChromium, signIn, signOut } from './helpers.ts';

test('after a sign-out, the Back button shows no claims, even if the browser kept the page in memory', async () => {
  const app = await startAppWithSandbox();
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: ARGUMENTS,
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  onTestFinished(async () => {
    await browser.close();
    await app.close();
  });
  const page = await browser.newPage();
  await signIn(page, app.url, 'Sign on as Amara Okafor');
  await signOut(page, app.url);
  const requestsBefore = app.events('request ended').length;
  // A page from memory never reports that it has loaded.
  await page.goBack({ timeout: 10_000 });
  expect(await page.title()).toContain('Who is signing on?');
  const routes = app.events('request ended').slice(requestsBefore);
  expect(routes).toContainEqual(expect.objectContaining({ route: '/profile', status: 302 }));
});
