// GET /flow after a sign-in that failed, and after a callback that belongs to no sign-in of this browser.

import { beforeEach, expect, test } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { SUBJECT } from '../helpers/provider-double.ts';
import { type Both, drawn, recordCookies, resultsOf, sectionOf, startBoth } from './helpers.ts';

let both: Both;
beforeEach(async () => {
  both = await startBoth();
  return both.close;
});

test.each<[string, number, string, () => void]>([
  [
    'an ID token for another app',
    6,
    'id_token_audience',
    () => Object.assign(both.provider.claims, { aud: 'x' }),
  ],
  [
    'a token endpoint that refuses',
    5,
    'token_invalid_grant',
    () => {
      both.provider.scripts['token'] = () => ({ status: 400, body: { error: 'invalid_grant' } });
    },
  ],
  [
    'a token endpoint that hangs up',
    5,
    'pingone_unreachable',
    () => {
      both.provider.scripts['token'] = (_, response) => void response.destroy();
    },
  ],
  [
    'userinfo of another user',
    7,
    'userinfo_subject_mismatch',
    () => Object.assign(both.provider.userinfo as object, { sub: 'x' }),
  ],
])('after %s the page marks the failed step and the skipped steps', async (_, failed, code, arrange) => {
  const browser = createBrowser();
  arrange();
  await both.signIn(browser);
  const body = await both.flowOf(browser);
  expect(body).toContain(`<code>${code}</code>`);
  expect(body).toContain('This sign-in did not complete.');
  expect(body).toMatch(/\[withheld, 12 characters\]<\/code><\/dt><dd>[A-Z]/);
  expect(resultsOf(body)).toEqual([
    ...Array(failed - 1).fill('done'),
    'failed',
    ...Array(8 - failed).fill('skipped'),
  ]);
  expect(body.split(`id="step-${failed}"`)[1]).toMatch(/<p class="detail">[^<]/);
  expect(sectionOf(body, 8)).toContain('This step did not happen, because an earlier step failed.');
});

test('an error page links to /flow only if /flow shows what happened', async () => {
  const browser = createBrowser();
  const leadsThere = ({ body }: { body: string }) =>
    body.includes('<a href="/flow">See what happened, step by step</a>');
  // A callback without a sign-in, and a page that is not found.
  expect(leadsThere(await browser.get(`${both.app.url}/callback`))).toBe(false);
  expect(leadsThere(await browser.get(`${both.app.url}/nowhere`))).toBe(false);
  const { state } = await both.start(browser, '/login');
  const declined = new URLSearchParams({ state, error: 'access_denied' });
  expect(leadsThere(await browser.get(`${both.app.url}/callback?${declined}`))).toBe(true);
  // The same callback again: nothing new happened.
  expect(leadsThere(await browser.get(`${both.app.url}/callback?${declined}`))).toBe(false);
  await both.signIn(browser);
  both.provider.scripts['token'] = () => ({ status: 500 });
  expect(leadsThere(await browser.post(`${both.app.url}/refresh`))).toBe(true);
});

