// POST /refresh: new tokens for a signed-in user, once for all requests at the same time. invalid_grant or another user
// ends the session; any other failure does not.

import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { startApp } from '../helpers/app.ts';
import { type Browser, createBrowser } from '../helpers/browser.ts';
import { signInAtProvider } from '../helpers/flow.ts';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  type Script,
  type ScriptedResponse,
  SUBJECT,
} from '../helpers/provider-double.ts';
import { type Both, expectRefused, gate, isSignedIn, send, startBoth } from './helpers.ts';
import { TestStore } from './test-store.ts';

let both: Both;
let store: TestStore;
beforeEach(async () => {
  store = new TestStore();
  both = await startBoth({ sessionStore: store });
  return both.close;
});

async function signedIn(): Promise<Browser> {
  const browser = createBrowser();
  await signInAtProvider(browser, both.app.url, both.providerDouble);
  // From here on, the test double records only requests of refreshes.
  both.providerDouble.received.length = 0;
  return browser;
}

const refresh = (browser: Browser) => browser.post(`${both.app.url}/refresh`);
const respondWith = (response: ScriptedResponse | Script) => {
  both.providerDouble.scripts['token'] = typeof response === 'function' ? response : () => response;
};
const tokenRequests = () =>
  both.providerDouble.requestsTo('token').map(({ body }) => new URLSearchParams(body));
/** The only session there is. */
const sessionHeld = () => JSON.parse([...store.held.values()][0] ?? '{}');
const tokensHeld = () => sessionHeld().pingone.signIn.tokens;

const seconds = () => Math.floor(Date.now() / 1000);
const revoked = () =>
  both.providerDouble.requestsTo('revoke').map(({ body }) => new URLSearchParams(body).get('token'));

/** Each refresh response has new tokens, and each refresh token is accepted once. */
function rotate() {
  let count = 0;
  const used = new Set<string | null>();
  respondWith(async ({ body }) => {
    const sent = new URLSearchParams(body).get('refresh_token');
    if (used.has(sent)) return { status: 400, body: { error: 'invalid_grant' } };
    used.add(sent);
    count += 1;
    both.providerDouble.accessToken = `access-${count}`;
    const [access_token, refresh_token] = [both.providerDouble.accessToken, `refresh-${count}`];
    const id_token = await both.providerDouble.idToken();
    return { body: { access_token, token_type: 'Bearer', expires_in: 3600, refresh_token, id_token } };
  });
}

test('a refresh sends the refresh token once, with client_secret_post, and redirects to the claims page', async () => {
  const browser = await signedIn();
  const page = await refresh(browser);
  expect(page).toMatchObject({ status: 303, location: `${both.app.url}/profile` });
  const client = { client_id: CLIENT_ID, client_secret: CLIENT_SECRET };
  expect(tokenRequests().map((form) => Object.fromEntries(form))).toEqual([
    { grant_type: 'refresh_token', refresh_token: both.providerDouble.refreshToken, ...client },
  ]);
  expect(both.providerDouble.requestsTo('token')[0]?.headers).not.toHaveProperty('authorization');
  expect(both.app.events('tokens refreshed')).toHaveLength(1);
});

test('each refresh token is used once, and the new one replaces it', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const browser = await signedIn();
  rotate();
  for (let count = 1; count <= 3; count += 1) {
    vi.setSystemTime(Date.now() + 2_000);
    expect((await refresh(browser)).status).toBe(303);
    expect(tokensHeld()).toMatchObject({
      access_token: `access-${count}`,
      refresh_token: `refresh-${count}`,
    });
  }
  const used = [both.providerDouble.refreshToken, 'refresh-1', 'refresh-2'];
  expect(tokenRequests().map((form) => form.get('refresh_token'))).toEqual(used);
});

test('a refresh token, an ID token and a scope stay as they were if the response does not have them', async () => {
  const browser = await signedIn();
  const { refresh_token, id_token, scope } = tokensHeld();
  respondWith({ body: { access_token: 'new', token_type: 'bearer' } });
  expect((await refresh(browser)).status).toBe(303);
  expect(tokensHeld()).toEqual({ refresh_token, id_token, scope, access_token: 'new', token_type: 'bearer' });
  expect(await isSignedIn(browser, both.app.url)).toBe(true);
});

