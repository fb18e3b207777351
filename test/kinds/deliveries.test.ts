// What browsers and networks do to a callback: it comes late, without its cookie, twice, cut off, or changed. One code makes
// one token request; a delivery that joins gets the same session; no wrong delivery uses the code or the state. The heads of
// responses also stay small enough for proxies.

import { setTimeout } from 'node:timers/promises';
import { request } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import type { StartOptions } from '../helpers/app.ts';
import { createBrowser, type Page } from '../helpers/browser.ts';
import { headBytes } from '../sign-in/helpers.ts';
import { codeOn, setCookies, startBoth } from '../web/helpers.ts';
import { TestStore } from '../web/test-store.ts';
import { createRandom, type Random, seed } from './helpers.ts';

const HEAD_LIMIT_BYTES = 3_500;

async function app(options: StartOptions = {}) {
  const both = await startBoth(options);
  onTestFinished(both.close);
  const { app: started, providerDouble } = both;
  /** The first half of a sign-in. */
  async function start(path = '/login') {
    const browser = createBrowser();
    const { state, code } = providerDouble.authorize((await browser.get(started.url + path)).location ?? '');
    const [cookie = ''] = browser.cookies();
    return { state, code, cookie, url: `${started.url}/callback?${new URLSearchParams({ code, state })}` };
  }
  /** Whether only the cookies of this response open the claims page. */
  async function opens(page: Page): Promise<boolean> {
    const cookie = setCookies(page)
      .filter(({ cleared }) => !cleared)
      .map(({ name, value }) => `${name}=${value}`);
    return (
      (await createBrowser().get(`${started.url}/profile`, { cookie: cookie.join('; ') })).status === 200
    );
  }
  return { ...both, start, opens };
}

const deliver = (url: string, cookie: string, headers: Record<string, string> = {}) =>
  createBrowser().get(url, { cookie, ...headers });

/** Another query with the same state. */
function changed(random: Random, url: string, issuer: string): string {
  const query = new URL(url).searchParams;
  const code = query.get('code') ?? '';
  return random.pick([
    url.replace(code, `${code}x`),
    url.replace(code, code.toUpperCase()),
    `${url}&iss=${encodeURIComponent(issuer)}`,
    `${url}&iss=https%3A%2F%2Fevil.example`,
    `${url}&x=${random.text(4)}`,
    `${url}&`,
    url.replace('code=', 'error=access_denied&x='),
    url.replace('-', '%2D'),
    url.replace(/\?(code=[^&]+)&(state=[^&]+)/, '?$2&$1'),
  ]);
}

test(`a callback that is delivered again at any time makes one token request, and each response signs the user in (SEED=${seed})`, async () => {
  const random = createRandom();
  const { app: started, providerDouble: double, start, opens } = await app();
  for (let round = 0; round < 15; round += 1) {
    const { url, cookie } = await start(`/login?return_to=/flow`);
    const slowness = random.number(60);
    double.scripts['token'] = async (received) => {
      await setTimeout(slowness);
      return double.goodResponse('token', received);
    };
    const before = double.requestsTo('token').length;
    const isAborted = random.chance(40);
    const abort = new AbortController();
    const first = isAborted
      ? request(url, { headers: { cookie }, signal: abort.signal }).catch(() => undefined)
      : deliver(url, cookie);
    await expect
      .poll(() => double.requestsTo('token').length, { interval: 1, timeout: 5_000 })
      .toBe(before + 1);
    if (isAborted) abort.abort();
    const same = Array.from({ length: 1 + random.number(3) }, async () => {
      await setTimeout(random.number(90));
      return deliver(url, cookie);
    });
    const other = random.some(2, async () => {
      await setTimeout(random.number(90));
      return deliver(changed(random, url, double.issuer), cookie);
    });
    const ended = await first;
    const joined = await Promise.all(same);
    const sessions = new Set<string>();
    for (const page of ended && 'url' in ended ? [ended, ...joined] : joined) {
      expect(page).toMatchObject({ status: 303, location: `${started.url}/flow` });
      expect(await opens(page)).toBe(true);
      sessions.add(setCookies(page).find(({ name }) => name === 'pingone_session')?.value ?? '');
    }
    expect(sessions.size).toBe(1);
    for (const page of await Promise.all(other)) {
      expect([400, codeOn(page)]).toEqual([page.status, 'sign_in_used']);
      expect(await opens(page)).toBe(false);
    }
    expect(double.requestsTo('token').length).toBe(before + 1);
  }
});

