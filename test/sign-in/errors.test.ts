// An app without its own error handler: the response has the right status, and shows nothing of the error.

import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { SignInError } from '../../src/pingone/index.ts';
import { withStatus } from '../../src/sign-in/errors.ts';
import { RequestError } from '../../src/sign-in/index.ts';
import { createBrowser } from '../helpers/browser.ts';
import { type ForeignApp, setCookiesOf, start, startForeignApp } from './helpers.ts';

let app: ForeignApp;
beforeAll(async () => {
  vi.stubEnv('NODE_ENV', 'production');
  vi.spyOn(console, 'error').mockReturnValue(undefined);
  app = await startForeignApp({ errorHandler: false });
});
afterAll(async () => {
  await app.close();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test('a declined sign-in gets 403, its cookie is cleared, and the response has no-referrer', async () => {
  const browser = createBrowser();
  const { state } = await start(browser, app);
  const page = await browser.get(`${app.url}/callback?error=access_denied&state=${state}`);
  expect(page.status).toBe(403);
  expect(page.body).toContain('Forbidden');
  expect(page.body).not.toContain('access_denied');
  expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  expect(setCookiesOf(page)).toEqual([
    expect.stringMatching(/^pingone_sign_in_[\w-]{16}=; Max-Age=0; Path=\/$/),
  ]);
});

test.each([
  ['GET', '/callback?code=c&state=s', {}, 400],
  ['GET', '/login', { 'sec-fetch-dest': 'image' }, 401],
  ['POST', '/orders', {}, 401],
  ['POST', '/logout', { 'sec-fetch-site': 'cross-site' }, 403],
  ['POST', '/login', {}, 405],
])('%s %s with the headers %j gets %d', async (method, path, headers, status) => {
  const { request } = await import('undici');
  const response = await request(app.url + path, {
    method: method as 'GET',
    headers: headers as Record<string, string>,
  });
  expect(response.statusCode).toBe(status);
  if (status === 405) expect(response.headers['allow']).toBe('GET');
});

test('if the provider fails, the response is 502', async () => {
  app.double.scripts['token'] = () => ({ status: 500 });
  onTestFinished(() => void delete app.double.scripts['token']);
  const { finish } = await start(createBrowser(), app);
  expect((await finish()).status).toBe(502);
});

test.each([
  ['pingone_timeout', {}, 504, 503],
  ['pingone_unreachable', {}, 503, 503],
  ['pingone_failed', { status: 500 }, 502, 502],
  ['pingone_failed', { status: 503 }, 503, 503],
  ['pingone_busy', { status: 429 }, 503, 503],
  ['userinfo_refused', { status: 429 }, 503, 503],
  ['authorization_temporarily_unavailable', { error: 'temporarily_unavailable' }, 503, 503],
  ['discovery_not_found', {}, 502, 502],
  ['id_token_expired', {}, 502, 502],
  ['id_token_nonce', {}, 502, 502],
  ['access_denied', { error: 'access_denied' }, 403, 403],
  ['issuer_mismatch', {}, 400, 400],
  ['callback_malformed', {}, 400, 400],
  ['id_token_acr', {}, 403, 403],
  ['refresh_refused', {}, 403, 403],
] as const)(
  'the status of %s with the facts %j is %d, and %d at the start of a sign-in',
  (code, facts, status, atStart) => {
    const error = new SignInError(code, facts);
    expect(withStatus(error)).toMatchObject({ code, facts, status, expose: false });
    expect(withStatus(error, undefined, true)).toMatchObject({ code, facts, status: atStart, expose: false });
    // Requests share errors, so each gets a copy.
    expect(error).not.toHaveProperty('status');
  },
);

test('the error of a failed sign-in has the return_to of the sign-in, if it is known', () => {
  for (const error of [new SignInError('access_denied'), new RequestError('sign_in_used')]) {
    expect(withStatus(error)).not.toHaveProperty('returnTo');
    expect(withStatus(error, '/orders')).toMatchObject({ code: error.code, returnTo: '/orders' });
  }
});

test('an error of the app’s own code stays unchanged', () => {
  const error = new TypeError('x');
  expect(withStatus(error)).toBe(error);
  expect(new RequestError('other_user')).toMatchObject({ status: 403, expose: false, name: 'RequestError' });
});
