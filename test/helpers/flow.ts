// The ways through a sign-in that many tests take.

import type { Browser, Page } from './browser.ts';
import type { ProviderDouble } from './provider-double.ts';

/** Signs in at the sandbox as one of its people, from the app's /login to the page it leads to. */
export async function signInAtSandbox(
  browser: Browser,
  appUrl: string,
  person = 0,
  path = '/login',
): Promise<Page> {
  let page = await browser.open(appUrl + path);
  const people = [...page.body.matchAll(/name="user" value="([^"]+)"/g)].map((match) => match[1] ?? '');
  // Somebody who has signed on there before is not asked again.
  if (people.length === 0) return page;
  page = await browser.post(page.url, { user: people[person] ?? '' });
  return page.location ? browser.open(page.location) : page;
}

/** /login against the test double: the address of the callback that would come of it. */
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

/** A whole sign-in against the test double: the answer of /callback. */
export async function signInAtProvider(
  browser: Browser,
  appUrl: string,
  providerDouble: ProviderDouble,
): Promise<Page> {
  return browser.get(await startSignIn(browser, appUrl, providerDouble));
}
