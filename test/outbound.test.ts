// Each request of this app to PingOne, with each failure of the connection and of the response. The user gets a page with
// an error code and is not signed in, the app repeats no request that it must not repeat, and the next sign-in after the
// failure succeeds. pingone/http/broken-connections.test.ts tests kept connections that the server closes.

import { beforeAll, describe, type ExpectStatic, type TestContext, test } from 'vitest';
import { startApp } from './helpers/app.ts';
import { createBrowser, type Page } from './helpers/browser.ts';
import { signInAtProvider } from './helpers/flow.ts';
import { startProviderDouble } from './helpers/provider-double.ts';
import { FAILURES, type Failure, trustCertificates } from './outbound-failures.ts';
import { codeOn } from './web/helpers.ts';

const DISCOVERY = '.well-known/openid-configuration';
beforeAll(trustCertificates);

/** An app and its provider, of which one endpoint fails when the test says so. */
async function appForTest(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  endpoint: string,
  failure: Failure,
) {
  const providerDouble = await startProviderDouble();
  onTestFinished(() => void providerDouble.close());
  const {
    issuer = providerDouble.issuer,
    fail,
    heal,
  } = await failure.prepare(providerDouble, endpoint, onTestFinished);
  const app = await startApp({ ...providerDouble, issuer });
  onTestFinished(app.close);
  const browser = createBrowser();
  return {
    fail,
    heal,
    providerDouble,
    app,
    browser,
    signIn: () => signInAtProvider(browser, app.url, providerDouble),
    /** How many requests have arrived at that endpoint. */
    requests: () => providerDouble.requestsTo(endpoint).length,
  };
}

function expectError(expect: ExpectStatic, page: Page, code: RegExp): void {
  expect(codeOn(page)).toMatch(code);
  expect([502, 503, 504]).toContain(page.status);
}

describe.concurrent('if an endpoint', { timeout: 60_000 }, () => {
  test.for(FAILURES)(
    '$name: the token request is sent once, and the sign-in fails',
    async (failure, context) => {
      const { expect } = context;
      const made = await appForTest(context, 'token', failure);
      const { providerDouble, app, browser, signIn } = made;
      await made.fail();
      expectError(expect, await signIn(), failure.code);
      expect(made.requests()).toBe(failure.arrives?.post ?? 1);
      expect(providerDouble.requestsTo('userinfo')).toEqual([]);
      expect((await browser.get(`${app.url}/profile`)).status).toBe(302);
      await made.heal();
      expect((await signIn()).status).toBe(303);
    },
  );

  const keysAndUserinfo = FAILURES.flatMap((failure) =>
    ['jwks', 'userinfo'].map((endpoint) => ({ ...failure, endpoint })),
  );
  test.for(keysAndUserinfo)('$name: the sign-in fails at the $endpoint request', async (failure, context) => {
    const { expect } = context;
    const made = await appForTest(context, failure.endpoint, failure);
    const { app, browser, signIn } = made;
    await made.fail();
    expectError(expect, await signIn(), failure.code);
    expect(made.requests()).toBe(failure.arrives?.get ?? 1);
    expect((await browser.get(`${app.url}/profile`)).status).toBe(302);
    await made.heal();
    expect((await signIn()).status).toBe(303);
  });

  test.for(FAILURES)('$name: /login shows an error page about discovery', async (failure, context) => {
    const { expect } = context;
    const made = await appForTest(context, DISCOVERY, failure);
    const { app, browser, signIn } = made;
    await made.fail();
    const page = await browser.get(`${app.url}/login`);
    expectError(expect, page, failure.code);
    // No sign-in has started: if PingOne cannot be reached or is busy, this app reports that it is not available.
    const isTemporary = /unreachable|timeout|busy/.test(codeOn(page) ?? '');
    expect(page.status).toBe(isTemporary ? 503 : 502);
    expect(page.headers['retry-after'] !== undefined).toBe(isTemporary);
    expect(browser.cookies()).toEqual([]);
    expect(made.requests()).toBe(failure.arrives?.get ?? 1);
    await made.heal();
    await expect
      .poll(async () => (await browser.get(`${app.url}/login`)).status, { timeout: 10_000 })
      .toBe(302);
    expect((await signIn()).status).toBe(303);
  });

  test.for(FAILURES)(
    '$name: the refresh is sent once, and the session continues',
    async (failure, context) => {
      const { expect } = context;
      const made = await appForTest(context, 'token', failure);
      const { app, browser, signIn } = made;
      await signIn();
      await made.fail();
      expectError(expect, await browser.post(`${app.url}/refresh`), failure.code);
      expect(made.requests() - 1).toBe(failure.arrives?.post ?? 1);
      expect((await browser.get(`${app.url}/profile`)).status).toBe(200);
      await made.heal();
      expect((await signIn()).status).toBe(303);
    },
  );

  test.for(FAILURES)(
    '$name: the revocation is sent once, and the sign-out continues',
    async (failure, context) => {
      const { expect } = context;
      const made = await appForTest(context, 'revoke', failure);
      const { app, browser, signIn } = made;
      await signIn();
      await made.fail();
      const page = await browser.post(`${app.url}/logout`);
      expect([page.status, page.leadsTo]).toEqual([200, expect.stringContaining('/signoff?')]);
      await app.finish();
      expect(made.requests()).toBe(failure.arrives?.post ?? 1);
      expect((await browser.get(`${app.url}/profile`)).status).toBe(302);
      // Of this response, the app checks only the status.
      const isAccepted = /wrong type|not an object|gzip bomb/.test(failure.name);
      expect(app.events('token revocation failed')).toHaveLength(isAccepted ? 0 : 1);
      await made.heal();
      expect((await signIn()).status).toBe(303);
    },
  );
});
