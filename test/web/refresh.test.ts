// POST /refresh: new tokens for somebody signed in, once for all who ask at the same time. A refused one ends the
// session, a fault of PingOne's does not.

import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { startApp } from '../helpers/app.ts';
import { type Browser, createBrowser } from '../helpers/browser.ts';
import { signInAtStandIn } from '../helpers/flow.ts';
import { type Answer, CLIENT_ID, CLIENT_SECRET, type Script, SUBJECT } from '../helpers/stand-in.ts';
import { type Both, expectRefused, gate, isSignedIn, send, setCookies, startBoth } from './helpers.ts';
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
  await signInAtStandIn(browser, both.app.url, both.standIn);
  // Only refreshes from here on.
  both.standIn.received.length = 0;
  return browser;
}

const refresh = (browser: Browser) => browser.post(`${both.app.url}/refresh`);
const answerWith = (answer: Answer | Script) => {
  both.standIn.scripts['token'] = typeof answer === 'function' ? answer : () => answer;
};
const tokenRequests = () => both.standIn.requestsTo('token').map(({ body }) => new URLSearchParams(body));
/** The only session there is. */
const sessionHeld = () => JSON.parse([...store.held.values()][0] ?? '{}');
const tokensHeld = () => sessionHeld().signIn.tokens;

const seconds = () => Math.floor(Date.now() / 1000);
const revoked = () =>
  both.standIn.requestsTo('revoke').map(({ body }) => new URLSearchParams(body).get('token'));

/** Each refresh answers with tokens of its own, and takes each refresh token once. */
function rotate() {
  let count = 0;
  const spent = new Set<string | null>();
  answerWith(async ({ body }) => {
    const sent = new URLSearchParams(body).get('refresh_token');
    if (spent.has(sent)) return { status: 400, body: { error: 'invalid_grant' } };
    spent.add(sent);
    count += 1;
    both.standIn.accessToken = `access-${count}`;
    const [access_token, refresh_token] = [both.standIn.accessToken, `refresh-${count}`];
    const id_token = await both.standIn.idToken();
    return { body: { access_token, token_type: 'Bearer', expires_in: 3600, refresh_token, id_token } };
  });
}

test('it sends the refresh token with client_secret_post, once, and leads to the profile', async () => {
  const browser = await signedIn();
  const page = await refresh(browser);
  expect(page).toMatchObject({ status: 303, location: `${both.app.url}/profile` });
  const client = { client_id: CLIENT_ID, client_secret: CLIENT_SECRET };
  expect(tokenRequests().map((form) => Object.fromEntries(form))).toEqual([
    { grant_type: 'refresh_token', refresh_token: both.standIn.refreshToken, ...client },
  ]);
  expect(both.standIn.requestsTo('token')[0]?.headers).not.toHaveProperty('authorization');
  expect(both.app.events('tokens refreshed')).toHaveLength(1);
});

test('each refresh token is used once: the new one takes its place', async () => {
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
  const used = [both.standIn.refreshToken, 'refresh-1', 'refresh-2'];
  expect(tokenRequests().map((form) => form.get('refresh_token'))).toEqual(used);
});

test('what does not come anew stays: refresh token, ID token, scope', async () => {
  const browser = await signedIn();
  const { refresh_token, id_token, scope } = tokensHeld();
  answerWith({ body: { access_token: 'new', token_type: 'bearer' } });
  expect((await refresh(browser)).status).toBe(303);
  expect(tokensHeld()).toEqual({ refresh_token, id_token, scope, access_token: 'new', token_type: 'bearer' });
  expect(await isSignedIn(browser, both.app.url)).toBe(true);
});

test('20 at the same time make one token request', async () => {
  const browser = await signedIn();
  rotate();
  const pages = await Promise.all(Array.from({ length: 20 }, () => refresh(browser)));
  expect(pages.map(({ status }) => status)).toEqual(Array(20).fill(303));
  expect(tokenRequests()).toHaveLength(1);
  expect(tokensHeld()).toMatchObject({ refresh_token: 'refresh-1' });
});

test('20 at the same time, refused, make one token request and end the session once', async () => {
  const browser = await signedIn();
  answerWith({ status: 400, body: { error: 'invalid_grant' } });
  const pages = await Promise.all(Array.from({ length: 20 }, () => refresh(browser)));
  expect(tokenRequests()).toHaveLength(1);
  // The first is told why, the others that it is over; whoever came late finds no session.
  for (const { status } of pages) expect([303, 403]).toContain(status);
  expect(store.held.size).toBe(0);
});