test('20 refreshes at the same time make one token request', async () => {
  const browser = await signedIn();
  rotate();
  const pages = await Promise.all(Array.from({ length: 20 }, () => refresh(browser)));
  expect(pages.map(({ status }) => status)).toEqual(Array(20).fill(303));
  expect(tokenRequests()).toHaveLength(1);
  expect(tokensHeld()).toMatchObject({ refresh_token: 'refresh-1' });
});

test('20 refreshes at the same time that PingOne refuses make one token request, and each response says so', async () => {
  const browser = await signedIn();
  respondWith(async () => {
    // All of them have arrived before the first one ends the session.
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { status: 400, body: { error: 'invalid_grant' } };
  });
  const pages = await Promise.all(Array.from({ length: 20 }, () => refresh(browser)));
  for (const page of pages) expectRefused(page, 403, 'refresh_refused');
  expect(tokenRequests()).toHaveLength(1);
  expect(store.held.size).toBe(0);
});

test.each<[string, ScriptedResponse | Script, number, string]>([
  ['hangs up', (_, response) => void response.destroy(), 503, 'pingone_unreachable'],
  ['fails', { status: 500 }, 502, 'pingone_failed'],
])(
  '20 refreshes at the same time make one token request if PingOne %s, and each response says so',
  async (_, response, status, code) => {
    const browser = await signedIn();
    respondWith(response);
    const pages = await Promise.all(Array.from({ length: 20 }, () => refresh(browser)));
    for (const page of pages) expectRefused(page, status, code);
    expect(tokenRequests()).toHaveLength(1);
    expect(await isSignedIn(browser, both.app.url)).toBe(true);
  },
);

test('if PingOne returns invalid_grant, the session ends, and the page says so', async () => {
  const browser = await signedIn();
  respondWith({ status: 400, body: { error: 'invalid_grant' } });
  const page = await refresh(browser);
  expectRefused(page, 403, 'refresh_refused');
  expect(page.body).toContain(`href="${both.app.url}/login"`);
  expect(await isSignedIn(browser, both.app.url)).toBe(false);
  expect(store.held.size).toBe(0);
});

test.each<[string, ScriptedResponse | Script, number, string]>([
  ['hangs up', (_, response) => void response.destroy(), 503, 'pingone_unreachable'],
  ['fails', { status: 500 }, 502, 'pingone_failed'],
  ['asks to wait', { status: 429 }, 503, 'pingone_busy'],
  ['returns HTML', { body: 'Hello' }, 502, 'pingone_response_invalid'],
  ['leaves the access token out', { body: { token_type: 'Bearer' } }, 502, 'token_response_invalid'],
  ['does not know this app', { status: 401, body: { error: 'invalid_client' } }, 502, 'token_invalid_client'],
  ['refuses this app', { status: 400, body: { error: 'unauthorized_client' } }, 502, 'token_refused'],
  [
    'refuses at the edge of its network',
    { status: 403, body: { message: 'Forbidden' } },
    502,
    'pingone_blocked',
  ],
  ['returns 404', { status: 404, body: 'Not found' }, 502, 'pingone_blocked'],
])('if PingOne %s, the session continues with the tokens it had', async (_, response, status, code) => {
  const browser = await signedIn();
  const before = tokensHeld();
  respondWith(response);
  expectRefused(await refresh(browser), status, code);
  expect(tokensHeld()).toEqual(before);
  expect(tokenRequests()).toHaveLength(1);
  expect(await isSignedIn(browser, both.app.url)).toBe(true);
});

test.each<[string, Record<string, unknown>, string]>([
  ['another sub', { sub: 'another' }, 'id_token_other_user'],
  ['another nonce', { nonce: 'another' }, 'id_token_nonce'],
  ['another iss', { iss: 'https://another.example' }, 'id_token_issuer'],
  ['another aud', { aud: 'another' }, 'id_token_audience'],
  ['one aud more', { aud: [CLIENT_ID, 'another'] }, 'id_token_audience'],
])(
  'an ID token with %s is about another user: the session ends, and nothing of the response is used',
  async (_, claims, code) => {
    const browser = await signedIn();
    both.providerDouble.claims = claims;
    rotate();
    expectRefused(await refresh(browser), 502, code);
    expect(store.held.size).toBe(0);
    // No user can use the refresh token that came, nor the one that was sent: the app revokes both.
    await expect.poll(() => revoked().length).toBe(2);
    expect(revoked()).toContain('refresh-1');
  },
);

