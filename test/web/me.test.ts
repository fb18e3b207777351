// GET /api/me: an API call with the user's access token, refreshed first if it has expired.

import { beforeEach, expect, test, vi } from 'vitest';
import { type Browser, createBrowser } from '../helpers/browser.ts';
import { signInAtProvider } from '../helpers/flow.ts';
import { type Script, SUBJECT } from '../helpers/provider-double.ts';
import { type Both, codeOn, expectRefused, startBoth } from './helpers.ts';

let both: Both;
let url: string;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  both = await startBoth();
  url = `${both.app.url}/api/me`;
  // Userinfo is the API, too: it says which token came.
  both.providerDouble.scripts['userinfo'] = ({ headers }) => ({
    body: { sub: SUBJECT, came: headers.authorization },
  });
  return async () => {
    vi.useRealTimers();
    await both.close();
  };
});

async function signedIn(expires_in?: number): Promise<Browser> {
  both.providerDouble.tokenAnswer = { expires_in };
  const browser = createBrowser();
  await signInAtProvider(browser, both.app.url, both.providerDouble);
  both.providerDouble.received.length = 0;
  both.providerDouble.tokenAnswer = { access_token: 'fresh', id_token: undefined, expires_in: 60 };
  return browser;
}

const later = (seconds: number) => void vi.setSystemTime(Date.now() + seconds * 1000);
const refreshes = () => both.providerDouble.requestsTo('token').length;
const tokenOf = async (browser: Browser) => JSON.parse((await browser.get(url)).body).came;

test('as long as it lasts the token is the one of the sign-in, and the response is JSON', async () => {
  const browser = await signedIn(3600);
  later(3560);
  const page = await browser.get(url);
  expect(page).toMatchObject({
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  });
  expect(JSON.parse(page.body)).toEqual({ sub: SUBJECT, came: `Bearer ${both.providerDouble.accessToken}` });
  expect(refreshes()).toBe(0);
});

test.each([
  ['which has expired', 3600, 3601],
  ['which would expire on its way', 3600, 3580],
  ['of a short life, after half of it', 20, 11],
])('in place of a token %s a new one is requested, and kept', async (_, expiresIn, seconds) => {
  const browser = await signedIn(expiresIn);
  later(seconds);
  expect(await tokenOf(browser)).toBe('Bearer fresh');
  expect(await tokenOf(browser)).toBe('Bearer fresh');
  expect(refreshes()).toBe(1);
});

test('20 requests whose token has expired make one token request, and all have the new one', async () => {
  const browser = await signedIn(3600);
  later(3601);
  const tokens = await Promise.all(Array.from({ length: 20 }, () => tokenOf(browser)));
  expect(new Set(tokens)).toEqual(new Set(['Bearer fresh']));
  expect(refreshes()).toBe(1);
});

test('without expires_in it is not known when the token expires, so it counts as good', async () => {
  const browser = await signedIn(undefined);
  later(25 * 60);
  expect(await tokenOf(browser)).toBe(`Bearer ${both.providerDouble.accessToken}`);
});

test('where the refresh is refused, the user is signed out and told so', async () => {
  const browser = await signedIn(60);
  later(61);
  both.providerDouble.scripts['token'] = () => ({ status: 400, body: { error: 'invalid_grant' } });
  expect(codeOn(await browser.get(url))).toBe('refresh_refused');
  expect((await browser.get(`${both.app.url}/profile`)).status).toBe(302);
});

test.each<[string, Script]>([
  ['refuses', () => ({ status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } })],
  ['sends no JSON', () => ({ body: 'canary' })],
  ['sends too much', () => ({ body: { sub: SUBJECT, much: 'x'.repeat(300 * 1024) } })],
  ['hangs up', (_, response) => void response.destroy()],
  ['redirects', () => ({ status: 302, headers: { location: 'https://canary.example/' } })],
])('an API that %s is a 502 without its words', async (_, script) => {
  const browser = await signedIn(3600);
  both.providerDouble.scripts['userinfo'] = script;
  const page = await browser.get(url);
  expect(page).toMatchObject({ status: 502, body: '{"error":"api_call_failed"}' });
  expect(both.app.log()).not.toContain('canary');
  expect(both.providerDouble.requestsTo('userinfo')).toHaveLength(1);
});

test('without a session a page is sent to the sign-in, and a script gets 401', async () => {
  const browser = createBrowser();
  expect(await browser.get(url)).toMatchObject({
    status: 302,
    headers: { location: '/login?return_to=%2Fapi%2Fme' },
  });
  expectRefused(
    await browser.get(url, { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }),
    401,
    'not_signed_in',
  );
});
