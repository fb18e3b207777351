// The sequences of requests that many tests need to sign in.

import type { Browser, Page } from './browser.ts';
import type { ProviderDouble } from './provider-double.ts';

/** Signs in as one of the sandbox's users, from the app's /login to the last page. */
export async function signInAtSandbox(
  browser: Browser,
  appUrl: string,
  userIndex = 0,
  path = '/login',
): Promise<Page> {
  let page = await browser.open(appUrl + path);
  const users = [...page.body.matchAll(/name="user" value="([^"]+)"/g)].map((match) => match[1] ?? '');
  // The sandbox does not ask again if the user has a session there.
  if (users.length === 0) return page;
  page = await browser.post(page.url, { user: users[userIndex] ?? '' });
  return page.location ? browser.open(page.location) : page;
}

/** Starts a sign-in with the test double, and returns the address of its callback without opening it. */
export async function startSignIn(
  browser: Browser,
  appUrl: string,
  providerDouble: ProviderDouble,
  path = '/login',
): Promise<string> {
  const { location = '' } = await browser.get(appUrl + path);
  const { state, code } = providerDouble.authorize(location);
  return `${appUrl}/callback?${new URLSearchParams({ code, state })}`;
}

/** A whole sign-in with the test double. @returns the response of /callback */
export async function signInAtProvider(
  browser: Browser,
  appUrl: string,
  providerDouble: ProviderDouble,
): Promise<Page> {
  return browser.get(await startSignIn(browser, appUrl, providerDouble));
}
