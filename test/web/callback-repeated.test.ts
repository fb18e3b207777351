// The same callback more than once: delivered twice by the network, reload, back, a second tab, a replay. One code makes one
// token request, and a second delivery of the same request gets the result of the first.

import { once } from 'node:events';
import { connect } from 'node:net';
import { request } from 'undici';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { startApp } from '../helpers/app.ts';
import { type Browser, createBrowser } from '../helpers/browser.ts';
import { type Both, expectRefused, gate, isSignedIn, start, startBoth } from './helpers.ts';
import { TestStore } from './test-store.ts';

let both: Both;
beforeEach(async () => {
  both = await startBoth();
  return both.close;
});

/** Makes the token endpoint wait. `arrived` resolves when a token request has come. */
function holdTokenEndpoint() {
  const [arrived, released] = [gate(), gate()];
  both.providerDouble.scripts['token'] = async () => {
    arrived.open();
    await released.opened;
    const { accessToken } = both.providerDouble;
    const id_token = await both.providerDouble.idToken();
    return { body: { access_token: accessToken, token_type: 'Bearer', id_token } };
  };
  return { arrived: arrived.opened, release: released.open };
}

/** A browser with only these cookies, for a second delivery. */
function browserWith(cookies: string[]): Browser {
  const browser = createBrowser();
  for (const cookie of cookies) browser.setCookie(...(cookie.split(/=(.*)/s, 2) as [string, string]));
  return browser;
}

test('a callback that the network delivers twice joins the sign-in in progress, and each response alone signs the user in', async () => {
  const browser = createBrowser();
  const { arrived, release } = holdTokenEndpoint();
  const { callbackUrl } = await start(browser, both.app.url, both.providerDouble);
  const others = [1, 2, 3].map(() => browserWith(browser.cookies()));
  const first = browser.get(callbackUrl);
  await arrived;
  const joined = others.map((other) => other.get(callbackUrl));
  release();
  for (const page of await Promise.all([first, ...joined]))
    expect(page).toMatchObject({ status: 303, location: `${both.app.url}/profile` });
  expect(both.providerDouble.requestsTo('token')).toHaveLength(1);
  for (const each of [browser, ...others]) expect(await isSignedIn(each, both.app.url)).toBe(true);
  expect(both.app.events('sign-in succeeded')).toHaveLength(1);
  // It is one session: a sign-out ends it for all.
  await browser.post(`${both.app.url}/logout`);
  for (const each of others) expect(await isSignedIn(each, both.app.url)).toBe(false);
});

test('ten deliveries of a callback at the same moment make one token request', async () => {
  const browser = createBrowser();
  const { callbackUrl } = await start(browser, both.app.url, both.providerDouble);
  const cookies = browser.cookies();
  const pages = await Promise.all(Array.from({ length: 10 }, () => browserWith(cookies).get(callbackUrl)));
  expect(pages.map(({ status }) => status)).toEqual(Array(10).fill(303));
  expect(both.providerDouble.requestsTo('token')).toHaveLength(1);
});

test('two deliveries in one packet make one token request', async () => {
  const browser = createBrowser();
  const { callbackUrl } = await start(browser, both.app.url, both.providerDouble);
  const { pathname, search, host } = new URL(callbackUrl);
  const head = `Host: ${host}\r\nCookie: ${browser.cookies().join('; ')}\r\n`;
  const requestOf = (last: string) => `GET ${pathname}${search} HTTP/1.1\r\n${head}${last}\r\n`;
  const socket = connect(both.app.port, 'localhost');
  socket.write(requestOf('') + requestOf('Connection: close\r\n'));
  let responses = '';
  socket.on('data', (chunk) => {
    responses += chunk;
  });
  await once(socket, 'close');
  const statuses = [...responses.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1]);
  expect(statuses).toEqual(['303', '303']);
  expect(both.providerDouble.requestsTo('token')).toHaveLength(1);
});

