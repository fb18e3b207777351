// A session store that never answers, or throws where it is called: every page ends, none is half a sign-in.

import { beforeEach, expect, test } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { signInAtStandIn } from '../helpers/flow.ts';
import { type Both, codeOn, isOfRecord, start, startBoth } from './helpers.ts';
import { TestStore } from './test-store.ts';

let store: TestStore;
let both: Both;
beforeEach(async () => {
  store = new TestStore();
  both = await startBoth({ sessionStore: store });
  return both.close;
});

test('one that never answers is waited for, but not for ever', async () => {
  const browser = createBrowser();
  await signInAtStandIn(browser, both.app.url, both.standIn);
  store.before.get = () => new Promise(() => {});
  const [profile, logout, home, ready] = await Promise.all([
    browser.get(`${both.app.url}/profile`),
    browser.post(`${both.app.url}/logout`),
    browser.get(both.app.url),
    browser.get(`${both.app.url}/readyz`),
  ]);
  expect([profile, logout].map(codeOn)).toEqual(Array(2).fill('session_store_unavailable'));
  expect(home.status).toBe(200);
  expect(ready).toMatchObject({ status: 503, body: expect.stringContaining('session_store_unavailable') });
});

test('one that never saves ends the sign-in, and the log counts it as a failed one', async () => {
  const browser = createBrowser();
  const { callbackUrl } = await start(browser, both.app.url, both.standIn);
  store.before.set = () => new Promise(() => {});
  expect(codeOn(await browser.get(callbackUrl))).toBe('session_store_unavailable');
  expect(browser.cookies().filter((cookie) => !isOfRecord(cookie))).toEqual([]);
  expect(both.app.events('sign-in failed')).toMatchObject([{ code: 'session_store_unavailable' }]);
});

test.each(['get', 'set', 'destroy'] as const)('one whose %s throws gives a page', async (operation) => {
  const browser = createBrowser();
  await signInAtStandIn(browser, both.app.url, both.standIn);
  const { callbackUrl } = await start(browser, both.app.url, both.standIn);
  const works = store[operation];
  store[operation] = () => {
    throw new RangeError('Maximum call stack size exceeded');
  };
  const page = await browser.get(callbackUrl);
  expect(page.status).toBe(503);
  expect(codeOn(page)).toBe('session_store_unavailable');
  if (operation === 'get') expect((await browser.get(`${both.app.url}/readyz`)).status).toBe(503);
  Object.assign(store, { [operation]: works });
  expect(both.app.events('sign-in succeeded')).toHaveLength(1);
});
