// GET /flow: the last sign-in, step by step, after successes and failures, and to nobody else.

import { readFileSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { durationOf } from '../../src/web/flow-diagram.ts';
import { type Browser, createBrowser } from '../helpers/browser.ts';
import { signInAtStandIn } from '../helpers/flow.ts';
import { type Both, expectRefused, send, setCookies, start, startBoth } from './helpers.ts';

let both: Both;
beforeEach(async () => {
  both = await startBoth();
  return both.close;
});

const STEPS = [
  'Discovery',
  'Authorization request',
  'Sign-on at PingOne',
  'Authorization response',
  'Token request',
  'ID token',
  'Userinfo',
  'Session',
];

const flowOf = (browser: Browser) => browser.get(`${both.app.url}/flow`);

/** What the page shows of one step, as text. */
function sectionOf(body: string, step: number): string {
  const [, section = ''] = body.split(new RegExp(`id="step-${step}"`));
  const [own = ''] = section.split('</section>');
  return own.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
}

/** Each step as the diagram names it to a screen reader. */
const drawn = (body: string) =>
  [...body.matchAll(/href="#step-(\d)" class="(\w+)" aria-label="([^"]+)"/g)].map((match) => match.slice(1));

async function signIn(browser: Browser, change: Partial<Both['standIn']> = {}) {
  Object.assign(both.standIn, change);
  return signInAtStandIn(browser, both.app.url, both.standIn);
}

test('without any sign-in it says how to make one, and sets no cookie', async () => {
  const page = await flowOf(createBrowser());
  expect(page).toMatchObject({ status: 200 });
  expect(page.body).toContain('href="/login?return_to=/flow"');
  expect(page.body).not.toContain('<svg');
  expect(setCookies(page)).toEqual([]);
});

test('after a sign-in it draws and explains all eight steps, in their order', async () => {
  const browser = createBrowser();
  await signIn(browser);
  const { body } = await flowOf(browser);
  expect(drawn(body).map(([number]) => Number(number))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  for (const [index, name] of STEPS.entries()) {
    expect(drawn(body)[index]?.[2]).toMatch(new RegExp(`^Step ${index + 1}: ${name}, (.+, )?done$`));
    expect(sectionOf(body, index + 1)).toContain(`${index + 1} ${name}`);
  }
  const token = sectionOf(body, 5);
  expect(token).toContain(`POST ${both.standIn.issuer}/token`);
  expect(token).toMatch(/client_secret Shows that this app is the application[^[]*\[client secret, set\]/);
  expect(token).toContain('What came back: status 200');
  expect(token).toContain('&#34;access_token&#34;: &#34;[access token, 49 characters]&#34;');
  expect(token).toContain('--data-urlencode &#34;client_secret=$PINGONE_CLIENT_SECRET&#34;');
  expect(token).toContain('client_secret_basic');
  expect(token).toContain('src/pingone/token-request.ts , requestTokens()');
  expect(sectionOf(body, 4)).toContain('not applicable iss of the response is the issuer');
  expect(sectionOf(body, 6)).toContain('passed the signature holds');
  expect(sectionOf(body, 6)).toMatch(/&#34;nonce&#34;: &#34;\[nonce, 43 characters\]&#34;/);
  expect(sectionOf(body, 7)).toContain('Ada Example');
});

test('what was kept from before is told from what was asked for now', async () => {
  const browser = createBrowser();
  await signIn(browser);
  const first = (await flowOf(browser)).body;
  // Discovery was asked for at /login, the keys by the sign-in itself.
  expect(drawn(first)[0]?.[2]).toMatch(/, kept · .+, done$/);
  expect(drawn(first)[5]?.[2]).not.toContain('kept');
  await signIn(browser);
  const second = (await flowOf(browser)).body;
  expect(drawn(second)[5]?.[2]).toMatch(/, kept · .+, done$/);
  expect(sectionOf(second, 6)).toContain('Asked for before this sign-in');
  expect(sectionOf(second, 5)).not.toContain('Asked for before this sign-in');
});

test('each step names a file that has its function, and rules with addresses', async () => {
  const browser = createBrowser();
  await signIn(browser);
  const { body } = await flowOf(browser);
  const sources = [...body.matchAll(/<code>(src\/[^<]+)<\/code>, <code>(\w+)\(\)/g)];
  // The sign-on itself is PingOne’s.
  expect(sources).toHaveLength(7);
  for (const [, file = '', name] of sources) {
    expect(readFileSync(file, 'utf8'), file).toMatch(new RegExp(`function ${name}\\(`));
  }
  for (let step = 1; step <= 8; step += 1) {
    const [, section = ''] = body.split(`id="step-${step}"`);
    expect(section.split('</section>')[0]).toMatch(/<dd><a href="https:\/\/[^"]+">/);
  }
});

test('every parameter that this app sends or reads is explained', async () => {
  const browser = createBrowser();
  const { state } = await start(browser, both.app.url, both.standIn);
  const query = new URLSearchParams({
    state,
    error: 'access_denied',
    error_description: 'No',
    iss: both.standIn.issuer,
  });
  await browser.get(`${both.app.url}/callback?${query}`);
  const refused = (await flowOf(browser)).body;
  await signIn(browser);
  const { body } = await flowOf(browser);
  for (const page of [refused, body]) expect(page).not.toContain('A parameter that this app does not know.');
  expect(sectionOf(refused, 4)).toContain('error_description PingOne’s own words about the error. No');
});

test.each<[string, number, string, () => void]>([
  [
    'an ID token for another',
    6,
    'id_token_audience',
    () => Object.assign(both.standIn, { claims: { aud: 'x' } }),
  ],
  [
    'a token endpoint that refuses',
    5,
    'token_invalid_grant',
    () => {
      both.standIn.scripts['token'] = () => ({ status: 400, body: { error: 'invalid_grant' } });
    },
  ],
  [
    'a token endpoint that hangs up',
    5,
    'pingone_unreachable',
    () => {
      both.standIn.scripts['token'] = (_, response) => void response.destroy();
    },
  ],
  [
    'userinfo of somebody else',
    7,
    'userinfo_subject_mismatch',
    () => Object.assign(both.standIn, { userinfo: { sub: 'x' } }),
  ],
])('after %s the failed step and the skipped ones are plain to see', async (_, failed, code, arrange) => {
  const browser = createBrowser();
  arrange();
  const error = await signIn(browser);
  expect(error.body).toContain(`href="/flow#step-${failed}"`);
  const { body } = await flowOf(browser);
  expect(body).toContain(code);
  expect(body).toContain('This sign-in signed nobody in.');
  const results = drawn(body).map(([, result]) => result);
  expect(results).toEqual(
    STEPS.map((_, index) => (index + 1 < failed ? 'done' : index + 1 === failed ? 'failed' : 'skipped')),
  );
  expect(sectionOf(body, failed)).toContain('failed');
  expect(sectionOf(body, 8)).toContain('It did not happen, because an earlier step failed.');
});

test('where no answer came, it says so', async () => {
  const browser = createBrowser();
  both.standIn.scripts['token'] = (_, response) => void response.destroy();
  await signIn(browser);
  expect(sectionOf((await flowOf(browser)).body, 5)).toMatch(/No answer came in \d/);
});

test('a session that could not be saved is the step that failed', async () => {
  const browser = createBrowser();
  await both.close();
  const { TestStore } = await import('./test-store.ts');
  const sessionStore = new TestStore();
  sessionStore.failing.add('set');
  both = await startBoth({ sessionStore });
  expectRefused(await signIn(browser), 503, 'session_store_unavailable');
  const { body } = await flowOf(browser);
  expect(drawn(body).at(-1)).toEqual(['8', 'failed', 'Step 8: Session, failed']);
});

test('once nobody is signed in, the record of a good sign-in is not shown, for it holds claims', async () => {
  const browser = createBrowser();
  await signIn(browser);
  const record = browser.cookies().filter((cookie) => cookie.startsWith('pingone_flow='));
  expect(record).toHaveLength(1);
  const [, value = ''] = record[0]?.split('=') ?? [];
  const other = createBrowser();
  other.setCookie('pingone_flow', value);
  expect((await flowOf(other)).body).not.toContain('Ada Example');
  expect((await flowOf(browser)).body).toContain('Ada Example');
  await browser.post(`${both.app.url}/logout`);
  browser.setCookie('pingone_flow', value);
  await signIn(other);
  other.setCookie('pingone_flow', value);
  // Gone from the store, not only from sight.
  expect((await flowOf(other)).body).not.toContain('<svg');
});

test('a failure of somebody signed in is shown, and they stay signed in', async () => {
  const browser = createBrowser();
  await signIn(browser);
  await signIn(browser, { claims: { iss: 'https://evil.example' } });
  expect((await flowOf(browser)).body).toContain('id_token_issuer');
  expect((await browser.get(`${both.app.url}/profile`)).status).toBe(200);
});

test('what came from outside is text on the page, whatever it is', async () => {
  const browser = createBrowser();
  const evil = '</pre><script>alert(1)</script>';
  await signIn(browser, { claims: { [evil]: evil }, userinfo: { sub: 'x', [evil]: [evil] } });
  const { body } = await flowOf(browser);
  expect(body).not.toContain('<script');
  expect(body).toContain('&lt;script&gt;');
});

test('home, profile and error page lead to it', async () => {
  const browser = createBrowser();
  expect((await browser.get(`${both.app.url}/`)).body).toContain('href="/flow"');
  await signIn(browser);
  expect((await browser.get(`${both.app.url}/profile`)).body).toContain('href="/flow"');
  // No sign-in of this browser: no step to lead to.
  expect((await createBrowser().get(`${both.app.url}/callback?state=s&code=c`)).body).not.toContain('/flow');
});

test('other methods are refused', async () => {
  expect(await send('HEAD', `${both.app.url}/flow`)).toMatchObject({ status: 200, body: '' });
  expect(await send('POST', `${both.app.url}/flow`)).toMatchObject({
    status: 405,
    headers: { allow: 'GET, HEAD' },
  });
});

test.each([
  ['no response at all', (state: string) => `code=one&code=two&state=${state}`, 'callback_malformed'],
  ['the response of another sign-in', () => `code=one&state=${'x'.repeat(43)}`, 'sign_in_unknown'],
])('where %s comes back, the sign-in under way shows it, and can still be ended', async (_, query, code) => {
  const browser = createBrowser();
  const started = await start(browser, both.app.url, both.standIn);
  const callback = `${both.app.url}/callback?${query(started.state)}`;
  const refused = await browser.get(callback);
  expectRefused(refused, 400, code);
  expect(refused.body).toContain('href="/flow#step-4"');
  const { body } = await flowOf(browser);
  expect(drawn(body).map(([, result]) => result)).toEqual([
    ...['done', 'done', 'unknown', 'failed'],
    ...['skipped', 'skipped', 'skipped', 'skipped'],
  ]);
  expect(sectionOf(body, 4)).toContain('[authorization code, 3 characters]');
  expect(sectionOf(body, 3)).toContain('Whether it has ended is not known');
  // Whoever has no sign-in under way has no record of it either.
  const nobody = createBrowser();
  expect((await nobody.get(callback)).body).not.toContain('/flow');
  expect(nobody.cookies()).toEqual([]);
  expect((await started.finish()).status).toBe(303);
});

test('what a callback of no sign-in says is neither shown nor taken for PingOne’s', async () => {
  const browser = createBrowser();
  await start(browser, both.app.url, both.standIn);
  const foreign = { error: 'their_code', error_description: 'Their words', iss: 'https://evil.example' };
  const query = new URLSearchParams({ state: 'x'.repeat(43), ...foreign });
  await browser.get(`${both.app.url}/callback?${query}`);
  const { body } = await flowOf(browser);
  for (const words of Object.values(foreign)) expect(body).not.toContain(words);
  expect(sectionOf(body, 4)).not.toContain('PingOne’s own words');
  expect(sectionOf(body, 4)).toMatch(
    /error_description What the query held[^[]*\[error_description, 11 char/,
  );
  // Nobody knows that PingOne sent the browser here: one arrow, from the browser.
  const [, step = ''] = body.split('href="#step-4"');
  expect(step.split('</g>')[0]?.match(/class="arrow/g)).toHaveLength(1);
});

test.each([
  [2, 'response_type', 'Asks for a code'],
  [2, 'client_id', 'Which application asks.'],
  [2, 'redirect_uri', 'Where the answer goes'],
  [2, 'scope', 'What is asked for'],
  [2, 'state', 'Ties the answer to this browser'],
  [2, 'nonce', 'Ties the ID token to this sign-in'],
  [2, 'code_challenge', 'The hash of the code verifier'],
  [2, 'code_challenge_method', 'How the hash was made'],
  [5, 'grant_type', 'What is exchanged'],
  [5, 'code', 'What PingOne answered'],
  [5, 'code_verifier', 'What the challenge was the hash of'],
  [5, 'client_secret', 'Shows that this app is the application'],
])('in step %i %s is explained as what it is', async (step, name, explanation) => {
  const browser = createBrowser();
  await signIn(browser);
  expect(sectionOf((await flowOf(browser)).body, step)).toContain(` ${name} ${explanation}`);
});

test('the headers that this app sends are all there, and in the curl command', async () => {
  const browser = createBrowser();
  await signIn(browser);
  const headers = both.standIn.requestsTo('token')[0]?.headers ?? {};
  const token = sectionOf((await flowOf(browser)).body, 5);
  for (const name of ['accept', 'accept-encoding', 'user-agent', 'content-type']) {
    expect(token).toContain(` ${name}: ${headers[name]} `);
    expect(token).toContain(`--header &#39;${name}: ${headers[name]}&#39;`);
  }
});

test('a failure of somebody signed in does not say that nobody is', async () => {
  const browser = createBrowser();
  await signIn(browser);
  await signIn(browser, { claims: { iss: 'https://evil.example' } });
  const { body } = await flowOf(browser);
  expect(body).toContain('This sign-in signed nobody in.');
  expect(body).not.toContain('Nobody was signed in');
});

test.each([
  [0.05, 'under 0.1 ms'],
  [2.34, '2.3 ms'],
  [42.4, '42 ms'],
  [1500, '1.5 s'],
])('%f milliseconds are said as %s', (durationMs, said) => {
  expect(durationOf({ durationMs })).toBe(said);
});
