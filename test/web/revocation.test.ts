// The refresh token at sign-out: the app revokes it if PingOne can be reached, and signs the user out in any case.

import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { createMemoryStores } from '../../src/stores/index.ts';
import { startApp } from '../helpers/app.ts';
import { type Browser, createBrowser } from '../helpers/browser.ts';
import { signInAtProvider } from '../helpers/flow.ts';
import { CLIENT_ID, CLIENT_SECRET, type Script } from '../helpers/provider-double.ts';
import { type Both, isSignedIn, startBoth } from './helpers.ts';

let both: Both;
beforeEach(async () => {
  both = await startBoth();
  return both.close;
});

async function signedIn(): Promise<Browser> {
  const browser = createBrowser();
  await signInAtProvider(browser, both.app.url, both.providerDouble);
  return browser;
}

const revocations = () => both.providerDouble.requestsTo('revoke');

test('a sign-out revokes the refresh token, with client_secret_post, after the browser has gone on', async () => {
  const browser = await signedIn();
  await browser.post(`${both.app.url}/logout`);
  // Some providers end the session with its refresh token, before the sign-off endpoint has seen it.
  expect(revocations()).toEqual([]);
  await both.app.finish();
  expect(
    revocations().map(({ method, body }) => [method, Object.fromEntries(new URLSearchParams(body))]),
  ).toEqual([
    [
      'POST',
      {
        token: both.providerDouble.refreshToken,
        token_type_hint: 'refresh_token',
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
      },
    ],
  ]);
  expect(revocations()[0]?.headers).not.toHaveProperty('authorization');
  expect(both.app.events('token revocation failed')).toEqual([]);
});

test.each<[string, Script]>([
  ['fails', () => ({ status: 503, headers: { 'retry-after': '60' } })],
  ['refuses', () => ({ status: 400, body: { error: 'unsupported_token_type' } })],
  ['hangs up', (_, response) => void response.destroy()],
  ['never responds', () => new Promise(() => {})],
])(
  'if the revocation endpoint %s, the user is signed out all the same, and the request is sent once',
  async (_, script) => {
    const browser = await signedIn();
    both.providerDouble.scripts['revoke'] = script;
    const askedAt = performance.now();
    const page = await browser.post(`${both.app.url}/logout`);
    expect(performance.now() - askedAt).toBeLessThan(1_000);
    expect(page.status).toBe(200);
    expect(page.leadsTo).toContain(`${both.providerDouble.issuer}/signoff?`);
    expect(await isSignedIn(browser, both.app.url)).toBe(false);
    await both.app.finish();
    expect(performance.now() - askedAt).toBeLessThan(4_000);
    expect(revocations()).toHaveLength(1);
    expect(both.app.events('token revocation failed')).toHaveLength(1);
  },
);

test('a revocation response that is not JSON is accepted, because only the status counts', async () => {
  const browser = await signedIn();
  both.providerDouble.scripts['revoke'] = () => ({ body: '<html>' });
  await browser.post(`${both.app.url}/logout`);
  await both.app.finish();
  expect(both.app.events('token revocation failed')).toEqual([]);
});

test.each([
  [
    'without a refresh token',
    () => Object.assign(both.providerDouble.tokenChanges, { refresh_token: undefined }),
  ],
  ['without a revocation endpoint', () => void delete both.providerDouble.metadata['revocation_endpoint']],
])('%s the app sends no revocation request', async (_, arrange) => {
  arrange();
  const browser = await signedIn();
  expect((await browser.post(`${both.app.url}/logout`)).status).toBe(200);
  await both.app.finish();
  expect(revocations()).toEqual([]);
});

test('if discovery never responds, a sign-out still completes within 3 s', async () => {
  const sessionStore = createMemoryStores().sessions;
  const before = await startApp(both.providerDouble, { sessionStore });
  onTestFinished(before.close);
  const browser = createBrowser();
  await signInAtProvider(browser, before.url, both.providerDouble);
  // Another process, which has never fetched the discovery document.
  const after = await startApp(both.providerDouble, { sessionStore });
  onTestFinished(after.close);
  both.providerDouble.scripts['.well-known/openid-configuration'] = () => new Promise(() => {});
  const askedAt = performance.now();
  const page = await browser.post(`${after.url}/logout`);
  expect(performance.now() - askedAt).toBeLessThan(3_000);
  expect(page.status).toBe(200);
  expect(page).not.toHaveProperty('leadsTo');
  expect(await isSignedIn(browser, after.url)).toBe(false);
});
