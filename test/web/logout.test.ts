// POST /logout: from a page of this app alone, ended here first, then at PingOne.

import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createEmbeddedState } from '../../src/web/shared-state.ts';
import { startApp } from '../helpers/app.ts';
import { type Browser, createBrowser } from '../helpers/browser.ts';
import { signInAtStandIn } from '../helpers/flow.ts';
import { CLIENT_ID, startStandIn } from '../helpers/stand-in.ts';
import { type Both, expectRefused, isSignedIn, send, setCookies, startBoth } from './helpers.ts';

let both: Both;
beforeAll(async () => {
  both = await startBoth();
});
afterAll(() => both.close());

async function signedIn({ app, standIn }: Pick<Both, 'app' | 'standIn'> = both): Promise<Browser> {
  const browser = createBrowser();
  await signInAtStandIn(browser, app.url, standIn);
  return browser;
}

const logout = (browser: Browser, headers: Record<string, string> = {}, url = both.app.url) =>
  send('POST', `${url}/logout`, { cookie: browser.cookies().join('; '), ...headers });

const REFUSED: (() => Record<string, string>)[] = [
  () => ({}),
  () => ({ 'sec-fetch-site': 'cross-site' }),
  () => ({ 'sec-fetch-site': 'same-site' }),
  () => ({ 'sec-fetch-site': 'none' }),
  () => ({ 'sec-fetch-site': '' }),
  () => ({ 'sec-fetch-site': 'SAME-ORIGIN' }),
  () => ({ 'sec-fetch-site': 'same-origin, cross-site' }),
  // What the browser says counts before what the page might.
  () => ({ 'sec-fetch-site': 'cross-site', origin: both.app.url }),
  () => ({ origin: 'null' }),
  () => ({ origin: 'https://evil.example' }),
  () => ({ origin: `${both.app.url}.evil.example` }),
  () => ({ origin: `${both.app.url}/` }),
  () => ({ origin: both.app.url.replace('localhost', '127.0.0.1') }),
  () => ({ origin: `http://localhost:${both.app.port + 1}` }),
  () => ({ origin: 'http://localhost' }),
  () => ({ referer: `${both.app.url}/profile` }),
];

test('a sign-out that no page of this app asked for is refused, and whoever is signed in stays so', async () => {
  const browser = await signedIn();
  for (const headers of REFUSED) {
    const page = await logout(browser, headers());
    expectRefused(page, 403, 'cross_site_request');
    expect(page.headers['set-cookie']).toBeUndefined();
  }
  expect(await isSignedIn(browser, both.app.url)).toBe(true);
});

test.each([
  ['Sec-Fetch-Site: same-origin', () => ({ 'sec-fetch-site': 'same-origin', origin: both.app.url })],
  [
    'Sec-Fetch-Site: same-origin with Origin: null',
    () => ({ 'sec-fetch-site': 'same-origin', origin: 'null' }),
  ],
  ['no Sec-Fetch-Site and our own Origin', () => ({ origin: both.app.url })],
])('with %s it ends the session and goes to PingOne’s sign-off', async (_, headers) => {
  const browser = await signedIn();
  const page = await logout(browser, headers());
  expect(page.status).toBe(303);
  const url = new URL(page.location ?? '');
  expect(url.origin + url.pathname).toBe(`${both.standIn.issuer}/signoff`);
  expect(Object.fromEntries(url.searchParams)).toEqual({
    id_token_hint: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    client_id: CLIENT_ID,
    post_logout_redirect_uri: `${both.app.url}/`,
    state: expect.stringMatching(/^[\w-]{22}$/),
  });
  // The id token stands in the Location, as the protocol asks, and nowhere else.
  expect(page.body).toBe('');
  const cleared = { value: '', attributes: ['httponly', 'path=/', 'samesite=lax'], cleared: true };
  expect(setCookies(page)).toEqual([
    { name: 'pingone_session', ...cleared },
    { name: 'pingone_flow', ...cleared },
  ]);
  // The browser still has the old cookie: it is dead, followed or not.
  expect(await isSignedIn(browser, both.app.url)).toBe(false);
});

test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])(
  '%s /logout signs nobody out',
  async (method) => {
    const browser = await signedIn();
    const headers = { cookie: browser.cookies().join('; '), 'sec-fetch-site': 'same-origin' };
    const page = await send(method, `${both.app.url}/logout`, headers);
    expect(page).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    expect(await isSignedIn(browser, both.app.url)).toBe(true);
  },
);

test('a body, of whatever kind, changes nothing', async () => {
  const browser = await signedIn();
  const form = { return_to: 'https://evil.example', post_logout_redirect_uri: 'https://evil.example' };
  const page = await browser.post(`${both.app.url}/logout?return_to=https://evil.example`, form);
  expect(page.location).toContain(`${both.standIn.issuer}/signoff?`);
  expect(page.location).not.toContain('evil');
});

test('nobody signed in: it goes to PingOne all the same, without a hint', async () => {
  const page = await createBrowser().post(`${both.app.url}/logout`);
  expect(page.status).toBe(303);
  expect(page.location).toContain(`${both.standIn.issuer}/signoff?client_id=`);
  expect(page.location).not.toContain('id_token_hint');
});

test('one browser’s sign-out leaves the other browser’s session alone', async () => {
  const [laptop, phone] = [await signedIn(), await signedIn()];
  await laptop.post(`${both.app.url}/logout`);
  expect(await isSignedIn(laptop, both.app.url)).toBe(false);
  expect(await isSignedIn(phone, both.app.url)).toBe(true);
});

test('without an end_session_endpoint it signs out here and says so', async () => {
  const local = await startBoth();
  onTestFinished(local.close);
  delete local.standIn.metadata['end_session_endpoint'];
  const browser = await signedIn(local);
  const page = await browser.post(`${local.app.url}/logout`);
  expect(page.status).toBe(303);
  expect(new URL(page.location ?? '').origin).toBe(local.app.url);
  expect((await browser.open(page.location ?? '')).body).toContain('You are signed out of this app.');
  expect(await isSignedIn(browser, local.app.url)).toBe(false);
});

test('with discovery down it signs out here all the same', async () => {
  const sessionStore = createEmbeddedState().sessions;
  const first = await startBoth({ sessionStore });
  const browser = await signedIn(first);
  await first.close();

  // A process that has never seen the discovery document, with a session that another one made.
  const gone = await startStandIn();
  await gone.close();
  const later = await startApp(gone, { sessionStore, port: first.app.port });
  onTestFinished(later.close);
  expect(await isSignedIn(browser, later.url)).toBe(true);
  const page = await browser.post(`${later.url}/logout`);
  expect(page.status).toBe(303);
  expect(new URL(page.location ?? '').origin).toBe(later.url);
  expect(await isSignedIn(browser, later.url)).toBe(false);
  expect(later.events('not signed off at PingOne')).toMatchObject([{ level: 'warn' }]);
});
