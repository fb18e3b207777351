// GET /flow in a real browser: what tests over HTTP cannot check.

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { browserForFile, freshContext, signIn } from './helpers.ts';

const started = browserForFile();

interface Drawn extends Record<'left' | 'right' | 'top' | 'bottom' | 'size', number> {
  words: string;
}

/** Each text of the diagram, with its position on the page and its size in pixels. */
const DRAWN = `(() => {
  const svg = document.querySelector('svg.diagram');
  const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  return [...svg.querySelectorAll('text')].map((text) => {
    const { left, right, top, bottom } = text.getBoundingClientRect();
    const size = parseFloat(getComputedStyle(text).fontSize) * scale;
    return { words: text.textContent.trim(), size, left, right, top, bottom };
  });
})()`;

async function openFlow(page: Page) {
  await signIn(page, started.app.url, 'Sign on as Amara Okafor');
  await page.getByRole('link', { name: 'See how you were signed in, step by step' }).click();
  await page.waitForURL(`${started.app.url}/flow`);
}

test('a screen reader finds the diagram by its title, and in it a link for each step', async () => {
  const page = await (await freshContext(started)).newPage();
  await openFlow(page);
  const diagram = page.getByRole('group', { name: 'Sequence diagram of browser, app, and the sandbox' });
  const links = diagram.getByRole('link');
  expect(await links.count()).toBe(8);
  for (let step = 1; step <= 8; step += 1) {
    const link = diagram.getByRole('link', { name: new RegExp(`^Step ${step}: .+, done$`) });
    expect(await link.getAttribute('href')).toBe(`#step-${step}`);
    // The link leads to the section of the same name.
    const name = (await link.getAttribute('aria-label'))?.match(/: ([^,]+),/)?.[1];
    expect(await page.locator(`#step-${step} h2`).textContent()).toBe(`${step} ${name}`);
  }
});

test('with only the keyboard, a user goes from the diagram to a step and opens its response', async () => {
  const page = await (await freshContext(started)).newPage();
  await openFlow(page);
  await page.getByRole('link', { name: /^Step 5:/ }).focus();
  await page.keyboard.press('Enter');
  expect(page.url()).toBe(`${started.app.url}/flow#step-5`);
  const body = page.locator('#step-5 details').first().locator('pre');
  expect(await body.isVisible()).toBe(false);
  // The Tab key moves to an element inside the step.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await body.isVisible()).toBe(true);
  expect(await body.textContent()).toContain('"token_type": "Bearer"');
});

test('one click selects a whole curl command', async () => {
  const page = await (await freshContext(started)).newPage();
  await openFlow(page);
  const details = page.locator('#step-5 details').filter({ has: page.locator('pre.command') });
  await details.locator('summary').click();
  const command = details.locator('pre.command').first();
  await command.click({ position: { x: 60, y: 20 } });
  expect(await page.evaluate('getSelection().toString()')).toBe(await command.textContent());
});

test.each([360, 768, 1280])(
  'at %i px, every text of the diagram is inside it and large enough',
  async (width) => {
    const page = await (await freshContext(started, { viewport: { width, height: 900 } })).newPage();
    await openFlow(page);
    const box = await page.locator('svg.diagram').boundingBox();
    const texts = await page.locator('svg.diagram text').all();
    expect(texts.length).toBeGreaterThan(20);
    for (const text of texts) {
      const own = await text.boundingBox();
      if (!own || !box || !(await text.textContent())) continue;
      expect(own.x).toBeGreaterThanOrEqual(box.x);
      expect(own.x + own.width).toBeLessThanOrEqual(box.x + box.width);
    }
    // The drawn size: units of the viewBox, converted to pixels.
    const drawn = await page.evaluate<Drawn[]>(DRAWN);
    for (const { words, size } of drawn) expect(size, words).toBeGreaterThanOrEqual(11);
    const shown = drawn.filter(({ words }) => words !== '');
    for (const [index, one] of shown.entries()) {
      for (const other of shown.slice(index + 1)) {
        const side = one.right <= other.left || other.right <= one.left;
        // The box of a line is a little taller than its letters.
        const above = one.bottom <= other.top + 3 || other.bottom <= one.top + 3;
        expect(side || above, `${one.words} and ${other.words} overlap`).toBe(true);
      }
    }
  },
);

test('in a failed step, the checks that passed are marked as passed', async () => {
  const page = await (await freshContext(started, {}, [502])).newPage();
  await page.goto(new URL(started.app.provider.issuer).origin);
  await page.getByRole('button', { name: 'Choose: ID token with a bad signature' }).click();
  await page.waitForURL('**/#faults');
  await signIn(page, started.app.url, 'Sign on as Amara Okafor');
  await page.goto(`${started.app.url}/flow`);
  const marks = await page.evaluate<string[]>(
    `[...document.querySelectorAll('.card.failed .check .result')].map((result) =>
      getComputedStyle(result, '::before').content[1] + result.textContent)`,
  );
  expect(new Set(marks)).toEqual(new Set(['✓passed', '✗failed']));
  expect(marks.at(-1)).toBe('✗failed');
});

test('on paper, everything is open, and nothing needs a click', async () => {
  const page = await (await freshContext(started)).newPage();
  await openFlow(page);
  const body = page.locator('#step-5 details pre').first();
  expect(await body.isVisible()).toBe(false);
  await page.emulateMedia({ media: 'print' });
  expect(await body.isVisible()).toBe(true);
  expect(await page.locator('.notice').isVisible()).toBe(false);
});

test.each([500, 700, 900])('in a window %i px high, a user can reach the whole diagram', async (height) => {
  const page = await (await freshContext(started, { viewport: { width: 1280, height } })).newPage();
  await openFlow(page);
  const overview = page.locator('.overview');
  await page.evaluate('scrollTo(0, document.body.scrollHeight / 2)');
  const box = await overview.boundingBox();
  expect(box?.y).toBeGreaterThanOrEqual(0);
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(height);
  // The diagram scrolls if it does not fit.
  const last = page.getByRole('link', { name: /^Step 8:/ });
  await last.scrollIntoViewIfNeeded();
  const reached = await last.boundingBox();
  expect((reached?.y ?? 0) + (reached?.height ?? 0)).toBeLessThanOrEqual(height);
});
