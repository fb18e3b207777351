// The headers of every route, with every status that it has.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, createBrowser, type Page } from '../helpers/browser.ts';
import { signInAtProvider } from '../helpers/flow.ts';
import { type Both, send, startBoth } from './helpers.ts';
import { TestStore } from './test-store.ts';

const store = new TestStore();
let both: Both;
let browser: Browser;
beforeAll(async () => {
  both = await startBoth({ sessionStore: store });
  browser = createBrowser();
  await signInAtProvider(browser, both.app.url, both.providerDouble);
});
afterAll(() => both.close());

const get = (path: string, headers?: Record<string, string>) => send('GET', both.app.url + path, headers);
const signedIn = (path: string) => browser.get(both.app.url + path);

async function withFailingStore(operation: 'get' | 'set'): Promise<Page> {
  const other = createBrowser();
  await signInAtProvider(other, both.app.url, both.providerDouble);
  store.failing.add(operation);
  const page =
    operation === 'get'
      ? await other.get(`${both.app.url}/profile`)
      : await signInAtProvider(other, both.app.url, both.providerDouble);
  store.failing.clear();
  return page;
}

async function withBrokenClient(): Promise<Page> {
  const { client } = both.app;
  const { startSignIn } = client;
  client.startSignIn = async () => {
    throw new TypeError('not known to this app');
  };
  const page = await get('/login');
  client.startSignIn = startSignIn;
  return page;
}

async function withTokenError(): Promise<Page> {
  both.providerDouble.scripts['token'] = () => ({ status: 400, body: { error: 'invalid_client' } });
  const page = await signInAtProvider(createBrowser(), both.app.url, both.providerDouble);
  delete both.providerDouble.scripts['token'];
  return page;
}

const RESPONSES: [string, number, () => Promise<Page>][] = [
  ['/', 200, () => get('/')],
  ['HEAD /', 200, () => send('HEAD', `${both.app.url}/`)],
  ['/ of a signed-in user', 200, () => signedIn('/')],
  ['/ with a state', 200, () => get('/?state=s')],
  ['POST /', 405, () => send('POST', `${both.app.url}/`)],
  ['/profile of a signed-in user', 200, () => signedIn('/profile')],
  ['/profile of a signed-out user', 302, () => get('/profile')],
  ['/profile without its store', 503, () => withFailingStore('get')],
  ['/login', 302, () => get('/login')],
  ['POST /login', 405, () => send('POST', `${both.app.url}/login`)],
  ['/login prefetched', 503, () => get('/login', { 'sec-purpose': 'prefetch' })],
  ['/login that breaks', 500, withBrokenClient],
  ['/callback', 303, () => signInAtProvider(createBrowser(), both.app.url, both.providerDouble)],
  ['/callback without a cookie', 400, () => get('/callback?code=c&state=s')],
  ['/callback whose token request fails', 502, withTokenError],
  ['/callback without its store', 503, () => withFailingStore('set')],
  ['HEAD /callback', 405, () => send('HEAD', `${both.app.url}/callback`)],
  ['/callback prefetched', 503, () => get('/callback?code=c&state=s', { 'sec-purpose': 'prefetch' })],
  ['POST /logout', 200, () => createBrowser().post(`${both.app.url}/logout`)],
  ['/switch-user', 302, () => get('/switch-user')],
  ['/api/me of a signed-in user', 200, () => signedIn('/api/me')],
  ['/flow', 200, () => get('/flow')],
  ['/login for an image', 401, () => get('/login', { 'sec-fetch-dest': 'image' })],
  ['POST /logout from another site', 403, () => send('POST', `${both.app.url}/logout`)],
  ['/logout', 405, () => get('/logout')],
  ['/healthz', 200, () => get('/healthz')],
  ['/readyz', 200, () => get('/readyz')],
  ['POST /healthz', 405, () => send('POST', `${both.app.url}/healthz`)],
  ['/style.css', 200, () => get('/style.css')],
  ['/icon.svg', 200, () => get('/icon.svg')],
  ['/signed-out.svg', 200, () => get('/signed-out.svg')],
  ['POST /style.css', 405, () => send('POST', `${both.app.url}/style.css`)],
  ['no page', 404, () => get('/nothing')],
  ['OPTIONS of no page', 404, () => send('OPTIONS', `${both.app.url}/nothing`)],
];

function directives(page: Page): Record<string, string[]> {
  const policy = String(page.headers['content-security-policy']);
  const parts = policy.split(';').map((directive) => directive.trim().split(/\s+/));
  return Object.fromEntries(parts.map(([name, ...values]) => [name, values]));
}

describe.each(RESPONSES)('%s (%i)', (name, status, respond) => {
  const isAsset = status === 200 && /^\/(style\.css|icon\.svg)$/.test(name);
  // No other site may learn a URL that has a code or leads to one.
  const hidesAddress = /\/(login|callback|logout)/.test(name);

  test('has every security header', async () => {
    const page = await respond();
    expect(page.status).toBe(status);
    expect(page.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': hidesAddress ? 'no-referrer' : 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
      'cache-control': isAsset ? 'public, max-age=3600' : 'no-store',
    });
    expect(directives(page)).toEqual({
      'default-src': ["'none'"],
      'script-src': ["'none'"],
      'object-src': ["'none'"],
      'base-uri': ["'none'"],
      'frame-ancestors': ["'none'"],
      'style-src': ["'self'"],
      'img-src': ["'self'"],
      'form-action': ["'self'"],
    });
    const unwanted = ['strict-transport-security', 'x-powered-by', 'server', 'etag', 'last-modified'];
    for (const header of unwanted) expect(page.headers).not.toHaveProperty(header);
    expect(Object.keys(page.headers).filter((header) => header.startsWith('access-control-'))).toEqual([]);
    if (page.body !== '') expect(page.headers['content-type']).toMatch(/; charset=utf-8$/);
    if (status >= 400) expect(page).not.toHaveProperty('location');
  });
});

test.each(['GET', 'OPTIONS'])('a request from another origin gets no CORS header (%s)', async (method) => {
  const headers = { origin: 'https://evil.example', 'access-control-request-method': 'GET' };
  for (const path of ['/', '/profile', '/login', '/callback', '/readyz', '/style.css', '/nothing']) {
    const page = await send(method, both.app.url + path, headers);
    expect(Object.keys(page.headers).filter((header) => header.startsWith('access-control-'))).toEqual([]);
  }
});
