import { expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import {
  Browser,
  locationOf,
  postTo,
  refreshForm,
  SIGN_OFF_URL,
  sandboxForFile,
  sandboxForTest,
  signIn,
  start,
  ZOE,
} from './helpers.ts';

const sandbox = await sandboxForFile();

function signOffUrl({ issuer }: Sandbox, parameters: Record<string, string>) {
  return `${issuer}/signoff?${new URLSearchParams(parameters)}`;
}

/** Whether the next sign-in in this browser shows the sign-on page. */
async function isSignedOff(sandbox: Sandbox, browser: Browser) {
  return locationOf(await browser.request(start(sandbox).url)).includes('/signon/');
}

test('sign-off with a hint redirects at once, with state, and ends the session', async () => {
  const { browser, tokens } = await signIn(sandbox);
  expect(await isSignedOff(sandbox, browser)).toBe(false);
  const url = signOffUrl(sandbox, {
    id_token_hint: tokens.id_token,
    post_logout_redirect_uri: SIGN_OFF_URL,
    state: 'a b',
  });
  const response = await browser.request(url);
  expect(response.status).toBe(302);
  expect(new URL(locationOf(response)).searchParams.get('state')).toBe('a b');
  expect(locationOf(response).split('?')[0]).toBe(SIGN_OFF_URL);
  expect([...browser.cookies.keys()].filter((name) => name.includes('session'))).toEqual([]);
  expect(await isSignedOff(sandbox, browser)).toBe(true);
});

test('sign-off ends the session at the sandbox, and does not only remove the cookie', async () => {
  const { browser, tokens } = await signIn(sandbox);
  const kept = new Map(browser.cookies);
  await browser.request(signOffUrl(sandbox, { id_token_hint: tokens.id_token }));
  for (const [name, cookie] of kept) browser.cookies.set(name, cookie);
  expect(await isSignedOff(sandbox, browser)).toBe(true);
});

test.each([
  ['with the client ID', true],
  ['with only the URL', false],
])('sign-off without a hint works %s', async (_name, withClientId) => {
  const { browser } = await signIn(sandbox);
  const response = await browser.request(
    signOffUrl(sandbox, {
      post_logout_redirect_uri: SIGN_OFF_URL,
      ...(withClientId ? { client_id: sandbox.clientId } : {}),
    }),
  );
  expect(locationOf(response)).toBe(SIGN_OFF_URL);
  expect(await isSignedOff(sandbox, browser)).toBe(true);
});

test('sign-off by POST works like GET', async () => {
  const { browser, tokens } = await signIn(sandbox);
  const form = { id_token_hint: tokens.id_token, post_logout_redirect_uri: SIGN_OFF_URL };
  expect(locationOf(await browser.post(`${sandbox.issuer}/signoff`, form))).toBe(SIGN_OFF_URL);
  expect(await isSignedOff(sandbox, browser)).toBe(true);
});

test('sign-off without a Signoff URL ends on a page of the sandbox', async () => {
  const { browser, tokens } = await signIn(sandbox);
  const response = await browser.request(signOffUrl(sandbox, { id_token_hint: tokens.id_token }));
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('You are signed off');
  expect(await isSignedOff(sandbox, browser)).toBe(true);
});

test.each([
  ['a URL without the slash', { post_logout_redirect_uri: 'http://localhost:3000' }, SIGN_OFF_URL],
  ['a URL of another host', { post_logout_redirect_uri: 'https://example.org/' }, SIGN_OFF_URL],
  [
    'an unknown client',
    { client_id: 'unknown', post_logout_redirect_uri: SIGN_OFF_URL },
    'Unknown client_id',
  ],
  ['an invalid hint', { id_token_hint: 'a.b.c', post_logout_redirect_uri: SIGN_OFF_URL }, 'id_token_hint'],
])(
  'a sign-off with %s gets a page without a redirect, and does not end the session',
  async (_name, parameters, words) => {
    const { browser } = await signIn(sandbox);
    const response = await browser.request(signOffUrl(sandbox, parameters as Record<string, string>));
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
    expect(await response.text()).toContain(words);
    expect(await isSignedOff(sandbox, browser)).toBe(false);
  },
);

test('a hint from another sandbox, a changed hint and a hint of another user are rejected', async () => {
  const other = await sandboxForTest();
  const { browser, tokens } = await signIn(sandbox);
  const foreign = (await signIn(other)).tokens.id_token;
  const [header, payload, signature] = tokens.id_token.split('.') as [string, string, string];
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const changed = Buffer.from(JSON.stringify({ ...claims, acr: 'x' })).toString('base64url');
  const anotherUsers = (await signIn(sandbox, { user: ZOE })).tokens.id_token;
  for (const id_token_hint of [foreign, `${header}.${changed}.${signature}`, anotherUsers]) {
    expect((await browser.request(signOffUrl(sandbox, { id_token_hint }))).status).toBe(400);
  }
  expect(await isSignedOff(sandbox, browser)).toBe(false);
});

test('sign-off also redirects a user who is not signed on', async () => {
  const { tokens } = await signIn(sandbox);
  const url = signOffUrl(sandbox, { id_token_hint: tokens.id_token, post_logout_redirect_uri: SIGN_OFF_URL });
  expect(locationOf(await new Browser().request(url))).toBe(SIGN_OFF_URL);
});

test('sign-off revokes no tokens', async () => {
  const { browser, tokens } = await signIn(sandbox);
  await browser.request(signOffUrl(sandbox, { id_token_hint: tokens.id_token }));
  expect((await postTo(sandbox, '/token', refreshForm(sandbox, tokens.refresh_token))).status).toBe(200);
});
