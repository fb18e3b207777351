// Launch from the portal: the Initiate Login URI with the parameters of PingOne's application portal (OpenID Connect Core
// 1.0, section 4).
import { expect, onTestFinished, test } from 'vitest';
import { startAppWithSandbox } from '../helpers/app.ts';
import { createBrowser } from '../helpers/browser.ts';
import { homePage } from './fault-helpers.ts';
import { sandboxForTest } from './helpers.ts';

function launchUrlOn(page: string) {
  const href = /<a href="([^"]+)">Launch from the portal<\/a>/.exec(page)?.[1];
  return href?.replaceAll('&amp;', '&').replaceAll('&#34;', '"');
}

test('the link signs a user in at the app of this repository, and leads to the target page', async () => {
  const app = await startAppWithSandbox();
  onTestFinished(() => app.close());
  const browser = createBrowser();
  const { body } = await browser.get(`${new URL(app.provider.issuer).origin}/`);
  const url = new URL(launchUrlOn(body) ?? '');
  expect(url.origin + url.pathname).toBe(`${app.url}/login`);
  expect([...url.searchParams]).toEqual([
    ['iss', app.provider.issuer],
    ['target_link_uri', `${app.url}/profile`],
  ]);
  const signOnPage = await browser.open(url.href);
  const user = /name="user" value="([^"]+)"/.exec(signOnPage.body)?.[1] ?? '';
  const { location = '' } = await browser.post(signOnPage.url, { user });
  expect((await browser.open(location)).url).toBe(`${app.url}/profile`);
});

test('for another app, the page has the link only if the Initiate Login URI is given', async () => {
  const without = await homePage(await sandboxForTest({ isOtherApp: true }));
  expect(launchUrlOn(without)).toBeUndefined();
  const initiateLoginUri = 'http://localhost:8080/start?tenant=a';
  const sandbox = await sandboxForTest({ isOtherApp: true, initiateLoginUri });
  expect([...new URL(launchUrlOn(await homePage(sandbox)) ?? '').searchParams].sort()).toEqual([
    ['iss', sandbox.issuer],
    ['tenant', 'a'],
  ]);
});

test('as in PingOne, a target_link_uri in the Initiate Login URI is used instead of the Target Link URI', async () => {
  const sandbox = await sandboxForTest({
    isOtherApp: true,
    initiateLoginUri: 'http://localhost:8080/start?target_link_uri=http%3A%2F%2Flocalhost%3A8080%2Fown',
    targetLinkUri: 'http://localhost:8080/other',
  });
  const { searchParams } = new URL(launchUrlOn(await homePage(sandbox)) ?? '');
  expect(searchParams.getAll('target_link_uri')).toEqual(['http://localhost:8080/own']);
  expect(searchParams.get('iss')).toBe(sandbox.issuer);
});