test('a second delivery signs the user in even if the browser gave up the first connection', async () => {
  const { arrived, release } = holdTokenEndpoint();
  const browser = createBrowser();
  const { callbackUrl } = await start(browser, both.app.url, both.providerDouble);
  const aborter = new AbortController();
  const headers = { cookie: browser.cookies().join('; ') };
  const gone = request(callbackUrl, { headers, signal: aborter.signal });
  await arrived;
  aborter.abort();
  await expect(gone).rejects.toThrow();
  const second = browser.get(callbackUrl);
  release();
  expect(await second).toMatchObject({ status: 303, location: `${both.app.url}/profile` });
  expect(await isSignedIn(browser, both.app.url)).toBe(true);
  expect(both.providerDouble.requestsTo('token')).toHaveLength(1);
});

test('a callback with another code or iss is refused while its state is in use', async () => {
  const { arrived, release } = holdTokenEndpoint();
  const browser = createBrowser();
  const { callbackUrl, state } = await start(browser, both.app.url, both.providerDouble);
  const cookies = browser.cookies();
  const first = browser.get(callbackUrl);
  await arrived;
  for (const query of [`code=another&state=${state}`, `${new URL(callbackUrl).search.slice(1)}&iss=another`])
    expectRefused(await browserWith(cookies).get(`${both.app.url}/callback?${query}`), 400, 'sign_in_used');
  release();
  expect((await first).status).toBe(303);
  expect(both.providerDouble.requestsTo('token')).toHaveLength(1);
});

test('reload and the Back button lead to the claims page while the user is signed in', async () => {
  const browser = createBrowser();
  const { callbackUrl } = await start(browser, both.app.url, both.providerDouble, '/login?return_to=/');
  expect((await browser.get(callbackUrl)).location).toBe(`${both.app.url}/`);
  expect(await browser.get(callbackUrl)).toMatchObject({ status: 303, location: `${both.app.url}/profile` });
  expect(both.providerDouble.requestsTo('token')).toHaveLength(1);
});

test('reload leads to the claims page after a restart of the app, too', async () => {
  const sessionStore = new TestStore();
  const first = await startApp(both.providerDouble, { sessionStore });
  const browser = createBrowser();
  const { callbackUrl } = await start(browser, first.url, both.providerDouble);
  await browser.get(callbackUrl);
  await first.close();

  const second = await startApp(both.providerDouble, { sessionStore, port: first.port });
  onTestFinished(second.close);
  expect(await browser.get(callbackUrl)).toMatchObject({ status: 303, location: `${second.url}/profile` });
  expect(both.providerDouble.requestsTo('token')).toHaveLength(1);
});

test('after a sign-out, neither a reload nor a cookie that was kept signs the user in again', async () => {
  const browser = createBrowser();
  const { callbackUrl, cookie } = await start(browser, both.app.url, both.providerDouble);
  await browser.get(callbackUrl);
  await browser.post(`${both.app.url}/logout`);
  expectRefused(await browser.get(callbackUrl), 400, 'sign_in_cookie_missing');
  browser.setCookie(cookie.name, cookie.value);
  expectRefused(await browser.get(callbackUrl), 400, 'sign_in_used');
  expect(browser.cookies()).toEqual([]);
  expect(both.providerDouble.requestsTo('token')).toHaveLength(1);
});

test.each([
  ['refused', { status: 400, body: { error: 'invalid_grant' } }, 'token_invalid_grant'],
  ['failed', { status: 500, body: 'oops' }, 'pingone_failed'],
])('a code whose first use was %s is not sent again', async (_, response, code) => {
  const browser = createBrowser();
  both.providerDouble.scripts['token'] = () => response;
  const { callbackUrl, cookie } = await start(browser, both.app.url, both.providerDouble);
  expectRefused(await browser.get(callbackUrl), 502, code);
  delete both.providerDouble.scripts['token'];
  expectRefused(await browser.get(callbackUrl), 400, 'sign_in_cookie_missing');
  // Within seconds it counts as the same delivery, with the same result.
  browser.setCookie(cookie.name, cookie.value);
  expectRefused(await browser.get(callbackUrl), 502, code);
  expect(both.providerDouble.requestsTo('token')).toHaveLength(1);
});

test('another browser learns nothing from a state that was used', async () => {
  const { callbackUrl, finish } = await start(createBrowser(), both.app.url, both.providerDouble);
  await finish();
  expectRefused(await createBrowser().get(callbackUrl), 400, 'sign_in_cookie_missing');
  expect(both.providerDouble.requestsTo('token')).toHaveLength(1);
});
