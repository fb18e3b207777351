// The app as administrators deploy it: behind nginx, with https and HTTP/2, and with its sessions in Redis.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ask, deployed, HOST, launchBrowser, ORIGIN } from './helpers.ts';

test('a user can sign in and out in a browser, and stays signed in when the app restarts', async () => {
  const { app, startApp } = await deployed();
  const context = await (await launchBrowser()).newContext();
  const page = await context.newPage();
  const consoleMessages: string[] = [];
  // For example about the Content-Security-Policy or mixed content. Chromium also reports the 502, which is expected.
  page.on('console', (message) => {
    if (!message.text().includes('status of 502')) consoleMessages.push(message.text());
  });

  // http, as a user types the address.
  await page.goto(`http://${HOST}/`);
  expect(page.url()).toBe(`${ORIGIN}/`);
  await page.getByRole('link', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(`${ORIGIN}/profile`);
  expect(await page.textContent('main')).toContain('ada@example.com');
  const protocol = 'performance.getEntriesByType("navigation")[0].nextHopProtocol';
  expect(await page.evaluate(protocol)).toBe('h2');
  expect(await context.cookies(ORIGIN)).toEqual([
    expect.objectContaining({
      ...{ name: '__Host-pingone_session', httpOnly: true, secure: true, sameSite: 'Lax', path: '/' },
      domain: HOST,
    }),
  ]);

  expect(await app.stop()).toEqual({ code: 0, signal: null });
  expect((await page.goto(`${ORIGIN}/profile`))?.status()).toBe(502);
  await startApp();
  await page.goto(`${ORIGIN}/profile`);
  expect(await page.textContent('main')).toContain('ada@example.com');

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(`${ORIGIN}/?state=*`);
  expect(await page.getByRole('status').textContent()).toContain('You are signed out.');
  expect((await context.cookies(ORIGIN)).map(({ name }) => name)).not.toContain('__Host-pingone_session');
  expect(consoleMessages).toEqual([]);
});

test('neither log contains a code, a nonce or a token, and the nginx log has no queries', async () => {
  const before = nginxLog().length;
  const { app, provider } = await deployed();
  const page = await (await launchBrowser()).newPage();
  await page.goto(`${ORIGIN}/login`);
  await page.waitForURL(`${ORIGIN}/profile`);
  const [secret] = provider.received.flatMap(({ body }) => new URLSearchParams(body).getAll('code'));
  const { nonce, accessToken } = provider;
  await app.stop();
  const added = nginxLog().slice(before);
  expect(added).toContain('"GET /callback" 303');
  for (const text of [secret, nonce, accessToken]) {
    expect(text).toBeTruthy();
    expect(added + app.stdout() + app.stderr()).not.toContain(text);
  }
  expect(added).not.toContain('?');
});

test('nginx replaces the forwarding headers that a client sends', async () => {
  const { app } = await deployed({ LOGIN_RATE_LIMIT: '3' });
  const statuses: number[] = [];
  for (let at = 0; at < 4; at += 1) {
    const address = `203.0.113.${at}`;
    const spoofed = {
      'x-forwarded-for': address,
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-port': '8080',
      forwarded: `for=${address};proto=http;host=evil.example`,
    };
    const page = await ask('/login', spoofed);
    statuses.push(page.status);
    expect(JSON.stringify(page.headers)).not.toContain('evil');
  }
  // The app counts all requests for one client, and knows that they came by https.
  expect(statuses).toEqual([302, 302, 302, 429]);
  expect(app.stdout()).not.toContain('This app ignored proxy headers');
});

test('with two processes of the app, two deliveries of one callback lead to the same session', async () => {
  const { apps, provider } = await deployed({}, ['3000', '3001']);
  for (let round = 0; round < 12; round += 1) {
    const { headers } = await ask('/login');
    const { state, code } = provider.authorize(`${headers['location']}`);
    const cookie = [headers['set-cookie'] ?? []].flat().map((line) => line.split(';')[0]);
    const callback = () =>
      ask(`/callback?${new URLSearchParams({ code, state })}`, { cookie: cookie.join() });
    const pages = await Promise.all([callback(), callback()]);
    expect(pages.map((page) => [page.status, page.headers['location']])).toEqual([
      [303, '/profile'],
      [303, '/profile'],
    ]);
    const sessions = pages.map((page) =>
      /__Host-pingone_session=([^;]+)/.exec(`${page.headers['set-cookie']}`),
    );
    expect(sessions[0]?.[1]).toBeTruthy();
    expect(sessions[0]?.[1]).toBe(sessions[1]?.[1]);
  }
  expect(provider.requestsTo('token')).toHaveLength(12);
  // Each process has finished some of the sign-ins.
  for (const app of apps) expect(app.stdout()).toContain('/callback');
});

test('http redirects to https for any host, and https serves no other host', async () => {
  await deployed();
  const moved = await ask('/login?return_to=%2F', { host: 'other.example' }, 'http');
  expect([moved.status, moved.headers['location']]).toEqual([301, `${ORIGIN}/login?return_to=%2F`]);
  expect((await ask('/healthz')).status).toBe(200);
  await expect(ask('/healthz', { host: 'other.example' })).rejects.toThrow('unrecognized name');
});

test('/readyz shows whether Redis is available, and error pages show no details', async () => {
  const { redis } = await deployed();
  expect(await ask('/readyz')).toMatchObject({ status: 200, body: '{"status":"ok"}' });
  await redis.kill();
  await expect.poll(async () => (await ask('/readyz')).status).toBe(503);
  expect((await ask('/readyz')).body).toBe('{"status":"unavailable","reason":"session_unavailable"}');
  expect((await ask('/healthz')).status).toBe(200);
  const refused = await ask('/callback?code=a&state=b');
  expect([refused.status, refused.body.includes('For the administrator')]).toEqual([400, false]);
  expect((await ask('/flow')).status).toBe(404);
  await redis.start();
  await expect.poll(async () => (await ask('/readyz')).status, { timeout: 10_000 }).toBe(200);
});

function nginxLog(): string {
  const files = ['access.log', 'error.log'].map((name) => `/var/log/nginx/${name}`);
  return files.map((file) => readFileSync(file, { encoding: 'utf8', flag: 'a+' })).join('');
}
