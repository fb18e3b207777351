// A test double for many sign-ins side by side, and a whole sign-in there.

import { createBrowser } from '../helpers/browser.ts';
import { type ProviderDouble, startProviderDouble } from '../helpers/provider-double.ts';

/** The nonce travels in the code, for the test double remembers but one. @param before what the token endpoint does first */
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

/** The first half of a sign-in, in a browser of its own; the second, good or declined, is the answer of /callback. */
export async function startSignIn(url: string) {
  const browser = createBrowser();
  const { location = '' } = await browser.get(`${url}/login`);
  const query = new URL(location).searchParams;
  const state = query.get('state') ?? '';
  const comeBack = (answer: Record<string, string>) =>
    browser.get(`${url}/callback?${new URLSearchParams({ state, ...answer })}`);
  return {
    browser,
    finish: () => comeBack({ code: query.get('nonce') ?? '' }),
    decline: () => comeBack({ error: 'access_denied' }),
  };
}

/** A whole sign-in: the status of the profile, or of the callback that did not lead there. */
export async function signIn(url: string): Promise<number> {
  const { browser, finish } = await startSignIn(url);
  const { status } = await finish();
  return status === 303 ? (await browser.get(`${url}/profile`)).status : status;
}
