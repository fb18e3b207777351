// Chooses each fault in the sandbox as a user would. The next sign-in must end as the table of faults says. The same table
// is the source of the sandbox's page.

import { expect, test } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '../src/error-texts/index.ts';
import { FAULTS } from '../src/sandbox/faults/index.ts';
import { type StartedApp, startAppWithSandbox } from './helpers/app.ts';
import { type Browser, createBrowser } from './helpers/browser.ts';
import { signInAtSandbox } from './helpers/flow.ts';

/** Starts a separate app for each test, so that all can run at once. It already has the keys, like an app in use. */
async function withApp(use: (app: StartedApp, browser: Browser) => Promise<unknown>) {
  const app = await startAppWithSandbox();
  try {
    await expectSignedIn(app);
    await use(app, createBrowser());
  } finally {
    await app.close();
  }
}

async function expectSignedIn(app: StartedApp, browser = createBrowser()) {
  const page = await signInAtSandbox(browser, app.url);
  expect(page.url).toBe(`${app.url}/profile`);
  expect(page.status).toBe(200);
  expect(page.body).toContain('amara.okafor');
}

async function expectRefused(app: StartedApp, browser: Browser, code: ErrorCode) {
  const page = await signInAtSandbox(browser, app.url);
  expect(page.url).toMatch(new RegExp(`^${app.url}/callback\\?`));
  expect(app.events('sign-in failed')).toMatchObject([{ code }]);
  expect(page.status).toBeGreaterThanOrEqual(400);
  expect(page.body).toContain(`<code>${code}</code>`);
  const profile = await browser.get(`${app.url}/profile`);
  expect(profile.location).toBe(`${app.url}/login?return_to=%2Fprofile`);
  return page;
}

/** Opens the sandbox in the browser and presses the button of a fault. */
async function choose(app: StartedApp, browser: Browser, id: string) {
  const { origin } = new URL(app.provider.issuer);
  const list = await browser.get(`${origin}/`);
  expect(list.body).toContain(`name="fault" value="${id}"`);
  const chosen = await browser.post(`${origin}/faults`, { fault: id });
  expect(chosen.location).toBe(`${origin}/#faults`);
}

function isErrorCode(end: string): end is ErrorCode {
  return ERROR_CODES.some((code) => code === end);
}

test('each end in the table is “signed in” or an error code of this app', () => {
  expect(FAULTS.length).toBeGreaterThan(25);
  expect(FAULTS.filter(({ end }) => end !== 'signed in' && !isErrorCode(end))).toEqual([]);
});

test.concurrent.each(FAULTS)(
  '$id: $title ends with $end, and the next sign-in has no fault',
  ({ id, title, end }) =>
    withApp(async (app, browser) => {
      await choose(app, browser, id);
      if (!isErrorCode(end)) await expectSignedIn(app, browser);
      else expect((await expectRefused(app, browser, end)).body).toContain(`<strong>${title}</strong>`);
      await expectSignedIn(app);
    }),
);

test.concurrent('a page names only the fault of its own sign-in, even if another sign-in fails at the same time', () =>
  withApp(async (app, browser) => {
    const DECLINER = 2;
    await choose(app, browser, 'id-token-bad-signature');
    const { url: signOnUrl } = await browser.open(`${app.url}/login`);
    const other = await signInAtSandbox(createBrowser(), app.url, DECLINER);
    expect(other.body).toContain('<code>access_denied</code>');
    expect(other.body).not.toContain('the fault that you chose');
    const [, user = ''] = (await browser.get(signOnUrl)).body.match(/name="user" value="([^"]+)"/) ?? [];
    const { location = '' } = await browser.post(signOnUrl, { user });
    const page = await browser.open(location);
    expect(page.body).toContain('<code>id_token_signature</code>');
    expect(page.body).toContain('the fault that you chose: <strong>ID token with a bad signature</strong>');
    // A reload shows the same sign-in.
    expect((await browser.get(page.url)).body).toContain('<strong>ID token with a bad signature</strong>');
  }));

test.concurrent('the fault also applies to a user who is already signed on at the sandbox', () =>
  withApp(async (app, browser) => {
    await expectSignedIn(app, browser);
    await choose(app, browser, 'wrong-iss');
    const page = await browser.open(`${app.url}/login`);
    expect(page.body).toContain('<code>issuer_mismatch</code>');
  }));

test.concurrent('the browser gets the wait time of a 429 in Retry-After', () =>
  withApp(async (app, browser) => {
    await choose(app, browser, 'token-429');
    const page = await expectRefused(app, browser, 'pingone_busy');
    expect(page.headers['retry-after']).toBe('30');
  }));

test.concurrent('this app does not follow the redirect of the token endpoint', () =>
  withApp(async (app, browser) => {
    await choose(app, browser, 'token-redirect');
    await expectRefused(app, browser, 'pingone_redirected');
    const { body } = await browser.get(`${new URL(app.provider.issuer).origin}/`);
    expect(body).toContain('name="fault"');
    expect(body).not.toContain('followed the redirect');
  }));

test.concurrent('a user who signed in with rotated keys can sign out', () =>
  withApp(async (app, browser) => {
    await choose(app, browser, 'rotated-keys');
    await expectSignedIn(app, browser);
    const { leadsTo = '' } = await browser.post(`${app.url}/logout`);
    expect((await browser.open(leadsTo)).body).toContain('You are signed out.');
  }));
