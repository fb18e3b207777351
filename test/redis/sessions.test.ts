// Two processes that share sessions through a real Redis.

import { expect, test } from 'vitest';
import { createEncryption } from '../../src/sign-in/index.ts';
import { createBrowser } from '../helpers/browser.ts';
import { CLIENT_SECRET } from '../helpers/provider-double.ts';
import { startListening } from '../process/helpers.ts';
import { codeOn } from '../web/helpers.ts';
import { profileAt, SESSION_SECRET, signedIn, startAt, twoApps } from './helpers.ts';
import { redisForTest } from './server.ts';

test('a sign-in can start in one process and finish in the other, and both know the user', async () => {
  const apps = await twoApps((await redisForTest()).url);
  const browser = createBrowser();
  const callback = await startAt(apps, browser, apps.one.url);
  expect((await browser.get(apps.two.url + callback)).status).toBe(303);
  for (const { url } of [apps.one, apps.two]) {
    expect((await profileAt(browser, url)).body).toContain('Ada Example');
    expect((await browser.get(`${url}/flow`)).body).toMatch(/Token request/);
    expect((await browser.get(`${url}/readyz`)).status).toBe(200);
  }
});

test('10 deliveries of one callback to both processes make one token request', async () => {
  const apps = await twoApps((await redisForTest()).url);
  for (let round = 0; round < 5; round += 1) {
    const browser = createBrowser();
    apps.provider.received.length = 0;
    const callback = await startAt(apps, browser, apps.one.url);
    const cookies = browser.cookies();
    const pages = await Promise.all(
      Array.from({ length: 10 }, (_, index) => {
        const tab = createBrowser();
        for (const cookie of cookies) tab.setCookie(...(cookie.split(/=(.*)/s, 2) as [string, string]));
        return tab.get((index % 2 ? apps.one.url : apps.two.url) + callback);
      }),
    );
    // In the process that runs the sign-in, the other deliveries join it.
    expect(pages.map(({ status }) => status).sort()).toEqual([...Array(5).fill(303), ...Array(5).fill(400)]);
    expect(apps.provider.requestsTo('token')).toHaveLength(1);
  }
});

test('a sign-out in one process is effective in both at once', async () => {
  const apps = await twoApps((await redisForTest()).url);
  const browser = await signedIn(apps);
  const cookies = browser.cookies();
  expect((await browser.post(`${apps.two.url}/logout`)).status).toBe(200);
  for (const cookie of cookies) browser.setCookie(...(cookie.split(/=(.*)/s, 2) as [string, string]));
  for (const { url } of [apps.one, apps.two]) expect((await profileAt(browser, url)).status).toBe(302);
});

test('20 simultaneous refreshes in both processes make one token request', async () => {
  const apps = await twoApps((await redisForTest()).url);
  const browser = await signedIn(apps);
  apps.provider.received.length = 0;
  const pages = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      browser.post(`${index % 2 ? apps.one.url : apps.two.url}/refresh`),
    ),
  );
  expect(pages.map(({ status }) => status)).toEqual(Array(20).fill(303));
  expect(apps.provider.requestsTo('token')).toHaveLength(1);
});

test('20 simultaneous refreshes in both processes make one token request also if PingOne does not respond', async () => {
  const apps = await twoApps((await redisForTest()).url);
  const browser = await signedIn(apps);
  apps.provider.received.length = 0;
  apps.provider.scripts['token'] = (_, response) => void response.destroy();
  const urls = Array.from({ length: 20 }, (_, index) => [apps.one.url, apps.two.url][index % 2]);
  const pages = await Promise.all(urls.map((url) => browser.post(`${url}/refresh`)));
  expect(new Set(pages.map(codeOn))).toEqual(new Set(['pingone_unreachable']));
  expect(apps.provider.requestsTo('token')).toHaveLength(1);
});

test('if Redis stops during a refresh, the app revokes the new refresh token', async () => {
  const redis = await redisForTest();
  const apps = await twoApps(redis.url);
  const browser = await signedIn(apps);
  apps.provider.scripts['token'] = async () => {
    await redis.kill();
    return { body: { access_token: 'new', token_type: 'Bearer', refresh_token: 'fresh' } };
  };
  expect(codeOn(await browser.post(`${apps.one.url}/refresh`))).toBe('session_unavailable');
  // The app revokes the token in the background.
  const revoked = () =>
    apps.provider.requestsTo('revoke').map(({ body }) => new URLSearchParams(body).get('token'));
  await expect.poll(revoked).toEqual(['fresh']);
});

