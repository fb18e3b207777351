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

async function expectAllToEnd(started: Started[], order: number[]): Promise<void> {
  for (const index of order) {
    const page = await started[index]?.finish();
    expect(page).toMatchObject({ status: 303, location: `${both.app.url}/profile?tab=${index}` });
  }
}

test.each([[[0, 1]], [[1, 0]], [[0, 1, 2, 3, 4]], [[4, 3, 2, 1, 0]], [[2, 4, 0, 3, 1]]])(
  'sign-ins that run side by side end in the order %j, each where it was to lead',
  async (order) => {
    const browser = createBrowser();
    const started = await startInTurn(browser, order.length);
    await expectAllToEnd(started, order);
    expect(browser.cookies().filter((cookie) => cookie.startsWith('pingone_sign_in_'))).toEqual([]);
  },
);

test('five that start in parallel in a browser without any cookie all end', async () => {
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

test('the sixth takes the place of the oldest, which ends on a page that says why', async () => {
  const browser = createBrowser();
  const started = await startInTurn(browser, 6);
  const page = await started[0]?.finish();
  expect(page).toBeDefined();
  if (page) expectRefused(page, 400, 'sign_in_unknown');
  expect(page?.body).toContain('5 newer sign-ins');
  expect(await isSignedIn(browser, both.app.url)).toBe(false);
  await expectAllToEnd(started, [1, 2, 3, 4, 5]);
});

test('forty in parallel do not shut the browser out: the next one clears what is too much', async () => {
  const browser = createBrowser();
  await Promise.all(
    Array.from({ length: 40 }, () => browser.get(`${both.app.url}/login?return_to=/${'p'.repeat(400)}`)),
  );
  expect(browser.cookies().join('; ').length).toBeGreaterThan(32 * 1024);
  // Each response has room for few of them.
  for (let index = 0; index < 40; index += 1)
    expect((await browser.get(`${both.app.url}/login`)).status).toBe(302);
  expect(browser.cookies()).toHaveLength(5);
});

test('after twenty there are still five', async () => {
  const browser = createBrowser();
  await startInTurn(browser, 20);
  expect(browser.cookies()).toHaveLength(5);
});

test('among too many, those that do not open go first', async () => {
  const browser = createBrowser();
  browser.setCookie('pingone_sign_in_AAAAAAAAAAAAAAAA', 'nonsense');
  browser.setCookie('pingone_sign_in_BBBBBBBBBBBBBBBB', 'e.e.e.e.e');
  const started = await startInTurn(browser, 5);
  const names = browser.cookies().map((cookie) => cookie.split('=')[0]);
  expect(names.sort()).toEqual(started.map(({ cookie }) => cookie.name).sort());
  await expectAllToEnd(started, [0, 1, 2, 3, 4]);
});

test('of a hundred that do not open, no more are cleared at once than a response can carry', async () => {
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

test('cookies of others are left alone', async () => {
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
