// Sign-ins in different orders, with the app and the sandbox, which is a real OpenID provider: it accepts a code once,
// checks PKCE and compares the redirect URI.

import session, { type SessionData, type Store } from 'express-session';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../src/sandbox/sandbox.ts';
import { createMemoryStores } from '../src/stores/index.ts';
import { type StartedApp, type StartOptions, startApp, startAppWithSandbox } from './helpers/app.ts';
import { type Browser, createBrowser, type Page } from './helpers/browser.ts';
import { signInAtSandbox } from './helpers/flow.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(options: StartOptions = {}) {
  const app = await startAppWithSandbox(options);
  closing.push(app.close);
  return app;
}

/** Signs on at the sandbox. @returns the address of the callback, without opening it */
async function signOn(browser: Browser, authorizationUrl = ''): Promise<string> {
  let page = await browser.get(authorizationUrl);
  for (let hops = 0; hops < 10 && !page.location?.includes('/callback?'); hops += 1) {
    const [, user] = page.body.match(/name="user" value="([^"]+)"/) ?? [];
    page = user ? await browser.post(page.url, { user }) : await browser.get(page.location ?? '');
  }
  return page.location ?? '';
}

async function startOne(browser: Browser, appUrl: string, returnTo = '/profile'): Promise<string> {
  const login = await browser.get(`${appUrl}/login?return_to=${encodeURIComponent(returnTo)}`);
  return signOn(browser, login.location);
}

const outcomeOf = (page: Page) =>
  `${page.status} ${page.headers['location'] ?? page.body.match(/<code>([a-z_]+)</)?.[1]}`;

test('a user signs in, sees the claims, and signs out of the app and the provider', async () => {
  const app = await start();
  const browser = createBrowser();
  const profile = await signInAtSandbox(browser, app.url);
  expect(profile).toMatchObject({ url: `${app.url}/profile`, status: 200 });
  expect(profile.body).toContain('preferred_username');

  const signedOut = await browser.post(`${app.url}/logout`);
  expect(signedOut.status).toBe(200);
  expect(signedOut.leadsTo).toMatch(/\/as\/signoff\?.*id_token_hint=/);
  const home = await browser.open(signedOut.leadsTo ?? '');
  expect(home.url).toMatch(new RegExp(`^${app.url}/\\?state=`));
  expect(home.body).toContain('You are signed out.');
  expect((await browser.get(`${app.url}/profile`)).location).toBe(`${app.url}/login?return_to=%2Fprofile`);
  // The user is also signed off at the sandbox, which asks for the user again.
  expect((await browser.open(`${app.url}/login`)).body).toContain('name="user"');
});

test('a user who declines sees why the sign-in did not complete', async () => {
  const app = await start();
  const page = await signInAtSandbox(createBrowser(), app.url, 2);
  expect(outcomeOf(page)).toBe('403 access_denied');
  expect(app.events('sign-in failed')).toMatchObject([{ code: 'access_denied' }]);
});

test.each([
  ['the same order', [0, 1]],
  ['the reverse order', [1, 0]],
  ['a mixed order of five', [3, 0, 4, 2, 1]],
])('several sign-ins in one browser each end at their own address if they finish in %s', async (_, order) => {
  const app = await start();
  const browser = createBrowser();
  const callbacks: string[] = [];
  for (const index of order.toSorted()) callbacks.push(await startOne(browser, app.url, `/?tab=${index}`));
  for (const index of order)
    expect(outcomeOf(await browser.get(callbacks[index] ?? ''))).toBe(`303 /?tab=${index}`);
});

test('five sign-ins that start at once in a browser without cookies all succeed', async () => {
  const app = await start();
  const browser = createBrowser();
  const logins = await Promise.all(Array.from({ length: 5 }, () => browser.get(`${app.url}/login`)));
  for (const { location } of logins) {
    expect(outcomeOf(await browser.get(await signOn(browser, location)))).toBe('303 /profile');
  }
});

test('a sixth sign-in replaces the oldest, and the page of the oldest says so', async () => {
  const app = await start();
  const browser = createBrowser();
  const callbacks: string[] = [];
  for (let index = 0; index < 6; index += 1) callbacks.push(await startOne(browser, app.url));
  const oldest = await browser.get(callbacks[0] ?? '');
  expect(outcomeOf(oldest)).toBe('400 sign_in_unknown');
  expect(oldest.body).toContain('5 newer sign-ins');
  for (const callback of callbacks.slice(1))
    expect(outcomeOf(await browser.get(callback))).toBe('303 /profile');
});

test('two simultaneous deliveries of a callback both sign in, and the provider gets the code once', async () => {
  const app = await start();
  const browser = createBrowser();
  const callback = await startOne(browser, app.url);
  const pages = await Promise.all([browser.get(callback), browser.get(callback)]);
  expect(pages.map(outcomeOf)).toEqual(['303 /profile', '303 /profile']);
  // If the code had been sent twice, the provider would have revoked the tokens.
  expect((await browser.get(`${app.url}/profile`)).status).toBe(200);
  expect(outcomeOf(await browser.get(callback))).toBe('303 /profile');
  browser.dropCookies();
  expect(outcomeOf(await browser.get(callback))).toBe('400 sign_in_cookie_missing');
});

