// Redis stops, hangs, is disconnected, and returns. Pages that need Redis show an error, no sign-in stays half complete, and
// the app needs no restart.

import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { codeOn } from '../web/helpers.ts';
import { profileAt, signedIn, startAt, twoApps } from './helpers.ts';
import { redisForTest } from './server.ts';

const ready = async (url: string) => (await createBrowser().get(`${url}/readyz`)).status;

function expectUnavailable(page: { status: number; headers: Record<string, unknown>; body: string }): void {
  expect([page.status, codeOn(page as never)]).toEqual([503, 'session_unavailable']);
  expect(page.headers['retry-after']).toBe('5');
}

test('without Redis, the app starts and logs that, and it works when Redis starts', async () => {
  const redis = await redisForTest();
  await redis.kill();
  const apps = await twoApps(redis.url, { LOGIN_RATE_LIMIT: '60' });
  expect(await ready(apps.one.url)).toBe(503);
  expect(apps.one.stdout()).toContain('Redis is not available');
  expect(apps.one.stdout() + apps.one.stderr()).not.toContain(redis.password);
  for (const path of ['/', '/healthz', '/style.css']) {
    expect((await createBrowser().get(apps.one.url + path)).status).toBe(200);
  }
  // A sign-in can start, because the browser keeps it in a cookie.
  const browser = createBrowser();
  const callback = await startAt(apps, browser, apps.one.url);
  expectUnavailable(await browser.get(apps.one.url + callback));

  await redis.start();
  await expect.poll(() => ready(apps.one.url), { timeout: 20_000 }).toBe(200);
  await expect.poll(() => ready(apps.two.url), { timeout: 20_000 }).toBe(200);
  expect((await browser.get(apps.two.url + callback)).status).toBe(303);
  expect((await profileAt(browser, apps.one.url)).status).toBe(200);
});

test('after Redis was killed and started again, users are signed out and can sign in again', async () => {
  const redis = await redisForTest();
  const apps = await twoApps(redis.url, { LOGIN_RATE_LIMIT: '60' });
  const browser = await signedIn(apps);
  await redis.kill();
  for (const { url } of [apps.one, apps.two]) expectUnavailable(await profileAt(browser, url));
  expect((await browser.get(`${apps.one.url}/`)).status).toBe(200);
  expect((await browser.get(`${apps.one.url}/flow`)).status).toBe(200);
  await redis.start();
  for (const { url } of [apps.one, apps.two]) {
    await expect.poll(() => ready(url), { timeout: 20_000 }).toBe(200);
    expect((await profileAt(browser, url)).status).toBe(302);
  }
  expect((await profileAt(await signedIn(apps), apps.two.url)).status).toBe(200);
  // The process is still the same.
  expect(apps.one.child.exitCode).toBeNull();
});

test('if Redis stops during a sign-in, the user is not signed in', async () => {
  const redis = await redisForTest();
  const apps = await twoApps(redis.url);
  const browser = createBrowser();
  const callback = await startAt(apps, browser, apps.one.url);
  apps.provider.scripts['token'] = async () => {
    await redis.kill();
    const { accessToken } = apps.provider;
    return {
      body: { access_token: accessToken, token_type: 'Bearer', id_token: await apps.provider.idToken() },
    };
  };
  expectUnavailable(await browser.get(apps.one.url + callback));
  expect(browser.cookies().filter((cookie) => cookie.startsWith('pingone_session'))).toEqual([]);
  await redis.start();
  await expect.poll(() => ready(apps.one.url), { timeout: 20_000 }).toBe(200);
  expect((await profileAt(browser, apps.one.url)).status).toBe(302);
});

test('if Redis hangs, requests wait for it at most 2 s, and when it continues, users are still signed in', async () => {
  const redis = await redisForTest();
  const apps = await twoApps(redis.url, { LOGIN_RATE_LIMIT: '60' });
  const browser = await signedIn(apps);
  redis.pause();
  expectUnavailable(await profileAt(browser, apps.one.url));
  expect(await ready(apps.two.url)).toBe(503);
  expect((await browser.get(`${apps.one.url}/style.css`)).status).toBe(200);
  expect((await createBrowser().get(`${apps.one.url}/login`, { host: apps.host })).status).toBe(302);
  redis.goOn();
  await expect.poll(() => ready(apps.one.url), { timeout: 20_000 }).toBe(200);
  expect((await profileAt(browser, apps.one.url)).status).toBe(200);
});

test('a sign-out that cannot reach Redis shows an error', async () => {
  const redis = await redisForTest();
  const apps = await twoApps(redis.url);
  const browser = await signedIn(apps);
  await redis.kill();
  expectUnavailable(await browser.post(`${apps.one.url}/logout`));
});

test('without Redis, the process still stops on SIGTERM', async () => {
  const redis = await redisForTest();
  const apps = await twoApps(redis.url);
  await redis.kill();
  expect(await apps.one.stop()).toEqual({ code: 0, signal: null });
});

/** Redis behind a proxy that can stop forwarding without closing its connections. */
async function silentlyCut(redisUrl: string) {
  const live = new Set<Socket>();
  const cut = new Set<Socket>();
  const proxy = createServer((near) => {
    const far = connect(Number(new URL(redisUrl).port), '127.0.0.1');
    live.add(near);
    for (const socket of [near, far]) socket.on('error', () => {});
    near.on('data', (data) => cut.has(near) || far.write(data));
    far.on('data', (data) => cut.has(near) || near.write(data));
    near.on('close', () => far.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  const url = new URL(redisUrl);
  url.port = String((proxy.address() as AddressInfo).port);
  return { url: url.href, cut: () => live.forEach((socket) => void cut.add(socket)) };
}

test('the app replaces a connection that was cut silently, without a restart', async () => {
  const path = await silentlyCut((await redisForTest()).url);
  const apps = await twoApps(path.url);
  const browser = await signedIn(apps);
  path.cut();
  expectUnavailable(await profileAt(browser, apps.one.url));
  const status = async () => (await profileAt(browser, apps.one.url)).status;
  await expect.poll(status, { timeout: 20_000, interval: 500 }).toBe(200);
});

test('once the app has noticed that Redis is not available, requests fail without waiting', async () => {
  const redis = await redisForTest();
  const apps = await twoApps(redis.url);
  const browser = await signedIn(apps);
  await redis.kill();
  await expect.poll(() => apps.one.stdout()).toContain('Redis is not available');
  const askedAt = performance.now();
  expectUnavailable(await profileAt(browser, apps.one.url));
  expect(performance.now() - askedAt).toBeLessThan(1_000);
});
