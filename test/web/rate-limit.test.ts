// How often one client may request /login and /callback, and which requests count as one client's.

import { expect, onTestFinished, test, vi } from 'vitest';
import type { StartOptions } from '../helpers/app.ts';
import { createBrowser } from '../helpers/browser.ts';
import { codeOn, send, setCookies, start, startBoth } from './helpers.ts';

const LIMIT = 3;

async function limited(options: StartOptions = {}) {
  const both = await startBoth({ loginRateLimit: LIMIT, ...options });
  onTestFinished(both.close);
  const login = (headers: Record<string, string> = {}) => send('GET', `${both.app.url}/login`, headers);
  const statuses = async (count: number, headers?: Record<string, string>) => {
    const pages: number[] = [];
    for (let sent = 0; sent < count; sent += 1) pages.push((await login(headers)).status);
    return pages;
  };
  return { ...both, login, statuses };
}

test('over the limit, /login says how long to wait, starts no sign-in, and sends no token request', async () => {
  const { app, login, statuses, providerDouble } = await limited();
  expect(await statuses(LIMIT)).toEqual([302, 302, 302]);
  const page = await login();
  expect([page.status, codeOn(page)]).toEqual([429, 'too_many_requests']);
  const seconds = Number(page.headers['retry-after']);
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(60);
  expect(page.body).toContain(`Wait ${seconds} s, then open the sign-in only once.`);
  expect(setCookies(page)).toEqual([]);
  expect(providerDouble.requestsTo('token')).toEqual([]);
  // No header tells an attacker how close they are.
  expect(Object.keys(page.headers).filter((name) => /ratelimit/i.test(name))).toEqual([]);
  // Other pages still work.
  expect((await send('GET', `${app.url}/`)).status).toBe(200);
});

test('after a minute the count starts again', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const { statuses } = await limited();
  expect(await statuses(LIMIT + 1)).toEqual([302, 302, 302, 429]);
  vi.advanceTimersByTime(61_000);
  expect(await statuses(1)).toEqual([302]);
});

test('if the clock is set back, no client waits longer than a minute', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { login, statuses } = await limited();
  expect(await statuses(LIMIT + 1)).toEqual([302, 302, 302, 429]);
  vi.setSystemTime(Date.now() - 3_600_000);
  expect(await statuses(LIMIT + 1)).toEqual([302, 302, 302, 429]);
  expect((await login()).headers['retry-after']).toBe('60');
});

test('/callback has its own count, and a sign-in that must wait keeps its cookie and its code', async () => {
  const { app, providerDouble, statuses } = await limited();
  const browser = createBrowser();
  const { finish } = await start(browser, app.url, providerDouble);
  expect(await statuses(LIMIT)).toEqual([302, 302, 429]);
  const forged = `${app.url}/callback?state=s&code=c`;
  for (let sent = 0; sent < LIMIT; sent += 1) expect((await browser.get(forged)).status).toBe(400);
  const page = await finish();
  expect([page.status, codeOn(page)]).toEqual([429, 'too_many_requests']);
  expect(page.headers['referrer-policy']).toBe('no-referrer');
  expect(setCookies(page)).toEqual([]);
  expect(providerDouble.requestsTo('token')).toEqual([]);
});

test('a limit of 0 turns the rate limit off', async () => {
  const { statuses } = await limited({ loginRateLimit: 0 });
  expect(new Set(await statuses(100))).toEqual(new Set([302]));
});

test('with TRUST_PROXY 0, no header makes a request count as another client’s', async () => {
  const { statuses } = await limited();
  expect(await statuses(LIMIT)).toEqual([302, 302, 302]);
  for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'x-client-ip', 'cf-connecting-ip']) {
    expect(await statuses(1, { [name]: '203.0.113.7' })).toEqual([429]);
  }
});

test('behind one proxy, the address that the proxy saw counts, whatever the client sent before it', async () => {
  const { statuses } = await limited({ trustProxy: 1 });
  const from = (address: string, spoofed = '') => ({ 'x-forwarded-for': `${spoofed}${address}` });
  expect(await statuses(LIMIT, from('203.0.113.7'))).toEqual([302, 302, 302]);
  expect(await statuses(1, from('203.0.113.7', '198.51.100.1, '))).toEqual([429]);
  expect(await statuses(1, from('203.0.113.8'))).toEqual([302]);
});

test('all IPv6 addresses of one /56 network count as one client', async () => {
  const { statuses } = await limited({ trustProxy: 1 });
  for (const address of ['2001:db8:1:200::1', '2001:db8:1:201::1', '2001:db8:1:2ff:ffff:ffff:ffff:ffff']) {
    expect(await statuses(1, { 'x-forwarded-for': address })).toEqual([302]);
  }
  expect(await statuses(1, { 'x-forwarded-for': '2001:db8:1:242::abc' })).toEqual([429]);
  expect(await statuses(1, { 'x-forwarded-for': '2001:db8:1:300::1' })).toEqual([302]);
});

test('HEAD and a prefetch do not count', async () => {
  const { app, statuses } = await limited();
  for (let sent = 0; sent < 10; sent += 1) {
    expect((await send('HEAD', `${app.url}/login`)).status).toBe(405);
    expect((await send('GET', `${app.url}/login`, { 'sec-purpose': 'prefetch' })).status).toBe(503);
  }
  expect(await statuses(LIMIT)).toEqual([302, 302, 302]);
});

test.each(['image', 'iframe', 'empty', 'script'])(
  'a request with Sec-Fetch-Dest: %s is refused and does not count',
  async (destination) => {
    const { app, statuses } = await limited();
    for (const path of ['/login', '/callback?code=c&state=s', '/switch-user']) {
      for (let sent = 0; sent <= LIMIT; sent += 1) {
        const page = await send('GET', app.url + path, { 'sec-fetch-dest': destination });
        expect([page.status, codeOn(page)]).toEqual([401, 'not_a_navigation']);
      }
    }
    expect(await statuses(LIMIT)).toEqual([302, 302, 302]);
  },
);

test('a request whose Sec-Purpose only looks like a prefetch counts', async () => {
  const { statuses } = await limited();
  expect(await statuses(LIMIT + 1, { 'sec-purpose': 'prefetcher' })).toEqual([302, 302, 302, 429]);
});

test('/switch-user is counted, too', async () => {
  const { app } = await limited();
  const pages: number[] = [];
  for (let sent = 0; sent <= LIMIT; sent += 1)
    pages.push((await send('GET', `${app.url}/switch-user`)).status);
  expect(pages).toEqual([302, 302, 302, 429]);
});

test.each([
  ['203.0.113.8:4711', '203.0.113.8:4712'],
  ['[2001:db8::1]:4711', '[2001:db8::1]:4712'],
  ['2001:db8::1', '[2001:db8::1]'],
  ['::ffff:203.0.113.8', '203.0.113.8'],
])('%s and %s are one client', async (...addresses) => {
  const { statuses } = await limited({ trustProxy: 1 });
  const all: number[] = [];
  for (let sent = 0; sent <= LIMIT; sent += 1)
    all.push(...(await statuses(1, { 'x-forwarded-for': addresses[sent % 2] ?? '' })));
  expect(all).toEqual([302, 302, 302, 429]);
});

test('a text that is no address counts as the proxy’s own address', async () => {
  const { statuses } = await limited({ trustProxy: 1 });
  const all: number[] = [];
  for (const text of ['unknown', '_hidden', '999.1.1.1:80', 'a b'])
    all.push(...(await statuses(1, { 'x-forwarded-for': text })));
  expect(all).toEqual([302, 302, 302, 429]);
});
