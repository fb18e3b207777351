// Many simultaneous sign-ins, and a stop of the process during them.

import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startApp } from '../helpers/app.ts';
import type { ProviderDouble } from '../helpers/provider-double.ts';
import { startListening, valuesOf } from '../process/helpers.ts';
import { heldBy, TELLS_ITS_MEMORY } from '../process/memory.ts';
import { send } from '../web/helpers.ts';
import { providerForMany, signIn, startSignIn } from './many.ts';

async function providerForTest(tokenTakesMs = 0): Promise<ProviderDouble> {
  const providerDouble = await providerForMany(() => setTimeout(tokenTakesMs));
  onTestFinished(() => void providerDouble.close());
  return providerDouble;
}

const statuses = async (count: number, url: string) => {
  const all = await Promise.all(Array.from({ length: count }, () => signIn(url)));
  return Object.fromEntries(
    [...new Set(all)].map((status) => [status, all.filter((one) => one === status).length]),
  );
};

test('300 simultaneous sign-ins all succeed, with one token request each', async () => {
  const providerDouble = await providerForTest();
  const app = await startApp(providerDouble);
  onTestFinished(app.close);
  expect(await statuses(300, app.url)).toEqual({ 200: 300 });
  expect(providerDouble.requestsTo('token')).toHaveLength(300);
  expect(providerDouble.requestsTo('jwks').length).toBeLessThanOrEqual(2);
});

test('50 simultaneous sign-ins do not wait for each other if the token endpoint takes a second', async () => {
  const providerDouble = await providerForTest(1_000);
  const app = await startApp(providerDouble);
  onTestFinished(app.close);
  expect(await statuses(50, app.url)).toEqual({ 200: 50 });
});

test('after SIGTERM, the process completes each request that it has accepted', async () => {
  const providerDouble = await providerForTest(500);
  const app = await startListening({ ...valuesOf(providerDouble), LOGIN_RATE_LIMIT: '0' });
  const started = await Promise.all(Array.from({ length: 30 }, () => startSignIn(app.url)));
  const callbacks = started.map(({ finish }) => finish());
  await expect.poll(() => providerDouble.requestsTo('token').length, { timeout: 10_000 }).toBe(30);
  const ended = app.stop();
  expect((await Promise.all(callbacks)).map(({ status }) => status)).toEqual(Array(30).fill(303));
  expect(await ended).toEqual({ code: 0, signal: null });
});

test('a flood of logins and of forged and declined callbacks uses little memory, and ends no session', {
  timeout: 120_000,
}, async () => {
  const providerDouble = await providerForTest();
  const env = { ...valuesOf(providerDouble), LOGIN_RATE_LIMIT: '0' };
  const app = await startListening(env, TELLS_ITS_MEMORY);
  const { browser, finish } = await startSignIn(app.url);
  await finish();

  const flood = async (count: number) => {
    for (let sent = 0; sent < count; sent += 50) {
      await Promise.all(
        Array.from({ length: 50 }, async (_, index) => {
          if (index % 3 === 0) return send('GET', `${app.url}/login`);
          if (index % 3 === 1) return send('GET', `${app.url}/callback?code=c&state=${sent}-${index}`);
          return (await startSignIn(app.url)).decline();
        }),
      );
    }
    // The app keeps the result of a callback for 10 s, in case the callback is delivered again.
    await setTimeout(11_000);
    return heldBy(app);
  };
  // Fills the store of /flow records up to its limit.
  const before = await flood(4_000);
  // If the app kept 2 kB of each request, this would be 12 MB. The used states, which it does keep, are about 0.5 MB.
  const grown = (await flood(6_000)) - before;
  process.stdout.write(`memory growth: ${grown} bytes\n`);
  expect(grown).toBeLessThan(9_000_000);
  expect((await browser.get(`${app.url}/profile`)).status).toBe(200);
});
