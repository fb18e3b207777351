// Starts a real Chromium and collects everything that it reports as wrong.

import { existsSync } from 'node:fs';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { type StartedApp, startAppWithSandbox } from '../helpers/app.ts';

const PLACES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

// No requests except those of a test, and no Chromium sandbox, because containers do not allow it.
export const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** CHROMIUM_PATH, or the first browser at a path that Debian, Ubuntu or Google uses. @throws if there is none */
export function findChromium(
  given = process.env['CHROMIUM_PATH'],
  places = PLACES.map((name) => `/usr/bin/${name}`),
): string {
  const [path] = [...(given ? [given] : places)].filter((place) => existsSync(place));
  if (path) return path;
  throw new Error(
    `No browser at ${given ? `CHROMIUM_PATH, ${given}` : places.join(', ')}. Install one (Debian: apt-get install chromium), or set CHROMIUM_PATH to the Chromium or Chrome you have.`,
  );
}

export async function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: ARGUMENTS });
}

/** Starts one app with its sandbox and one browser for all tests of a file. */
export function browserForFile() {
  const started = {} as { app: StartedApp; browser: Browser };
  beforeAll(async () => {
    started.browser = await launch();
    started.app = await startAppWithSandbox();
  });
  afterAll(async () => {
    await started.browser?.close();
    await started.app?.close();
  });
  return started;
}

/**
 * A new browser for one test. The test fails if the browser wrote to the console, or if a request failed, got an error
 * status or went to another site.
 * @param errorPages the status of each expected error page, in order
 */
export async function freshContext(
  { app, browser }: { app: StartedApp; browser: Browser },
  options: BrowserContextOptions = {},
  errorPages: number[] = [],
): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const origins = [app.url, new URL(app.provider.issuer).origin];
  const seen = { complaints: [] as string[], errorPages: [] as number[] };
  context.on('console', (message) => {
    // Chromium also writes error statuses to the console. They are counted below.
    if (!/^Failed to load resource: the server responded/.test(message.text()))
      seen.complaints.push(`console: ${message.text()}`);
  });
  context.on('weberror', (error) => seen.complaints.push(`script: ${error.error().message}`));
  context.on('request', (request) => {
    if (!origins.includes(new URL(request.url()).origin)) seen.complaints.push(`elsewhere: ${request.url()}`);
  });
  context.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // Chromium cancels the request for the icon if the browser leaves the page at once, but never the page itself.
    if (reason === 'net::ERR_ABORTED' && !request.isNavigationRequest()) return;
    seen.complaints.push(`failed: ${request.url()} ${reason}`);
  });
  context.on('response', (response) => {
    if (response.status() < 400) return;
    if (response.request().isNavigationRequest()) seen.errorPages.push(response.status());
    else seen.complaints.push(`${response.status()}: ${response.url()}`);
  });
  onTestFinished(async () => {
    await context.close();
    expect(seen).toEqual({ complaints: [], errorPages });
  });
  return context;
}

/** Goes from the app's home page to the sandbox, signs on as one of its users, and returns to the app. */
export async function signIn(page: Page, appUrl: string, button: string): Promise<void> {
  await page.goto(appUrl);
  await page.getByRole('link', { name: 'Sign in', exact: true }).click();
  await choose(page, appUrl, button);
}

/** Chooses a user on the sandbox's sign-on page and returns to the app. */
export async function choose(page: Page, appUrl: string, button: string): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  await page.waitForURL(`${appUrl}/**`);
}

/** Presses the button, and waits for the page after the sign-off. */
export async function signOut(page: Page, appUrl: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL((url) => url.origin === appUrl && url.searchParams.has('state'));
}
