// A slow session store: no redirect comes before the session is saved, and nothing brings an ended session back.

import { request } from 'undici';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { signInAtProvider } from '../helpers/flow.ts';
import { type Both, gate, isSignedIn, setCookies, start, startBoth } from './helpers.ts';
import { TestStore } from './test-store.ts';

let store: TestStore;
let both: Both;
beforeEach(async () => {
  store = new TestStore();
  both = await startBoth({ sessionStore: store });
  return both.close;
});

const slowly = () => new Promise((resolve) => setTimeout(resolve, 200));

/** The head of the response, as soon as it is there: browsers follow a redirect without waiting for its body. */
async function headOf(url: string, cookies: string[]) {
  const { statusCode, headers, body } = await request(url, { headers: { cookie: cookies.join('; ') } });
  return { status: statusCode, cookies: setCookies({ headers }), end: () => body.dump() };
}

test('with a store that takes 200 ms a browser arrives at /profile signed in', async () => {
  Object.assign(store.before, { get: slowly, set: slowly, destroy: slowly });
  const browser = createBrowser();
  const { callbackUrl } = await start(browser, both.app.url, both.providerDouble);
  const head = await headOf(callbackUrl, browser.cookies());
  expect(head.status).toBe(303);
  for (const { name, value, cleared } of head.cookies) if (!cleared) browser.setCookie(name, value);
  expect(await isSignedIn(browser, both.app.url)).toBe(true);
  await browser.post(`${both.app.url}/logout`);
  await head.end();
  expect(store.held.size).toBe(0);
});

test('a sign-in saves nothing after its response, so that a sign-out right after it stays in effect', async () => {
  let saves = 0;
  store.before.set = () => {
    saves += 1;
    return slowly();
  };
  const browser = createBrowser();
  const { callbackUrl } = await start(browser, both.app.url, both.providerDouble);
  const head = await headOf(callbackUrl, browser.cookies());
  const savesBefore = saves;
  await head.end();
  await slowly();
  expect([head.status, saves]).toEqual([303, savesBefore]);
});

test('a response in progress does not bring back a session that has ended meanwhile', async () => {
  const browser = createBrowser();
  await signInAtProvider(browser, both.app.url, both.providerDouble);
  const late = gate();
  onTestFinished(late.open);
  store.before.set = () => late.opened;
  const profile = await headOf(`${both.app.url}/profile`, browser.cookies());
  expect((await browser.post(`${both.app.url}/logout`)).status).toBe(200);
  late.open();
  await profile.end();
  expect(store.held.size).toBe(0);
});

test('a sign-in that fails after a sign-out does not bring back the session', async () => {
  const browser = createBrowser();
  await signInAtProvider(browser, both.app.url, both.providerDouble);
  const { callbackUrl } = await start(browser, both.app.url, both.providerDouble);
  const [arrived, released] = [gate(), gate()];
  both.providerDouble.scripts['token'] = async () => {
    arrived.open();
    await released.opened;
    return { status: 400, body: { error: 'invalid_grant' } };
  };
  const callback = browser.get(callbackUrl);
  await arrived.opened;
  await browser.post(`${both.app.url}/logout`);
  released.open();
  expect((await callback).status).toBe(502);
  expect(store.held.size).toBe(0);
});
