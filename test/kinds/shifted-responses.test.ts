// Responses that do not belong to their request: after a surplus response, a connection is one response behind. Users sign in,
// refresh and call the API in any order. Whatever response comes when, each user sees their own data or an error.

import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Browser, createBrowser, type Page } from '../helpers/browser.ts';
import { startSignIn } from '../helpers/flow.ts';
import type { Received, ScriptedResponse } from '../helpers/provider-double.ts';
import { codeOn, startBoth } from '../web/helpers.ts';
import { createRandom, type Random, seed } from './helpers.ts';

const USERS = ['user-ada', 'user-grace', 'user-hedy'];

/** The bytes of a response on a connection. */
function raw({ status = 200, body }: ScriptedResponse): string {
  const text = JSON.stringify(body);
  return `HTTP/1.1 ${status} OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

/** An app whose provider has several users, and sometimes sends an earlier response again. */
async function appWithUsers(random: Random) {
  const both = await startBoth();
  onTestFinished(both.close);
  const { app, providerDouble: double } = both;
  const userOf = new Map<string, string>();
  const play = { surplus: 0, withIdToken: 100, wrongUserinfo: 0 };
  const sent: Record<string, string[]> = { token: [], userinfo: [] };
  let count = 0;

  async function tokens(request: Received): Promise<ScriptedResponse> {
    const form = new URLSearchParams(request.body);
    const user = userOf.get(form.get('code') ?? form.get('refresh_token') ?? '') ?? 'unknown';
    count += 1;
    Object.assign(double, {
      accessToken: `access-${user}-${count}`,
      refreshToken: `refresh-${user}-${count}`,
    });
    Object.assign(double, { claims: { sub: user, email: `${user}@example.com` } });
    userOf.set(double.accessToken, user);
    userOf.set(double.refreshToken, user);
    const isRefresh = form.has('refresh_token');
    double.tokenChanges = isRefresh && !random.chance(play.withIdToken) ? { id_token: undefined } : {};
    return double.goodResponse('token', request);
  }
  async function userinfo({ headers }: Received): Promise<ScriptedResponse> {
    const user = userOf.get((headers.authorization ?? '').replace('Bearer ', '')) ?? 'unknown';
    const sub = random.chance(play.wrongUserinfo) ? random.pick(USERS) : user;
    return { body: { sub, name: `name of ${sub}` } };
  }
  for (const [endpoint, respond] of Object.entries({ token: tokens, userinfo }))
    double.scripts[endpoint] = async (request, response) => {
      const earlier = sent[endpoint] ?? [];
      const before = random.pick(earlier) as string | undefined;
      const good = await respond(request);
      earlier.push(raw(good));
      const isSurplus = before !== undefined && random.chance(play.surplus);
      // Before the right response or after it, at once or when the connection is idle.
      if (isSurplus && random.chance(50)) response.socket?.write(before);
      else if (isSurplus)
        response.once(
          'finish',
          () => void setTimeout(random.number(3)).then(() => response.socket?.write(before)),
        );
      return good;
    };

  async function signIn(browser: Browser, user: string): Promise<Page> {
    const url = await startSignIn(browser, app.url, double);
    userOf.set(new URL(url).searchParams.get('code') ?? '', user);
    return browser.get(url);
  }
  return { app, double, play, signIn };
}

const others = (user: string) => USERS.filter((one) => one !== user);

/** Expects no data of another user on any page of this browser or in any response to it. */
async function expectOwn(url: string, browser: Browser, user: string, pages: Page[]) {
  const seen = [...pages];
  for (const path of ['/profile', '/flow', '/api/me']) seen.push(await browser.get(url + path));
  for (const { body, url: at, status } of seen)
    for (const other of others(user)) expect([at, status, body.includes(other)]).toEqual([at, status, false]);
}

test(`whatever response the provider repeats, no user sees the data of another (SEED=${seed})`, {
  timeout: 60_000,
}, async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const random = createRandom();
  const { app, play, signIn } = await appWithUsers(random);
  const sessions = USERS.map((user) => ({ user, browser: createBrowser() }));
  for (const { user, browser } of sessions) expect((await signIn(browser, user)).status).toBe(303);
  Object.assign(play, { surplus: 30, withIdToken: 50 });
  const ends: string[] = [];
  for (let round = 0; round < 90; round += 1) {
    const { user, browser } = random.pick(sessions);
    // A refresh within a second of the last one shares its result.
    vi.setSystemTime(Date.now() + 2_000);
    const work = random.pick(['sign in', 'refresh', 'refresh', 'api']);
    const page =
      work === 'sign in'
        ? await signIn(browser, user)
        : work === 'refresh'
          ? await browser.post(`${app.url}/refresh`)
          : await browser.get(`${app.url}/api/me`);
    ends.push(codeOn(page) ?? `${work} ${page.status}`);
    await expectOwn(app.url, browser, user, [page]);
    if (random.chance(30)) await setTimeout(random.number(15));
  }
  // Some requests failed. After that, every user can sign in again.
  expect(new Set(ends).size).toBeGreaterThan(2);
  play.surplus = 0;
  for (const { user, browser } of sessions) {
    await signIn(browser, user);
    expect((await signIn(browser, user)).status).toBe(303);
    expect((await browser.get(`${app.url}/profile`)).body).toContain(`name of ${user}`);
  }
});

test(`a refresh belongs to its user, with an ID token or without (SEED=${seed})`, async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const random = createRandom();
  const { app, double, play, signIn } = await appWithUsers(random);
  for (let round = 0; round < 25; round += 1) {
    const user = random.pick(USERS);
    const browser = createBrowser();
    Object.assign(play, { withIdToken: 100, wrongUserinfo: 0 });
    await signIn(browser, user);
    vi.setSystemTime(Date.now() + 2_000);
    Object.assign(play, { withIdToken: random.pick([0, 100]), wrongUserinfo: random.pick([0, 100]) });
    const page = await browser.post(`${app.url}/refresh`);
    const asked = double.requestsTo('userinfo').at(-1);
    expect(asked?.headers.authorization).toBe(`Bearer ${double.accessToken}`);
    const isAnother = codeOn(page) === 'userinfo_subject_mismatch';
    expect(isAnother || page.status === 303).toBe(true);
    play.wrongUserinfo = 0;
    // Another user's claims end the session; the tokens that came are revoked.
    expect((await browser.get(`${app.url}/profile`)).status).toBe(isAnother ? 302 : 200);
    await expectOwn(app.url, browser, user, [page]);
    if (!isAnother) continue;
    const revoked = () =>
      double.requestsTo('revoke').map(({ body }) => new URLSearchParams(body).get('token'));
    await expect.poll(revoked, { timeout: 5_000 }).toContain(double.refreshToken);
  }
});
