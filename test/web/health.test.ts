// GET /healthz and GET /readyz.

import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { startApp } from '../helpers/app.ts';
import { startProviderDouble } from '../helpers/provider-double.ts';
import { type Both, send, startBoth } from './helpers.ts';
import { TestStore } from './test-store.ts';

let store: TestStore;
let both: Both;
beforeEach(async () => {
  store = new TestStore();
  both = await startBoth({ sessionStore: store });
  return both.close;
});

const readyz = async (url = both.app.url) => {
  const page = await send('GET', `${url}/readyz`);
  return { status: page.status, retryAfter: page.headers['retry-after'], body: JSON.parse(page.body) };
};
const unavailable = (reason: string) => ({
  status: 503,
  retryAfter: '5',
  body: { status: 'unavailable', reason },
});

test('/readyz returns 200 if PingOne and the store can be reached', async () => {
  expect(await readyz()).toEqual({ status: 200, retryAfter: undefined, body: { status: 'ok' } });
});

test.each([
  ['pingone_failed', { status: 500 }],
  ['pingone_busy', { status: 429 }],
  ['discovery_not_found', { status: 404 }],
  ['pingone_response_invalid', { body: 'not JSON' }],
  ['discovery_invalid', { body: {} }],
])('/readyz says why the app is not ready: %s', async (reason, response) => {
  both.providerDouble.scripts['.well-known/openid-configuration'] = () => response;
  expect(await readyz()).toEqual(unavailable(reason));
  expect((await send('GET', `${both.app.url}/healthz`)).body).toBe('{"status":"ok"}');
});

test('the app becomes ready by itself once PingOne works again', async () => {
  both.providerDouble.scripts['.well-known/openid-configuration'] = () => ({ status: 502 });
  expect(await readyz()).toEqual(unavailable('pingone_failed'));
  delete both.providerDouble.scripts['.well-known/openid-configuration'];
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  vi.setSystemTime(Date.now() + 1_001);
  expect((await readyz()).status).toBe(200);
});

test('if PingOne cannot be reached, /readyz returns 503 and /healthz 200', async () => {
  const gone = await startProviderDouble();
  await gone.close();
  const app = await startApp(gone);
  onTestFinished(app.close);
  expect(await readyz(app.url)).toEqual(unavailable('pingone_unreachable'));
  expect((await send('GET', `${app.url}/healthz`)).status).toBe(200);
});

test('if the store fails, /readyz returns 503 and /healthz 200', async () => {
  store.failing.add('get');
  expect(await readyz()).toEqual(unavailable('session_unavailable'));
  expect((await send('GET', `${both.app.url}/healthz`)).status).toBe(200);
});

test('once discovery has succeeded, only the store decides: to take the app out of service would help no user', async () => {
  expect((await readyz()).status).toBe(200);
  both.app.client.ready = async () => {
    throw new TypeError('must not be asked again');
  };
  expect((await readyz()).status).toBe(200);
  store.failing.add('get');
  expect(await readyz()).toEqual(unavailable('session_unavailable'));
});

test('an unexpected error makes /readyz return 503, too', async () => {
  both.app.client.ready = async () => {
    throw new TypeError('canary');
  };
  expect(await readyz()).toEqual(unavailable('internal_error'));
});

test('/readyz makes no session', async () => {
  await send('GET', `${both.app.url}/readyz`, { cookie: 'pingone_session=s%3Aabc.def' });
  expect(store.held.size).toBe(0);
});
