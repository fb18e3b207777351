// Each fault of the sandbox in a real browser: a user chooses it with a click and sees its effect in the app.
// test/faults.test.ts shows that the sign-in after it has no fault.

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '../../src/error-texts/index.ts';
import { FAULT_GROUPS } from '../../src/sandbox/faults/index.ts';
import { browserForFile, choose, freshContext, signIn } from './helpers.ts';

const started = browserForFile();
const AMARA = 'Sign on as Amara Okafor';

function isErrorCode(end: string): end is ErrorCode {
  return ERROR_CODES.some((code) => code === end);
}

/** The status of the error page of a fault, if it is not 502. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  access_denied: 403,
  login_required: 403,
  sign_in_unknown: 400,
  issuer_mismatch: 400,
  callback_malformed: 400,
  pingone_timeout: 504,
  pingone_unreachable: 503,
  pingone_busy: 503,
};

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
  const context = await freshContext(started, {}, code ? [STATUS[code] ?? 502] : []);
  const page = await context.newPage();
  await chooseFault(page, title);
  // The sandbox links to the app.
  await page.getByRole('link', { name: 'Sign in to the app' }).click();
  await choose(page, app.url, AMARA);

  if (code !== undefined) {
    expect(await page.textContent('main')).toContain(code);
    expect(await page.locator('.message strong').textContent()).toBe(title);
    await page.getByRole('link', { name: 'See what happened, step by step' }).click();
    await page.waitForURL(`${app.url}/flow`);
    // Only the step that the sandbox lists the fault under has failed, on the page and in the diagram.
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

test('a signed-in user stays signed in if a later sign-in fails', async () => {
  const context = await freshContext(started, {}, [502]);
  const page = await context.newPage();
  await signIn(page, started.app.url, AMARA);
  await chooseFault(page, 'ID token with a bad signature');
  await page.goto(`${started.app.url}/login`);
  expect(await page.textContent('main')).toContain('id_token_signature');
  await page.goto(`${started.app.url}/profile`);
  expect(page.url()).toBe(`${started.app.url}/profile`);
  expect(await page.textContent('main')).toContain('amara.okafor');
});

test('the list is accessible with a chosen fault and with the alarm, at every size and in both color schemes', async () => {
  const context = await freshContext(started);
  const page = await context.newPage();
  const { origin } = new URL(started.app.provider.issuer);
  const body = new URLSearchParams({ client_secret: started.app.provider.clientSecret });
  await fetch(`${origin}/never-called`, { method: 'POST', body });
  await chooseFault(page, 'Token endpoint redirects');
  expect(await page.textContent('main')).toContain('followed the redirect');
  for (const width of [360, 768, 1280]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`)).toEqual([]);
    }
  }
  await page.getByRole('button', { name: 'Remove the fault' }).click();
  expect(await page.locator('#chosen').textContent()).toBe('none');
});
