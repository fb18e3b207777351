// A proxy that TRUST_PROXY does not count: one warning, and the app ignores its headers.

import { expect, onTestFinished, test } from 'vitest';
import { send, startBoth } from './helpers.ts';

const warnings = (log: string) => log.split('\n').filter((line) => line.includes('TRUST_PROXY'));

test.each([
  { 'x-forwarded-for': '192.0.2.7' },
  { 'x-forwarded-proto': 'https' },
  { 'x-forwarded-host': 'canary.example' },
  { forwarded: 'for=192.0.2.7' },
])('the header %o causes one warning, however often it comes', async (headers) => {
  const both = await startBoth();
  onTestFinished(both.close);
  await send('GET', both.app.url);
  expect(warnings(both.app.log())).toEqual([]);
  for (let count = 0; count < 3; count += 1) await send('GET', `${both.app.url}/healthz`, headers);
  expect(warnings(both.app.log()).map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ level: 'warn', requestId: expect.any(String) }),
  ]);
  expect(both.app.log()).not.toMatch(/192\.0\.2\.7|canary/);
});

test('a proxy that TRUST_PROXY counts causes no warning', async () => {
  const both = await startBoth({ trustProxy: 1 });
  onTestFinished(both.close);
  await send('GET', both.app.url, { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'https' });
  expect(warnings(both.app.log())).toEqual([]);
});
