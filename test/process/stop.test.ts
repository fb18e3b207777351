// SIGTERM and SIGINT: pending requests finish, no new ones start, and the process exits with 0 within 10 s.

import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { startSignIn } from '../helpers/flow.ts';
import { startProviderDouble } from '../helpers/provider-double.ts';
import { accepts, type Started, startListening, valuesOf } from './helpers.ts';

/** Docker kills a process this long after it asked it to stop. systemd and Kubernetes wait longer. */
const STOP_LIMIT_MS = 10_000;

/** No server listens at this address. */
const UNREACHABLE = {
  PINGONE_ISSUER: 'http://127.0.0.1:9/as',
  PINGONE_CLIENT_ID: 'an-id',
  PINGONE_CLIENT_SECRET: 'made up',
};

/** Stops the app and returns how long that took. */
async function timeToStop(app: Started, signal: NodeJS.Signals): Promise<number> {
  const sentAt = performance.now();
  expect(await app.stop(signal)).toEqual({ code: 0, signal: null });
  return performance.now() - sentAt;
}

/** A sign-in whose token request PingOne has received, and to which it responds as `response` says. */
async function startPendingSignIn(response: 'after 2 s' | 'never') {
  const providerDouble = await startProviderDouble();
  onTestFinished(() => void providerDouble.close());
  const app = await startListening(valuesOf(providerDouble));
  const arrived = Promise.withResolvers<void>();
  providerDouble.scripts['token'] = async () => {
    arrived.resolve();
    if (response === 'never') return undefined;
    await wait(2_000);
    const token = { access_token: providerDouble.accessToken, token_type: 'Bearer', expires_in: 3600 };
    return { body: { ...token, id_token: await providerDouble.idToken() } };
  };
  const browser = createBrowser();
  const callback = browser.get(await startSignIn(browser, app.url, providerDouble));
  await arrived.promise;
  return { app, callback };
}

test('on SIGTERM and on SIGINT, a pending sign-in succeeds before the process ends', async () => {
  await Promise.all((['SIGTERM', 'SIGINT'] as const).map(stopDuringSignIn));
});

async function stopDuringSignIn(signal: NodeJS.Signals): Promise<void> {
  const { app, callback } = await startPendingSignIn('after 2 s');
  const stopping = timeToStop(app, signal);
  await app.says('"msg":"stopping"');
  // npm forwards the signal, which the process has already received.
  app.child.kill(signal);
  await expect.poll(() => accepts(app.port)).toBe(false);
  expect(app.stdout()).not.toContain('sign-in succeeded');

  expect(await callback).toMatchObject({ status: 303, location: `${app.url}/profile` });
  expect(await stopping).toBeLessThan(STOP_LIMIT_MS);
  expect(app.stdout()).toContain('sign-in succeeded');
  expect(app.stdout().trim()).toMatch(/"msg":"stopped"\}$/);
}

test('the process stops in time even if the token endpoint never responds', async () => {
  const { app, callback } = await startPendingSignIn('never');
  const stopping = timeToStop(app, 'SIGTERM');
  expect((await callback).status).toBe(504);
  expect(await stopping).toBeLessThan(STOP_LIMIT_MS);
});

test.each([
  ['that is opened in advance', ''],
  ['that is kept after a request', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['with half a request', 'GET /profile HTTP/1.1\r\nHost: localh'],
  [
    'with an announced body that never comes',
    'GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n',
  ],
])('a connection %s does not delay the stop', async (_what, sent) => {
  const app = await startListening(UNREACHABLE);
  const socket = connect(app.port, 'localhost').on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write(sent);
  if (sent.endsWith('\r\n\r\n')) await once(socket, 'data');
  // Much less than the limit for pending requests.
  expect(await timeToStop(app, 'SIGTERM')).toBeLessThan(5_000);
});

/** Sends requests one after another over one connection. Returns the number of requests without a response. */
async function sendContinuously(port: number, isOver: () => boolean): Promise<number> {
  const socket = connect(port, 'localhost');
  const responses: AsyncIterator<Buffer> = socket[Symbol.asyncIterator]();
  while (!isOver()) {
    socket.write(`GET /login HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
    const response = await responses.next().catch(() => ({ value: undefined }));
    if (!response.value) return 1;
    if (/^connection: close/im.test(response.value.toString())) break;
    await wait(Math.random() * 10);
  }
  socket.destroy();
  return 0;
}

test('all requests that arrive over kept connections during the stop get a response', async () => {
  const providerDouble = await startProviderDouble();
  onTestFinished(() => void providerDouble.close());
  const app = await startListening({ ...valuesOf(providerDouble), LOGIN_RATE_LIMIT: '0' });
  let isOver = false;
  const lost = Array.from({ length: 20 }, () => sendContinuously(app.port, () => isOver));
  await wait(500);
  await app.stop();
  isOver = true;
  expect((await Promise.all(lost)).reduce((sum, one) => sum + one)).toBe(0);
});