test.each<[string, Answer | Script, number, string]>([
  ['hangs up', (_, response) => void response.destroy(), 503, 'pingone_unreachable'],
  ['fails', { status: 500 }, 502, 'pingone_failed'],
])(
  '20 at the same time, where PingOne %s, make one token request, and all are told',
  async (_, answer, status, code) => {
    const browser = await signedIn();
    answerWith(answer);
    const pages = await Promise.all(Array.from({ length: 20 }, () => refresh(browser)));
    for (const page of pages) expectRefused(page, status, code);
    expect(tokenRequests()).toHaveLength(1);
    expect(await isSignedIn(browser, both.app.url)).toBe(true);
  },
);

test.each([
  [400, { error: 'invalid_grant' }],
  [400, { error: 'unauthorized_client' }],
  [403, { code: 'ACCESS_FAILED', message: 'No' }],
])('refused with %i %o the session is over, and the page says so', async (status, body) => {
  const browser = await signedIn();
  answerWith({ status, body });
  const page = await refresh(browser);
  expectRefused(page, 403, 'refresh_refused');
  expect(setCookies(page)).toContainEqual(
    expect.objectContaining({ name: 'pingone_session', cleared: true }),
  );
  expect(page.body).toContain('href="/login"');
  expect(store.held.size).toBe(0);
});

test.each<[string, Answer | Script, number, string]>([
  ['hangs up', (_, response) => void response.destroy(), 503, 'pingone_unreachable'],
  ['fails', { status: 500 }, 502, 'pingone_failed'],
  ['asks to wait', { status: 429 }, 503, 'pingone_busy'],
  ['answers HTML', { body: 'Hello' }, 502, 'pingone_answer_invalid'],
  ['leaves the access token out', { body: { token_type: 'Bearer' } }, 502, 'token_answer_invalid'],
  ['does not know this app', { status: 401, body: { error: 'invalid_client' } }, 502, 'token_invalid_client'],
])('where PingOne %s, the session goes on with the tokens it had', async (_, answer, status, code) => {
  const browser = await signedIn();
  const before = tokensHeld();
  answerWith(answer);
  expectRefused(await refresh(browser), status, code);
  expect(tokensHeld()).toEqual(before);
  expect(tokenRequests()).toHaveLength(1);
  expect(await isSignedIn(browser, both.app.url)).toBe(true);
});

test.each<[string, Record<string, unknown>, string]>([
  ['another sub', { sub: 'another' }, 'id_token_other_sign_in'],
  ['another nonce', { nonce: 'another' }, 'id_token_other_sign_in'],
  ['another auth_time', { auth_time: 2 }, 'id_token_other_sign_in'],
  ['another iss', { iss: 'https://another.example' }, 'id_token_issuer'],
  ['another aud', { aud: 'another' }, 'id_token_audience'],
  ['one aud more', { aud: [CLIENT_ID, 'another'] }, 'id_token_audience'],
  ['a wrong at_hash', { at_hash: 'another' }, 'id_token_at_hash'],
])('an ID token with %s ends the session: nothing of the answer is used', async (_, claims, code) => {
  both.standIn.claims = { auth_time: 1 };
  const browser = await signedIn();
  both.standIn.claims = { auth_time: 1, ...claims };
  rotate();
  expectRefused(await refresh(browser), 502, code);
  expect(store.held.size).toBe(0);
  // What came with it is of no use to anybody, so it is made worthless.
  expect(revoked()).toEqual(['refresh-1']);
});

test.each<[string, Record<string, unknown>, string]>([
  ['an iat of long ago', { iat: seconds() - 3600 }, 'id_token_too_old'],
  ['an iat ahead', { iat: seconds() + 3600 }, 'id_token_issued_in_future'],
  ['an exp that has passed', { exp: seconds() - 3600 }, 'id_token_expired'],
  ['an nbf ahead', { nbf: seconds() + 3600 }, 'id_token_not_yet_valid'],
])('an ID token with %s may be our clock’s fault: the session goes on', async (_, claims, code) => {
  const browser = await signedIn();
  const before = tokensHeld();
  both.standIn.claims = claims;
  rotate();
  expectRefused(await refresh(browser), 502, code);
  // The refresh token before is spent; of the rest nothing is used.
  expect(tokensHeld()).toEqual({ ...before, refresh_token: 'refresh-1' });
  expect(revoked()).toEqual([]);
});

test('an ID token without a nonce is fine, and its claims take the place of those before', async () => {
  const browser = await signedIn();
  both.standIn.claims = { nonce: undefined, acr: 'Multi_Factor' };
  expect((await refresh(browser)).status).toBe(303);
  const profile = await browser.get(`${both.app.url}/profile`);
  expect(profile.body).toContain('Multi_Factor');
  expect(profile.body).toContain(SUBJECT);
});

