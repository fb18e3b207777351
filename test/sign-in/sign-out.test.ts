// POST /logout: the session ends here at once, the page leads on, and the refresh token is revoked later.

import { beforeEach, expect, test } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { appForTest, errorOf, type ForeignApp, isSignedIn, signIn, TestStore, until } from './helpers.ts';

let app: ForeignApp;
let store: TestStore;
beforeEach(async () => {
  store = new TestStore();
  app = await appForTest({ store });
});

const revocations = (at = app) => at.double.requestsTo('revoke').length;

test('the page says that the session has ended, and leads on to PingOne by itself and by a link', async () => {
  const browser = await signIn(app);
  const page = await browser.post(`${app.url}/logout`);
  expect(page.status).toBe(200);
  expect(page.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  });
  const [refresh = '', link = ''] = [/content="0; url=([^"]+)"/, /<a href="([^"]+)"/].map(
    (p) => page.body.match(p)?.[1],
  );
  expect(refresh).toBe(link);
  const url = new URL(link.replaceAll('&#38;', '&'));
  expect(url.origin + url.pathname).toBe(app.double.metadata['end_session_endpoint']);
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    client_id: app.double.clientId,
    post_logout_redirect_uri: `${app.url}/`,
    id_token_hint: expect.stringMatching(/^ey/),
  });
  expect(page.body).not.toContain('<script');
  expect(page.body.match(/<a /g)).toHaveLength(1);
  expect(await isSignedIn(browser, app)).toBe(false);
  expect(store.held.size).toBe(0);
  expect(app.eventTypes()).toEqual(['signed_in', 'signed_out']);
});

test('no part of the URL can end its attribute in the page', async () => {
  app.double.metadata['end_session_endpoint'] = `${app.double.issuer}/signoff?a='"><b>&amp;`;
  const page = await (await signIn(app)).post(`${app.url}/logout`);
  expect(page.body).not.toMatch(/<b>|'|&(?!#\d+;)/);
  expect(page.body.match(/"/g)?.length).toBe(12 - 2);
});

test.each([
  [{ 'sec-fetch-site': 'cross-site' }, 403],
  [{ 'sec-fetch-site': 'same-site' }, 403],
  [{ 'sec-fetch-site': 'none' }, 403],
  [{ 'sec-fetch-site': 'same-origin, same-origin' }, 403],
  [{ 'sec-fetch-site': 'same-origin' }, 200],
  [{ origin: 'https://evil.example' }, 403],
  [{ origin: 'null' }, 403],
  [{}, 403],
  [{ origin: 'own' }, 200],
  [{ origin: 'own', 'sec-fetch-site': 'cross-site' }, 403],
])('a sign-out with the headers %j gets %d', async (headers: Record<string, string>, status) => {
  const browser = await signIn(app);
  const own = { ...headers, ...(headers['origin'] === 'own' && { origin: app.url }) };
  const { request } = await import('undici');
  const response = await request(`${app.url}/logout`, {
    method: 'POST',
    headers: { ...own, cookie: browser.cookies().join('; ') },
  });
  expect(response.statusCode).toBe(status);
  if (status === 403) expect(await response.body.json()).toMatchObject({ code: 'cross_site_request' });
  expect(await isSignedIn(browser, app)).toBe(status === 403);
});

test('the refresh token is revoked 10 seconds after the sign-out', async () => {
  const browser = await signIn(app);
  await browser.post(`${app.url}/logout`);
  await new Promise((resolve) => setTimeout(resolve, 9_500));
  expect(revocations()).toBe(0);
  await until(() => revocations() === 1);
});

test('close() sends the revocations that are waiting', async () => {
  const browsers = [await signIn(app), await signIn(app)];
  for (const browser of browsers) await browser.post(`${app.url}/logout`);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(revocations()).toBe(0);
  await app.auth.close();
  expect(revocations()).toBe(2);
  expect(app.double.requestsTo('revoke')[0]?.body).toContain(app.double.refreshToken);
});

test('a revocation that fails is a warning, and does not delay the sign-out', async () => {
  app.double.scripts['revoke'] = () => ({ status: 500 });
  const browser = await signIn(app);
  expect((await browser.post(`${app.url}/logout`)).status).toBe(200);
  await app.auth.close();
  expect(app.events.at(-1)).toMatchObject({
    type: 'warning',
    what: 'revocation_failed',
    error: { code: 'pingone_failed' },
  });
});

test('if another request has refreshed the tokens, the new refresh token is revoked', async () => {
  const browser = await signIn(app);
  let gets = 0;
  store.before.get = async () => {
    gets += 1;
    const [id = '', json = ''] = [...store.held][0] ?? [];
    // After the sign-out has loaded the session.
    if (gets === 2) store.held.set(id, json.replaceAll(app.double.refreshToken, 'a newer one'));
  };
  await browser.post(`${app.url}/logout`);
  await app.auth.close();
  expect(app.double.requestsTo('revoke')[0]?.body).toContain('token=a+newer+one');
});

test('if PingOne does not respond, the page comes after 2 s and says that the session has ended', async () => {
  const other = await appForTest({ store });
  const browser = await signIn(app);
  other.double.scripts['.well-known/openid-configuration'] = () => new Promise(() => {});
  const beganAt = performance.now();
  const page = await browser.post(`${other.url}/logout`);
  expect(performance.now() - beganAt).toBeLessThan(3500);
  expect(page.status).toBe(200);
  expect(page.body).not.toContain('http-equiv');
  expect(page.body).toContain(`<a href="/">`);
  expect(other.eventTypes()).toEqual(['signed_out', 'sign_off_failed']);
  expect(store.held.size).toBe(0);
});

test('a user who is not signed in gets the page, too', async () => {
  const page = await createBrowser().post(`${app.url}/logout`);
  expect(page.status).toBe(200);
  expect(page.body).not.toContain('id_token_hint');
  expect(app.events).toEqual([]);
});

test('a request without a session destroys none, not even the session that express-session has just made for it', async () => {
  let destroyed = 0;
  store.before.destroy = async () => {
    destroyed += 1;
  };
  expect((await createBrowser().post(`${app.url}/logout`)).status).toBe(200);
  expect(destroyed).toBe(0);
  const browser = createBrowser();
  await browser.post(`${app.url}/basket`);
  await browser.post(`${app.url}/logout`);
  expect(store.held.size).toBe(0);
});

test('if the session cannot be destroyed, the response is 503 and nothing is revoked', async () => {
  const browser = await signIn(app);
  store.failing.add('destroy');
  expect(errorOf(await browser.post(`${app.url}/logout`))).toMatchObject({
    status: 503,
    code: 'session_unavailable',
  });
  store.failing.clear();
  expect(await isSignedIn(browser, app)).toBe(true);
  await app.auth.close();
  expect(revocations()).toBe(0);
});

test('the app can replace the page', async () => {
  const other = await appForTest({
    signOutPage: (_req, res, { signOffUrl }) => void res.status(200).json({ signOffUrl }),
  });
  const page = await (await signIn(other)).post(`${other.url}/logout`);
  expect(JSON.parse(page.body).signOffUrl).toContain('/signoff?');
  expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
});
