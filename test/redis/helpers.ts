// Two processes of the app that share a real Redis and one session cookie.

import { randomBytes } from 'node:crypto';
import { expect, onTestFinished } from 'vitest';
import { type Browser, createBrowser, type Page } from '../helpers/browser.ts';
import { startProviderDouble } from '../helpers/provider-double.ts';
import { freePort, startListening, valuesOf } from '../process/helpers.ts';

export const SESSION_SECRET = randomBytes(32).toString('base64url');

/** Two processes with one BASE_URL, the address of the first, as behind a load balancer that does not change Host. */
export async function twoApps(redisUrl: string, env: Record<string, string> = {}) {
  const provider = await startProviderDouble();
  onTestFinished(() => void provider.close());
  const port = await freePort();
  const shared = {
    ...valuesOf(provider),
    SESSION_SECRET,
    REDIS_URL: redisUrl,
    BASE_URL: `http://localhost:${port}`,
    LOGIN_RATE_LIMIT: '0',
    ...env,
  };
  const [one, two] = [await startListening({ ...shared, PORT: String(port) }), await startListening(shared)];
  return { provider, one, two, shared, host: `localhost:${port}` };
}

export type Apps = Awaited<ReturnType<typeof twoApps>>;

/** Starts a sign-in in one process. @returns the path of the callback, which each process accepts */
export async function startAt({ provider, host }: Apps, browser: Browser, url: string): Promise<string> {
  const { location = '' } = await browser.get(`${url}/login`, { host });
  const { state, code } = provider.authorize(location);
  return `/callback?${new URLSearchParams({ code, state })}`;
}

export async function signedIn(apps: Apps): Promise<Browser> {
  const browser = createBrowser();
  const callback = await startAt(apps, browser, apps.one.url);
  expect((await browser.get(apps.one.url + callback)).status).toBe(303);
  return browser;
}

export const profileAt = (browser: Browser, url: string): Promise<Page> => browser.get(`${url}/profile`);
