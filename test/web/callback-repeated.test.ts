// The same callback more than once: reload, back, a second tab, a replay. One code makes one token request.

import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { startApp } from '../helpers/app.ts';
import { createBrowser, type Page } from '../helpers/browser.ts';
import { signInAtStandIn } from '../helpers/flow.ts';
import { type Both, expectRefused, gate, isSignedIn, start, startBoth } from './helpers.ts';
import { TestStore } from './test-store.ts';

let both: Both;
beforeEach(async () => {
  both = await startBoth();
  return both.close;
});

/** Makes the token endpoint wait; what it returns resolves when a token request has come. */
function holdTokenEndpoint() {
  const [arrived, released] = [gate(), gate()];
  both.standIn.scripts['token'] = async () => {
    arrived.open();
    await released.opened;
    const { accessToken } = both.standIn;
    const id_token = await both.standIn.idToken();
    return { body: { access_token: accessToken, token_type: 'Bearer', id_token } };
  };
  return { arrived: arrived.opened, release: released.open };
}

test('sent twice in parallel it makes one token request, and one of the two signs in', async () => {
  const browser = createBrowser();
  const { arrived, release } = holdTokenEndpoint();
  const { callbackUrl } = await start(browser, both.app.url, both.standIn);
  const first = browser.get(callbackUrl);
  await arrived;
  const others = await Promise.all([1, 2, 3].map(() => browser.get(callbackUrl)));
  for (const page of others) expectRefused(page, 400, 'sign_in_used');
  release();
  expect(await first).toMatchObject({ status: 303, location: `${both.app.url}/profile` });
  expect(both.standIn.requestsTo('token')).toHaveLength(1);
  expect(await isSignedIn(browser, both.app.url)).toBe(true);
});

test('ten at the very same moment make one token request', async () => {
  const browser = createBrowser();
  const { callbackUrl } = await start(browser, both.app.url, both.standIn);
  const cookies = browser.cookies();
  const pages = await Promise.all(
    Array.from({ length: 10 }, () => {
      const tab = createBrowser();
      for (const cookie of cookies) tab.setCookie(...(cookie.split(/=(.*)/s, 2) as [string, string]));
      return tab.get(callbackUrl);
    }),
  );
  expect(pages.map(({ status }) => status).sort()).toEqual([303, ...Array(9).fill(400)]);
  expect(both.standIn.requestsTo('token')).toHaveLength(1);
});

test('two in one packet, both read before either cookie is open, make one token request', async () => {
  const browser = createBrowser();
  const { callbackUrl } = await start(browser, both.app.url, both.standIn);
  const { pathname, search, host } = new URL(callbackUrl);
  const head = `Host: ${host}\r\nCookie: ${browser.cookies().join('; ')}\r\n`;
  const request = (last: string) => `GET ${pathname}${search} HTTP/1.1\r\n${head}${last}\r\n`;
  const socket = connect(both.app.port, 'localhost');
  socket.write(request('') + request('Connection: close\r\n'));
  let answers = '';
  socket.on('data', (chunk) => {
    answers += chunk;
  });
  await once(socket, 'close');
  const statuses = [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1]);
  // Which of the two goes on is left to chance.
  expect(statuses.sort()).toEqual(['303', '400']);
  expect(both.standIn.requestsTo('token')).toHaveLength(1);
});

test('reload and back lead to the profile while somebody is signed in', async () => {
  const browser = createBrowser();
  const { callbackUrl, cookie } = await start(browser, both.app.url, both.standIn, '/login?return_to=/');
  expect((await browser.get(callbackUrl)).location).toBe(`${both.app.url}/`);
  expect(await browser.get(callbackUrl)).toMatchObject({ status: 303, location: `${both.app.url}/profile` });
  // Also with a cookie that the browser should not have any more.
  browser.setCookie(cookie.name, cookie.value);
  expect(await browser.get(callbackUrl)).toMatchObject({ status: 303, location: `${both.app.url}/profile` });
  expect(both.standIn.requestsTo('token')).toHaveLength(1);
});

