// What several tests of src/web/ need: an app with its provider, a sign-in in its two halves, raw requests.

import { request } from 'undici';
import { expect } from 'vitest';
import { type StartOptions, startApp } from '../helpers/app.ts';
import { type Browser, type Page, pageOf } from '../helpers/browser.ts';
import { type ProviderDouble, startProviderDouble } from '../helpers/provider-double.ts';

/** An app and the test double it signs in with. */
export async function startBoth(options: StartOptions = {}) {
  const providerDouble = await startProviderDouble();
  const app = await startApp(providerDouble, options);
  return {
    app,
    providerDouble,
    close: async () => {
      await app.close();
      await providerDouble.close();
    },
  };
}

export type Both = Awaited<ReturnType<typeof startBoth>>;

export interface Started {
  state: string;
  code: string;
  callbackUrl: string;
  /** The cookie of this sign-in. */
  cookie: SetCookie;
  /** The second half of the sign-in: /callback, with this sign-in's nonce at the test double. */
  finish(): Promise<Page>;
}

/** The first half of a sign-in: /login. */
export async function start(
  browser: Browser,
  appUrl: string,
  providerDouble: ProviderDouble,
  path = '/login',
): Promise<Started> {
  const page = await browser.get(appUrl + path);
  const { state, code } = providerDouble.authorize(page.location ?? '');
  const { nonce } = providerDouble;
  const callbackUrl = `${appUrl}/callback?${new URLSearchParams({ code, state })}`;
  const cookie = setCookies(page).find(({ value }) => value !== '');
  if (!cookie) throw new Error('/login set no cookie.');
  const finish = () => {
    providerDouble.nonce = nonce;
    return browser.get(callbackUrl);
  };
  return { state, code, callbackUrl, cookie, finish };
}

export interface SetCookie {
  name: string;
  value: string;
  /** In lower case, sorted; without Expires, which repeats Max-Age, and without Max-Age=0. */
  attributes: string[];
  cleared: boolean;
}

export function setCookies(page: { headers: Page['headers'] }): SetCookie[] {
  return [page.headers['set-cookie'] ?? []].flat().map((line) => {
    const [pair = '', ...attributes] = line.split('; ');
    const lower = attributes.map((attribute) => attribute.toLowerCase()).sort();
    return {
      name: pair.slice(0, pair.indexOf('=')),
      value: pair.slice(pair.indexOf('=') + 1),
      attributes: lower.filter((attribute) => !/^expires=|^max-age=0$/.test(attribute)),
      cleared: lower.includes('max-age=0') || lower.includes('expires=thu, 01 jan 1970 00:00:00 gmt'),
    };
  });
}

/** Sends one request with any method, without the headers that a browser adds. */
export async function send(method: string, url: string, headers: Record<string, string> = {}): Promise<Page> {
  return pageOf(url, await request(url, { method: method as 'GET', headers }));
}

/** The code that an error page shows. */
export function codeOn(page: Page): string | undefined {
  return page.body.match(/<code>([a-z_]+)<\/code>/)?.[1];
}

/** Expects an error page that does not redirect and sets no cookie, except the one of the flow's record. */
export function expectRefused(page: Page, status: number, code: string): void {
  expect({ status: page.status, code: codeOn(page) }).toEqual({ status, code });
  expect(page.location).toBeUndefined();
  expect(setCookies(page).filter(({ name, cleared }) => !cleared && !isOfRecord(name))).toEqual([]);
}

/** The cookie of the flow's record, which opens nothing but /flow. */
export const isOfRecord = (cookie: string) => cookie.includes('pingone_flow');

/** Whether /profile shows the claims of a signed-in user. */
export async function isSignedIn(browser: Browser, appUrl: string): Promise<boolean> {
  const page = await browser.get(`${appUrl}/profile`);
  expect([200, 302]).toContain(page.status);
  return page.status === 200;
}

/** A promise that the test resolves. */
export function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
