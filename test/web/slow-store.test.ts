// A session store that takes its time: nobody arrives before their session, and nothing brings an ended one back.

import { request } from 'undici';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { signInAtStandIn } from '../helpers/flow.ts';
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

/** The answer's head, as soon as it is there: browsers follow a redirect without waiting for its body. */
async function headOf(url: string, cookies: string[]) {
  const { statusCode, headers, body } = await request(url, { headers: { cookie: cookies.join('; ') } });
  return { status: statusCode, cookies: setCookies({ headers }), end: () => body.dump() };
}

test('with a store that takes 200 ms a browser arrives at /profile signed in', async () => {
  Object.assign(store.before, { get: slowly, set: slowly, destroy: slowly });
  const browser = createBrowser();
  const { callbackUrl } = await start(browser, both.app.url, both.standIn);
  const head = await headOf(callbackUrl, browser.cookies());
  expect(head.status).toBe(303);
  for (const { name, value, cleared } of head.cookies) if (!cleared) browser.setCookie(name, value);
  expect(await isSignedIn(browser, both.app.url)).toBe(true);
  await browser.post(`${both.app.url}/logout`);
  await head.end();
  expect(store.held.size).toBe(0);
});

test('a sign-out right after a sign-in is not undone by a second save behind the answer', async () => {
  const second = gate();
  onTestFinished(second.open);
  let saves = 0;
  store.before.set = () => {
    saves += 1;
    return saves === 1 ? undefined : second.opened;
  };
  const browser = createBrowser();
  const { callbackUrl } = await start(browser, both.app.url, both.standIn);
  const head = await headOf(callbackUrl, browser.cookies());
  for (const { name, value, cleared } of head.cookies) if (!cleared) browser.setCookie(name, value);
  const session = browser.cookies().find((cookie) => cookie.startsWith('pingone_session=')) ?? '';
  expect((await browser.post(`${both.app.url}/logout`)).status).toBe(303);
  second.open();
  await head.end();
  browser.setCookie('pingone_session', session.slice('pingone_session='.length));
  expect(await isSignedIn(browser, both.app.url)).toBe(false);
  expect(store.held.size).toBe(0);
});

test('a page that is still on its way does not bring back a session that ended meanwhile', async () => {
  const browser = createBrowser();
  await signInAtStandIn(browser, both.app.url, both.standIn);
  const late = gate();
  onTestFinished(late.open);
  store.before.set = () => late.opened;
  const profile = await headOf(`${both.app.url}/profile`, browser.cookies());
  expect((await browser.post(`${both.app.url}/logout`)).status).toBe(303);
  late.open();
  await profile.end();
  expect(store.held.size).toBe(0);
});

test('nor does a sign-in that fails after the sign-out', async () => {
  const browser = createBrowser();
  await signInAtStandIn(browser, both.app.url, both.standIn);
  const { callbackUrl } = await start(browser, both.app.url, both.standIn);
  const [arrived, released] = [gate(), gate()];
  both.standIn.scripts['token'] = async () => {
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

test('a session is saved once for each sign-in', async () => {
  let saves = 0;
  store.before.set = () => {
    saves += 1;
    return undefined;
  };
  await signInAtStandIn(createBrowser(), both.app.url, both.standIn);
  expect(saves).toBe(1);
});
