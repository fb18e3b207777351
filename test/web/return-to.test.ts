// return_to: a path of this app, checked when it is stored and when it is used; never another site.

import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { startApp } from '../helpers/app.ts';
import { type Browser, createBrowser, type Page } from '../helpers/browser.ts';
import { startProviderDouble } from '../helpers/provider-double.ts';
import { changedCookie } from './encrypted.ts';
import { type Both, type Started, start, startBoth } from './helpers.ts';

let both: Both;
beforeAll(async () => {
  both = await startBoth();
});
afterAll(() => both.close());

const callbackOf = (parameters: Record<string, string>) =>
  `${both.app.url}/callback?${new URLSearchParams(parameters)}`;

const HOSTILE = [
  '/..//evil.example',
  '/.//evil.example',
  '/a/../..//evil.example',
  '//evil.example',
  '///evil.example',
  '////evil.example/..',
  '/\\evil.example',
  '/\\[evil',
  '/\\evil.example:99999999',
  '\\\\evil.example',
  '\\/evil.example',
  '/profile\\..\\..\\\\evil.example',
  '/%2e%2e//evil.example',
  '/%2e//evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '\t//evil.example',
  ' //evil.example',
  '/\u0000/evil.example',
  'https://evil.example',
  'https:evil.example',
  'https:/evil.example',
  'HTTP://EVIL.EXAMPLE/',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)//',
  'data:text/html,<script>alert(1)</script>',
  'http://localhost@evil.example/',
  '@evil.example',
  '.evil.example',
  ':80@evil.example/',
  'profile',
  '?a=b',
  '#fragment',
  '',
  '/\u2028/evil.example',
  '/\uff0fevil.example',
  '/ü',
  '/profile with a space',
  '/profile\r\nSet-Cookie: a=b',
  '/"><script>',
  `/${'x'.repeat(512)}`,
  `/${'ü'.repeat(300)}`,
  '/login',
  '/login?return_to=/login',
  '/callback',
  '/callback?code=c&state=s',
  '/logout',
  '/profile/../login',
];

test.each(HOSTILE)('return_to=%j leads to the claims page', async (returnTo) => {
  const path = `/login?return_to=${encodeURIComponent(returnTo)}`;
  const started = await start(createBrowser(), both.app.url, both.providerDouble, path);
  // The app does not store it: the cookie is no longer than one without return_to.
  const plain = await start(createBrowser(), both.app.url, both.providerDouble);
  expect(started.cookie.value.length).toBe(plain.cookie.value.length);
  expect(await started.finish()).toMatchObject({ status: 303, headers: { location: '/profile' } });
});

test.each(HOSTILE)(
  'return_to=%j leads to the claims page even from a cookie that the app encrypted',
  async (returnTo) => {
    const browser = createBrowser();
    const started = await start(browser, both.app.url, both.providerDouble);
    browser.setCookie(started.cookie.name, changedCookie(started.cookie, { returnTo }));
    expect(await started.finish()).toMatchObject({ status: 303, headers: { location: '/profile' } });
  },
);

test('a full URL of this app is refused, too: only a path is accepted', async () => {
  const path = `/login?return_to=${encodeURIComponent(`${both.app.url}/`)}`;
  const started = await start(createBrowser(), both.app.url, both.providerDouble, path);
  expect((await started.finish()).headers['location']).toBe('/profile');
});

test.each([
  ['return_to=//evil.example&return_to=/', '/profile'],
  ['return_to=/&return_to=//evil.example', '/'],
  ['return_to[]=//evil.example', '/profile'],
  ['return_to[]=/', '/profile'],
  ['RETURN_TO=/', '/profile'],
])('in the query %s only the first return_to counts', async (query, location) => {
  const started = await start(createBrowser(), both.app.url, both.providerDouble, `/login?${query}`);
  expect((await started.finish()).headers['location']).toBe(location);
});

test.each([
  '/',
  '/profile',
  '/profile?tab=claims&sort=name',
  '/profile?next=https://evil.example/',
  '/profile?a=//b',
  '/profile#claims',
  '/profile?a=1#b',
  '/a%20path/with%2Fencoded?q=%C3%BC%26',
  '/a//b',
  '/@somebody',
  '/login-help',
  '/callbacks',
  `/${'x'.repeat(511)}`,
])('a sign-in with return_to=%s leads there', async (returnTo) => {
  const path = `/login?return_to=${encodeURIComponent(returnTo)}`;
  const started = await start(createBrowser(), both.app.url, both.providerDouble, path);
  expect(await started.finish()).toMatchObject({ status: 303, headers: { location: returnTo } });
});

const TO_ORDERS = '?return_to=%2Forders%3Fid%3D1';

