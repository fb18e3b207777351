// Each request that the app makes, under each fault of the connection and of the answer: the person sees a page with a
// code and is not signed in, nothing is sent twice that must not be, and once the fault is over the next sign-in works.
// Connections that were kept alive and are gone: pingone/http-faults.test.ts.

import { beforeAll, describe, type ExpectStatic, type TestContext, test } from 'vitest';
import { startApp } from './helpers/app.ts';
import { createBrowser, type Page } from './helpers/browser.ts';
import { signInAtProvider } from './helpers/flow.ts';
import { startProviderDouble } from './helpers/provider-double.ts';
import { FAULTS, type Fault, trustCertificates } from './outbound-faults.ts';
import { codeOn } from './web/helpers.ts';

const DISCOVERY = '.well-known/openid-configuration';
beforeAll(trustCertificates);

/** An app, its provider, and one endpoint of it that goes wrong when it is told to. */
async function appForTest(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  endpoint: string,
  fault: Fault,
) {
  const providerDouble = await startProviderDouble();
  onTestFinished(() => void providerDouble.close());
  const {
    issuer = providerDouble.issuer,
    goWrong,
    heal,
  } = await fault.prepare(providerDouble, endpoint, onTestFinished);
  const app = await startApp({ ...providerDouble, issuer });
  onTestFinished(app.close);
  const browser = createBrowser();
  return {
    goWrong,
    heal,
    providerDouble,
    app,
    browser,
    signIn: () => signInAtProvider(browser, app.url, providerDouble),
    /** How many requests have come to that endpoint. */
    requests: () => providerDouble.requestsTo(endpoint).length,
  };
}

function expectNobody(expect: ExpectStatic, page: Page, code: RegExp): void {
  expect(codeOn(page)).toMatch(code);
  expect([502, 503, 504]).toContain(page.status);
}

describe.concurrent('a request whose endpoint', { timeout: 60_000 }, () => {
  test.for(FAULTS)('$name: the token request, sent once', async (fault, context) => {
    const { expect } = context;
    const made = await appForTest(context, 'token', fault);
    const { providerDouble, app, browser, signIn } = made;
    await made.goWrong();
    expectNobody(expect, await signIn(), fault.code);
    expect(made.requests()).toBe(fault.arrives?.post ?? 1);
    expect(providerDouble.requestsTo('userinfo')).toEqual([]);
    expect((await browser.get(`${app.url}/profile`)).status).toBe(302);
    await made.heal();
    expect((await signIn()).status).toBe(303);
  });

  const keysAndUserinfo = FAULTS.flatMap((fault) =>
    ['jwks', 'userinfo'].map((endpoint) => ({ ...fault, endpoint })),
  );
  test.for(keysAndUserinfo)('$name: the $endpoint request', async (fault, context) => {
    const { expect } = context;
    const made = await appForTest(context, fault.endpoint, fault);
    const { app, browser, signIn } = made;
    await made.goWrong();
    expectNobody(expect, await signIn(), fault.code);
    expect(made.requests()).toBe(fault.arrives?.get ?? 1);
    expect((await browser.get(`${app.url}/profile`)).status).toBe(302);
    await made.heal();
    expect((await signIn()).status).toBe(303);
  });

  test.for(FAULTS)('$name: discovery, at /login', async (fault, context) => {
    const { expect } = context;
    const made = await appForTest(context, DISCOVERY, fault);
    const { app, browser, signIn } = made;
    await made.goWrong();
    const page = await browser.get(`${app.url}/login`);
    expectNobody(expect, page, fault.code);
    // Nothing has begun: where PingOne is away or busy, this app is not available for the moment.
    const isOfTheMoment = /unreachable|timeout|busy/.test(codeOn(page) ?? '');
    expect(page.status).toBe(isOfTheMoment ? 503 : 502);
    expect(page.headers['retry-after'] !== undefined).toBe(isOfTheMoment);
    expect(browser.cookies()).toEqual([]);
    expect(made.requests()).toBe(fault.arrives?.get ?? 1);
    await made.heal();
    await expect
      .poll(async () => (await browser.get(`${app.url}/login`)).status, { timeout: 10_000 })
      .toBe(302);
    expect((await signIn()).status).toBe(303);
  });

  test.for(FAULTS)('$name: the refresh, sent once, and the session goes on', async (fault, context) => {
    const { expect } = context;
    const made = await appForTest(context, 'token', fault);
    const { app, browser, signIn } = made;
    await signIn();
    await made.goWrong();
    expectNobody(expect, await browser.post(`${app.url}/refresh`), fault.code);
    expect(made.requests() - 1).toBe(fault.arrives?.post ?? 1);
    expect((await browser.get(`${app.url}/profile`)).status).toBe(200);
    await made.heal();
    expect((await signIn()).status).toBe(303);
  });

  test.for(FAULTS)('$name: the revocation, sent once, and the sign-out goes on', async (fault, context) => {
    const { expect } = context;
    const made = await appForTest(context, 'revoke', fault);
    const { app, browser, signIn } = made;
    await signIn();
    await made.goWrong();
    const page = await browser.post(`${app.url}/logout`);
    expect([page.status, page.leadsTo]).toEqual([200, expect.stringContaining('/signoff?')]);
    await app.finish();
    expect(made.requests()).toBe(fault.arrives?.post ?? 1);
    expect((await browser.get(`${app.url}/profile`)).status).toBe(302);
    // Of its answer the status alone is looked at.
    const isRead = /wrong type|no object|gzip bomb/.test(fault.name);
    expect(app.events('revocation_failed')).toHaveLength(isRead ? 0 : 1);
    await made.heal();
    expect((await signIn()).status).toBe(303);
  });
});
