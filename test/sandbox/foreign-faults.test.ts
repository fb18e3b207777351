// The fault page for an app that is not this repository's, and faults for apps that send no code challenge.
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

const FOREIGN = { isForeign: true, pkce: 'optional' } as const;

test('the page names the rule of the specification and no error code of this repository', async () => {
  const sandbox = await sandboxForTest(FOREIGN);
  const page = (await homePage(sandbox)).replaceAll('&#39;', "'");
  const item =
    /fault-title">([^<]+)<\/p>\s*<p>([^<]+)<\/p>\s*<p class="sandbox-note">Expected by this rule: ([^<]+?)\s*<\/p>/g;
  const listed = [...page.matchAll(item)].map(([, title, rule, expected]) => ({ title, rule, expected }));
  expect(listed).toEqual(
    FAULTS.map(({ title, rule, end }) => {
      return { title, rule, expected: end === 'signed in' ? 'the user is signed in' : 'the sign-in fails' };
    }),
  );
  // Those of the protocol are everybody's.
  const own = ERROR_CODES.filter((code) => !['access_denied', 'login_required'].includes(code));
  expect(own.filter((code) => page.includes(code))).toEqual([]);
  await press(sandbox, 'wrong-iss');
  const chosen = await homePage(sandbox);
  expect(chosen.split('<h3>')[0]).toMatch(/RFC 9207, 2\.4\)\.\s*Expected by this rule: the sign-in fails/);
});

test('without PKCE, state and nonce a fault belongs to one sign-in, at each endpoint', async () => {
  const sandbox = await sandboxForTest(FOREIGN);
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
    // The one that began later is finished first.
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
  const back = locationOf(await browser.post(page, { person: AMARA }));
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

test('a user who is signed on already meets the fault too, and then no more', async () => {
  const sandbox = await sandboxForTest(FOREIGN);
  const browser = new Browser();
  await signOn(browser, start(sandbox, WITHOUT_ALL), AMARA);
  await press(sandbox, 'wrong-iss');
  const again = () => browser.request(start(sandbox, WITHOUT_ALL).url);
  expect(parametersOf(await again()).has('iss')).toBe(true);
  expect(parametersOf(await again()).has('iss')).toBe(false);
});

test('a fault of the authorization response reaches a user who declines', async () => {
  const sandbox = await sandboxForTest(FOREIGN);
  await press(sandbox, 'wrong-state');
  const [, , { sub = '' } = {}] = (await import('../../src/sandbox/users.ts')).USERS;
  const started = start(sandbox);
  const parameters = await signOn(new Browser(), started, sub);
  expect(parameters.get('error')).toBe('access_denied');
  expect(parameters.get('state')).not.toBe(started.state);
});
