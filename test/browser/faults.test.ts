// Each fault of the sandbox in a real browser: chosen with a click, met at the app. That the sign-in after it is healthy,
// test/faults.test.ts shows.

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { errorTexts } from '../../src/pingone/errors.ts';
import { FAULT_GROUPS } from '../../src/sandbox/faults.ts';
import { browserForFile, choose, freshContext, signIn } from './helpers.ts';

const started = browserForFile();
const AMARA = 'Sign on as Amara Okafor';

function isErrorCode(end: string): end is keyof typeof errorTexts {
  return Object.hasOwn(errorTexts, end);
}

async function chooseFault(page: Page, title: string) {
  await page.goto(new URL(started.app.provider.issuer).origin);
  await page.getByRole('button', { name: `Choose: ${title}`, exact: true }).click();
  await page.waitForURL('**/#faults');
  expect(await page.locator('#chosen').textContent()).toBe(title);
  expect(await page.locator('[aria-current=true]').textContent()).toContain(`${title}\n`);
}

const faults = FAULT_GROUPS.flatMap(({ step, faults }) =>
  faults.map(({ title, end }) => ({ step, title, end })),
);

test.each(faults)('$title ends with $end', async ({ step, title, end }) => {
  const { app } = started;
  const code = isErrorCode(end) ? end : undefined;
  const context = await freshContext(started, {}, code ? [errorTexts[code].status] : []);
  const page = await context.newPage();
  await chooseFault(page, title);
  // The sandbox names the app’s address itself.
  await page.getByRole('link', { name: 'Sign in at the application' }).click();
  await choose(page, app.url, AMARA);

  if (code !== undefined) {
    expect(await page.locator('h1').textContent()).toBe(errorTexts[code].title);
    expect(await page.textContent('main')).toContain(code);
    await page.getByRole('link', { name: 'See the step that failed' }).click();
    await page.waitForURL(`${app.url}/flow#step-*`);
    // The step that the sandbox’s own list has the fault under, and in the diagram the only failed one.
    expect(await page.locator('.card.failed h2').allTextContents()).toEqual([
      expect.stringMatching(new RegExp(`^\\d ${step}$`, 'i')),
    ]);
    expect(await page.getByRole('link', { name: /, failed/ }).count()).toBe(1);
    await page.goto(app.url);
    expect(await page.getByRole('link', { name: 'Sign in', exact: true }).count()).toBe(1);
    expect(await page.getByRole('link', { name: 'See your claims' }).count()).toBe(0);
    return;
  }
  expect(page.url()).toBe(`${app.url}/profile`);
  expect(await page.textContent('main')).toContain('amara.okafor');
});

test('somebody signed in stays signed in when a later sign-in is refused', async () => {
  const context = await freshContext(started, {}, [errorTexts.id_token_signature.status]);
  const page = await context.newPage();
  await signIn(page, started.app.url, AMARA);
  await chooseFault(page, 'ID token with a bad signature');
  await page.goto(`${started.app.url}/login`);
  expect(await page.textContent('main')).toContain('id_token_signature');
  await page.goto(`${started.app.url}/profile`);
  expect(page.url()).toBe(`${started.app.url}/profile`);
  expect(await page.textContent('main')).toContain('amara.okafor');
});

test('the list is accessible with one chosen and with its alarm, at every size and scheme', async () => {
  const context = await freshContext(started);
  const page = await context.newPage();
  const { origin } = new URL(started.app.provider.issuer);
  await fetch(`${origin}/never-called`, { method: 'POST' });
  await chooseFault(page, 'Token endpoint redirects');
  expect(await page.textContent('main')).toContain('was followed');
  for (const width of [360, 768, 1280]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`)).toEqual([]);
    }
  }
  await page.getByRole('button', { name: 'Choose none' }).click();
  expect(await page.locator('#chosen').textContent()).toBe('the next sign-in is healthy');
});