test('a callback in another browser is refused, and the code still works in the first browser', async () => {
  const app = await start();
  const browser = createBrowser();
  const callback = await startOne(browser, app.url);
  expect(outcomeOf(await createBrowser().get(callback))).toBe('400 sign_in_cookie_missing');
  expect(outcomeOf(await browser.get(callback))).toBe('303 /profile');
});

test('a sign-in succeeds if the app restarts between /login and /callback', async () => {
  const first = await startApp((redirectUri, signOffUrl) => {
    const sandbox = startSandbox({ port: 0, redirectUri, signOffUrl });
    closing.push(async () => (await sandbox).close());
    return sandbox;
  });
  const browser = createBrowser();
  const callback = await startOne(browser, first.url);
  await first.close();
  const second = await startApp(first.provider, { port: first.port });
  closing.push(second.close);
  expect(outcomeOf(await browser.get(callback))).toBe('303 /profile');
});

test('with a session store that takes 200 ms, the claims page works directly after the callback', async () => {
  const sessionStore = createMemoryStores().sessions;
  const set = sessionStore.set.bind(sessionStore);
  sessionStore.set = (...args) => void setTimeout(() => set(...args), 200);
  const app = await start({ sessionStore });
  expect(await signInAtSandbox(createBrowser(), app.url)).toMatchObject({
    url: `${app.url}/profile`,
    status: 200,
  });
});

test('with a session store that fails, the user is not signed in', async () => {
  const sessionStore = new session.MemoryStore();
  sessionStore.set = (_id, _data, callback) => callback?.(new Error('full'));
  const app = await start({ sessionStore });
  const browser = createBrowser();
  expect(outcomeOf(await signInAtSandbox(browser, app.url))).toBe('503 session_unavailable');
  expect(browser.cookies().filter((cookie) => !cookie.startsWith('pingone_flow='))).toEqual([]);
});

test('a sign-in ends with an error page if the provider is no longer available', async () => {
  const app = await startAppWithSandbox();
  onTestFinished(() => app.close());
  const browser = createBrowser();
  const callback = await startOne(browser, app.url);
  await (app.provider as { close?: () => Promise<void> }).close?.();
  expect(outcomeOf(await browser.get(callback))).toBe('503 pingone_unreachable');
});

/** The stored session of a browser. */
async function sessionOf(
  browser: Browser,
  store: Store,
): Promise<{ id: string; data: SessionData; refreshToken: string }> {
  const cookie = browser.cookies().find((pair) => pair.startsWith('pingone_session=')) ?? '';
  const [, id = ''] = decodeURIComponent(cookie).match(/=s:([\w-]+)\./) ?? [];
  const data = await new Promise<SessionData>((resolve) => {
    store.get(id, (_, found) => resolve(found as SessionData));
  });
  const { pingone } = JSON.parse(JSON.stringify(data));
  return { id, data, refreshToken: pingone.signIn.tokens.refresh_token ?? '' };
}

test('refresh tokens rotate, and using one twice revokes all tokens of the sign-in', async () => {
  const sessionStore = createMemoryStores().sessions;
  const app = await start({ sessionStore });
  const browser = createBrowser();
  await signInAtSandbox(browser, app.url);
  const first = await sessionOf(browser, sessionStore);
  expect(outcomeOf(await browser.post(`${app.url}/refresh`))).toBe('303 /profile');
  const second = await sessionOf(browser, sessionStore);
  expect(second.refreshToken).not.toBe(first.refreshToken);

  // The first refresh token is used again, as a thief would use it: the provider revokes all tokens.
  await new Promise((resolve) => void sessionStore.set(first.id, first.data, resolve));
  expect(outcomeOf(await browser.post(`${app.url}/refresh`))).toBe('403 refresh_refused');
  expect((await browser.get(`${app.url}/profile`)).status).toBe(302);
  expect(await exchangeRefreshToken(app, second.refreshToken)).toMatchObject({ status: 400 });
});

test('after a sign-out, the provider rejects the refresh token', async () => {
  const sessionStore = createMemoryStores().sessions;
  const app = await start({ sessionStore });
  const browser = createBrowser();
  await signInAtSandbox(browser, app.url);
  const { refreshToken } = await sessionOf(browser, sessionStore);
  await browser.post(`${app.url}/logout`);
  await app.finish();
  const { status, body } = await exchangeRefreshToken(app, refreshToken);
  expect(status).toBe(400);
  expect(body).toContain('invalid_grant');
});

function exchangeRefreshToken({ provider }: StartedApp, refresh_token: string): Promise<Page> {
  const { issuer, clientId: client_id, clientSecret: client_secret } = provider;
  const form = { grant_type: 'refresh_token', refresh_token, client_id, client_secret };
  return createBrowser().post(`${issuer}/token`, form);
}
