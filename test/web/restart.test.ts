// The app is restarted between /login and /callback.

import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startApp } from '../helpers/app.ts';
import { createBrowser } from '../helpers/browser.ts';
import { type ProviderDouble, startProviderDouble } from '../helpers/provider-double.ts';
import { expectRefused, isSignedIn, start } from './helpers.ts';

let providerDouble: ProviderDouble;
beforeAll(async () => {
  providerDouble = await startProviderDouble();
});
afterAll(() => providerDouble.close());

const OLD = 'the-secret-before-the-restart-0123456789';
const NEW = 'the-secret-after-the-restart-9876543210x';

async function restartDuringSignIn(secretsAfter: string[]) {
  const browser = createBrowser();
  const first = await startApp(providerDouble, { sessionSecrets: [OLD] });
  const started = await start(browser, first.url, providerDouble);
  await first.close();
  const second = await startApp(providerDouble, { sessionSecrets: secretsAfter, port: first.port });
  onTestFinished(second.close);
  return { browser, app: second, page: await started.finish(), started };
}

test.each([
  ['the same secret', [OLD]],
  ['a new secret in front of the old', [NEW, OLD]],
])('after a restart with %s the sign-in completes', async (_, secrets) => {
  const { browser, app, page } = await restartDuringSignIn(secrets);
  expect(page).toMatchObject({ status: 303, location: `${app.url}/profile` });
  expect(await isSignedIn(browser, app.url)).toBe(true);
});

test('after a restart with another secret the sign-in fails with a page that says why', async () => {
  const { browser, app, page } = await restartDuringSignIn([NEW]);
  expectRefused(page, 400, 'sign_in_unreadable');
  expect(page.body).toContain('SESSION_SECRET');
  // Nothing was used, so nothing is cleared: with the right secret it could still complete.
  expect(browser.cookies()).toHaveLength(1);
  expect(await isSignedIn(browser, app.url)).toBe(false);
});

test('the app encrypts with the newest secret', async () => {
  const app = await startApp(providerDouble, { sessionSecrets: [NEW, OLD] });
  const browser = createBrowser();
  const started = await start(browser, app.url, providerDouble);
  await app.close();
  const later = await startApp(providerDouble, { sessionSecrets: [NEW], port: app.port });
  onTestFinished(later.close);
  expect((await started.finish()).status).toBe(303);
});