test('a process whose refresh lock has expired does not release the lock of another process', async () => {
  const redis = await redisForTest();
  const apps = await twoApps(redis.url);
  const browser = await signedIn(apps);
  const releases: (() => void)[] = [];
  apps.provider.scripts['token'] = async () => {
    await new Promise<void>((go) => void releases.push(go));
    return { body: { access_token: 'new', token_type: 'Bearer' } };
  };
  const locks = async () =>
    [...(await redis.content()).keys()].filter((key) => /^pingone:claim:refresh/.test(key));
  const first = browser.post(`${apps.one.url}/refresh`);
  await expect.poll(() => releases.length).toBe(1);
  await redis.do(async (client) => client.del(await locks()));
  const second = browser.post(`${apps.two.url}/refresh`);
  await expect.poll(() => releases.length).toBe(2);
  releases[0]?.();
  await first;
  expect(await locks()).toHaveLength(1);
  releases[1]?.();
  await second;
  expect(await locks()).toEqual([]);
});

test('a sign-in that started in a process that has ended finishes in the next process', async () => {
  const apps = await twoApps((await redisForTest()).url);
  const browser = createBrowser();
  const callback = await startAt(apps, browser, apps.one.url);
  await apps.one.stop();
  const again = await startListening({ ...apps.shared, PORT: apps.host.split(':')[1] ?? '' });
  expect((await browser.get(again.url + callback)).status).toBe(303);
  expect((await profileAt(browser, apps.two.url)).status).toBe(200);
});

test('a sign-out is effective even if a refresh is still running in the other process', async () => {
  const redis = await redisForTest();
  const apps = await twoApps(redis.url);
  const browser = await signedIn(apps);
  let release = () => {};
  const arrived = new Promise<void>((resolve) => {
    apps.provider.scripts['token'] = async () => {
      resolve();
      await new Promise<void>((go) => {
        release = go;
      });
      return { body: { access_token: 'late', token_type: 'Bearer' } };
    };
  });
  const late = browser.post(`${apps.one.url}/refresh`);
  await arrived;
  // The sign-out waits for the refresh, so that it can revoke the new refresh token.
  const signOut = browser.post(`${apps.two.url}/logout`);
  release();
  expect((await late).status).toBe(303);
  expect((await signOut).status).toBe(200);
  const keys = [...(await redis.content()).keys()].filter((key) => key.startsWith('pingone:session:'));
  const { decrypt } = createEncryption([SESSION_SECRET], 'PingOne sessions');
  const values = await redis.do((client) => client.mGet(keys));
  const left = values.filter((value, at) => decrypt(value ?? '', keys[at] ?? '')?.includes('pingone'));
  expect(left).toEqual([]);
  for (const { url } of [apps.one, apps.two]) expect((await profileAt(browser, url)).status).toBe(302);
});

test('the refresh lock of a process that was killed expires within 20 seconds', async () => {
  const redis = await redisForTest();
  const apps = await twoApps(redis.url);
  const browser = await signedIn(apps);
  apps.provider.scripts['token'] = () => new Promise(() => {});
  const lost = browser.post(`${apps.one.url}/refresh`).catch(() => 'lost');
  await expect.poll(() => apps.provider.requestsTo('token').length).toBe(2);
  await apps.one.stop('SIGKILL');
  expect(await lost).toBe('lost');
  delete apps.provider.scripts['token'];
  // Shorten the lifetime of the lock, so that the test does not wait 20 seconds.
  const [lock = ''] = [...(await redis.content()).keys()].filter((key) => /^pingone:claim:refresh/.test(key));
  const leftMs = await redis.do((client) => client.pTTL(lock));
  expect(leftMs).toBeGreaterThan(0);
  expect(leftMs).toBeLessThanOrEqual(20_000);
  await redis.do((client) => client.pExpire(lock, 200));
  expect((await browser.post(`${apps.two.url}/refresh`)).status).toBe(303);
});

