// Each request that the app makes, under each fault of the connection and of the answer: the person sees a page with a
// code and is not signed in, nothing is sent twice that must not be, and the next sign-in works.

import { gzipSync } from 'node:zlib';
import { describe, type ExpectStatic, type TestContext, test } from 'vitest';
import { startApp } from './helpers/app.ts';
import { createBrowser } from './helpers/browser.ts';
import { signInAtStandIn } from './helpers/flow.ts';
import { type Script, type StandIn, startStandIn } from './helpers/stand-in.ts';
import { codeOn } from './web/helpers.ts';

const BOMB = gzipSync(Buffer.alloc(50 * 1024 * 1024));

/** What the endpoint does instead, and the code that a sign-in then ends with. */
const FAULTS: [name: string, code: RegExp, script: Script][] = [
  ['resets before an answer', /^pingone_unreachable$/, (_, response) => void response.destroy()],
  ['resets in the middle of one', /^pingone_unreachable$/, (_, response) => void half(response)],
  ['truncates one', /^pingone_(unreachable|answer_invalid)$/, (_, response) => void truncate(response)],
  [
    'sends one that is too big',
    /^pingone_answer_too_big$/,
    () => ({ body: { long: 'x'.repeat(1024 * 1024) } }),
  ],
  [
    'sends one of the wrong type',
    /^pingone_answer_invalid$/,
    () => ({ headers: { 'content-type': 'text/html' }, body: '<p>' }),
  ],
  [
    'sends one that is no object',
    /^pingone_answer_invalid$/,
    () => ({ headers: { 'content-type': 'application/json' }, body: '[]' }),
  ],
  [
    'sends a gzip bomb',
    /^pingone_answer_invalid$/,
    (_, response) =>
      void response
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        .end(BOMB),
  ],
  ['redirects', /^pingone_redirected$/, () => ({ status: 307, headers: { location: '/elsewhere' } })],
  ['asks to wait', /^pingone_busy$/, () => ({ status: 429, headers: { 'retry-after': '1' } })],
  ['fails', /^pingone_failed$/, () => ({ status: 500 })],
  ['is not available', /^pingone_busy$/, () => ({ status: 503 })],
  ['is silent', /^pingone_timeout$/, () => new Promise(() => {})],
  [
    'sends its headers slowly',
    /^pingone_timeout$/,
    ({ rawHeaders: _ }, response) => void drip(response, 'HTTP/1.1 200 OK\r\nX-Slow: ', true),
  ],
  ['drips its body', /^pingone_timeout$/, (_, response) => void drip(response, '{"a":"', false)],
];

function half(response: Parameters<Script>[1]): void {
  response.writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
  response.write('{"access_token":');
  setTimeout(() => response.destroy(), 20);
}

function truncate(response: Parameters<Script>[1]): void {
  response.writeHead(200, { 'content-length': '1000', 'content-type': 'application/json' });
  response.write('{"a":', () => response.socket?.end());
}

/** A byte every 100 ms, for longer than anybody waits. */
function drip(response: Parameters<Script>[1], start: string, raw: boolean): void {
  const target = raw ? response.socket : response.writeHead(200, { 'content-type': 'application/json' });
  target?.write(start);
  const timer = setInterval(() => target?.write('x'), 100);
  response.once('close', () => clearInterval(timer));
}

const DISCOVERY = '.well-known/openid-configuration';
const requests = (standIn: StandIn, endpoint: string) => standIn.requestsTo(endpoint).length;

async function appForTest({ onTestFinished }: Pick<TestContext, 'onTestFinished'>) {
  const standIn = await startStandIn();
  const app = await startApp(standIn);
  onTestFinished(async () => {
    await app.close();
    await standIn.close();
  });
  return { standIn, app, browser: createBrowser() };
}

async function expectNobody(expect: ExpectStatic, page: { status: number; body: string }, code: RegExp) {
  expect(codeOn(page as never)).toMatch(code);
  expect([502, 503, 504]).toContain(page.status);
}

describe.concurrent('a request whose endpoint', { timeout: 60_000 }, () => {
  test.for(FAULTS)('%s: the token request, sent once', async ([, code, script], context) => {
    const { expect } = context;
    const { standIn, app, browser } = await appForTest(context);
    standIn.scripts['token'] = script;
    await expectNobody(expect, await signInAtStandIn(browser, app.url, standIn), code);
    expect(requests(standIn, 'token')).toBe(1);
    expect(requests(standIn, 'userinfo')).toBe(0);
    expect((await browser.get(`${app.url}/profile`)).status).toBe(302);
    delete standIn.scripts['token'];
    expect((await signInAtStandIn(browser, app.url, standIn)).status).toBe(303);
  });

  test.for(
    FAULTS.flatMap(([name, code, script]) =>
      ['jwks', 'userinfo'].map((endpoint) => ({ name, code, script, endpoint })),
    ),
  )('$name: the $endpoint request, sent once more at most', async ({ code, script, endpoint }, context) => {
    const { expect } = context;
    const { standIn, app, browser } = await appForTest(context);
    standIn.scripts[endpoint] = script;
    await expectNobody(expect, await signInAtStandIn(browser, app.url, standIn), code);
    // A GET whose connection died unanswered is sent once more (RFC 9110, section 9.2.2).
    expect(requests(standIn, endpoint)).toBeLessThanOrEqual(2);
    expect((await browser.get(`${app.url}/profile`)).status).toBe(302);
    delete standIn.scripts[endpoint];
    expect((await signInAtStandIn(browser, app.url, standIn)).status).toBe(303);
  });

  test.for(FAULTS)('%s: discovery, at /login', async ([, code, script], context) => {
    const { expect } = context;
    const { standIn, app, browser } = await appForTest(context);
    standIn.scripts[DISCOVERY] = script;
    const page = await browser.get(`${app.url}/login`);
    expect([page.status, codeOn(page)]).toEqual([503, expect.stringMatching(code)]);
    expect(page.headers['retry-after']).toBeDefined();
    expect(browser.cookies()).toEqual([]);
    delete standIn.scripts[DISCOVERY];
    await expect
      .poll(async () => (await browser.get(`${app.url}/login`)).status, { timeout: 10_000 })
      .toBe(302);
    expect((await signInAtStandIn(browser, app.url, standIn)).status).toBe(303);
  });

  test.for(FAULTS)(
    '%s: the refresh, sent once, and the session goes on',
    async ([, code, script], context) => {
      const { expect } = context;
      const { standIn, app, browser } = await appForTest(context);
      await signInAtStandIn(browser, app.url, standIn);
      standIn.scripts['token'] = script;
      await expectNobody(expect, await browser.post(`${app.url}/refresh`), code);
      expect(requests(standIn, 'token')).toBe(2);
      expect((await browser.get(`${app.url}/profile`)).status).toBe(200);
    },
  );

  test.for(FAULTS)(
    '%s: the revocation, sent once, and the sign-out goes on',
    async ([name, , script], context) => {
      const { expect } = context;
      const { standIn, app, browser } = await appForTest(context);
      await signInAtStandIn(browser, app.url, standIn);
      standIn.scripts['revoke'] = script;
      const page = await browser.post(`${app.url}/logout`);
      expect([page.status, page.location]).toEqual([303, expect.stringContaining('/signoff?')]);
      expect(requests(standIn, 'revoke')).toBe(1);
      expect((await browser.get(`${app.url}/profile`)).status).toBe(302);
      // Of its answer the status alone is looked at.
      const isRead = /wrong type|no object/.test(name);
      expect(app.events('revocation not confirmed')).toHaveLength(isRead ? 0 : 1);
    },
  );
});
