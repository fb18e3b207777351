// Launch from the portal: the Initiate Login URI with what PingOne's application portal adds (OpenID Connect Core 1.0, 4).
import { expect, onTestFinished, test } from 'vitest';
import { startAppWithSandbox } from '../helpers/app.ts';
import { createBrowser } from '../helpers/browser.ts';
import { homePage } from './fault-helpers.ts';
import { sandboxForTest } from './helpers.ts';

function launchUrlOn(page: string) {
  const href = /<a href="([^"]+)">Launch from the portal<\/a>/.exec(page)?.[1];
  return href?.replaceAll('&amp;', '&').replaceAll('&#34;', '"');
}

test('the link signs a user in at this repository’s app, and leads to the target', async () => {
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
  const person = /name="person" value="([^"]+)"/.exec(signOnPage.body)?.[1] ?? '';
  const { location = '' } = await browser.post(signOnPage.url, { person });
  expect((await browser.open(location)).url).toBe(`${app.url}/profile`);
});

test('another app has the link only if its Initiate Login URI is given', async () => {
  const without = await homePage(await sandboxForTest({ isForeign: true }));
  expect(launchUrlOn(without)).toBeUndefined();
  const initiateLoginUri = 'http://localhost:8080/start?tenant=a';
  const sandbox = await sandboxForTest({ isForeign: true, initiateLoginUri });
  expect([...new URL(launchUrlOn(await homePage(sandbox)) ?? '').searchParams].sort()).toEqual([
    ['iss', sandbox.issuer],
    ['tenant', 'a'],
  ]);
});

test('what the Initiate Login URI says itself wins, as in PingOne', async () => {
  const sandbox = await sandboxForTest({
    isForeign: true,
    initiateLoginUri: 'http://localhost:8080/start?target_link_uri=http%3A%2F%2Flocalhost%3A8080%2Fown',
    targetLinkUri: 'http://localhost:8080/other',
  });
  const { searchParams } = new URL(launchUrlOn(await homePage(sandbox)) ?? '');
  expect(searchParams.getAll('target_link_uri')).toEqual(['http://localhost:8080/own']);
  expect(searchParams.get('iss')).toBe(sandbox.issuer);
});
