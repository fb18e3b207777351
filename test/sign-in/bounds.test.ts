// What the app keeps in memory has limits, and text from outside is cleaned before it is shown.

import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createMemoryShared } from '../../src/sign-in/index.ts';
import { createRevocations } from '../../src/sign-in/revocations.ts';
import { appForTest, isSignedIn, signIn } from './helpers.ts';

test('of 100,001 claims only the oldest is forgotten', async () => {
  const { claim } = createMemoryShared();
  for (let n = 0; n < 100_000; n += 1) expect(await claim(`${n}`, 60_000)).toBe(true);
  expect(await claim('0', 60_000)).toBe(false);
  expect(await claim('one more', 60_000)).toBe(true);
  expect(await claim('1', 60_000)).toBe(false);
  expect(await claim('0', 60_000)).toBe(true);
});

test('of 10,001 waiting revocations the app sends the oldest at once', async () => {
  const revoked: string[] = [];
  const { add, close } = createRevocations(
    async (token) => void revoked.push(token),
    () => {},
  );
  for (let n = 0; n < 10_000; n += 1) add(`token ${n}`, 60_000);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(revoked).toEqual([]);
  add('one more', 60_000);
  await expect.poll(() => revoked).toEqual(['token 0']);
  await close();
  expect(revoked).toHaveLength(10_001);
});

test('callbacks of the app that reject change nothing, and do not end the process', async () => {
  const unhandled: unknown[] = [];
  const listen = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', listen);
  onTestFinished(() => void process.off('unhandledRejection', listen));
  const fail = async () => {
    throw new Error('of a listener');
  };
  const app = await appForTest({ onEvent: fail, observe: fail as unknown as () => undefined });
  expect(await isSignedIn(await signIn(app), app)).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(unhandled).toEqual([]);
});

test.each([
  ['Host', undefined, (host: string) => `Host: ${host}\x9b31m\x85\r\n`],
  ['X-Forwarded-Proto', 'https://app.example', (h: string) => `Host: ${h}\r\nX-Forwarded-Proto: \x9b31m\r\n`],
])('control characters in %s are in no error', async (_, origin, headers) => {
  const app = await appForTest(origin ? { origin } : {});
  const { host, hostname, port } = new URL(app.url);
  const socket = connect(Number(port), hostname);
  socket.write(Buffer.from(`GET /login HTTP/1.1\r\n${headers(host)}Connection: close\r\n\r\n`, 'latin1'));
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  expect(text).toMatch(/"found":"[^"]*31m/);
  expect(text).not.toMatch(/[\x80-\x9f]/);
});