test('userinfo about another user ends the session, too', async () => {
  const browser = await signedIn();
  both.providerDouble.userinfo = { sub: 'another' };
  rotate();
  expectRefused(await refresh(browser), 502, 'userinfo_subject_mismatch');
  expect(store.held.size).toBe(0);
  await expect.poll(() => revoked().length).toBe(2);
  expect(revoked()).toContain('refresh-1');
});

test('an ID token with a later auth_time is accepted: the user has signed in again elsewhere', async () => {
  both.providerDouble.claims = { auth_time: 1 };
  const browser = await signedIn();
  both.providerDouble.claims = { auth_time: 2 };
  rotate();
  expect((await refresh(browser)).status).toBe(303);
  // For step-up, the auth_time of the sign-in here counts.
  expect(sessionHeld().pingone.authentication).toMatchObject({ auth_time: 1 });
});

test.each<[string, Record<string, unknown>, string]>([
  ['a wrong at_hash', { at_hash: 'another' }, 'id_token_at_hash'],
  ['an earlier auth_time', { auth_time: 1 }, 'id_token_auth_time_earlier'],
  ['an iat of long ago', { iat: seconds() - 3600 }, 'id_token_too_old'],
  ['an iat ahead', { iat: seconds() + 3600 }, 'id_token_issued_in_future'],
  ['an exp that has passed', { exp: seconds() - 3600 }, 'id_token_expired'],
  ['an nbf ahead', { nbf: seconds() + 3600 }, 'id_token_not_yet_valid'],
])('an ID token with %s fails the refresh, but the session continues', async (_, claims, code) => {
  both.providerDouble.claims = { auth_time: 2 };
  const browser = await signedIn();
  const before = tokensHeld();
  both.providerDouble.claims = { auth_time: 2, ...claims };
  rotate();
  expectRefused(await refresh(browser), 502, code);
  // The earlier refresh token is used, so the new one is kept. Nothing else of the response is kept.
  expect(tokensHeld()).toEqual({ ...before, refresh_token: 'refresh-1' });
  expect(revoked()).toEqual([]);
});

test('an ID token without a nonce is accepted, and its claims replace the earlier ones', async () => {
  const browser = await signedIn();
  both.providerDouble.claims = { nonce: undefined, acr: 'Multi_Factor' };
  expect((await refresh(browser)).status).toBe(303);
  const profile = await browser.get(`${both.app.url}/profile`);
  expect(profile.body).toContain('Multi_Factor');
  expect(profile.body).toContain(SUBJECT);
});

test('a sign-out during a refresh waits for it, and revokes the refresh token that comes', async () => {
  const browser = await signedIn();
  const [arrived, released] = [gate(), gate()];
  respondWith(async () => {
    arrived.open();
    await released.opened;
    return { body: { access_token: 'new', token_type: 'Bearer', refresh_token: 'fresh' } };
  });
  const late = refresh(browser);
  await arrived.opened;
  const signOut = browser.post(`${both.app.url}/logout`);
  released.open();
  expect((await late).status).toBe(303);
  expect((await signOut).status).toBe(200);
  expect([...store.held.values()].join()).not.toContain('pingone');
  await both.app.finish();
  expect(revoked()).toEqual(['fresh']);
});

test('the eight hours count from the sign-in, not from the refresh', async () => {
  const browser = await signedIn();
  const { signedInAtMs, authentication } = sessionHeld().pingone;
  await refresh(browser);
  expect(sessionHeld().pingone).toMatchObject({ signedInAtMs, authentication, refresh: { count: 1 } });
});

test('if the store cannot save the new tokens, the app revokes the new refresh token, and the response is 503', async () => {
  const browser = await signedIn();
  rotate();
  store.failing.add('set');
  expectRefused(await refresh(browser), 503, 'session_unavailable');
  await expect.poll(revoked).toEqual(['refresh-1']);
});

