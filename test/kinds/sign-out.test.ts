// Sign-out: the session ends first, then the page leads on to PingOne, whatever the URL of the provider and however long its
// ID tokens. The app revokes the refresh token once, after the browser has had time to get there.

import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test, vi } from 'vitest';
import { type Browser, createBrowser } from '../helpers/browser.ts';
import { signInAtProvider } from '../helpers/flow.ts';
import { startForeignApp } from '../sign-in/helpers.ts';
import { type Both, startBoth } from '../web/helpers.ts';
import { createRandom, type Random, seed } from './helpers.ts';

const URL_LIMIT = 2_500;
const AFTER_SIGN_OUT_MS = 10_000;

// The spy counts the calls and makes them.
vi.mock('node:timers/promises', { spy: true });

let both: Both;
beforeEach(async () => {
  both = await startBoth();
  return both.close;
});

const signIn = async (browser = createBrowser()): Promise<Browser> => {
  expect((await signInAtProvider(browser, both.app.url, both.providerDouble)).status).toBe(303);
  return browser;
};

/** An endpoint that is hard to write into a page: with its own query, HTML characters, and characters beyond ASCII. */
function endpoint(random: Random): string {
  const sign = () =>
    random.pick([
      '"',
      "'",
      '<b>',
      '&amp;',
      '&',
      '=',
      ';',
      '%22',
      '%0a',
      'ü',
      '`',
      ' ',
      '+',
      '\\',
      '{}',
      '|',
      '\u2028',
      '&lt;',
      '0;url=https://evil.example',
    ]);
  const path = random.some(4, () => random.text(3) + sign().replace(/[&=;+]|%0a/g, '')).join('/');
  const names = () =>
    random.pick(['x', 'client_id', 'state', 'id_token_hint', 'post_logout_redirect_uri', '"']);
  const query = random.some(3, () => `${names()}=${sign()}${random.text(3)}`).join('&');
  return `${both.providerDouble.origin}/${path}/as/signoff${query ? `?${query}` : ''}`;
}

/** The value that a browser reads from an attribute. */
const unescaped = (text: string) =>
  text.replace(/&(?:#(\d+)|(amp|lt|gt|quot));/g, (_, number, name) =>
    number ? String.fromCodePoint(Number(number)) : { amp: '&', lt: '<', gt: '>', quot: '"' }[name as 'amp'],
  );

/** Where a page leads, by itself and by its links. */
function leadsTo(body: string): string[] {
  const [, refresh = ''] = body.match(/<meta http-equiv="refresh" content="0; ?url=([^"]*)">/) ?? [];
  const links = [...body.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, href = '']) => href);
  return [refresh, ...links].map(unescaped);
}

test(`the page leads on to the sign-off endpoint by itself and by a link, whatever the URL of the endpoint (SEED=${seed})`, async () => {
  const random = createRandom();
  for (let round = 0; round < 20; round += 1) {
    await both.close();
    both = await startBoth();
    const { app, providerDouble: double } = both;
    const url = endpoint(random);
    double.metadata['end_session_endpoint'] = url;
    const foreign = await startForeignApp({ double });
    const browser = await signIn();
    const sessionBefore = browser.cookies().join('; ');
    for (const page of [
      await browser.post(`${app.url}/logout`),
      await createBrowser().post(`${foreign.url}/logout`),
    ]) {
      expect([page.status, page.location]).toEqual([200, undefined]);
      expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
      expect(page.body).not.toMatch(/<script|<b>|<form/);
      const [refresh = '', ...links] = leadsTo(page.body);
      expect([url, links]).toEqual([url, expect.arrayContaining([refresh])]);
      const [asked, expected] = [new URL(refresh), new URL(url)];
      expect([asked.origin, asked.pathname]).toEqual([expected.origin, expected.pathname]);
      const own = ['client_id', 'post_logout_redirect_uri', 'state'];
      for (const name of own) expect([name, asked.searchParams.getAll(name).length]).toEqual([name, 1]);
      expect(asked.searchParams.get('client_id')).toBe(double.clientId);
    }
    expect((await browser.get(`${app.url}/profile`, { cookie: sessionBefore })).status).toBe(302);
    await foreign.close();
  }
});

test(`if the URL would be too long, the app leaves out the hint, and nothing else (SEED=${seed})`, async () => {
  const random = createRandom();
  const { app, providerDouble: double } = both;
  const hints = new Set<boolean>();
  for (let round = 0; round < 30; round += 1) {
    double.claims = { long: random.text(1 + random.number(random.pick([400, 1_600, 4_000]))) };
    const browser = await signIn();
    const page = await browser.post(`${app.url}/logout`);
    const url = new URL(page.leadsTo ?? '');
    const hint = url.searchParams.get('id_token_hint');
    hints.add(hint !== null);
    const whole = new URL(url);
    if (hint === null) {
      whole.searchParams.set('id_token_hint', await double.idToken());
      expect(whole.href.length).toBeGreaterThan(URL_LIMIT - 20);
    }
    expect(url.href.length).toBeLessThanOrEqual(URL_LIMIT);
    expect(Object.keys(Object.fromEntries(url.searchParams))).toEqual(
      expect.arrayContaining(['client_id', 'state']),
    );
  }
  expect([...hints].sort()).toEqual([false, true]);
});

test(`the app revokes a refresh token ten seconds after the sign-out, or when the app stops (SEED=${seed})`, async () => {
  const random = createRandom();
  const { app, providerDouble: double } = both;
  const waits = () =>
    vi.mocked(sleep).mock.calls.filter(([milliseconds]) => milliseconds === AFTER_SIGN_OUT_MS).length;
  double.scripts['revoke'] = () => ({ status: random.pick([200, 200, 204, 400, 503]) });
  vi.mocked(sleep).mockClear();
  const due: string[] = [];
  for (let round = 0; round < 25; round += 1) {
    const token = random.pick([`refresh-token-of-round-${round}`, undefined, '']);
    double.tokenChanges = { refresh_token: token };
    const browser = await signIn();
    const work = random.pick(['sign out', 'twice', 'at once', 'of another site', 'nothing']);
    const signOut = (headers = {}) => browser.post(`${app.url}/logout`, {}, headers);
    if (work === 'of another site')
      await signOut({ 'sec-fetch-site': random.pick(['cross-site', 'same-site', 'none']) });
    else if (work === 'at once') await Promise.all([signOut(), signOut()]);
    else if (work !== 'nothing') await signOut();
    if (work === 'twice') await signOut();
    const isOut = ['sign out', 'twice', 'at once'].includes(work);
    expect((await browser.get(`${app.url}/profile`)).status).toBe(isOut ? 302 : 200);
    if (isOut && token) due.push(token);
  }
  expect(double.requestsTo('revoke')).toEqual([]);
  expect(waits()).toBeGreaterThanOrEqual(due.length);
  await app.finish();
  const revoked = double.requestsTo('revoke').map(({ body }) => new URLSearchParams(body).get('token') ?? '');
  expect([...new Set(revoked)].toSorted()).toEqual(due.toSorted());
});
