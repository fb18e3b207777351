// Every page of the app and of its sandbox is accessible, fits the width of the screen, and writes nothing to the console.

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { browserForFile, freshContext, signIn, signOut } from './helpers.ts';

const started = browserForFile();
const provider = () => new URL(started.app.provider.issuer);

interface Visit {
  name: string;
  /** Its main heading. */
  heading: string;
  go(page: Page): Promise<unknown>;
  /** The status of an error page. */
  status?: number;
}

/** The sum of all layout shifts since the page was opened, without shifts after a click. */
const LAYOUT_SHIFT = `new Promise((resolve) => {
  new PerformanceObserver((list) => resolve(sum(list.getEntries()))).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => resolve(0), 200);
  const sum = (entries) => entries.filter((entry) => !entry.hadRecentInput).reduce((all, { value }) => all + value, 0);
})`;

const AMARA = 'Sign on as Amara Okafor';

const visits: Visit[] = [
  { name: 'home', heading: 'Sign in with the sandbox', go: (page) => page.goto(started.app.url) },
  {
    name: 'home-signed-in',
    heading: 'Sign in with the sandbox',
    async go(page) {
      await signIn(page, started.app.url, AMARA);
      await page.goto(started.app.url);
    },
  },
  { name: 'profile', heading: 'Amara Okafor', go: (page) => signIn(page, started.app.url, AMARA) },
  {
    name: 'profile-refreshed',
    heading: 'Amara Okafor',
    async go(page) {
      await signIn(page, started.app.url, AMARA);
      await page.getByRole('button', { name: 'Get new tokens' }).click();
      await page.getByText('received new tokens at').waitFor();
    },
  },
  {
    name: 'profile-zoe',
    heading: 'Zoë Nguyễn-Łukasiewicz',
    go: (page) => signIn(page, started.app.url, 'Sign on as Zoë'),
  },
  {
    name: 'flow',
    heading: 'Your sign-in, step by step',
    async go(page) {
      await signIn(page, started.app.url, AMARA);
      await page.goto(`${started.app.url}/flow`);
      for (const summary of await page.locator('summary').all()) await summary.click();
    },
  },
  {
    name: 'flow-failed',
    heading: 'Your sign-in, step by step',
    async go(page) {
      await signIn(page, started.app.url, 'Decline as Mateo');
      await page.getByRole('link', { name: 'See what happened, step by step' }).click();
    },
    status: 403,
  },
  {
    name: 'flow-without-sign-in',
    heading: 'Your sign-in, step by step',
    go: (page) => page.goto(`${started.app.url}/flow`),
  },
  {
    name: 'signed-out',
    heading: 'Sign in with the sandbox',
    async go(page) {
      await signIn(page, started.app.url, AMARA);
      await signOut(page, started.app.url);
    },
  },
  {
    name: 'declined',
    heading: 'Access was denied',
    go: (page) => signIn(page, started.app.url, 'Decline as Mateo'),
    status: 403,
  },
  {
    name: 'callback-without-parameters',
    heading: '',
    go: (page) => page.goto(`${started.app.url}/callback`),
    status: 400,
  },
  {
    name: 'not-found',
    heading: 'Page not found',
    go: (page) => page.goto(`${started.app.url}/nowhere`),
    status: 404,
  },
  {
    name: 'method-not-allowed',
    heading: 'Method not allowed',
    go: (page) => page.goto(`${started.app.url}/logout`),
    status: 405,
  },
  { name: 'sandbox-home', heading: 'The sandbox', go: (page) => page.goto(provider().origin) },
  {
    name: 'sandbox-sign-on',
    heading: 'Who is signing on?',
    go: (page) => page.goto(`${started.app.url}/login`),
  },
  {
    name: 'sandbox-error',
    heading: '',
    go: (page) => page.goto(`${provider().href}/authorize?client_id=unknown`),
    status: 400,
  },
  {
    name: 'sandbox-signed-off',
    heading: 'You are signed off',
    go: (page) => page.goto(`${provider().href}/signoff`),
  },
  {
    name: 'sandbox-not-found',
    heading: 'Page not found',
    go: (page) => page.goto(`${provider().origin}/nowhere`),
    status: 404,
  },
];

/** Checks the page at each size and in both color schemes. */
async function expectAccessible(page: Page) {
  for (const width of [360, 768, 1280]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
      expect(found, `${width} px, ${colorScheme}`).toEqual([]);
    }
  }
}

test.each(visits)(
  'the page $name is accessible, fits the screen and requests nothing from another site',
  async ({ heading, go, status }) => {
    const context = await freshContext(started, {}, status ? [status] : []);
    const page = await context.newPage();
    await go(page);
    expect(await page.locator('h1').allTextContents()).toEqual([heading || expect.stringMatching(/\w/)]);
    expect(await page.title()).toMatch(/\S/);
    // Nothing on the page moves after it is visible.
    expect(await page.evaluate(LAYOUT_SHIFT)).toBe(0);
    await expectAccessible(page);
  },
);

test('the page after a sign-out, which continues to the sandbox at once, is accessible', async () => {
  const context = await started.browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await signIn(page, started.app.url, AMARA);
  // After this response, a browser stays on its page.
  await page.route('**/signoff?*', (route) => route.fulfill({ status: 204 }));
  const left = page.waitForRequest('**/signoff?*');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await left;
  expect(await page.locator('h1').textContent()).toBe('Signed out');
  expect(await page.locator('meta[http-equiv=refresh]').count()).toBe(1);
  await expectAccessible(page);
});

test('if the provider did not respond, this page stays until the user follows the link', async () => {
  const context = await freshContext(started, {}, [503]);
  const page = await context.newPage();
  await signIn(page, started.app.url, AMARA);
  await page.goto(provider().origin);
  await page.getByRole('button', { name: 'Choose: Token endpoint down' }).click();
  await page.waitForURL('**/#faults');
  await page.goto(`${started.app.url}/login`);
  await page.goto(started.app.url);
  await page.getByRole('button', { name: 'Sign out' }).click();
  expect(await page.locator('h1').textContent()).toBe('Signed out');
  expect(await page.locator('meta[http-equiv=refresh]').count()).toBe(0);
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Continue to the sandbox' }).click();
  await page.waitForURL(`${started.app.url}/?state=*`);
});
