// GET /flow: the last sign-in or refresh, step by step, shown only to the browser that made it.

import { readFileSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import type { ProviderName } from '../../src/error-texts/index.ts';
import { formatDuration } from '../../src/flow/diagram.ts';
import { createPageData } from '../../src/flow/page.ts';
import { createBrowser } from '../helpers/browser.ts';
import { type Both, drawn, resultsOf, sectionOf, startBoth } from './helpers.ts';

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

test('before a sign-in the page lists the steps, links to the sign-in, and sets no cookie', async () => {
  const page = await createBrowser().get(`${both.app.url}/flow`);
  expect(page).toMatchObject({ status: 200 });
  expect(page.headers['set-cookie']).toBeUndefined();
  expect(page.body).toContain('href="/login?return_to=/flow"');
  expect(page.body).not.toContain('<svg');
  const named = [...page.body.matchAll(/<li><strong>([^<]+)\.<\/strong> [A-Z]/g)].map((match) => match[1]);
  expect(named).toEqual(STEPS);
  expect(page.body).not.toContain('Back to your claims');
});

test('after a sign-in the page draws and explains all eight steps in order', async () => {
  const browser = createBrowser();
  await both.signIn(browser);
  const body = await both.flowOf(browser);
  expect(drawn(body).map(([number]) => Number(number))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  for (const [index, name] of STEPS.entries()) {
    expect(drawn(body)[index]?.[2]).toMatch(new RegExp(`^Step ${index + 1}: ${name}, (.+, )?done$`));
    expect(sectionOf(body, index + 1)).toContain(`${index + 1} ${name}`);
  }
  const token = sectionOf(body, 5);
  expect(token).toContain(`POST ${both.provider.issuer}/token`);
  expect(token).toMatch(
    /client_secret Proves that the request comes from the application[^[]*\[secret, \d+ characters\]/,
  );
  expect(token).toMatch(/5 Token request done · \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC · [\d.]+ ms/);
  expect(body).toMatch(/<code class="masked">\[secret, \d+ characters\]<\/code><\/td>/);
  expect(body).toContain('<code>authorization_code</code></td>');
  expect(token).toContain('Response: status 200');
  expect(token).toContain('&#34;access_token&#34;: &#34;[secret, 49 characters]&#34;');
  expect(token).toContain('--data-urlencode &#34;client_secret=$PINGONE_CLIENT_SECRET&#34;');
  expect(token).toContain('client_secret_basic');
  expect(token).toContain('src/pingone/token-request.ts , requestTokens()');
  expect(sectionOf(body, 4)).toContain('not applicable iss of the response is the issuer');
  expect(sectionOf(body, 6)).toContain('passed the signature is valid');
  expect(sectionOf(body, 6)).toMatch(/&#34;nonce&#34;: &#34;\[secret, 43 characters\]&#34;/);
  expect(sectionOf(body, 7)).toContain('Ada Example');
});

test('the page links back to the claims page, explains […], and lets one click select a whole curl command', async () => {
  const browser = createBrowser();
  await both.signIn(browser);
  const body = await both.flowOf(browser);
  expect(body).toContain('<a href="/profile">Back to your claims</a>');
  expect(body).toMatch(/\[secret, 43 characters\]<\/code><\/dt><dd>[A-Z]/);
  const commands = [...body.matchAll(/<pre([^>]*)>curl /g)].map(([, attributes]) => attributes);
  expect(commands.length).toBeGreaterThan(4);
  for (const attributes of commands) expect(attributes).toBe(' class="command"');
  const css = (await browser.get(`${both.app.url}/style.css`)).body;
  expect(css).toMatch(/\.command \{\s+user-select: all;/);
});

test('the page says which responses the app requested now, and which it reused', async () => {
  const browser = createBrowser();
  await both.signIn(browser);
  const first = await both.flowOf(browser);
  // The app fetched the discovery document at /login, and the keys during the sign-in.
  expect(drawn(first)[0]?.[2]).toMatch(/, reused · .+, done$/);
  expect(drawn(first)[5]?.[2]).not.toContain('reused');
  await both.signIn(browser);
  const second = await both.flowOf(browser);
  expect(drawn(second)[5]?.[2]).toMatch(/, reused · .+, done$/);
  expect(sectionOf(second, 6)).toContain('This app sent this request earlier, at ');
  expect(sectionOf(second, 5)).not.toContain('sent this request earlier');
  // The diagram has no arrow for a request that was not sent.
  const arrows = (body: string) =>
    body
      .split('href="#step-6"')[1]
      ?.split('</g>')[0]
      ?.match(/class="arrow/g)?.length;
  expect([arrows(first), arrows(second)]).toEqual([2, undefined]);
});

test('after a refresh the page shows the four steps of the refresh instead of the sign-in', async () => {
  const browser = createBrowser();
  await both.signIn(browser);
  expect((await browser.post(`${both.app.url}/refresh`)).status).toBe(303);
  const body = await both.flowOf(browser);
  expect(body).toContain('Your request for new tokens, step by step');
  expect(drawn(body).map(([, result, words]) => [result, words?.split(/[:,] /)[1]])).toEqual([
    ['done', 'Discovery'],
    ['done', 'Refresh request'],
    ['done', 'ID token'],
    ['done', 'Userinfo'],
  ]);
  // The keys are used twice, and shown once.
  expect(body.split('id="step-3"')[1]?.match(/\/jwks<\/code>/g)).toHaveLength(1);
  expect(sectionOf(body, 2)).toMatch(/refresh_token Exchanged for new tokens[^[]*\[secret, 50 characters\]/);
});

test('each step names a file that has its function, and links to its rules', async () => {
  const browser = createBrowser();
  await both.signIn(browser);
  const signIn = await both.flowOf(browser);
  await browser.post(`${both.app.url}/refresh`);
  const refresh = await both.flowOf(browser);
  const sources = (body: string) => [...body.matchAll(/<code>(src\/[^<]+)<\/code>, <code>(\w+)\(\)/g)];
  // The sign-on happens at PingOne, so this step has no function.
  expect([sources(signIn).length, sources(refresh).length]).toEqual([7, 4]);
  for (const [, file = '', name] of [...sources(signIn), ...sources(refresh)])
    expect(readFileSync(file, 'utf8'), file).toMatch(new RegExp(`function ${name}\\(`));
  for (let step = 1; step <= 8; step += 1) {
    const [, section = ''] = signIn.split(`id="step-${step}"`);
    expect(section.split('</section>')[0]).toMatch(/<dd><a href="https:\/\/[^"]+">/);
  }
});

test('every parameter that this app sends or reads is explained', async () => {
  const browser = createBrowser();
  const { state } = await both.start(browser, '/login');
  const refused = { state, error: 'access_denied', error_description: 'No', iss: both.provider.issuer };
  await browser.get(`${both.app.url}/callback?${new URLSearchParams(refused)}`);
  const pages = [await both.flowOf(browser)];
  expect(sectionOf(pages[0] ?? '', 4)).toContain('error_description PingOne’s description of the error. No');
  await both.signIn(browser);
  pages.push(await both.flowOf(browser));
  await browser.post(`${both.app.url}/refresh`);
  pages.push(await both.flowOf(browser));
  const switched = createBrowser();
  await switched.get((await both.start(switched, '/switch-user')).callbackUrl);
  pages.push(await both.flowOf(switched));
  expect(sectionOf(pages[3] ?? '', 2)).toContain(
    'prompt Tells PingOne to make the user sign on again. login',
  );
  for (const page of pages) {
    expect(page).toContain('id="step-4"');
    expect(page).not.toContain('A parameter that this app does not know.');
  }
});

test('where the sandbox signs users in, the explanations name the sandbox, and its lane has one word', () => {
  const names = 'redirect_uri prompt login_hint code client_secret iss error_description'.split(' ');
  const parameters = names.map((name): [string, string] => [name, 'value']);
  const exchange = { type: 'exchange', step: 'token_request', method: 'POST', url: 'x', afterMs: 0 } as const;
  const record = { operation: 'sign-in', beganAtMs: 0, endedAfterMs: 0 } as const;
  const pageOf = (provider: ProviderName) => {
    const { describe, preview } = createPageData(provider);
    const { diagram, steps } = describe({ ...record, events: [{ ...exchange, parameters }] });
    const explained = steps.flatMap(({ exchanges }) => exchanges.flatMap((one) => one.parameters));
    return { lanes: diagram.lanes, texts: [diagram.steps, steps, preview, explained] };
  };
  const [atSandbox, atPingOne] = [pageOf('the sandbox'), pageOf('PingOne')];
  expect(atSandbox.lanes.map(({ name }) => name)).toEqual(['Browser', 'App', 'Sandbox']);
  expect(atPingOne.lanes.map(({ name }) => name)).toEqual(['Browser', 'App', 'PingOne']);
  // The arrows and the names of documents do not change.
  const wordsOf = (page: typeof atSandbox) =>
    page.texts.flat().map((text) => ['name', 'what', 'explanation'].map((field) => Reflect.get(text, field)));
  const words = wordsOf(atSandbox).flat().join('\n');
  expect(words).toMatch(/^The sandbox publishes a document/m);
  expect(words).toContain('signs on to the sandbox, on the sandbox’s own pages.');
  expect(words).toMatch(/^The sandbox’s description of the error\.$/m);
  expect(words).not.toMatch(/PingOne|(^|\. )the sandbox/m);
  expect(words.replaceAll(/the sandbox/gi, 'PingOne')).toBe(wordsOf(atPingOne).flat().join('\n'));
});

test.each([
  [2, 'response_type', 'Requests a code.'],
  [2, 'client_id', 'The application that sends the request.'],
  [2, 'redirect_uri', 'The URL that receives the code.'],
  [2, 'scope', 'The claims and access'],
  [2, 'state', 'Ties the response to this browser'],
  [2, 'nonce', 'Ties the ID token to this sign-in'],
  [2, 'code_challenge', 'The hash of the code verifier'],
  [2, 'code_challenge_method', 'The hash function'],
  [5, 'grant_type', 'What this app exchanges'],
  [5, 'code', 'The code from PingOne.'],
  [5, 'code_verifier', 'The secret behind the code challenge.'],
  [5, 'client_secret', 'Proves that the request comes from the application.'],
])('in step %i the page explains what %s is for', async (step, name, explanation) => {
  const browser = createBrowser();
  await both.signIn(browser);
  expect(sectionOf(await both.flowOf(browser), step)).toContain(` ${name} ${explanation}`);
});

test('the page and the curl command have every header that the app sends', async () => {
  const browser = createBrowser();
  await both.signIn(browser);
  const headers = both.provider.requestsTo('token')[0]?.headers ?? {};
  const token = sectionOf(await both.flowOf(browser), 5);
  for (const name of ['accept', 'accept-encoding', 'user-agent', 'content-type']) {
    expect(token).toContain(` ${name}: ${headers[name]} `);
    expect(token).toContain(`--header &#39;${name}: ${headers[name]}&#39;`);
  }
});

test('after a sign-out, the record of a successful sign-in is not shown, because it has claims', async () => {
  const browser = createBrowser();
  await both.signIn(browser);
  const [, id = ''] =
    browser
      .cookies()
      .find((cookie) => cookie.startsWith('pingone_flow='))
      ?.split('=') ?? [];
  const other = createBrowser();
  other.setCookie('pingone_flow', id);
  expect(await both.flowOf(other)).not.toContain('Ada Example');
  expect(await both.flowOf(browser)).toContain('Ada Example');
  await browser.post(`${both.app.url}/logout`);
  expect(browser.cookies().join()).not.toContain('pingone_flow');
  await both.signIn(other);
  other.setCookie('pingone_flow', id);
  // The record is removed from the store, not only from the page.
  expect(await both.flowOf(other)).not.toContain('<svg');
});

test('every value from outside is text on the page', async () => {
  const browser = createBrowser();
  const evil = '</pre><script>alert(1)</script>';
  Object.assign(both.provider.claims, { [evil]: evil });
  Object.assign(both.provider.userinfo as object, { [evil]: [evil] });
  await both.signIn(browser);
  const body = await both.flowOf(browser);
  expect(body).not.toContain('<script');
  expect(sectionOf(body, 6)).toContain('&lt;script&gt;');
  expect(sectionOf(body, 7)).toContain('&lt;script&gt;');
});

test.each([
  '{"toString":1}',
  '{"toJSON":1}',
  '{"then":1}',
  '{"__proto__":{"toString":1}}',
  '"\\ud800"',
  '1e400',
])('the claim %s is shown as data', async (json) => {
  const browser = createBrowser();
  // Sent as text, because JSON.stringify cannot write all of these values.
  const { sub } = both.provider.userinfo as { sub: string };
  both.provider.scripts['userinfo'] = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(`{"sub":"${sub}","strange":${json}}`);
    return undefined;
  };
  expect((await both.signIn(browser)).status).toBe(303);
  const body = await both.flowOf(browser);
  expect(resultsOf(body)).toEqual(Array(8).fill('done'));
  expect(sectionOf(body, 7)).toContain('strange');
});

test('the home page and the claims page link to /flow', async () => {
  const browser = createBrowser();
  expect((await browser.get(`${both.app.url}/`)).body).toContain('href="/flow"');
  await both.signIn(browser);
  expect((await browser.get(`${both.app.url}/profile`)).body).toContain('href="/flow"');
});

test('/flow refuses other methods', async () => {
  const browser = createBrowser();
  expect(await browser.post(`${both.app.url}/flow`)).toMatchObject({
    status: 405,
    headers: { allow: 'GET, HEAD' },
  });
});

test('if the flow page is off, there is no page, no record and no cookie', async () => {
  const off = await startBoth({ flowPage: false });
  const browser = createBrowser();
  const page = await off.signIn(browser);
  expect(page.status).toBe(303);
  expect(browser.cookies().join()).not.toContain('pingone_flow');
  expect((await browser.get(`${off.app.url}/flow`)).status).toBe(404);
  for (const path of ['/', '/profile'])
    expect((await browser.get(`${off.app.url}${path}`)).body).not.toContain('/flow');
  await off.close();
});

test.each([
  [0.05, 'under 0.1 ms'],
  [2.34, '2.3 ms'],
  [42.4, '42 ms'],
  [1500, '1.5 s'],
])('a duration of %f ms is shown as %s', (durationMs, said) => {
  expect(formatDuration({ durationMs })).toBe(said);
});
