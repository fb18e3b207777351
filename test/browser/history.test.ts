// Reload, the Back button and several tabs during a sign-in.

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { browserForFile, choose, freshContext, signIn, signOut } from './helpers.ts';

const started = browserForFile();

/** The URL of the next callback request of this page. */
async function nextCallback(page: Page): Promise<string> {
  const request = await page.waitForRequest((sent) => sent.url().startsWith(`${started.app.url}/callback?`));
  return request.url();
}

test('after a sign-out, the Back button shows no claims', async () => {
  const page = await (await freshContext(started)).newPage();
  await signIn(page, started.app.url, 'Sign on as Amara Okafor');
  expect(await page.content()).toContain('amara.okafor@example.com');
  await signOut(page, started.app.url);
  await page.goBack();
  // The browser requests the page again, and the app redirects it to the sign-in.
  expect(new URL(page.url()).origin).not.toBe(started.app.url);
  expect(await page.title()).toContain('Who is signing on?');
  expect(await page.content()).not.toContain('signed in as');
});

test('a user who opens the callback again, or goes back and forward, gets to the claims', async () => {
  // The sandbox's sign-on page is no longer open.
  const page = await (await freshContext(started, {}, [400])).newPage();
  const callback = nextCallback(page);
  await signIn(page, started.app.url, 'Sign on as Amara Okafor');
  await page.goto(await callback);
  expect(page.url()).toBe(`${started.app.url}/profile`);
  await page.reload();
  expect(await page.content()).toContain('amara.okafor@example.com');
  await page.goBack();
  await page.goBack();
  expect(await page.title()).toContain('Sandbox');
  await page.goForward();
  expect(await page.content()).toContain('amara.okafor@example.com');
});

test('a failed callback does not succeed after a reload or after going back', async () => {
  const page = await (await freshContext(started, {}, [403, 400, 400])).newPage();
  await signIn(page, started.app.url, 'Decline as Mateo Quispe');
  expect(await page.textContent('main')).toContain('access_denied');
  await page.reload();
  expect(await page.textContent('main')).toContain('sign_in_cookie_missing');
  await page.getByRole('link', { name: 'Home page' }).click();
  await page.waitForURL(`${started.app.url}/`);
  await page.goBack();
  expect(await page.textContent('main')).toContain('sign_in_cookie_missing');
  expect((await page.context().cookies()).map(({ name }) => name)).not.toContain('pingone_session');
});

test('two tabs sign in at the same time, and both succeed', async () => {
  const context = await freshContext(started);
  const first = await context.newPage();
  const second = await context.newPage();
  await first.goto(`${started.app.url}/login?return_to=%2F%3Ftab%3D1`);
  await second.goto(`${started.app.url}/login?return_to=%2F%3Ftab%3D2`);
  await choose(second, started.app.url, 'Sign on as Zoë');
  expect(second.url()).toBe(`${started.app.url}/?tab=2`);
  await choose(first, started.app.url, 'Sign on as Amara');
  expect(first.url()).toBe(`${started.app.url}/?tab=1`);
  // A browser has one session: the one of the last sign-in.
  await second.goto(`${started.app.url}/profile`);
  expect(await second.textContent('h1')).toBe('Amara Okafor');
});
