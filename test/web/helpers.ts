// What several tests of src/web/ need: an app with its stand-in, a sign-in in its two halves, raw requests.

import { request } from 'undici';
import { expect } from 'vitest';
import { type StartOptions, startApp } from '../helpers/app.ts';
import type { Browser, Page } from '../helpers/browser.ts';
import { type StandIn, startStandIn } from '../helpers/stand-in.ts';

/** An app and the stand-in it signs in with. */
export async function startBoth(options: StartOptions = {}) {
  const standIn = await startStandIn();
  const app = await startApp(standIn, options);
  return {
    app,
    standIn,
    close: async () => {
      await app.close();
      await standIn.close();
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
  /** Comes back from the stand-in, which still knows this sign-in's nonce. */
  finish(): Promise<Page>;
}

/** The first half of a sign-in: /login. */
export async function start(
  browser: Browser,
  appUrl: string,
  standIn: StandIn,
  path = '/login',
): Promise<Started> {
  const page = await browser.get(appUrl + path);
  const { state, code } = standIn.authorize(page.location ?? '');
  const { nonce } = standIn;
  const callbackUrl = `${appUrl}/callback?${new URLSearchParams({ code, state })}`;
  const cookie = setCookies(page).find(({ value }) => value !== '');
  if (!cookie) throw new Error('/login set no cookie.');
  const finish = () => {
    standIn.nonce = nonce;
    return browser.get(callbackUrl);
  };
  return { state, code, callbackUrl, cookie, finish };
}

export interface SetCookie {
  name: string;
  value: string;
  /** In lower case, sorted; Expires left out, for it repeats Max-Age. */
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
      attributes: lower.filter((attribute) => !attribute.startsWith('expires=')),
      cleared: lower.includes('expires=thu, 01 jan 1970 00:00:00 gmt'),
    };
  });
}

/** One request with any method, and nothing that a browser would add. */
export async function send(method: string, url: string, headers: Record<string, string> = {}): Promise<Page> {
  const response = await request(url, { method: method as 'GET', headers });
  const location = response.headers['location'];
  return {
    status: response.statusCode,
    headers: response.headers,
    body: await response.body.text(),
    url,
    ...(typeof location === 'string' ? { location } : {}),
  };
}

/** The code that an error page shows. */
export function codeOn(page: Page): string | undefined {
  return page.body.match(/<code>([a-z_]+)<\/code>/)?.[1];
}

/** An error page that redirects nowhere and signs nobody in. */
export function expectRefused(page: Page, status: number, code: string): void {
  expect({ status: page.status, code: codeOn(page) }).toEqual({ status, code });
  expect(page.location).toBeUndefined();
  expect(setCookies(page).filter(({ name, cleared }) => !cleared && !isOfRecord(name))).toEqual([]);
}

/** The cookie of the flow's record, which opens nothing but /flow. */
export const isOfRecord = (cookie: string) => cookie.includes('pingone_flow');

/** Whether /profile shows somebody. */
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
