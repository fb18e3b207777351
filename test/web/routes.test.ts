// Which requests the app responds to, and which it refuses.

import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { signInAtProvider } from '../helpers/flow.ts';
import { type Both, expectRefused, send, startBoth } from './helpers.ts';

let both: Both;
let cookie: string;
beforeAll(async () => {
  both = await startBoth();
  const browser = createBrowser();
  await signInAtProvider(browser, both.app.url, both.providerDouble);
  cookie = browser.cookies().join('; ');
});
afterAll(() => both.close());

const VIEWS = readdirSync(new URL('../../views/', import.meta.url), { recursive: true, encoding: 'utf8' });

test.each([
  ...VIEWS.map((file) => `/views/${file}`),
  ...VIEWS.filter((file) => !['style.css', 'icon.svg', 'flow'].includes(file)).map((file) => `/${file}`),
  '/views/',
  '/.env',
  '/.env.example',
  '/.git/config',
  '/package.json',
  '/package-lock.json',
  '/src/app.ts',
  '/node_modules/express/package.json',
  '/..%2fpackage.json',
  '/style.css/..%2f..%2fpackage.json',
  '/icon.svg/',
  '/STYLE.CSS',
  '/metrics',
  '/favicon.ico',
  '/__proto__',
  '/constructor',
  // Paths must match exactly: no page has a second spelling (web cache deception).
  '/profile/x.css',
  '/profile/',
  '/profile;x.css',
  '/profile%2fx.css',
  '/profile%00.css',
  '/Profile',
  '/PROFILE',
  '//profile',
  '/%70rofile',
  '/login/',
  '/Login',
  '/callback/',
  '/Callback?code=c&state=s',
  '/logout/',
  '/healthz/',
  '/%',
  '/%c0%af',
])('%s is not found, not even for a signed-in user', async (path) => {
  const page = await send('GET', both.app.url + path, { cookie });
  expectRefused(page, 404, 'not_found');
  expect(page.body).not.toContain('Ada Example');
});

test.each([
  ['/', 'GET, HEAD'],
  ['/profile', 'GET, HEAD'],
  ['/flow', 'GET, HEAD'],
  ['/api/me', 'GET, HEAD'],
  ['/switch-user', 'GET'],
  ['/refresh', 'POST'],
  ['/healthz', 'GET, HEAD'],
  ['/readyz', 'GET, HEAD'],
  ['/style.css', 'GET, HEAD'],
  ['/icon.svg', 'GET, HEAD'],
])('%s refuses every method but %s', async (path, allow) => {
  const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];
  for (const method of others.filter((other) => !allow.split(', ').includes(other))) {
    const page = await send(method, both.app.url + path, { cookie, 'x-canary': 'canary' });
    expectRefused(page, 405, 'method_not_allowed');
    expect(page.headers['allow']).toBe(allow);
    expect(page.body).not.toContain('canary');
  }
});

test.each(['/', '/profile', '/healthz', '/style.css'])(
  'HEAD %s has the headers of GET and no body',
  async (path) => {
    const [head, get] = [
      await send('HEAD', both.app.url + path, { cookie }),
      await send('GET', both.app.url + path, { cookie }),
    ];
    expect(head).toMatchObject({ status: get.status, body: '' });
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
  },
);

test('the stylesheet and the icon have their content types', async () => {
  const style = await send('GET', `${both.app.url}/style.css`);
  expect(style.headers['content-type']).toBe('text/css; charset=utf-8');
  expect(style.body).toContain('{');
  const icon = await send('GET', `${both.app.url}/icon.svg`);
  expect(icon.headers['content-type']).toBe('image/svg+xml; charset=utf-8');
  expect(icon.body).toMatch(/^<svg/);
});

test('if the flow page is off, /flow is not found with any method, no page links to it, and nothing is recorded', async () => {
  const off = await startBoth({ flowPage: false });
  onTestFinished(off.close);
  const browser = createBrowser();
  await signInAtProvider(browser, off.app.url, off.providerDouble);
  expect(browser.cookies().map((cookie) => cookie.split('=')[0])).toEqual(['pingone_session']);
  for (const method of ['GET', 'POST'])
    expectRefused(await send(method, `${off.app.url}/flow`), 404, 'not_found');
  for (const path of ['/', '/profile', '/callback']) {
    expect((await browser.get(off.app.url + path)).body).not.toContain('href="/flow');
  }
});