/** Where the two links to try again lead. */
function linksOn({ body }: Page): (string | undefined)[] {
  const links =
    /<a class="button" href="([^"]+)">Try again<\/a>\s+<a class="button quiet" href="([^"]+)">Use another/;
  return (
    links
      .exec(body)
      ?.slice(1)
      .map((href) => href.replace(both.app.url, '')) ?? []
  );
}

test.each<[string, number, (started: Started, browser: Browser) => Promise<Page>]>([
  ['is declined', 403, ({ state }, browser) => browser.get(callbackOf({ state, error: 'access_denied' }))],
  [
    'fails at the token endpoint',
    502,
    async (started) => {
      both.providerDouble.scripts['token'] = () => ({ status: 400, body: { error: 'invalid_grant' } });
      return started.finish();
    },
  ],
  [
    'is delivered a second time',
    400,
    async (started, browser) => {
      await started.finish();
      const { name, value } = started.cookie;
      browser.dropCookies();
      browser.setCookie(name, value);
      return browser.get(`${started.callbackUrl}&again=1`);
    },
  ],
  [
    'took longer than 30 minutes',
    400,
    async (started) => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31 * 60_000 });
      return started.finish();
    },
  ],
])('after a sign-in that %s, the links to try again lead to the same page', async (_, status, fail) => {
  onTestFinished(() => {
    vi.useRealTimers();
    delete both.providerDouble.scripts['token'];
  });
  const browser = createBrowser();
  const started = await start(browser, both.app.url, both.providerDouble, `/login${TO_ORDERS}`);
  const page = await fail(started, browser);
  expect(page.status).toBe(status);
  expect(linksOn(page)).toEqual([`/login${TO_ORDERS}`, `/switch-user${TO_ORDERS}`]);
});

test('after a sign-in that could not start, also from the portal, the link to try again leads to the same page', async () => {
  const gone = await startProviderDouble();
  await gone.close();
  const app = await startApp(gone);
  onTestFinished(app.close);
  const portal = new URLSearchParams({ iss: gone.issuer, target_link_uri: `${app.url}/orders?id=1` });
  for (const query of [TO_ORDERS, `?${portal}`]) {
    const page = await createBrowser().get(`${app.url}/login${query}`);
    expect(page.status).toBe(503);
    expect(page.body).toContain(`href="${app.url}/login${TO_ORDERS}">Try again</a>`);
  }
});

test('another site cannot choose where the links to try again lead', async () => {
  const { state } = await start(createBrowser(), both.app.url, both.providerDouble, '/login');
  const query = new URLSearchParams({ state, code: 'c', return_to: '//evil.example' });
  const page = await createBrowser().get(`${both.app.url}/callback?${query}`);
  const [again = ''] = linksOn(page);
  const { location = '' } = await createBrowser().get(both.app.url + again);
  expect(location).toContain(both.providerDouble.issuer);
  expect(again).toMatch(/^\/login/);
});

test.each<[string, Record<string, string>]>([
  ['X-Forwarded-Host', { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }],
  ['Origin', { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' }],
  ['Referer', { referer: 'https://evil.example/' }],
  ['X-Original-URL', { 'x-original-url': '//evil.example', 'x-rewrite-url': '//evil.example' }],
])('a redirect leads to this app or to PingOne, whatever %s says', async (_, headers) => {
  const evil = encodeURIComponent('//evil.example');
  const browser = createBrowser();
  const seen: [path: string, leadsTo: string | undefined][] = [];
  const note = async (response: Promise<Page>) => {
    const { url, location, leadsTo = location } = await response;
    seen.push([new URL(url).pathname, leadsTo && new URL(leadsTo).origin]);
    return leadsTo ?? '';
  };
  const to = (path: string) => both.app.url + path;
  await note(browser.get(to('/profile'), headers));
  const asked = await note(browser.get(to(`/login?return_to=${evil}&next=${evil}`), headers));
  const { state, code } = both.providerDouble.authorize(asked);
  const query = new URLSearchParams({
    state,
    code,
    return_to: '//evil.example',
    redirect_uri: '//evil.example',
  });
  await note(browser.get(to(`/callback?${query}`), headers));
  await note(browser.get(to(`/callback?${query}`), headers));
  await note(browser.post(to(`/refresh?return_to=${evil}`), {}, headers));
  await note(browser.post(to(`/logout?return_to=${evil}&post_logout_redirect_uri=${evil}`), {}, headers));
  const [here, pingOne] = [both.app.url, both.providerDouble.origin];
  expect(seen).toEqual([
    ['/profile', here],
    ['/login', pingOne],
    ['/callback', here],
    ['/callback', here],
    ['/refresh', here],
    ['/logout', pingOne],
  ]);
});

test('a refused return_to is in the log, without its value', async () => {
  await createBrowser().get(`${both.app.url}/login?return_to=//evil.example/canary`);
  expect(both.app.events('return_to ignored').at(-1)).toMatchObject({
    level: 'warn',
    requestId: expect.any(String),
  });
  expect(both.app.log()).not.toContain('evil.example');
});