test('a sign-out while PingOne is asked holds, and what comes then is revoked', async () => {
  const browser = await signedIn();
  const [arrived, released] = [gate(), gate()];
  answerWith(async () => {
    arrived.open();
    await released.opened;
    return { body: { access_token: 'new', token_type: 'Bearer', refresh_token: 'fresh' } };
  });
  const late = refresh(browser);
  await arrived.opened;
  await browser.post(`${both.app.url}/logout`);
  released.open();
  expectRefused(await late, 403, 'not_signed_in');
  expect(store.held.size).toBe(0);
  expect(revoked()).toEqual([both.standIn.refreshToken, 'fresh']);
});

test('the eight hours count from the sign-in, not from the refresh', async () => {
  const browser = await signedIn();
  const { signedInAtMs, state } = sessionHeld();
  await refresh(browser);
  expect(sessionHeld()).toMatchObject({ signedInAtMs, state, lastRefresh: { count: 1 } });
});

test('tokens that the store does not take are made worthless, and a page says so', async () => {
  const browser = await signedIn();
  rotate();
  store.failing.add('replace');
  expectRefused(await refresh(browser), 503, 'session_store_unavailable');
  expect(revoked()).toEqual(['refresh-1']);
});

test('nothing is saved behind the answer: a sign-out right after it holds', async () => {
  const browser = await signedIn();
  rotate();
  const saves = vi.fn(() => undefined);
  store.before.set = saves;
  expect((await refresh(browser)).status).toBe(303);
  expect(saves).not.toHaveBeenCalled();
});

test('a sign-out after it revokes the refresh token that came last', async () => {
  const browser = await signedIn();
  rotate();
  const [loaded, refreshed] = [gate(), gate()];
  const get = store.get.bind(store);
  // The sign-out has loaded the session; before it goes on, a refresh writes it anew.
  vi.spyOn(store, 'get').mockImplementationOnce((id, callback) =>
    get(id, (...answer) => {
      loaded.open();
      void refreshed.opened.then(() => callback(...answer));
    }),
  );
  const signOut = browser.post(`${both.app.url}/logout`);
  await loaded.opened;
  expect((await refresh(browser)).status).toBe(303);
  refreshed.open();
  expect((await signOut).status).toBe(303);
  expect(revoked()).toEqual(['refresh-1']);
});

test('keys that cannot be fetched are missed before the refresh token is spent', async () => {
  const browser = await signedIn();
  rotate();
  // Another process, or an hour later: the keys are not here.
  const restarted = await startApp(both.standIn, { sessionStore: store });
  onTestFinished(restarted.close);
  both.standIn.scripts['jwks'] = () => ({ status: 503 });
  const refreshThere = () => browser.post(`${restarted.url}/refresh`);
  expectRefused(await refreshThere(), 503, 'pingone_busy');
  expect(tokenRequests()).toHaveLength(0);
  delete both.standIn.scripts['jwks'];
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect((await refreshThere()).status).toBe(303);
  expect(tokensHeld()).toMatchObject({ refresh_token: 'refresh-1' });
});

test('where a key is missed after all, the refresh token that came is kept for the next try', async () => {
  const browser = await signedIn();
  const before = tokensHeld();
  rotate();
  both.standIn.header = { alg: 'RS256', kid: 'not-yet-known' };
  both.standIn.scripts['jwks'] = () => ({ status: 503 });
  const page = await refresh(browser);
  expectRefused(page, 503, 'pingone_busy');
  expect(tokensHeld()).toEqual({ ...before, refresh_token: 'refresh-1' });
  delete both.standIn.scripts['jwks'];
  both.standIn.header = { alg: 'RS256', kid: 'default' };
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect((await refresh(browser)).status).toBe(303);
  expect(tokensHeld()).toMatchObject({ refresh_token: 'refresh-2' });
});

test.each([-3600, 3600])('a clock that is set by %i seconds stops no refresh', async (jump) => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const browser = await signedIn();
  rotate();
  expect((await refresh(browser)).status).toBe(303);
  vi.setSystemTime(Date.now() + jump * 1000);
  expect((await refresh(browser)).status).toBe(303);
  expect(tokenRequests()).toHaveLength(2);
});

test('without a refresh token it says why there is none, and nobody is signed out', async () => {
  both.standIn.tokenAnswer = { refresh_token: undefined };
  const browser = await signedIn();
  expectRefused(await refresh(browser), 409, 'refresh_token_missing');
  const profile = await browser.get(`${both.app.url}/profile`);
  expect(profile.status).toBe(200);
  expect(profile.body).not.toContain('action="/refresh"');
});

test('signed out, it leads to the profile, and so to the sign-in', async () => {
  const page = await refresh(createBrowser());
  expect(page).toMatchObject({ status: 303, location: `${both.app.url}/profile` });
  expect(both.standIn.requestsTo('token')).toEqual([]);
});

test('another site cannot make it, and no other method does it', async () => {
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
