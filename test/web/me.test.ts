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
  both.providerDouble.tokenChanges = { expires_in };
  const browser = createBrowser();
  await signInAtProvider(browser, both.app.url, both.providerDouble);
  both.providerDouble.received.length = 0;
  both.providerDouble.tokenChanges = { access_token: 'fresh', id_token: undefined, expires_in: 60 };
  return browser;
}

const later = (seconds: number) => void vi.setSystemTime(Date.now() + seconds * 1000);
const refreshes = () => both.providerDouble.requestsTo('token').length;
const tokenOf = async (browser: Browser) => JSON.parse((await browser.get(url)).body).came;

test('until the access token expires, /api/me uses the token of the sign-in, and the response is JSON', async () => {
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
  ['which expires within seconds', 3600, 3580],
  ['with a short lifetime, after half of it', 20, 11],
])('the app replaces a token %s once, and keeps the new token', async (_, expiresIn, seconds) => {
  const browser = await signedIn(expiresIn);
  later(seconds);
  expect(await tokenOf(browser)).toBe('Bearer fresh');
  expect(await tokenOf(browser)).toBe('Bearer fresh');
  expect(refreshes()).toBe(1);
});

test('20 requests whose token has expired make one token request, and all use the new token', async () => {
  const browser = await signedIn(3600);
  later(3601);
  const tokens = await Promise.all(Array.from({ length: 20 }, () => tokenOf(browser)));
  expect(new Set(tokens)).toEqual(new Set(['Bearer fresh']));
  expect(refreshes()).toBe(1);
});

test('without expires_in the app cannot know when the token expires, and uses it', async () => {
  const browser = await signedIn(undefined);
  later(25 * 60);
  expect(await tokenOf(browser)).toBe(`Bearer ${both.providerDouble.accessToken}`);
});

test('if PingOne refuses the refresh, the user is signed out, and the response says so', async () => {
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
])('if the API %s, the response is 502 and quotes nothing of it', async (_, script) => {
  const browser = await signedIn(3600);
  both.providerDouble.scripts['userinfo'] = script;
  const page = await browser.get(url);
  expect(page).toMatchObject({ status: 502, body: '{"error":"api_call_failed"}' });
  expect(both.app.log()).not.toContain('canary');
  expect(both.providerDouble.requestsTo('userinfo')).toHaveLength(1);
});

test('without a session, a navigation is redirected to the sign-in, and a script gets 401', async () => {
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