test('a refresh saves nothing after its response, so that a sign-out right after it stays in effect', async () => {
  const browser = await signedIn();
  rotate();
  const saves = vi.fn(() => undefined);
  store.before.set = saves;
  expect((await refresh(browser)).status).toBe(303);
  expect(saves).toHaveBeenCalledTimes(1);
});

test('a sign-out that read the session before a refresh revokes the newest refresh token', async () => {
  const browser = await signedIn();
  rotate();
  const [loaded, refreshed] = [gate(), gate()];
  const get = store.get.bind(store);
  // The sign-out has loaded the session. Before it continues, a refresh writes the session.
  vi.spyOn(store, 'get').mockImplementationOnce((id, callback) =>
    get(id, (...result) => {
      loaded.open();
      void refreshed.opened.then(() => callback(...result));
    }),
  );
  const signOut = browser.post(`${both.app.url}/logout`);
  await loaded.opened;
  expect((await refresh(browser)).status).toBe(303);
  refreshed.open();
  expect((await signOut).status).toBe(200);
  await both.app.finish();
  expect(revoked()).toEqual(['refresh-1']);
});

test('if the keys cannot be fetched, the refresh fails before the refresh token is used', async () => {
  const browser = await signedIn();
  rotate();
  // Another process, or an hour later: the keys must be fetched.
  const restarted = await startApp(both.providerDouble, { sessionStore: store });
  onTestFinished(restarted.close);
  both.providerDouble.scripts['jwks'] = () => ({ status: 503 });
  const refreshThere = () => browser.post(`${restarted.url}/refresh`);
  expectRefused(await refreshThere(), 503, 'pingone_busy');
  expect(tokenRequests()).toHaveLength(0);
  delete both.providerDouble.scripts['jwks'];
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect((await refreshThere()).status).toBe(303);
  expect(tokensHeld()).toMatchObject({ refresh_token: 'refresh-1' });
});

test('if a key cannot be fetched after the token response, the new refresh token is kept for the next try', async () => {
  const browser = await signedIn();
  const before = tokensHeld();
  rotate();
  both.providerDouble.header = { alg: 'RS256', kid: 'not-yet-known' };
  both.providerDouble.scripts['jwks'] = () => ({ status: 503 });
  const page = await refresh(browser);
  expectRefused(page, 503, 'pingone_busy');
  expect(tokensHeld()).toEqual({ ...before, refresh_token: 'refresh-1' });
  delete both.providerDouble.scripts['jwks'];
  both.providerDouble.header = { alg: 'RS256', kid: 'default' };
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect((await refresh(browser)).status).toBe(303);
  expect(tokensHeld()).toMatchObject({ refresh_token: 'refresh-2' });
});

test.each([-30, 3600])('a clock change of %i seconds stops no refresh', async (jump) => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const browser = await signedIn();
  rotate();
  expect((await refresh(browser)).status).toBe(303);
  vi.setSystemTime(Date.now() + jump * 1000);
  expect((await refresh(browser)).status).toBe(303);
  expect(tokenRequests()).toHaveLength(2);
});

test('without a refresh token the page says why there is none, and the user stays signed in', async () => {
  both.providerDouble.tokenChanges = { refresh_token: undefined };
  const browser = await signedIn();
  expectRefused(await refresh(browser), 409, 'refresh_token_missing');
  const profile = await browser.get(`${both.app.url}/profile`);
  expect(profile.status).toBe(200);
  expect(profile.body).not.toContain('action="/refresh"');
});

test('for a signed-out user, a refresh redirects to the claims page, and so to the sign-in', async () => {
  const page = await refresh(createBrowser());
  expect(page).toMatchObject({ status: 303, location: `${both.app.url}/profile` });
  expect(both.providerDouble.requestsTo('token')).toEqual([]);
});

test('another site cannot cause a refresh, and only POST does', async () => {
  const browser = await signedIn();
  const cookie = browser.cookies().join('; ');
  const url = `${both.app.url}/refresh`;
  expectRefused(
    await send('POST', url, { cookie, 'sec-fetch-site': 'cross-site' }),
    403,
    'cross_site_request',
  );
  for (const method of ['GET', 'PUT', 'DELETE'])
    expect((await send(method, url, { cookie })).status).toBe(405);
  expect(tokenRequests()).toEqual([]);
});
