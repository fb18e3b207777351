// What a callback does to an earlier session.

import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Browser, createBrowser } from '../helpers/browser.ts';
import { signInAtProvider } from '../helpers/flow.ts';
import { type Both, expectRefused, isSignedIn, start, startBoth } from './helpers.ts';

let both: Both;
beforeAll(async () => {
  both = await startBoth();
});
afterAll(() => both.close());

const sessionOf = (browser: Browser) =>
  browser.cookies().find((cookie) => cookie.startsWith('pingone_session='));

async function signedIn(): Promise<Browser> {
  const browser = createBrowser();
  expect((await signInAtProvider(browser, both.app.url, both.providerDouble)).status).toBe(303);
  return browser;
}

test('each sign-in makes a new session, and the id of the earlier one opens nothing', async () => {
  const browser = await signedIn();
  const first = sessionOf(browser);
  expect((await signInAtProvider(browser, both.app.url, both.providerDouble)).status).toBe(303);
  const second = sessionOf(browser);
  expect(second).not.toBe(first);
  expect(await isSignedIn(browser, both.app.url)).toBe(true);
  const thief = createBrowser();
  thief.setCookie('pingone_session', first?.split('=')[1] ?? '');
  expect(await isSignedIn(thief, both.app.url)).toBe(false);
});

test('a sign-in never takes over a session id that the browser had before', async () => {
  const donor = await signedIn();
  const planted = sessionOf(donor) ?? '';
  await donor.post(`${both.app.url}/logout`);
  const victim = createBrowser();
  victim.setCookie('pingone_session', planted.split('=')[1] ?? '');
  await signInAtProvider(victim, both.app.url, both.providerDouble);
  expect(sessionOf(victim)).not.toBe(planted);
  donor.setCookie('pingone_session', planted.split('=')[1] ?? '');
  expect(await isSignedIn(donor, both.app.url)).toBe(false);
});

test('a sign-in that fails leaves the earlier session as it was', async () => {
  const browser = await signedIn();
  const before = [sessionOf(browser), (await browser.get(`${both.app.url}/profile`)).body];
  const started = await start(browser, both.app.url, both.providerDouble);
  both.providerDouble.claims = { aud: 'another-app' };
  onTestFinished(() => {
    both.providerDouble.claims = {};
  });
  expectRefused(await started.finish(), 502, 'id_token_audience');
  expect([sessionOf(browser), (await browser.get(`${both.app.url}/profile`)).body]).toEqual(before);
});

test('a callback with the state of another browser, with an error or with nonsense leaves the session as it was', async () => {
  const browser = await signedIn();
  const before = sessionOf(browser);
  const foreign = await start(createBrowser(), both.app.url, both.providerDouble);
  // No sign-in is pending here, so the callback leads the signed-in user to the claims page.
  const leadsOn = { status: 303, headers: { location: '/profile' } };
  expect(await browser.get(foreign.callbackUrl)).toMatchObject(leadsOn);
  const error = `${both.app.url}/callback?error=access_denied&state=${foreign.state}`;
  expect(await browser.get(error)).toMatchObject(leadsOn);
  const own = await start(browser, both.app.url, both.providerDouble);
  expectRefused(await browser.get(foreign.callbackUrl), 400, 'sign_in_unknown');
  expectRefused(await browser.get(error), 400, 'sign_in_unknown');
  expect(browser.cookies()).toContain(`${own.cookie.name}=${own.cookie.value}`);
  expectRefused(await browser.get(`${both.app.url}/callback?error=access_denied`), 400, 'callback_malformed');
  expect(sessionOf(browser)).toBe(before);
  expect(await isSignedIn(browser, both.app.url)).toBe(true);
});

test('when another user signs in, nothing of the first user is left in the browser', async () => {
  const browser = await signedIn();
  const { claims, userinfo } = both.providerDouble;
  onTestFinished(() => void Object.assign(both.providerDouble, { claims, userinfo }));
  Object.assign(both.providerDouble, {
    claims: { sub: 'second' },
    userinfo: { sub: 'second', nickname: 'Zwei' },
  });
  await signInAtProvider(browser, both.app.url, both.providerDouble);
  const { body } = await browser.get(`${both.app.url}/profile`);
  expect(body).toContain('Zwei');
  expect(body).not.toContain('Ada Example');
});

test('the same email address under another subject is another user', async () => {
  const first = await signedIn();
  const { claims, userinfo } = both.providerDouble;
  onTestFinished(() => void Object.assign(both.providerDouble, { claims, userinfo }));
  Object.assign(both.providerDouble, {
    claims: { sub: 'twin' },
    userinfo: { sub: 'twin', email: 'ada@example.com' },
  });
  const second = await signedIn();
  const names = both.app.events('sign-in succeeded').map(({ who }) => who);
  expect(names.at(-1)).not.toBe(names.at(-2));
  expect((await first.get(`${both.app.url}/profile`)).body).not.toContain('twin');
  expect((await second.get(`${both.app.url}/profile`)).body).toContain('twin');
});
