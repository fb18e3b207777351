// A test double for many simultaneous sign-ins, and a sign-in with it.

import { createBrowser } from '../helpers/browser.ts';
import { type ProviderDouble, startProviderDouble } from '../helpers/provider-double.ts';

/** The code contains the nonce, because the test double keeps only one. @param before runs before each token response */
export async function providerForMany(
  before: () => Promise<unknown> = async () => {},
): Promise<ProviderDouble> {
  const providerDouble = await startProviderDouble();
  providerDouble.scripts['token'] = async ({ body }, response) => {
    await before();
    if (response.destroyed) return undefined;
    providerDouble.nonce = new URLSearchParams(body).get('code') ?? '';
    const idToken = providerDouble.idToken();
    const { accessToken: access_token } = providerDouble;
    return { body: { access_token, token_type: 'Bearer', expires_in: 3600, id_token: await idToken } };
  };
  return providerDouble;
}

/** Starts a sign-in in a new browser. `finish` and `decline` open its callback and return the response. */
export async function startSignIn(url: string) {
  const browser = createBrowser();
  const { location = '' } = await browser.get(`${url}/login`);
  const query = new URL(location).searchParams;
  const state = query.get('state') ?? '';
  const openCallback = (parameters: Record<string, string>) =>
    browser.get(`${url}/callback?${new URLSearchParams({ state, ...parameters })}`);
  return {
    browser,
    finish: () => openCallback({ code: query.get('nonce') ?? '' }),
    decline: () => openCallback({ error: 'access_denied' }),
  };
}

/** A whole sign-in. @returns the status of the claims page, or of the callback if it failed */
export async function signIn(url: string): Promise<number> {
  const { browser, finish } = await startSignIn(url);
  const { status } = await finish();
  return status === 303 ? (await browser.get(`${url}/profile`)).status : status;
}