test('if no response came, the page says so and why', async () => {
  const browser = createBrowser();
  both.provider.scripts['token'] = (_, response) => void response.destroy();
  await both.signIn(browser);
  const body = await both.flowOf(browser);
  const arrows = (step: number) =>
    body
      .split(`href="#step-${step}"`)[1]
      ?.split('</g>')[0]
      ?.match(/class="arrow/g);
  // One arrow each: a request without a response, and a step that was skipped.
  expect([arrows(5)?.length, arrows(7)?.length]).toEqual([1, 1]);
  expect(sectionOf(body, 5)).toMatch(/The request failed after [\d.]+ ms: UND_ERR_SOCKET/);
});

test('if a response is not JSON, the page says so', async () => {
  const browser = createBrowser();
  both.provider.scripts['token'] = () => ({ status: 403, body: '<html>Forbidden</html>' });
  await both.signIn(browser);
  const token = sectionOf(await both.flowOf(browser), 5);
  expect(token).toContain('status 403');
  expect(token).toContain('not shown, because it is not a JSON object');
  expect(token).not.toContain('Forbidden');
});

test('if the session cannot be saved, the failed step is the session', async () => {
  const browser = createBrowser();
  const { callbackUrl } = await both.start(browser);
  both.sessions.failing.add('set');
  expect((await browser.get(callbackUrl)).status).toBe(503);
  expect(resultsOf(await both.flowOf(browser))).toEqual([...Array(7).fill('done'), 'failed']);
});

test('a signed-in user whose new sign-in fails sees the failure, and stays signed in', async () => {
  const browser = createBrowser();
  await both.signIn(browser);
  Object.assign(both.provider.claims, { iss: 'https://evil.example' });
  await both.signIn(browser);
  expect(await both.flowOf(browser)).toContain('id_token_issuer');
  expect((await browser.get(`${both.app.url}/profile`)).status).toBe(200);
});

test('the page shows a failed refresh, even after it has ended the session', async () => {
  const browser = createBrowser();
  await both.signIn(browser);
  both.provider.scripts['token'] = () => ({ status: 400, body: { error: 'invalid_grant' } });
  await browser.post(`${both.app.url}/refresh`);
  expect((await browser.get(`${both.app.url}/profile`)).status).toBe(302);
  const body = await both.flowOf(browser);
  expect(body).toContain('This request for new tokens did not complete.');
  expect(resultsOf(body).slice(0, 2)).toEqual(['done', 'failed']);
  // The ID token was skipped. Its keys came from the cache, but the step has no duration.
  expect(body).toMatch(/reused</);
  expect(body).not.toMatch(/reused · </);
});

test('a refresh that got new tokens, but no userinfo, shows which request failed', async () => {
  const browser = createBrowser();
  await both.signIn(browser);
  // Another ID token than at the sign-in, also within one second.
  Object.assign(both.provider.claims, { jti: 'second' });
  both.provider.scripts['userinfo'] = () => ({ status: 500 });
  await browser.post(`${both.app.url}/refresh`);
  const body = await both.flowOf(browser);
  expect(body).toContain('Each message and each check of your last request for new tokens.');
  expect(resultsOf(body)).toEqual(['done', 'done', 'done', 'failed']);
});

test.each<[string, () => unknown]>([
  ['the ID token', () => Object.assign(both.provider.claims, { aud: 'another' })],
  ['userinfo', () => Object.assign(both.provider.userinfo as object, { sub: 'another' })],
  ['the session', () => both.sessions.failing.add('set')],
])('the record of a sign-in that fails at %s has no claim of the user', async (_, arrange) => {
  const browser = createBrowser();
  const { callbackUrl } = await both.start(browser);
  Object.assign(both.provider.claims, { name: 'Ada Example', email: 'ada@example.com', 'p1.region': 'EU' });
  arrange();
  await browser.get(callbackUrl);
  const { header, claims } = JSON.parse(both.recordHeld()).events.find(
    ({ type }: { type: string }) => type === 'id_token',
  );
  expect(header).toEqual({ alg: 'RS256', kid: both.provider.signingKey.kid });
  expect(claims).toMatchObject({
    iss: both.provider.issuer,
    iat: expect.any(Number),
    exp: expect.any(Number),
    aud: expect.any(String),
    sub: '[withheld, 36 characters]',
    nonce: '[secret, 43 characters]',
    email: '[withheld, 15 characters]',
    'p1.region': '[withheld, 2 characters]',
  });
  for (const word of ['Ada', 'ada@', '"EU"', SUBJECT]) expect(both.recordHeld()).not.toContain(word);
});

test('the record has no claim of the user even if userinfo refuses the request with claims in its error', async () => {
  both.provider.scripts['userinfo'] = () => ({
    status: 403,
    body: { error: 'forbidden', sub: SUBJECT, name: 'Ada Example' },
  });
  await both.signIn();
  expect(both.recordHeld()).toContain('"error":"forbidden"');
  for (const word of ['Ada', SUBJECT]) expect(both.recordHeld()).not.toContain(word);
});

test.each([
  [
    'a callback that is no response',
    (state: string) => `code=one&code=two&state=${state}`,
    'callback_malformed',
  ],
  ['the response to another sign-in', () => `code=one&state=${'x'.repeat(43)}`, 'sign_in_unknown'],
])(
  'if %s comes, the page shows it at the pending sign-in, which can still complete',
  async (_, query, code) => {
    const browser = createBrowser();
    const started = await both.start(browser);
    const callback = `${both.app.url}/callback?${query(started.state)}`;
    expect((await browser.get(callback)).status).toBe(400);
    const body = await both.flowOf(browser);
    expect(body).toContain(`<code>${code}</code>`);
    expect(resultsOf(body)).toEqual([
      ...['done', 'done', 'unknown', 'failed'],
      ...['skipped', 'skipped', 'skipped', 'skipped'],
    ]);
    expect(sectionOf(body, 4)).toContain('[withheld, 3 characters]');
    expect(sectionOf(body, 3)).toContain('This app does not know whether this step ended');
    // A browser without a pending sign-in gets no record.
    const other = createBrowser();
    await other.get(callback);
    expect(other.cookies()).toEqual([]);
    expect((await browser.get(started.callbackUrl)).status).toBe(303);
  },
);

test('the page does not show the values of such a callback, and does not present them as PingOne’s', async () => {
  const browser = createBrowser();
  await both.start(browser);
  const foreign = { error: 'their_code', error_description: 'Their words', iss: 'https://evil.example' };
  const query = new URLSearchParams({ state: 'x'.repeat(43), ...foreign, theirname: 'theirvalue' });
  await browser.get(`${both.app.url}/callback?${query}`);
  const body = await both.flowOf(browser);
  for (const words of [...Object.values(foreign), 'theirname', 'theirvalue'])
    expect(body).not.toContain(words);
  expect(sectionOf(body, 4)).not.toContain('PingOne’s description');
  expect(sectionOf(body, 4)).toMatch(
    /error_description The value in the query[^[]*\[withheld, 11 characters\]/,
  );
  expect(sectionOf(body, 4)).toContain('[withheld parameters: 1]');
  expect(sectionOf(body, 4)).not.toContain('curl');
  // The app does not know whether PingOne sent the browser here: one arrow, from the browser.
  const [, step = ''] = body.split('href="#step-4"');
  expect(step.split('</g>')[0]?.match(/class="arrow/g)).toHaveLength(1);
});

test('a callback of another sign-in does not replace the record of a signed-in user', async () => {
  const browser = createBrowser();
  await both.signIn(browser);
  const before = both.recordHeld();
  await both.start(browser);
  const page = await browser.get(`${both.app.url}/callback?code=c&state=${'x'.repeat(43)}`);
  expect(page.status).toBe(400);
  expect(recordCookies(page)).toEqual([]);
  expect([...both.records.held.values()]).toEqual([before]);
});

test('a callback without a pending sign-in of this browser leaves no record', async () => {
  const { callbackUrl } = await both.start(createBrowser());
  for (const url of [callbackUrl, `${both.app.url}/callback?state=s&error=e`, `${both.app.url}/callback`])
    expect(recordCookies(await createBrowser().get(url))).toEqual([]);
  expect(both.records.held.size).toBe(0);
});

test('the diagram says in words which step failed', async () => {
  const browser = createBrowser();
  both.provider.scripts['token'] = () => ({ status: 500 });
  await both.signIn(browser);
  expect(drawn(await both.flowOf(browser))[4]?.[2]).toMatch(/^Step 5: Token request, failed, [\d.]+ ms$/);
});
