// The app behind a proxy that speaks TLS: what changes with an https BASE_URL.

import { beforeEach, expect, test } from 'vitest';
import { createBrowser, type Page } from '../helpers/browser.ts';
import { type Both, codeOn, expectRefused, send, setCookies, startBoth } from './helpers.ts';

const BASE_URL = 'https://app.example';
const PROXY = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.7' };

let both: Both;
beforeEach(async () => {
  both = await startBoth({ baseUrl: BASE_URL, trustProxy: 1 });
  return both.close;
});

const onlySet = (page: Page) => setCookies(page).filter(({ cleared }) => !cleared);

/** /login through the proxy. The callback URL has the port that the app listens on. */
async function startHere(browser = createBrowser()) {
  const login = await browser.get(`${both.app.url}/login`, PROXY);
  const { state, code } = both.providerDouble.authorize(login.location ?? '');
  const callbackUrl = `${both.app.url}/callback?${new URLSearchParams({ code, state })}`;
  return { browser, login, callbackUrl };
}

test('all cookies are Secure and have the __Host- prefix', async () => {
  const { browser, login, callbackUrl } = await startHere();
  const redirectUri = new URL(login.location ?? '').searchParams.get('redirect_uri');
  expect(redirectUri).toBe('https://app.example/callback');
  expect(onlySet(login)).toMatchObject([
    {
      name: expect.stringMatching(/^__Host-pingone_sign_in_[\w-]{16}$/),
      attributes: ['httponly', 'max-age=1800', 'path=/', 'samesite=lax', 'secure'],
    },
  ]);

  const callback = await browser.get(callbackUrl, PROXY);
  expect(callback).toMatchObject({ status: 303, headers: { location: '/profile' } });
  expect(onlySet(callback)).toMatchObject([
    {
      name: '__Host-pingone_flow',
      attributes: ['httponly', 'max-age=3600', 'path=/', 'samesite=lax', 'secure'],
    },
    { name: '__Host-pingone_session', attributes: ['httponly', 'path=/', 'samesite=lax', 'secure'] },
  ]);
  expect((await browser.get(`${both.app.url}/profile`, PROXY)).body).toContain('Ada Example');
});

test('the headers that clear cookies have Secure, too, because browsers refuse the prefix without it', async () => {
  const { browser, callbackUrl } = await startHere();
  const cleared = setCookies(await browser.get(callbackUrl, PROXY)).filter((cookie) => cookie.cleared);
  const signOut = await browser.post(`${both.app.url}/logout`, {}, PROXY);
  for (const cookie of [...cleared, ...setCookies(signOut)]) {
    expect(cookie).toMatchObject({ cleared: true, name: expect.stringMatching(/^__Host-/) });
    expect(cookie.attributes).toEqual(expect.arrayContaining(['path=/', 'secure']));
  }
  expect(cleared).toHaveLength(1);
  expect(setCookies(signOut)).toHaveLength(2);
  expect(browser.cookies()).toEqual([]);
});

test('sign-in cookies beyond the fifth are cleared in the same way', async () => {
  const browser = createBrowser();
  for (let count = 0; count < 5; count += 1) await startHere(browser);
  const { login } = await startHere(browser);
  const cleared = setCookies(login).filter((cookie) => cookie.cleared);
  expect(cleared).toMatchObject([{ attributes: ['path=/', 'secure'] }]);
});

const NOTHING_SAID = 'The proxy does not send <code>X-Forwarded-Proto: https</code>.';
test.each([
  [{}, NOTHING_SAID],
  [{ 'x-forwarded-proto': 'http' }, 'The browser used http, and the proxy did not redirect it to https.'],
  [{ 'x-forwarded-ssl': 'on' }, NOTHING_SAID],
])(
  'without X-Forwarded-Proto: https the sign-in fails with a page that says so (%o)',
  async (headers: Record<string, string>, cause) => {
    const { browser, callbackUrl } = await startHere();
    const page = await browser.get(callbackUrl, headers);
    expectRefused(page, 400, 'insecure_connection');
    expect(page.body.match(/<li>(.*?)<\/li>/)?.[1]).toBe(cause);
    expect(page.body.includes('Found “http”.')).toBe('x-forwarded-proto' in headers);
    expect(page.body).toContain('TRUST_PROXY');
    expect(onlySet(page)).toEqual([]);
    expect(both.providerDouble.requestsTo('token')).toEqual([]);
    const login = await browser.get(`${both.app.url}/login`, headers);
    expectRefused(login, 400, 'insecure_connection');
    expect(onlySet(login)).toEqual([]);
  },
);

test('Origin is compared with BASE_URL, not with the host that the request names', async () => {
  const { browser, callbackUrl } = await startHere();
  await browser.get(callbackUrl, PROXY);
  const cookie = browser.cookies().join('; ');
  const logout = (headers: Record<string, string>) =>
    send('POST', `${both.app.url}/logout`, { ...PROXY, cookie, ...headers });
  const evil = await logout({ origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' });
  expect(codeOn(evil)).toBe('cross_site_request');
  expect((await logout({ origin: both.app.url })).status).toBe(403);
  expect((await logout({ origin: BASE_URL })).status).toBe(200);
});

test.each(['/login', '/profile', '/nothing', '/style.css', '/callback', '/healthz'])(
  '%s tells browsers to use only https, for a year and for subdomains',
  async (path) => {
    const { headers } = await send('GET', both.app.url + path, PROXY);
    expect(headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
    expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
  },
);
