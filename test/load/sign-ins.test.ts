// Many sign-ins at once, and a stop in the middle of them.

import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startApp } from '../helpers/app.ts';
import type { StandIn } from '../helpers/stand-in.ts';
import { memoryOf, startListening, valuesOf } from '../process/helpers.ts';
import { send } from '../web/helpers.ts';
import { signIn, standInForMany, startSignIn } from './many.ts';

async function standInForTest(tokenTakesMs = 0): Promise<StandIn> {
  const standIn = await standInForMany(() => setTimeout(tokenTakesMs));
  onTestFinished(() => void standIn.close());
  return standIn;
}

const statuses = async (count: number, url: string) => {
  const all = await Promise.all(Array.from({ length: count }, () => signIn(url)));
  return Object.fromEntries(
    [...new Set(all)].map((status) => [status, all.filter((one) => one === status).length]),
  );
};

test('300 at once all succeed, with one token request each', async () => {
  const standIn = await standInForTest();
  const app = await startApp(standIn);
  onTestFinished(app.close);
  expect(await statuses(300, app.url)).toEqual({ 200: 300 });
  expect(standIn.requestsTo('token')).toHaveLength(300);
  expect(standIn.requestsTo('jwks').length).toBeLessThanOrEqual(2);
});

test('50 at once against a token endpoint that takes a second all succeed, and none waits for another', async () => {
  const standIn = await standInForTest(1_000);
  const app = await startApp(standIn);
  onTestFinished(app.close);
  expect(await statuses(50, app.url)).toEqual({ 200: 50 });
});

test('SIGTERM in the middle loses no request that was accepted', async () => {
  const standIn = await standInForTest(500);
  const app = await startListening({ ...valuesOf(standIn), LOGIN_RATE_LIMIT: '0' });
  const started = await Promise.all(Array.from({ length: 30 }, () => startSignIn(app.url)));
  const callbacks = started.map(({ finish }) => finish());
  await expect.poll(() => standIn.requestsTo('token').length, { timeout: 10_000 }).toBe(30);
  const ended = app.stop();
  expect((await Promise.all(callbacks)).map(({ status }) => status)).toEqual(Array(30).fill(303));
  expect(await ended).toEqual({ code: 0, signal: null });
});

test('a flood of logins, of forged and of matching callbacks leaves nothing behind, and evicts nobody', {
  timeout: 120_000,
}, async () => {
  const standIn = await standInForTest();
  // With room to spare it would not tidy up, and nobody could tell that from a leak.
  const env = { ...valuesOf(standIn), LOGIN_RATE_LIMIT: '0' };
  const app = await startListening(env, ['--max-old-space-size=80']);
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
    return memoryOf(app.child.pid);
  };
  // Until the records of /flow are as many as are ever kept.
  const before = await flood(4_000);
  // Two kilobytes kept for each would be 12 MB; used states, kept for ten minutes, are half a megabyte.
  expect((await flood(6_000)) - before).toBeLessThan(9_000_000);
  expect((await browser.get(`${app.url}/profile`)).status).toBe(200);
});
