// Two apps on one host. Cookies do not depend on the port, so each app needs its own cookie names.

import { expect, onTestFinished, test } from 'vitest';
import { startAppWithSandbox } from '../helpers/app.ts';
import { launch, signIn, signOut } from './helpers.ts';

test('a user signs in to two apps in one browser, signs out of one, and stays signed in to the other', async () => {
  const first = await startAppWithSandbox({});
  const second = await startAppWithSandbox({ cookieName: 'orders' });
  const browser = await launch();
  onTestFinished(async () => {
    await browser.close();
    await first.close();
    await second.close();
  });
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, first.url, 'Sign on as Amara Okafor');
  await signIn(page, second.url, 'Sign on as Ingrid Solheim');
  const names = (await context.cookies(first.url)).map(({ name }) => name).sort();
  expect(names).toEqual(['orders_flow', 'orders_session', 'pingone_flow', 'pingone_session']);
  for (const [url, email] of [
    [first.url, 'amara.okafor@example.com'],
    [second.url, 'ingrid.solheim@example.com'],
    [first.url, 'amara.okafor@example.com'],
  ]) {
    await page.goto(`${url}/profile`);
    expect(await page.textContent('main')).toContain(email);
  }
  await signOut(page, first.url);
  expect(await page.getByRole('status').textContent()).toContain('You are signed out.');
  await page.goto(`${second.url}/profile`);
  expect(page.url()).toBe(`${second.url}/profile`);
  expect(await page.textContent('main')).toContain('ingrid.solheim@example.com');
});
