// The picture of the README: the claims page as a newcomer's first sign-in shows it.

import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { browserForFile, freshContext, signIn } from './helpers.ts';

const started = browserForFile();
const PATH = fileURLToPath(new URL('claims.png', import.meta.url));
const LIMIT_BYTES = 200_000;

test('claims.png shows the claims of the sandbox run, and is small enough for a README', async () => {
  const context = await freshContext(started, {
    viewport: { width: 1280, height: 1000 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await signIn(page, started.app.url, 'Sign on as Amara Okafor');
  expect(await page.getByRole('heading', { name: 'Claims', exact: true }).isVisible()).toBe(true);
  await page.screenshot({ path: PATH });
  expect(statSync(PATH).size).toBeGreaterThan(10_000);
  expect(statSync(PATH).size).toBeLessThan(LIMIT_BYTES);
});
