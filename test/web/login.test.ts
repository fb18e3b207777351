// GET /login: where it redirects the browser, and which cookie it sets.

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startApp } from '../helpers/app.ts';
import { createBrowser } from '../helpers/browser.ts';
import { CLIENT_ID, startProviderDouble } from '../helpers/provider-double.ts';
import { type Both, expectRefused, send, setCookies, start, startBoth } from './helpers.ts';

const escaped = (text: string) =>
  text.replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&#34;');

let both: Both;
beforeAll(async () => {
  both = await startBoth();
});
afterAll(() => both.close());

test('/login redirects the browser to the authorization endpoint, with exactly the parameters of the request', async () => {
  const page = await createBrowser().get(`${both.app.url}/login`);
  expect(page.status).toBe(302);
  const url = new URL(page.location ?? '');
  expect(url.origin + url.pathname).toBe(`${both.providerDouble.issuer}/authorize`);
  expect(Object.fromEntries(url.searchParams)).toEqual({
    response_type: 'code',
    client_id: CLIENT_ID,
    redirect_uri: `${both.app.url}/callback`,
    scope: 'openid profile email',
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
  });
});

test('/login sets one encrypted cookie for 30 minutes, and no session cookie', async () => {
  const cookies = setCookies(await createBrowser().get(`${both.app.url}/login`));
  expect(cookies).toEqual([
    {
      name: expect.stringMatching(/^pingone_sign_in_[\w-]{16}$/),
      value: expect.any(String),
      attributes: ['httponly', 'max-age=1800', 'path=/', 'samesite=lax'],
      cleared: false,
    },
  ]);
});

test('nothing of the sign-in can be read from the cookie', async () => {
  const page = await createBrowser().get(`${both.app.url}/login?return_to=/profile?from=canary`);
  const [cookie] = setCookies(page);
  const query = new URL(page.location ?? '').searchParams;
  expect(cookie?.value).toMatch(/^[\w-]{300,}$/);
  const readable = `${cookie?.name} ${cookie?.value} ${Buffer.from(cookie?.value ?? '', 'base64url').toString('latin1')}`;
  for (const secret of [query.get('state'), query.get('nonce'), 'canary', 'codeVerifier', 'state', 'nonce']) {
    expect(readable).not.toContain(secret);
  }
});

test('each sign-in has its own state, nonce and code_challenge', async () => {
  const queries = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const { location = '' } = await send('GET', `${both.app.url}/login`);
      return new URL(location).searchParams;
    }),
  );
  const values = queries.flatMap((query) =>
    ['state', 'nonce', 'code_challenge'].map((name) => query.get(name)),
  );
  expect(new Set(values).size).toBe(150);
});

test.each([
  { 'x-forwarded-host': 'evil.example', 'x-forwarded-port': '8443' },
  { forwarded: 'host=evil.example;proto=https' },
  { origin: 'https://evil.example', referer: 'https://evil.example/' },
])('the redirect URI does not change if a request has the headers %o', async (headers) => {
  const page = await send('GET', `${both.app.url}/login`, headers);
  expect(new URL(page.location ?? '').searchParams.get('redirect_uri')).toBe(`${both.app.url}/callback`);
  expect(JSON.stringify(page.headers)).not.toContain('evil.example');
  expect(setCookies(page)[0]?.attributes).not.toContainEqual(expect.stringContaining('domain'));
});

test.each([
  ['evil.example', { host: 'evil.example' }],
  ['127.0.0.1:3000', { host: '127.0.0.1:3000', 'x-forwarded-host': 'localhost' }],
  ['"><script>', { host: '"><script>' }],
])(
  'opened at %s, /login starts no sign-in, because none could complete, and its page links to BASE_URL',
  async (host, headers) => {
    const page = await send('GET', `${both.app.url}/login`, headers);
    expectRefused(page, 400, 'other_host');
    expect(page.body).toContain(`Expected “${both.app.url}”, found “${escaped(host)}”.`);
    expect(page.body).toContain(`href="${both.app.url}/login"`);
    expect(page.body).not.toContain(`href="/login"`);
  },
);

test('a host in upper case is the same host', async () => {
  const host = new URL(both.app.url).host.toUpperCase();
  expect((await send('GET', `${both.app.url}/login`, { host })).status).toBe(302);
});

test('behind a proxy, which may name another host, the redirect URI does not change', async () => {
  const proxied = await startBoth({ trustProxy: 1 });
  onTestFinished(proxied.close);
  for (const headers of [
    { host: 'evil.example' },
    { host: 'evil.example', 'x-forwarded-host': 'evil.example' },
  ]) {
    const page = await send('GET', `${proxied.app.url}/login`, headers);
    const redirectUri = new URL(page.location ?? '').searchParams.get('redirect_uri');
    expect(redirectUri).toBe(`${proxied.app.url}/callback`);
    expect(JSON.stringify(page.headers)).not.toContain('evil.example');
  }
});

test('a request in absolute form does not change the redirect URI either', async () => {
  const { host } = new URL(both.app.url);
  const socket = connect(both.app.port, 'localhost');
  onTestFinished(() => void socket.destroy());
  socket.write(`GET http://evil.example/login HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await once(socket, 'close');
  const response = Buffer.concat(chunks).toString();
  expect(response).toContain(`redirect_uri=${encodeURIComponent(`${both.app.url}/callback`)}`);
  expect(response).not.toContain('evil.example');
});

test('if PingOne cannot be reached, the page says so, and Retry-After says when to try again', async () => {
  const gone = await startProviderDouble();
  await gone.close();
  const app = await startApp(gone);
  onTestFinished(app.close);
  const page = await createBrowser().get(`${app.url}/login`);
  expectRefused(page, 503, 'pingone_unreachable');
  expect(page.headers['retry-after']).toBe('5');
});

test('if PingOne says how long to wait, the page says it, too', async () => {
  const busy = await startBoth();
  onTestFinished(busy.close);
  busy.providerDouble.scripts['.well-known/openid-configuration'] = () => ({
    status: 429,
    headers: { 'retry-after': '17' },
  });
  const page = await createBrowser().get(`${busy.app.url}/login`);
  expectRefused(page, 503, 'pingone_busy');
  expect(page.headers['retry-after']).toBe('17');
  expect(page.body).toContain('Wait 17 s, then start a new sign-in.');
});

test.each(['prefetch', 'prefetch;prerender', 'prefetch; anonymous-client-ip', 'prefetch, prefetch'])(
  'Sec-Purpose: %s starts no sign-in',
  async (purpose) => {
    const page = await send('GET', `${both.app.url}/login`, { 'sec-purpose': purpose });
    expectRefused(page, 503, 'prefetch_refused');
    expect(page.headers['cache-control']).toBe('no-store');
    expect(page.headers['set-cookie']).toBeUndefined();
  },
);

test('a request with another Sec-Purpose is no prefetch', async () => {
  const page = await send('GET', `${both.app.url}/login`, { 'sec-purpose': 'prefetcher' });
  expect(page.status).toBe(302);
});

test.each(['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'])(
  '%s starts no sign-in',
  async (method) => {
    const page = await send(method, `${both.app.url}/login`);
    expect(page.status).toBe(405);
    expect(page.headers['allow']).toBe('GET');
    expect(page.headers['set-cookie']).toBeUndefined();
    expect(page.location).toBeUndefined();
  },
);

test('a sign-in that another client starts does not disturb one in progress', async () => {
  const browser = createBrowser();
  const { finish } = await start(browser, both.app.url, both.providerDouble);
  await send('GET', `${both.app.url}/login`);
  expect((await finish()).status).toBe(303);
});
