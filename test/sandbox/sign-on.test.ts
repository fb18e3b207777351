import { expect, test } from 'vitest';
import {
  AMARA,
  Browser,
  CORRELATION_ID,
  codeForm,
  DECLINER,
  locationOf,
  parametersOf,
  postTo,
  REDIRECT_URI,
  sandboxForFile,
  signIn,
  signOn,
  start,
  type Tokens,
  ZOE,
} from './helpers.ts';

const sandbox = await sandboxForFile();

/** The `sub` of the ID token that this code returns. */
async function subOf(
  sandbox: Parameters<typeof codeForm>[0],
  started: ReturnType<typeof start>,
  code: string | null,
) {
  const response = await postTo(sandbox, '/token', codeForm(sandbox, started, code ?? ''));
  const { id_token } = (await response.json()) as Tokens;
  return JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString()).sub;
}

test('the browser gets a 302 to the sign-on page and a 302 to the redirect URI, which has only code and state', async () => {
  const browser = new Browser();
  const started = start(sandbox);
  const first = await browser.request(started.url);
  expect(first.status).toBe(302);
  expect(locationOf(first)).toMatch(/\/signon\/\?flowId=/);
  const page = await browser.request(locationOf(first));
  expect(page.status).toBe(200);
  const chosen = await browser.post(locationOf(first), { user: AMARA });
  expect(chosen.status).toBe(302);
  const last = await browser.request(locationOf(chosen));
  expect(last.status).toBe(302);
  const parameters = parametersOf(last);
  expect([...parameters.keys()].sort()).toEqual(['code', 'state']);
  expect(parameters.get('state')).toBe(started.state);
});

test('a state with special characters comes back unchanged', async () => {
  const state = 'a b+c&d=é%2F/"<>';
  const parameters = await signOn(new Browser(), start(sandbox, { state }), AMARA);
  expect(parameters.get('state')).toBe(state);
});

test('a user who declines returns with access_denied and is not signed on', async () => {
  const browser = new Browser();
  const started = start(sandbox);
  const parameters = await signOn(browser, started, DECLINER);
  expect([...parameters.keys()].sort()).toEqual(['error', 'error_description', 'state']);
  expect(parameters.get('error')).toBe('access_denied');
  expect(parameters.get('error_description')).toMatch(CORRELATION_ID);
  expect(parameters.get('state')).toBe(started.state);
  expect(locationOf(await browser.request(start(sandbox).url))).toContain('/signon/');
});

test('a user who is already signed on is asked again only with prompt=login', async () => {
  const { browser } = await signIn(sandbox);
  const again = start(sandbox);
  const parameters = parametersOf(await browser.request(again.url));
  expect(await subOf(sandbox, again, parameters.get('code'))).toBe(AMARA);
  const login = await browser.request(start(sandbox, { prompt: 'login' }).url);
  expect(locationOf(login)).toContain('/signon/');
});

test('prompt=none returns a code if the user is signed on, and login_required otherwise', async () => {
  const early = start(sandbox, { prompt: 'none' });
  const refused = parametersOf(await new Browser().request(early.url));
  expect(refused.get('error')).toBe('login_required');
  expect(refused.get('error_description')).toMatch(CORRELATION_ID);
  expect(refused.get('state')).toBe(early.state);
  expect(refused.has('iss')).toBe(false);

  const { browser } = await signIn(sandbox);
  const signedOn = parametersOf(await browser.request(start(sandbox, { prompt: 'none' }).url));
  expect(signedOn.get('code')).toMatch(/./);
});

test('prompt=consent shows no additional page', async () => {
  const parameters = await signOn(new Browser(), start(sandbox, { prompt: 'consent' }), AMARA);
  expect(parameters.get('code')).toMatch(/./);
});

test('another user can sign on in the same browser', async () => {
  const { browser } = await signIn(sandbox, { user: AMARA });
  const login = start(sandbox, { prompt: 'login' });
  const parameters = await signOn(browser, login, ZOE);
  expect(await subOf(sandbox, login, parameters.get('code'))).toBe(ZOE);
  const sso = start(sandbox);
  const afterwards = parametersOf(await browser.request(sso.url));
  expect(await subOf(sandbox, sso, afterwards.get('code'))).toBe(ZOE);
});

test('two tabs of one browser complete their own sign-ons, in any order', async () => {
  const browser = new Browser();
  const tabs = [start(sandbox), start(sandbox)] as const;
  const pages = [
    locationOf(await browser.request(tabs[0].url)),
    locationOf(await browser.request(tabs[1].url)),
  ] as const;
  for (const [index, user] of [
    [1, ZOE],
    [0, AMARA],
  ] as const) {
    const back = locationOf(await browser.post(pages[index], { user: user }));
    const parameters = parametersOf(await browser.request(back));
    expect(parameters.get('state')).toBe(tabs[index].state);
    expect(await subOf(sandbox, tabs[index], parameters.get('code'))).toBe(user);
  }
});

test('a completed sign-on is no longer open', async () => {
  const browser = new Browser();
  const page = locationOf(await browser.request(start(sandbox).url));
  const back = locationOf(await browser.post(page, { user: AMARA }));
  await browser.request(back);
  for (const response of [await browser.request(page), await browser.request(back)]) {
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('no longer open');
  }
});

test('a user cannot complete a sign-on in another browser', async () => {
  const page = locationOf(await new Browser().request(start(sandbox).url));
  const stranger = new Browser();
  const back = locationOf(await stranger.post(page, { user: AMARA }));
  expect((await stranger.request(back)).status).toBe(400);
});

test.each([
  ['no code challenge', { code_challenge: undefined, code_challenge_method: undefined }],
  ['the method plain', { code_challenge_method: 'plain' }],
  ['no method, which means plain', { code_challenge_method: undefined }],
  ['a request object', { request: 'e30.e30.' }],
])('a request with %s gets an error at the redirect URI', async (_name, changes) => {
  const started = start(sandbox, changes);
  const parameters = parametersOf(await new Browser().request(started.url));
  expect(parameters.get('error')).toMatch(/^invalid_request$|^request_not_supported$/);
  expect(parameters.get('error_description')).toMatch(CORRELATION_ID);
  expect(parameters.get('state')).toBe(started.state);
  expect(parameters.has('iss')).toBe(false);
});

test.each([
  ['an unknown client', { client_id: '00000000-0000-4000-8000-000000000000' }],
  ['a redirect URI with an extra slash', { redirect_uri: `${REDIRECT_URI}/` }],
  ['a redirect URI of another host', { redirect_uri: 'http://127.0.0.1:3000/callback' }],
  ['no redirect URI', { redirect_uri: undefined }],
  ['another response mode', { response_mode: 'form_post' }],
])('a request with %s gets a page of the sandbox and no redirect', async (_name, changes) => {
  const response = await new Browser().request(start(sandbox, changes).url);
  expect(response.status).toBe(400);
  expect(response.headers.get('location')).toBeNull();
  const page = await response.text();
  expect(page).toContain('this is not PingOne');
  expect(page).toContain(response.headers.get('correlation-id'));
});

test('the page for an unregistered redirect URI shows it, escaped, and the registered one', async () => {
  const redirect_uri = 'http://localhost:3000/<script>';
  const page = await (await new Browser().request(start(sandbox, { redirect_uri }).url)).text();
  expect(page).toContain('http://localhost:3000/&lt;script&gt;');
  expect(page).not.toContain('<script');
  expect(page).toContain(REDIRECT_URI);
});
