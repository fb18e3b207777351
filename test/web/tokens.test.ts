// The access token for a route that calls an API: one that has not run out, whatever that takes.

import express from 'express';
import { request } from 'undici';
import { beforeEach, expect, test, vi } from 'vitest';
import { createPingOneClient } from '../../src/pingone/client.ts';
import { errorPage } from '../../src/web/error-page.ts';
import { createEmbeddedLock } from '../../src/web/lock.ts';
import { createLogger, requestLogging } from '../../src/web/logging.ts';
import { createPages } from '../../src/web/pages.ts';
import { createSessions } from '../../src/web/session.ts';
import { EmbeddedSessions } from '../../src/web/session-store.ts';
import { createTokens } from '../../src/web/tokens.ts';
import { SESSION_SECRET } from '../helpers/app.ts';
import { type Browser, createBrowser } from '../helpers/browser.ts';
import { signInAtStandIn } from '../helpers/flow.ts';
import { type Both, codeOn, startBoth } from './helpers.ts';

let both: Both;
/** The address of a route that shows its access token. */
let route: string;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const sessionStore = new EmbeddedSessions();
  both = await startBoth({ sessionStore });
  const { standIn } = both;
  const urls = { redirectUri: `${both.app.url}/callback`, signOffUrl: `${both.app.url}/` };
  const client = createPingOneClient({ ...standIn, scope: 'openid', ...urls }, () => undefined);
  const sessions = createSessions([SESSION_SECRET], false, sessionStore);
  const tokens = createTokens(client, sessions, createEmbeddedLock());
  const app = express();
  app.use(requestLogging(createLogger('silent', { write: () => undefined })));
  app.get('/orders', sessions.required, async (req, res) => {
    res.send(await tokens.accessTokenOf(req, res));
  });
  app.use(errorPage(createPages({}), both.app.url));
  const server = app.listen(0, 'localhost');
  await new Promise((resolve) => server.once('listening', resolve));
  route = `http://localhost:${(server.address() as { port: number }).port}/orders`;
  return async () => {
    vi.useRealTimers();
    server.close();
    await client.close();
    await both.close();
  };
});

async function signedIn(expires_in?: number): Promise<Browser> {
  both.standIn.tokenAnswer = { expires_in };
  const browser = createBrowser();
  await signInAtStandIn(browser, both.app.url, both.standIn);
  both.standIn.received.length = 0;
  both.standIn.tokenAnswer = { access_token: 'fresh', id_token: undefined, expires_in: 60 };
  return browser;
}

const later = (seconds: number) => void vi.setSystemTime(Date.now() + seconds * 1000);
const refreshes = () => both.standIn.requestsTo('token').length;

test('as long as it lasts it is the one of the sign-in', async () => {
  const browser = await signedIn(3600);
  later(3560);
  expect((await browser.get(route)).body).toBe(both.standIn.accessToken);
  expect(refreshes()).toBe(0);
});

test.each([
  ['which has run out', 3600, 3601],
  ['which would run out on its way', 3600, 3580],
  ['of a short life, after half of it', 20, 11],
])('in place of one %s a new one is asked for, and kept', async (_, expiresIn, seconds) => {
  const browser = await signedIn(expiresIn);
  later(seconds);
  expect((await browser.get(route)).body).toBe('fresh');
  expect((await browser.get(route)).body).toBe('fresh');
  expect(refreshes()).toBe(1);
});

test('with a clock that was set back nobody knows when it runs out, so a new one is asked for', async () => {
  const browser = await signedIn(3600);
  later(-3600);
  expect((await browser.get(route)).body).toBe('fresh');
  expect(refreshes()).toBe(1);
});

test('20 requests whose token has run out make one token request, and all have the new one', async () => {
  const browser = await signedIn(3600);
  later(3601);
  const pages = await Promise.all(Array.from({ length: 20 }, () => browser.get(route)));
  expect(new Set(pages.map(({ body }) => body))).toEqual(new Set(['fresh']));
  expect(refreshes()).toBe(1);
});

test('without expires_in nobody knows when it runs out, so it counts as good', async () => {
  const browser = await signedIn(undefined);
  later(25 * 60);
  expect((await browser.get(route)).body).toBe(both.standIn.accessToken);
});

test('where the refresh is refused, the person is signed out and told so', async () => {
  const browser = await signedIn(60);
  later(61);
  both.standIn.scripts['token'] = () => ({ status: 400, body: { error: 'invalid_grant' } });
  const page = await browser.get(route);
  expect(codeOn(page)).toBe('refresh_refused');
  expect((await browser.get(`${both.app.url}/profile`)).status).toBe(302);
});

test('nobody signed in has none', async () => {
  const { statusCode, body } = await request(route);
  expect(statusCode).toBe(403);
  expect(await body.text()).toContain('not_signed_in');
});
