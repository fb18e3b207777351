// A user in a real browser signs in through the sandbox, sees the claims and signs out.

import { expect, test } from 'vitest';
import { USERS } from '../../src/sandbox/users.ts';
import { browserForFile, choose, findChromium, freshContext, signIn, signOut } from './helpers.ts';

const started = browserForFile();
const users = USERS.filter(({ declines }) => !declines);

test.each(users.map(({ name, claims }) => [name, String(claims['email'])]))(
  '%s signs in, sees the claims and signs out',
  async (name, email) => {
    const { url } = started.app;
    const context = await freshContext(started);
    const page = await context.newPage();
    await signIn(page, url, `Sign on as ${name}`);
    expect(page.url()).toBe(`${url}/profile`);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(name);
    const claims = page.locator('table.claims').first().getByRole('row');
    const row = claims.filter({ has: page.getByText('email', { exact: true }) });
    expect(await row.getByRole('cell').allTextContents()).toEqual([
      expect.stringContaining(email),
      expect.stringMatching(/ID token/),
    ]);
    expect(await context.cookies()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'pingone_session', httpOnly: true, sameSite: 'Lax', expires: -1 }),
      ]),
    );
    await page.goto(url);
    await page.getByRole('link', { name: 'See your claims' }).click();
    await page.waitForURL(`${url}/profile`);

    const logout = page.waitForRequest(`${url}/logout`);
    await signOut(page, url);
    // Only a test with a browser can check what the form really sends.
    expect(await (await logout).allHeaders()).toMatchObject({ origin: url, 'sec-fetch-site': 'same-origin' });
    expect(await page.getByRole('status').textContent()).toContain('You are signed out.');
    const names = (await context.cookies()).map((cookie) => cookie.name);
    expect(names.filter((name) => /^pingone_(session|sign_in)/.test(name))).toEqual([]);
    // The user is also signed off at the sandbox, which asks again.
    await page.getByRole('link', { name: 'Sign in', exact: true }).click();
    await page.waitForURL(`${new URL(started.app.provider.issuer).origin}/**`);
    expect(await page.title()).toContain('Who is signing on?');
  },
);

test('a user who declines sees the reason, and can try again', async () => {
  const context = await freshContext(started, {}, [403]);
  const page = await context.newPage();
  await signIn(page, started.app.url, 'Decline as Mateo Quispe');
  expect(page.url()).toMatch(new RegExp(`^${started.app.url}/callback\\?`));
  expect(await page.textContent('main')).toContain('access_denied');
  await page.getByRole('link', { name: 'Try again' }).click();
  await choose(page, started.app.url, 'Sign on as Amara Okafor');
  expect(page.url()).toBe(`${started.app.url}/profile`);
});

test('sign-in and sign-out work without JavaScript', async () => {
  const context = await freshContext(started, { javaScriptEnabled: false });
  const page = await context.newPage();
  await signIn(page, started.app.url, 'Sign on as Amara Okafor');
  expect(await page.textContent('main')).toContain('amara.okafor@example.com');
  await signOut(page, started.app.url);
  expect(await page.textContent('main')).toContain('You are signed out.');
});

test('sign-in and sign-out work with only the keyboard', async () => {
  const context = await freshContext(started);
  const page = await context.newPage();
  async function pressOn(name: string) {
    for (let presses = 0; presses < 20; presses += 1) {
      await page.keyboard.press('Tab');
      const focused = page.locator(':focus');
      if (!(await focused.textContent())?.includes(name)) continue;
      // The outline shows which element has the focus.
      expect(await focused.evaluate('(element) => getComputedStyle(element).outlineStyle')).not.toBe('none');
      await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
      return;
    }
    throw new Error(`The keyboard does not reach ${name}.`);
  }
  await page.goto(started.app.url);
  await page.keyboard.press('Tab');
  expect(await page.locator(':focus').textContent()).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  await pressOn('Sign in');
  await pressOn('Sign on as Amara Okafor');
  await page.waitForURL(`${started.app.url}/profile`);
  await pressOn('Sign out');
  await page.waitForURL(`${started.app.url}/?state=*`);
  expect(await page.getByRole('status').textContent()).toContain('You are signed out.');
});

test('if there is no browser, the error says how to install one', () => {
  expect(() => findChromium('', ['/nowhere/chromium'])).toThrow(
    'No browser at /nowhere/chromium. Install one (Debian: apt-get install chromium), or set CHROMIUM_PATH to the Chromium or Chrome you have.',
  );
  expect(() => findChromium('/nowhere/chrome')).toThrow('No browser at CHROMIUM_PATH, /nowhere/chrome.');
});
