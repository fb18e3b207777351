// If PingOne is down when the app starts, the app starts, logs the problem, and signs users in as soon as it can.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { signInAtProvider } from '../helpers/flow.ts';
import { startProviderDouble } from '../helpers/provider-double.ts';
import { freePort, startListening, valuesOf } from './helpers.ts';

test('the app starts while no server responds at the issuer, and recovers by itself', async () => {
  const providerDouble = await startProviderDouble();
  onTestFinished(() => void providerDouble.close());
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}/as`;
  const app = await startListening({ ...valuesOf(providerDouble), PINGONE_ISSUER: issuer });
  const browser = createBrowser();
  // Before the first sign-in, because a wrong setting must be visible at the start.
  await app.says('"msg":"PingOne is not ready"');
  expect(app.stdout()).toContain('"code":"pingone_unreachable"');

  expect(await browser.get(`${app.url}/healthz`)).toMatchObject({ status: 200, body: '{"status":"ok"}' });
  const notReady = await browser.get(`${app.url}/readyz`);
  expect(notReady.status).toBe(503);
  expect(JSON.parse(notReady.body)).toEqual({ status: 'unavailable', reason: 'pingone_unreachable' });
  const login = await browser.get(`${app.url}/login`);
  expect(login).toMatchObject({ status: 503, headers: { 'retry-after': expect.stringMatching(/^\d+$/) } });
  expect(login.body).toContain('pingone_unreachable');
  expect((await browser.get(`${app.url}/`)).status).toBe(200);

  // Discovery becomes available, with the endpoints of the test double.
  const discovery = createServer((_req, res) => {
    res
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ ...providerDouble.metadata, issuer }));
  });
  await once(discovery.listen(port, '127.0.0.1'), 'listening');
  onTestFinished(() => void discovery.close());
  providerDouble.claims = { iss: issuer };

  await expect
    .poll(async () => (await browser.get(`${app.url}/readyz`)).status, { timeout: 10_000 })
    .toBe(200);
  expect((await signInAtProvider(browser, app.url, providerDouble)).status).toBe(303);
});

test('while PingOne is not available, /login sends Retry-After', async () => {
  const providerDouble = await startProviderDouble();
  onTestFinished(() => void providerDouble.close());
  const discovery = '.well-known/openid-configuration';
  providerDouble.scripts[discovery] = () => ({ status: 503 });
  const app = await startListening(valuesOf(providerDouble));
  const login = await createBrowser().get(`${app.url}/login`);
  expect(login).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
  expect(login.body).toContain('pingone_busy');
});