test('all content in Redis is encrypted, and all keys expire', async () => {
  const redis = await redisForTest();
  const apps = await twoApps(redis.url);
  await signedIn(apps);
  const content = await redis.content();
  const kinds = new Set([...content.keys()].map((key) => key.split(':').slice(0, 2).join(':')));
  expect([...kinds].sort()).toEqual([
    'pingone:claim',
    'pingone:record',
    'pingone:records',
    'pingone:session',
    'pingone:user',
  ]);
  const held = [...content].flat().join('\n');
  const { accessToken, refreshToken, nonce } = apps.provider;
  for (const secret of [
    accessToken,
    refreshToken,
    nonce,
    CLIENT_SECRET,
    SESSION_SECRET,
    'Ada Example',
    'signIn',
  ]) {
    expect(held.includes(secret), secret.slice(0, 5)).toBe(false);
  }
  const limits: Record<string, number> = {
    record: 3600,
    records: 3600,
    session: 1800,
    user: 1800,
    claim: 31 * 60,
  };
  for (const key of content.keys()) {
    const seconds = await redis.do((client) => client.ttl(key));
    const limit = limits[key.split(':')[1] ?? ''] ?? 0;
    expect(seconds, key).toBeGreaterThan(limit - 60);
    expect(seconds, key).toBeLessThanOrEqual(limit);
  }
});

test('a request renews the half hour that Redis keeps its session', async () => {
  const redis = await redisForTest();
  const apps = await twoApps(redis.url);
  const browser = await signedIn(apps);
  const keys = [...(await redis.content()).keys()].filter((name) => name.startsWith('pingone:session:'));
  const secondsLeft = async () =>
    Math.max(...(await redis.do((client) => Promise.all(keys.map((key) => client.ttl(key))))));
  await redis.do((client) => Promise.all(keys.map((key) => client.expire(key, 100))));
  expect(await secondsLeft()).toBeLessThanOrEqual(100);
  await profileAt(browser, apps.two.url);
  await expect.poll(secondsLeft).toBeGreaterThan(1_700);
});

test.each<[string, (value: string, other: string) => string]>([
  ['changed', (value) => value.slice(0, -8) + (value.endsWith('AAAAAAA=') ? 'BBBBBBB=' : 'AAAAAAA=')],
  ['cut', (value) => value.slice(0, 20)],
  ['the content of another session', (_, other) => other],
  ['not encrypted', () => JSON.stringify({ cookie: {}, pingone: { signIn: { subject: 'me' } } })],
  ['empty', () => ''],
])(
  'if the content of a session in Redis is %s, the user is signed out, and no error occurs',
  async (_, change) => {
    const redis = await redisForTest();
    const apps = await twoApps(redis.url);
    const [browser] = [await signedIn(apps), await signedIn(apps)];
    const keys = [...(await redis.content()).keys()].filter((name) => name.startsWith('pingone:session:'));
    await redis.do(async (client) => {
      const values = await Promise.all(keys.map(async (key) => (await client.get(key)) ?? ''));
      const changed = keys.map((_key, index) => change(values[index] ?? '', values[1 - index] ?? ''));
      for (const [index, key] of keys.entries()) await client.set(key, changed[index] ?? '');
    });
    expect((await profileAt(browser, apps.one.url)).status).toBe(302);
  },
);

test('users stay signed in while the earlier session secret is listed, and are signed out when it is removed', async () => {
  const apps = await twoApps((await redisForTest()).url);
  const browser = await signedIn(apps);
  const newer = 'a-newer-secret-of-the-tests-0123456789abcdef';
  const both = await startListening({ ...apps.shared, SESSION_SECRET: `${newer},${SESSION_SECRET}` });
  expect((await profileAt(browser, both.url)).status).toBe(200);
  const without = await startListening({ ...apps.shared, SESSION_SECRET: newer });
  expect((await profileAt(browser, without.url)).status).toBe(302);
});

test('each process counts requests for the rate limit separately, and writes no count to Redis', async () => {
  const redis = await redisForTest();
  const apps = await twoApps(redis.url, { LOGIN_RATE_LIMIT: '2' });
  const statuses: number[] = [];
  for (const { url } of [apps.one, apps.one, apps.one, apps.two, apps.two, apps.two]) {
    statuses.push((await createBrowser().get(`${url}/login`, { host: apps.host })).status);
  }
  expect(statuses).toEqual([302, 302, 429, 302, 302, 429]);
  expect([...(await redis.content()).keys()]).toEqual([]);
});
