// The application as another app registers it: several URIs, its own credentials, with or without PKCE.
import { expect, test } from 'vitest';
import {
  AMARA,
  Browser,
  codeForm,
  locationOf,
  parametersOf,
  postTo,
  REDIRECT_URI,
  refreshForm,
  SIGN_OFF_URL,
  sandboxForTest,
  signIn,
  signOn,
  start,
  type Tokens,
  WITHOUT_ALL,
  WITHOUT_PKCE,
} from './helpers.ts';

const OTHER_URI = 'https://app.example.com/auth/callback?tenant=a%20b';

test('several redirect URIs can be registered, also one with a query, and a code works only with the one of its request', async () => {
  const sandbox = await sandboxForTest({ redirectUri: [REDIRECT_URI, OTHER_URI] });
  const browser = new Browser();
  const first = await signIn(sandbox, { browser });
  expect(first.response.status).toBe(200);

  const started = start(sandbox, { redirect_uri: OTHER_URI });
  const location = new URL(locationOf(await browser.request(started.url)));
  expect(location.href).toMatch(/^https:\/\/app\.example\.com\/auth\/callback\?tenant=a(\+|%20)b&/);
  expect([...location.searchParams.keys()].sort()).toEqual(['code', 'state', 'tenant']);
  const code = location.searchParams.get('code') ?? '';
  const right = await postTo(
    sandbox,
    '/token',
    codeForm(sandbox, started, code, { redirect_uri: OTHER_URI }),
  );
  expect(right.status).toBe(200);

  const again = start(sandbox, { redirect_uri: OTHER_URI });
  const other = new URL(locationOf(await browser.request(again.url))).searchParams.get('code') ?? '';
  const wrong = await postTo(sandbox, '/token', codeForm(sandbox, again, other));
  expect([wrong.status, ((await wrong.json()) as { error: string }).error]).toEqual([400, 'invalid_grant']);
});

test('an error goes to the redirect URI of its request', async () => {
  const sandbox = await sandboxForTest({ redirectUri: [REDIRECT_URI, OTHER_URI] });
  const refused = await new Browser().request(
    start(sandbox, { redirect_uri: OTHER_URI, prompt: 'none' }).url,
  );
  const location = new URL(locationOf(refused));
  expect([location.origin, location.searchParams.get('error')]).toEqual([
    'https://app.example.com',
    'login_required',
  ]);
  expect(location.searchParams.has('iss')).toBe(false);
});

test('several Signoff URLs can be registered, or none', async () => {
  const other = 'https://app.example.com/signed-out?from=pingone';
  const sandbox = await sandboxForTest({ signOffUrl: [SIGN_OFF_URL, other] });
  for (const url of [SIGN_OFF_URL, other]) {
    const query = new URLSearchParams({ post_logout_redirect_uri: url, state: 'abc' });
    const location = new URL(locationOf(await new Browser().request(`${sandbox.issuer}/signoff?${query}`)));
    expect(location.searchParams.get('state')).toBe('abc');
    location.searchParams.delete('state');
    expect(location.href).toBe(url);
  }
  const none = await sandboxForTest({ signOffUrl: [] });
  const query = new URLSearchParams({ post_logout_redirect_uri: SIGN_OFF_URL });
  expect((await new Browser().request(`${none.issuer}/signoff?${query}`)).status).toBe(400);
});

test('an app signs in with the client ID and client secret that were given to the sandbox', async () => {
  const given = { clientId: 'my-app', clientSecret: 'my_app~secret.0123456789-abcdef' };
  const sandbox = await sandboxForTest(given);
  expect(sandbox).toMatchObject(given);
  expect((await signIn(sandbox)).response.status).toBe(200);
  const wrong = await signIn({ ...sandbox, clientSecret: `${given.clientSecret}x` });
  expect(wrong.response.status).toBe(401);
});

test.each([
  ['PKCE', WITHOUT_PKCE],
  ['PKCE, state and nonce', WITHOUT_ALL],
])('if PKCE is optional, an app without %s signs in and refreshes', async (_name, changes) => {
  const sandbox = await sandboxForTest({ pkce: 'optional' });
  const started = start(sandbox, changes);
  const code = (await signOn(new Browser(), started, AMARA)).get('code') ?? '';
  const form = codeForm(sandbox, started, code, { code_verifier: undefined });
  const response = await postTo(sandbox, '/token', form);
  expect(response.status).toBe(200);
  const { refresh_token } = (await response.json()) as Tokens;
  expect((await postTo(sandbox, '/token', refreshForm(sandbox, refresh_token))).status).toBe(200);
});

test('if PKCE is optional, the sandbox still checks a challenge that the app sends', async () => {
  const sandbox = await sandboxForTest({ pkce: 'optional' });
  for (const code_verifier of [undefined, 'x'.repeat(43)]) {
    const started = start(sandbox);
    const code = (await signOn(new Browser(), started, AMARA)).get('code') ?? '';
    const response = await postTo(sandbox, '/token', codeForm(sandbox, started, code, { code_verifier }));
    expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([
      400,
      'invalid_grant',
    ]);
  }
});

test.each([
  ['by default', {}],
  ['with --pkce required', { pkce: 'required', isOtherApp: true } as const],
])('%s, the sandbox rejects a sign-in without PKCE', async (_name, options) => {
  const sandbox = await sandboxForTest(options);
  const response = await new Browser().request(start(sandbox, WITHOUT_PKCE).url);
  expect(parametersOf(response).get('error')).toBe('invalid_request');
});
