// The list of faults for another app, and faults for apps that send no code challenge.
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../../src/error-texts/index.ts';
import { FAULTS } from '../../src/sandbox/faults/index.ts';
import { chosenOn, homePage, NONE, press } from './fault-helpers.ts';
import {
  AMARA,
  Browser,
  codeForm,
  locationOf,
  parametersOf,
  postTo,
  sandboxForTest,
  signOn,
  start,
  type Tokens,
  WITHOUT_ALL,
} from './helpers.ts';

const OTHER_APP = { isOtherApp: true, pkce: 'optional' } as const;

test('for another app, the page shows each rule, and no error codes of this repository', async () => {
  const sandbox = await sandboxForTest(OTHER_APP);
  const page = (await homePage(sandbox)).replaceAll('&#39;', "'");
  const item =
    /fault-title">([^<]+)<\/p>\s*<p>([^<]+)<\/p>\s*<p class="sandbox-note">Expected result: ([^<]+?)\s*<\/p>/g;
  const listed = [...page.matchAll(item)].map(([, title, rule, expected]) => ({ title, rule, expected }));
  expect(listed).toEqual(
    FAULTS.map(({ title, rule, end }) => {
      return { title, rule, expected: end === 'signed in' ? 'the user is signed in' : 'the sign-in fails' };
    }),
  );
  // These two codes are also OAuth errors, so they may be on the page.
  const own = ERROR_CODES.filter((code) => !['access_denied', 'login_required'].includes(code));
  expect(own.filter((code) => page.includes(code))).toEqual([]);
  await press(sandbox, 'wrong-iss');
  const chosen = await homePage(sandbox);
  expect(chosen.split('<h3>')[0]).toMatch(/RFC 9207, 2\.4\)\.\s*Expected result: the sign-in fails/);
});

test('a fault affects only one sign-in at each endpoint, also without PKCE, state and nonce', async () => {
  const sandbox = await sandboxForTest(OTHER_APP);
  for (const [id, notices] of [
    ['wrong-iss', ({ parameters }) => parameters.has('iss')],
    ['token-500', ({ status }) => status === 500],
    ['id-token-wrong-aud', ({ idToken }) => idToken?.aud !== sandbox.clientId],
    ['userinfo-other-sub', ({ subject }) => subject !== AMARA],
  ] as [string, (result: Awaited<ReturnType<typeof bareSignIn>>) => boolean][]) {
    await press(sandbox, id);
    const [spoilt, other] = [start(sandbox, WITHOUT_ALL), start(sandbox, WITHOUT_ALL)];
    const [browser, otherBrowser] = [new Browser(), new Browser()];
    const page = locationOf(await browser.request(spoilt.url));
    expect(await chosenOn(sandbox), id).toBe(NONE);
    const otherPage = locationOf(await otherBrowser.request(other.url));
    // The sign-in that started later ends first.
    expect(notices(await bareSignIn(sandbox, other, otherBrowser, otherPage)), id).toBe(false);
    expect(notices(await bareSignIn(sandbox, spoilt, browser, page)), id).toBe(true);
  }
});

async function bareSignIn(
  sandbox: Awaited<ReturnType<typeof sandboxForTest>>,
  started: ReturnType<typeof start>,
  browser: Browser,
  page: string,
) {
  const back = locationOf(await browser.post(page, { user: AMARA }));
  const parameters = parametersOf(await browser.request(back));
  const form = codeForm(sandbox, started, parameters.get('code') ?? '', { code_verifier: undefined });
  const response = await postTo(sandbox, '/token', form);
  if (response.status !== 200) return { parameters, status: response.status };
  const { id_token, access_token } = (await response.json()) as Tokens;
  const headers = { authorization: `Bearer ${access_token}` };
  const userinfo = await fetch(`${sandbox.issuer}/userinfo`, { headers });
  const { sub: subject } = (await userinfo.json()) as { sub: string };
  return { parameters, status: 200, idToken: decodeJwt(id_token), subject };
}

test('a fault affects one sign-in of a user who is already signed on, and not the next', async () => {
  const sandbox = await sandboxForTest(OTHER_APP);
  const browser = new Browser();
  await signOn(browser, start(sandbox, WITHOUT_ALL), AMARA);
  await press(sandbox, 'wrong-iss');
  const again = () => browser.request(start(sandbox, WITHOUT_ALL).url);
  expect(parametersOf(await again()).has('iss')).toBe(true);
  expect(parametersOf(await again()).has('iss')).toBe(false);
});

test('a fault of the authorization response also affects a user who declines', async () => {
  const sandbox = await sandboxForTest(OTHER_APP);
  await press(sandbox, 'wrong-state');
  const [, , { sub = '' } = {}] = (await import('../../src/sandbox/users.ts')).USERS;
  const started = start(sandbox);
  const parameters = await signOn(new Browser(), started, sub);
  expect(parameters.get('error')).toBe('access_denied');
  expect(parameters.get('state')).not.toBe(started.state);
});
