// Reload, back and several tabs: what people do to a sign-in.

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { browserForFile, choose, freshContext, signIn, signOut } from './helpers.ts';

const started = browserForFile();

/** The address of the next callback of this page. */
async function nextCallback(page: Page): Promise<string> {
  const request = await page.waitForRequest((sent) => sent.url().startsWith(`${started.app.url}/callback?`));
  return request.url();
}

test('after a sign-out the back button shows no claims', async () => {
  const page = await (await freshContext(started)).newPage();
  await signIn(page, started.app.url, 'Sign on as Amara Okafor');
  expect(await page.content()).toContain('amara.okafor@example.com');
  await signOut(page, started.app.url);
  await page.goBack();
  // The page is asked for again, and leads to the sign-in.
  expect(new URL(page.url()).origin).not.toBe(started.app.url);
  expect(await page.title()).toContain('Who is signing on?');
  expect(await page.content()).not.toContain('Signed in as');
});

test('a callback that is opened again leads to the claims, as back and forward do', async () => {
  // The sandbox's sign-on page has had its turn.
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

test('a callback that failed does not succeed by a reload, nor by going back to it', async () => {
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
  // One browser, one session: the last of both.
  await second.goto(`${started.app.url}/profile`);
  expect(await second.textContent('h1')).toBe('Amara Okafor');
});
