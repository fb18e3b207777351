// The pictures of the README, made from a new user's first sign-in.

import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { browserForFile, freshContext, signIn } from './helpers.ts';

const started = browserForFile();
const LIMIT_BYTES = 200_000;

test.each([
  ['claims.png', '/profile', 'Amara Okafor'],
  ['flow.png', '/flow', 'Your sign-in, step by step'],
])(
  '%s shows %s after a sign-in at the sandbox, and is small enough for a README',
  async (file, path, heading) => {
    const viewport = { width: 1280, height: 1000 };
    const context = await freshContext(started, { viewport, colorScheme: 'light', reducedMotion: 'reduce' });
    const page = await context.newPage();
    await signIn(page, started.app.url, 'Sign on as Amara Okafor');
    await page.goto(started.app.url + path);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(heading);
    const picture = fileURLToPath(new URL(file, import.meta.url));
    await page.screenshot({ path: picture });
    expect(statSync(picture).size).toBeGreaterThan(10_000);
    expect(statSync(picture).size).toBeLessThan(LIMIT_BYTES);
  },
);