test(`wrong callbacks before the right one do not use its code or its state (SEED=${seed})`, async () => {
  const random = createRandom();
  const store = new TestStore();
  let claimFails = false;
  const claimed = new Set<string>();
  const shared = {
    claim: async (key: string) => {
      if (claimFails) throw new Error('The store is not available.');
      return !claimed.has(key) && Boolean(claimed.add(key));
    },
    release: async (key: string) => void claimed.delete(key),
  };
  const {
    providerDouble: double,
    start,
    opens,
  } = await app({ sessionStore: store, shared, flowPage: false });
  const before = await start();
  const [session = ''] = setCookies(await deliver(before.url, before.cookie))
    .filter(({ cleared }) => !cleared)
    .map(({ name, value }) => `${name}=${value}`);
  for (let round = 0; round < 25; round += 1) {
    const { url, cookie } = await start();
    const [name = '', value = ''] = cookie.split('=');
    const withStore = async (page: Promise<Page>) => {
      store.failing.add('get');
      return page.finally(() => store.failing.clear());
    };
    const withoutClaims = async (page: () => Promise<Page>) => {
      claimFails = true;
      return page().finally(() => {
        claimFails = false;
      });
    };
    const attempts: Record<string, () => Promise<Page>> = {
      'no cookie': () => deliver(url, 'a=b'),
      'another cookie': () => deliver(url, `${name}=${value.slice(0, -2)}xx`),
      'another name': () => deliver(url, `${name.slice(0, -1)}=${value}`),
      image: () => deliver(url, cookie, { 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' }),
      frame: () => deliver(url, cookie, { 'sec-fetch-dest': 'iframe', 'sec-fetch-mode': 'navigate' }),
      prefetch: () => deliver(url, cookie, { 'sec-purpose': 'prefetch;prerender' }),
      'long query': () => deliver(`${url}&x=${'x'.repeat(9_000)}`, cookie),
      'code twice': () => deliver(`${url}&code=${random.text(9)}`, cookie),
      'state twice': () => deliver(`${url}&state=${random.text(43)}`, cookie),
      'code and error': () => deliver(`${url}&error=access_denied`, cookie),
      'states not available': () => withoutClaims(() => deliver(url, cookie)),
      'session store not available': () => withStore(deliver(url, `${cookie}; ${session}`)),
    };
    const order = random.shuffled(Object.keys(attempts)).slice(0, 1 + random.number(5));
    for (const attempt of order) {
      const page = await attempts[attempt]?.();
      expect([attempt, page?.status]).toEqual([attempt, expect.toBeOneOf([400, 401, 503])]);
      expect([attempt, page?.headers['set-cookie']]).toEqual([attempt, undefined]);
    }
    const page = await deliver(url, cookie);
    expect([order, page.status, await opens(page)]).toEqual([order, 303, true]);
  }
  expect(double.requestsTo('token')).toHaveLength(26);
});

test(`no response has more than 3.5 kB of headers, whatever the cookies and the query (SEED=${seed})`, async () => {
  const random = createRandom();
  const host = `${'a-long-name-of-an-app.'.repeat(3)}customers.example.com`;
  const { app: started, providerDouble: double } = await app({ baseUrl: `https://${host}`, trustProxy: 1 });
  const https = { 'x-forwarded-proto': 'https' };
  let longest = 0;
  const measure = (page: Page, of: string) => {
    longest = Math.max(longest, headBytes(page));
    expect([of, headBytes(page)]).toEqual([
      of,
      expect.toSatisfy((bytes: number) => bytes <= HEAD_LIMIT_BYTES),
    ]);
  };
  const text = (length: number) => random.text(length, random.pick(['x', 'ab/', '"\\', 'ü€', '%&=', '😀😁']));
  for (let round = 0; round < 60; round += 1) {
    const own = createBrowser();
    // Some cookies of this app, and some that it cannot decrypt.
    for (let tabs = random.number(7); tabs > 0; tabs -= 1)
      await own.get(`${started.url}/login?return_to=/${encodeURIComponent(text(random.number(99)))}`, https);
    const strange = random.some(
      40,
      (n) => `__Host-pingone_sign_in_${`${n}`.padStart(16, random.text(1))}=${random.text(20)}`,
    );
    const cookie = random.shuffled([...own.cookies(), ...strange]).join('; ');
    const path = `/${encodeURIComponent(text(511))}`;
    const returnTo = random.pick([`/${'a'.repeat(511)}`, path.slice(0, 510), '/flow']);
    const hint = random.pick(['x'.repeat(256), text(256), text(40), '']);
    const query = new URLSearchParams({
      return_to: returnTo,
      ...(hint && { iss: double.issuer, login_hint: hint }),
    });
    if (random.chance(30)) query.set('target_link_uri', `https://${host}${returnTo}`);
    for (const [at, more] of [
      ['/login', `?${query}`],
      ['/switch-user', `?${query}`],
      ['/profile', `?${encodeURIComponent(text(100))}`],
      [returnTo, ''],
      ['/callback', `?state=${random.text(43)}&code=c`],
    ] as const) {
      const page = await createBrowser().get(started.url + at + more, { cookie, ...https });
      measure(page, `${at}${more}`);
    }
  }
  expect(longest).toBeGreaterThan(2_500);
});
