// return_to: a path of this app, checked when it is stored and when it is used; never a way out.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkReturnTo } from '../../src/web/return-to.ts';
import { SESSION_SECRET } from '../helpers/app.ts';
import { createBrowser, type Page } from '../helpers/browser.ts';
import { type Both, start, startBoth } from './helpers.ts';
import { sealedBy } from './sealed.ts';

let both: Both;
beforeAll(async () => {
  both = await startBoth();
});
afterAll(() => both.close());

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

test.each(HOSTILE)('%j leads to the profile', async (returnTo) => {
  const path = `/login?return_to=${encodeURIComponent(returnTo)}`;
  const started = await start(createBrowser(), both.app.url, both.standIn, path);
  // Nor is it stored: the cookie is no longer than one that leads to the profile.
  const plain = await start(createBrowser(), both.app.url, both.standIn);
  expect(started.cookie.value.length).toBe(plain.cookie.value.length);
  expect(await started.finish()).toMatchObject({ status: 303, headers: { location: '/profile' } });
});

test.each(HOSTILE)('%j leads to the profile even from a cookie of our own', async (returnTo) => {
  const browser = createBrowser();
  const started = await start(browser, both.app.url, both.standIn);
  const secrets = { state: started.state, nonce: both.standIn.nonce, codeVerifier: 'verifier' };
  const sealed = await sealedBy(SESSION_SECRET, { ...secrets, returnTo, startedAtMs: Date.now() });
  browser.setCookie(started.cookie.name, sealed);
  expect(await started.finish()).toMatchObject({ status: 303, headers: { location: '/profile' } });
});

test('a whole address of this app is refused, too: only a path is taken', async () => {
  const path = `/login?return_to=${encodeURIComponent(`${both.app.url}/`)}`;
  const started = await start(createBrowser(), both.app.url, both.standIn, path);
  expect((await started.finish()).headers['location']).toBe('/profile');
});

test.each([
  ['return_to=//evil.example&return_to=/', '/profile'],
  ['return_to=/&return_to=//evil.example', '/'],
  ['return_to[]=//evil.example', '/profile'],
  ['return_to[]=/', '/profile'],
  ['RETURN_TO=/', '/profile'],
])('of %s only the first return_to is looked at', async (query, location) => {
  const started = await start(createBrowser(), both.app.url, both.standIn, `/login?${query}`);
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
])('%s is where the sign-in leads to', async (returnTo) => {
  const path = `/login?return_to=${encodeURIComponent(returnTo)}`;
  const started = await start(createBrowser(), both.app.url, both.standIn, path);
  expect(await started.finish()).toMatchObject({ status: 303, headers: { location: returnTo } });
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
  const note = async (answer: Promise<Page>) => {
    const { url, location } = await answer;
    seen.push([new URL(url).pathname, location && new URL(location).origin]);
    return location ?? '';
  };
  const to = (path: string) => both.app.url + path;
  await note(browser.get(to('/profile'), headers));
  const asked = await note(browser.get(to(`/login?return_to=${evil}&next=${evil}`), headers));
  const { state, code } = both.standIn.authorize(asked);
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
  const [here, pingOne] = [both.app.url, both.standIn.origin];
  expect(seen).toEqual([
    ['/profile', here],
    ['/login', pingOne],
    ['/callback', here],
    ['/callback', here],
    ['/refresh', here],
    ['/logout', pingOne],
  ]);
});

test('a refused one is in the log, without its value', async () => {
  await createBrowser().get(`${both.app.url}/login?return_to=//evil.example/canary`);
  expect(both.app.events('return_to refused').at(-1)).toMatchObject({
    level: 'warn',
    requestId: expect.any(String),
  });
  expect(both.app.log()).not.toContain('evil.example');
});

test.each([undefined, null, 1, true, {}, ['/profile'], new String('/profile')])(
  '%o is not a path',
  (value) => {
    expect(checkReturnTo(value, 'http://localhost:3000')).toBeUndefined();
  },
);
