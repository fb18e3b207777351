// POST /logout: only from a page of this app. The session ends here, and the page that says so leads on to PingOne.

import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createMemoryStores } from '../../src/stores/index.ts';
import { startApp } from '../helpers/app.ts';
import { type Browser, createBrowser } from '../helpers/browser.ts';
import { signInAtProvider } from '../helpers/flow.ts';
import { CLIENT_ID, startProviderDouble } from '../helpers/provider-double.ts';
import { type Both, expectRefused, isSignedIn, send, setCookies, startBoth } from './helpers.ts';

let both: Both;
beforeAll(async () => {
  both = await startBoth();
});
afterAll(() => both.close());

async function signedIn({
  app,
  providerDouble,
}: Pick<Both, 'app' | 'providerDouble'> = both): Promise<Browser> {
  const browser = createBrowser();
  await signInAtProvider(browser, app.url, providerDouble);
  return browser;
}

/** Signs out, and lets the browser keep the old cookie. */
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
  // Sec-Fetch-Site, which no page can set, counts before Origin.
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

test('a sign-out that no page of this app asked for is refused, and the user stays signed in', async () => {
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
])(
  'with %s a sign-out ends the session, and its page says so and leads on to PingOne’s sign-off',
  async (_, headers) => {
    const browser = await signedIn();
    const page = await logout(browser, headers());
    // No redirect: browsers check form-action on each redirect after a form, and the app cannot know them all.
    expect(page).toMatchObject({ status: 200, headers: { 'referrer-policy': 'no-referrer' } });
    expect(page.body).toContain('You are signed out of this app.');
    const url = new URL(page.leadsTo ?? '');
    expect(url.origin + url.pathname).toBe(`${both.providerDouble.issuer}/signoff`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      id_token_hint: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      client_id: CLIENT_ID,
      post_logout_redirect_uri: `${both.app.url}/`,
      state: expect.stringMatching(/^[\w-]{22}$/),
    });
    // The page has a link, too, and neither a script nor the ID token anywhere else.
    const address = url.href.replaceAll('&', '&amp;');
    expect(page.body.split(address)).toHaveLength(3);
    expect(page.body).toContain(`<a class="button" href="${address}">`);
    expect(page.body).not.toContain('<script');
    const cleared = { value: '', attributes: ['httponly', 'path=/', 'samesite=lax'], cleared: true };
    expect(setCookies(page)).toEqual([
      { name: 'pingone_flow', ...cleared },
      { name: 'pingone_session', ...cleared },
    ]);
    // The browser still has the old cookie: it opens nothing, whether the browser goes on to PingOne or not.
    expect(await isSignedIn(browser, both.app.url)).toBe(false);
  },
);

test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])(
  '%s /logout does not sign the user out',
  async (method) => {
    const browser = await signedIn();
    const headers = { cookie: browser.cookies().join('; '), 'sec-fetch-site': 'same-origin' };
    const page = await send(method, `${both.app.url}/logout`, headers);
    expect(page).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    expect(await isSignedIn(browser, both.app.url)).toBe(true);
  },
);

test('neither a body nor a query changes where a sign-out leads', async () => {
  const browser = await signedIn();
  const form = { return_to: 'https://evil.example', post_logout_redirect_uri: 'https://evil.example' };
  const page = await browser.post(`${both.app.url}/logout?return_to=https://evil.example`, form);
  expect(page.leadsTo).toContain(`${both.providerDouble.issuer}/signoff?`);
  expect(page.body).not.toContain('evil');
});

test('without a session, a sign-out still leads to PingOne, without an id_token_hint', async () => {
  const page = await createBrowser().post(`${both.app.url}/logout`);
  expect(page.status).toBe(200);
  expect(page.leadsTo).toContain(`${both.providerDouble.issuer}/signoff?client_id=`);
  expect(page.leadsTo).not.toContain('id_token_hint');
});

test('a sign-out in one browser does not end the session in another browser', async () => {
  const [laptop, phone] = [await signedIn(), await signedIn()];
  await laptop.post(`${both.app.url}/logout`);
  expect(await isSignedIn(laptop, both.app.url)).toBe(false);
  expect(await isSignedIn(phone, both.app.url)).toBe(true);
});

test('without an end_session_endpoint a sign-out ends the session here, and the page says so', async () => {
  const local = await startBoth();
  onTestFinished(local.close);
  delete local.providerDouble.metadata['end_session_endpoint'];
  const browser = await signedIn(local);
  const page = await browser.post(`${local.app.url}/logout`);
  expect(page.status).toBe(200);
  expect(page).not.toHaveProperty('leadsTo');
  expect(page.body).toContain('You are signed out of this app.');
  expect(page.body).toContain('You may still have a session at PingOne');
  expect(await isSignedIn(browser, local.app.url)).toBe(false);
});

test('if PingOne did not respond to the last request, the page stays until the user follows its link', async () => {
  const local = await startBoth();
  onTestFinished(local.close);
  const isAway = async (browser: Browser) => {
    const page = await browser.post(`${local.app.url}/logout`);
    expect(page.status).toBe(200);
    expect(page.body).toMatch(/<a class="button" href="[^"]+\/signoff\?/);
    expect(page.body.includes('did not respond')).toBe(page.leadsTo === undefined);
    return page.leadsTo === undefined;
  };
  expect(await isAway(await signedIn(local))).toBe(false);

  const browser = await signedIn(local);
  local.providerDouble.scripts['token'] = (_, response) => void response.destroy();
  expect((await browser.post(`${local.app.url}/refresh`)).status).toBe(503);
  expect(await isAway(browser)).toBe(true);
  // Another user's sign-in fails at PingOne: it has signed no user in since.
  local.providerDouble.scripts['token'] = () => ({ status: 400, body: { error: 'invalid_grant' } });
  expect(await isAway(await signedIn(local))).toBe(true);
  // Every response counts, even one that asks to wait.
  delete local.providerDouble.scripts['token'];
  const later = await signedIn(local);
  local.providerDouble.scripts['token'] = () => ({ status: 429 });
  expect((await later.post(`${local.app.url}/refresh`)).status).toBe(503);
  expect(await isAway(later)).toBe(false);
});

test('if discovery fails, a sign-out still ends the session here', async () => {
  const sessionStore = createMemoryStores().sessions;
  const first = await startBoth({ sessionStore });
  const browser = await signedIn(first);
  await first.close();

  // A process that has never seen the discovery document, with a session that another process made.
  const gone = await startProviderDouble();
  await gone.close();
  const later = await startApp(gone, { sessionStore, port: first.app.port });
  onTestFinished(later.close);
  expect(await isSignedIn(browser, later.url)).toBe(true);
  const page = await browser.post(`${later.url}/logout`);
  expect(page.status).toBe(200);
  expect(page).not.toHaveProperty('leadsTo');
  expect(await isSignedIn(browser, later.url)).toBe(false);
  expect(later.events('sign-off URL not available')).toMatchObject([{ level: 'warn' }]);
});
