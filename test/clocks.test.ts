// All time limits, with a clock that is set. Limits that other or later processes must check use the wall clock. Setting it
// back makes nothing last longer, because a start time more than 60 s in the future counts as expired. The clocks of two
// servers may differ by less than that.

import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { failedRequirement } from '../src/pingone/index.ts';
import { createMemoryShared } from '../src/sign-in/shared.ts';
import { createMemoryStores } from '../src/stores/index.ts';
import { createBrowser } from './helpers/browser.ts';
import { startProviderDouble } from './helpers/provider-double.ts';
import { clientForTest, DISCOVERY, providerForTest, registrationAt, signIn } from './pingone/helpers.ts';
import { isSignedIn, start, startForeignApp, signIn as startSession } from './sign-in/helpers.ts';
import { promised } from './stores/helpers.ts';
import { send, startBoth } from './web/helpers.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance', 'setInterval'] }));
afterEach(() => void vi.useRealTimers());

/** Sets the wall clock. No time passes. */
const setClock = (milliseconds: number) => void vi.setSystemTime(Date.now() + milliseconds);
/** Lets time pass, also on the wall clock. */
const pass = (milliseconds: number) => void vi.advanceTimersByTime(milliseconds);

/** Starts something with a time limit. The result tells whether it is still valid. */
type Begin = () => Promise<() => Promise<boolean>>;

async function foreignApp() {
  const app = await startForeignApp();
  onTestFinished(app.close);
  return app;
}

const session: Begin = async () => {
  const app = await foreignApp();
  const browser = await startSession(app);
  return () => isSignedIn(browser, app);
};

const pendingSignIn: Begin = async () => {
  const app = await foreignApp();
  const { finish } = await start(createBrowser(), app);
  return async () => (await finish()).status === 303;
};

/** The token of a refresh, an hour after the sign-in, so that the session is valid in each case. */
const accessToken: Begin = async () => {
  const app = await foreignApp();
  const browser = await startSession(app);
  setClock(HOUR_MS);
  await browser.post(`${app.url}/refresh`);
  const before = app.double.requestsTo('token').length;
  return async () => {
    const { status } = await browser.get(`${app.url}/api`);
    return status === 200 && app.double.requestsTo('token').length === before;
  };
};

const requirement: Begin = async () => {
  const auth_time = Math.floor(Date.now() / 1000);
  return async () => failedRequirement({ auth_time }, { maxAgeSeconds: 240 }) === undefined;
};

const metadata: Begin = async () => {
  const { provider, client } = await providerForTest();
  await client.ready();
  return async () => {
    await client.ready();
    return provider.requestsTo(DISCOVERY).length === 1;
  };
};

const jwkSet: Begin = async () => {
  const { provider, client } = await providerForTest();
  await signIn(client, provider);
  return async () => {
    await signIn(client, provider);
    return provider.requestsTo('jwks').length === 1;
  };
};

const failureOfDiscovery: Begin = async () => {
  const provider = await startProviderDouble();
  onTestFinished(() => void provider.close());
  const headers = { 'retry-after': '20' };
  provider.scripts[DISCOVERY] = () => ({ status: 503, headers });
  const { client } = clientForTest(registrationAt(provider));
  await client.ready().catch(() => {});
  return async () => {
    await client.ready().catch(() => {});
    return provider.requestsTo(DISCOVERY).length === 1;
  };
};

const byWallClock: [name: string, begin: Begin, limitMs: number, toleranceMs: number][] = [
  ['a session', session, 8 * HOUR_MS, MINUTE_MS],
  ['the cookie of a pending sign-in', pendingSignIn, 30 * MINUTE_MS, MINUTE_MS],
  // The app refreshes it 30 s before it expires.
  ['an access token', accessToken, HOUR_MS - 30 * SECOND_MS, MINUTE_MS],
  // auth_time comes from PingOne's clock, which may differ by 60 s.
  ['a sign-in that is recent enough for a route', requirement, 5 * MINUTE_MS, MINUTE_MS],
  // Only this process uses these, so they need no tolerance.
  ['the discovery document', metadata, DAY_MS, 0],
  ['the JWK Set', jwkSet, HOUR_MS, 0],
  ['the wait after discovery has failed', failureOfDiscovery, 20 * SECOND_MS, 0],
];

const offsets = byWallClock.flatMap(([name, begin, limitMs, toleranceMs]) => {
  const cases: [offsetMs: number, isValid: boolean][] = [
    [-DAY_MS, false],
    [-toleranceMs - 2 * SECOND_MS, false],
    [limitMs - 2 * SECOND_MS, true],
    [limitMs + 2 * SECOND_MS, false],
  ];
  if (toleranceMs > 0) cases.push([-toleranceMs + 2 * SECOND_MS, true]);
  return cases.map(([offsetMs, isValid]) => [name, offsetMs / SECOND_MS, isValid, begin] as const);
});

test.each(offsets)(
  '%s, with a clock that is set by %i s: still valid is %s',
  async (_, seconds, isValid, begin) => {
    const isStillValid = await begin();
    setClock(seconds * SECOND_MS);
    // The client uses old metadata once more, and renews it in the background.
    const outcome = await isStillValid();
    if (isValid || !outcome) return expect(outcome).toBe(isValid);
    await expect.poll(isStillValid).toBe(false);
  },
);

const idleSession: Begin = async () => {
  const { get, set } = promised(createMemoryStores().sessions);
  await set('id', { name: 'Ada' });
  return async () => Boolean(await get('id'));
};

const claimed =
  (createShared: () => { claim(key: string, ttlMs: number): Promise<boolean> }): Begin =>
  async () => {
    const shared = createShared();
    await shared.claim('state', 31 * MINUTE_MS);
    return async () => !(await shared.claim('state', 31 * MINUTE_MS));
  };

const record: Begin = async () => {
  const { records } = createMemoryStores();
  await records.set('id', () => 'text');
  return async () => (await records.get('id')) !== undefined;
};

const byMonotonicClock: [name: string, begin: Begin, limitMs: number][] = [
  ['an idle session', idleSession, 30 * MINUTE_MS],
  ['a used state', claimed(() => createMemoryStores().shared), 31 * MINUTE_MS],
  ['a used state, in a copy without stores', claimed(createMemoryShared), 31 * MINUTE_MS],
  ['a record', record, HOUR_MS],
];

test.each(byMonotonicClock)(
  'setting the clock does not change when %s expires',
  async (_, begin, limitMs) => {
    for (const setBy of [-DAY_MS, DAY_MS]) {
      const isStillValid = await begin();
      pass(limitMs - 2 * SECOND_MS);
      setClock(setBy);
      // Loading a session renews it, so it is not loaded here.
      if (begin !== idleSession) expect(await isStillValid()).toBe(true);
      pass(4 * SECOND_MS);
      expect(await isStillValid()).toBe(false);
    }
  },
);

test.each([-DAY_MS, DAY_MS])(
  'a client over the rate limit must wait a minute, also if the clock is set by %i ms',
  async (setBy) => {
    const { app, close } = await startBoth({ loginRateLimit: 1 });
    onTestFinished(close);
    const login = async () => (await send('GET', `${app.url}/login`)).status;
    expect([await login(), await login()]).toEqual([302, 429]);
    setClock(setBy);
    expect([await login(), await login()]).toEqual([302, 429]);
    for (let minute = 0; minute < 3; minute += 1) {
      pass(MINUTE_MS);
      expect([await login(), await login()]).toEqual([302, 429]);
    }
  },
);
