// Several sign-ins in one browser, each in a cookie of its own.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Browser, createBrowser, type Page } from '../helpers/browser.ts';
import {
  type Both,
  expectRefused,
  isSignedIn,
  type Started,
  send,
  setCookies,
  start,
  startBoth,
} from './helpers.ts';

let both: Both;
beforeAll(async () => {
  both = await startBoth();
});
afterAll(() => both.close());

const headerBytes = ({ headers }: Page) =>
  Object.entries(headers)
    .flatMap(([name, value]) => [value ?? []].flat().map((line) => name.length + line.length + 4))
    .reduce((sum, length) => sum + length, 0);

const startIn = (browser: Browser, path?: string) => start(browser, both.app.url, both.providerDouble, path);

async function startInTurn(browser: Browser, count: number): Promise<Started[]> {
  const started: Started[] = [];
  for (let index = 0; index < count; index += 1) {
    started.push(await startIn(browser, `/login?return_to=/profile?tab=${index}`));
  }
  return started;
}

async function expectAllToComplete(started: Started[], order: number[]): Promise<void> {
  for (const index of order) {
    const page = await started[index]?.finish();
    expect(page).toMatchObject({ status: 303, location: `${both.app.url}/profile?tab=${index}` });
  }
}

test.each([[[0, 1]], [[1, 0]], [[0, 1, 2, 3, 4]], [[4, 3, 2, 1, 0]], [[2, 4, 0, 3, 1]]])(
  'parallel sign-ins complete in the order %j, each at its own return_to',
  async (order) => {
    const browser = createBrowser();
    const started = await startInTurn(browser, order.length);
    await expectAllToComplete(started, order);
    expect(browser.cookies().filter((cookie) => cookie.startsWith('pingone_sign_in_'))).toEqual([]);
  },
);

test('five sign-ins that start in parallel in a browser without cookies all complete', async () => {
  const browser = createBrowser();
  const pages = await Promise.all(
    [0, 1, 2, 3, 4].map((tab) => browser.get(`${both.app.url}/login?return_to=/profile?tab=${tab}`)),
  );
  for (const [tab, { location = '' }] of pages.entries()) {
    const { state, code } = both.providerDouble.authorize(location);
    const page = await browser.get(`${both.app.url}/callback?${new URLSearchParams({ code, state })}`);
    expect(page).toMatchObject({ status: 303, location: `${both.app.url}/profile?tab=${tab}` });
  }
});

test('the sixth sign-in replaces the oldest, which fails with a page that says why', async () => {
  const browser = createBrowser();
  const started = await startInTurn(browser, 6);
  const page = await started[0]?.finish();
  expect(page).toBeDefined();
  if (page) expectRefused(page, 400, 'sign_in_unknown');
  expect(page?.body).toContain('5 newer sign-ins');
  expect(await isSignedIn(browser, both.app.url)).toBe(false);
  await expectAllToComplete(started, [1, 2, 3, 4, 5]);
});

test('40 parallel sign-ins do not lock the browser out: later ones clear the surplus cookies', async () => {
  const browser = createBrowser();
  await Promise.all(
    Array.from({ length: 40 }, () => browser.get(`${both.app.url}/login?return_to=/${'p'.repeat(400)}`)),
  );
  expect(browser.cookies().join('; ').length).toBeGreaterThan(32 * 1024);
  // Each response has room to clear only a few.
  for (let index = 0; index < 40; index += 1)
    expect((await browser.get(`${both.app.url}/login`)).status).toBe(302);
  expect(browser.cookies()).toHaveLength(5);
});

test('after 20 sign-ins there are five cookies', async () => {
  const browser = createBrowser();
  await startInTurn(browser, 20);
  expect(browser.cookies()).toHaveLength(5);
});

test('if there are too many cookies, the ones that cannot be decrypted are cleared first', async () => {
  const browser = createBrowser();
  browser.setCookie('pingone_sign_in_AAAAAAAAAAAAAAAA', 'nonsense');
  browser.setCookie('pingone_sign_in_BBBBBBBBBBBBBBBB', 'e.e.e.e.e');
  const started = await startInTurn(browser, 5);
  const names = browser.cookies().map((cookie) => cookie.split('=')[0]);
  expect(names.sort()).toEqual(started.map(({ cookie }) => cookie.name).sort());
  await expectAllToComplete(started, [0, 1, 2, 3, 4]);
});

test('of 100 cookies that cannot be decrypted, a response clears no more than its headers have room for', async () => {
  const junk = Array.from(
    { length: 100 },
    (_, index) => `pingone_sign_in_${String(index).padStart(16, 'x')}=junk`,
  );
  const page = await send('GET', `${both.app.url}/login`, { cookie: junk.join('; ') });
  expect(setCookies(page).filter(({ cleared }) => cleared)).not.toEqual([]);
  expect(setCookies(page).filter(({ cleared }) => !cleared)).toHaveLength(1);
  // nginx refuses 4 kB.
  expect(headerBytes(page)).toBeLessThan(3_500);
});

test('cookies of other apps are not cleared', async () => {
  const cookie = Array.from({ length: 8 }, (_, index) => `other_${index}=value`).join('; ');
  const page = await send('GET', `${both.app.url}/login`, { cookie });
  expect(setCookies(page).filter(({ cleared }) => cleared)).toEqual([]);
});

test('five cookies with a return_to of 512 bytes fit into the headers that proxies accept', async () => {
  const returnTo = `/${'p'.repeat(511)}`;
  const browser = createBrowser();
  const started: Started[] = [];
  for (let index = 0; index < 5; index += 1) {
    started.push(await startIn(browser, `/login?return_to=${encodeURIComponent(returnTo)}`));
  }
  const header = browser.cookies().join('; ');
  expect(Math.max(...browser.cookies().map((cookie) => cookie.length))).toBeLessThan(4096);
  expect(header.length).toBeLessThan(12 * 1024);
  const page = await started[0]?.finish();
  expect(page).toMatchObject({ status: 303, headers: { location: returnTo } });
});

test('of two cookies with one name the first counts', async () => {
  const browser = createBrowser();
  const { callbackUrl, cookie } = await startIn(browser);
  const page = await send('GET', callbackUrl, {
    cookie: `${cookie.name}=nonsense; ${cookie.name}=${cookie.value}`,
  });
  expectRefused(page, 400, 'sign_in_unreadable');
});