test('they do so after a restart, when the session alone remembers the state', async () => {
  const sessionStore = new TestStore();
  const first = await startApp(both.standIn, { sessionStore });
  const browser = createBrowser();
  const { callbackUrl, cookie } = await start(browser, first.url, both.standIn);
  await browser.get(callbackUrl);
  await first.close();

  const second = await startApp(both.standIn, { sessionStore, port: first.port });
  onTestFinished(second.close);
  browser.setCookie(cookie.name, cookie.value);
  expect(await browser.get(callbackUrl)).toMatchObject({ status: 303, location: `${second.url}/profile` });
  expect(both.standIn.requestsTo('token')).toHaveLength(1);
});

test('after sign-out they end on a page that says the link was used', async () => {
  const browser = createBrowser();
  const { callbackUrl, cookie } = await start(browser, both.app.url, both.standIn);
  await browser.get(callbackUrl);
  await browser.post(`${both.app.url}/logout`);
  expectRefused(await browser.get(callbackUrl), 400, 'sign_in_used');
  browser.setCookie(cookie.name, cookie.value);
  expectRefused(await browser.get(callbackUrl), 400, 'sign_in_used');
  expect(browser.cookies()).toEqual([]);
  expect(both.standIn.requestsTo('token')).toHaveLength(1);
});

test.each([
  ['refused', { status: 400, body: { error: 'invalid_grant' } }, 'token_invalid_grant'],
  ['failed', { status: 500, body: 'oops' }, 'pingone_failed'],
])('a code whose first use was %s is not sent again', async (_, answer, code) => {
  const browser = createBrowser();
  both.standIn.scripts['token'] = () => answer;
  const { callbackUrl, cookie } = await start(browser, both.app.url, both.standIn);
  expectRefused(await browser.get(callbackUrl), 502, code);
  delete both.standIn.scripts['token'];
  expectRefused(await browser.get(callbackUrl), 502, code);
  browser.setCookie(cookie.name, cookie.value);
  expectRefused(await browser.get(callbackUrl), 502, code);
  expect(both.standIn.requestsTo('token')).toHaveLength(1);
});

test('repeated, it shows what it ended with as long as its record is there, and counts as one failure', async () => {
  const browser = createBrowser();
  both.standIn.claims = { aud: 'another' };
  const { callbackUrl, finish } = await start(browser, both.app.url, both.standIn);
  const first = await finish();
  const again = await browser.get(callbackUrl);
  const withoutIds = ({ body }: Page) => body.replace(/[0-9a-f-]{36}/g, '');
  expect(withoutIds(again)).toBe(withoutIds(first));
  expect(again.body).toContain('aud is &#34;another&#34;.');
  expect(both.app.events('sign-in failed')).toHaveLength(1);

  // The record of a later sign-in takes its place.
  await signInAtStandIn(browser, both.app.url, both.standIn);
  expectRefused(await browser.get(callbackUrl), 400, 'sign_in_used');
  browser.dropCookies();
  expectRefused(await browser.get(callbackUrl), 400, 'sign_in_used');
});

test('another code with a used state is not sent either', async () => {
  const browser = createBrowser();
  const { callbackUrl, state, cookie } = await start(browser, both.app.url, both.standIn);
  await browser.get(callbackUrl);
  browser.dropCookies();
  browser.setCookie(cookie.name, cookie.value);
  const page = await browser.get(`${both.app.url}/callback?code=another&state=${state}`);
  expectRefused(page, 400, 'sign_in_used');
  expect(both.standIn.requestsTo('token')).toHaveLength(1);
});

test('somebody else’s browser learns nothing from a state that was used', async () => {
  const { callbackUrl, finish } = await start(createBrowser(), both.app.url, both.standIn);
  await finish();
  expectRefused(await createBrowser().get(callbackUrl), 400, 'sign_in_used');
  expect(both.standIn.requestsTo('token')).toHaveLength(1);
});
