// The alarm after an app followed the redirect of the token endpoint. Only a request with the client secret raises it, and
// nothing that a page on the web can make a browser do.
import { expect, test } from 'vitest';
import { homePage, press } from './fault-helpers.ts';
import { AMARA, Browser, codeForm, postTo, sandboxForTest, signOn, start } from './helpers.ts';

const ALARM = 'The app followed the redirect of the token endpoint';

test('a client that follows the redirect with its secret raises the alarm, and the page does not show the secret', async () => {
  const sandbox = await sandboxForTest();
  for (const count of [1, 2]) {
    await press(sandbox, 'token-redirect');
    const started = start(sandbox);
    const code = (await signOn(new Browser(), started, AMARA)).get('code') ?? '';
    // By default, fetch follows the redirect: after a 307 it sends the form again.
    const response = await postTo(sandbox, '/token', codeForm(sandbox, started, code));
    expect([response.status, new URL(response.url).pathname]).toEqual([403, '/never-called']);
    const pages = [await response.text(), await homePage(sandbox)];
    expect(pages[1]).toContain(`${ALARM}</strong> (number of times: ${count})`);
    for (const page of pages) expect(page).not.toContain(sandbox.clientSecret);
  }
});

test('a client that does not follow the redirect raises no alarm', async () => {
  const sandbox = await sandboxForTest();
  await press(sandbox, 'token-redirect');
  const started = start(sandbox);
  const code = (await signOn(new Browser(), started, AMARA)).get('code') ?? '';
  const body = new URLSearchParams(codeForm(sandbox, started, code));
  const response = await fetch(`${sandbox.issuer}/token`, { method: 'POST', body, redirect: 'manual' });
  const { origin } = new URL(sandbox.issuer);
  expect([response.status, response.headers.get('location')]).toEqual([307, `${origin}/never-called`]);
  expect(await homePage(sandbox)).not.toContain(ALARM);
});

test.each<[string, RequestInit & { query?: string }]>([
  ['an image', { headers: { accept: 'image/*', 'sec-fetch-dest': 'image' } }],
  ['an image with a query', { query: '?client_secret=guessed' }],
  ['a form without fields', { method: 'POST' }],
  ['a form with another secret', { method: 'POST', body: new URLSearchParams({ client_secret: 'guessed' }) }],
  ['a form with an empty secret', { method: 'POST', body: new URLSearchParams({ client_secret: '' }) }],
  ['JSON', { method: 'POST', body: '{"client_secret":"guessed"}' }],
  ['a long form', { method: 'POST', body: new URLSearchParams({ client_secret: 'x'.repeat(100_000) }) }],
  ['a form of many fields', { method: 'POST', body: new URLSearchParams('a=1&'.repeat(5_000)) }],
  ['HEAD', { method: 'HEAD' }],
  ['PUT', { method: 'PUT', body: new URLSearchParams({ client_secret: 'guessed' }) }],
])('%s raises no alarm', async (_name, { query = '', ...init }) => {
  const sandbox = await sandboxForTest();
  const response = await fetch(new URL(`/never-called${query}`, sandbox.issuer), init);
  expect(response.status).toBeGreaterThanOrEqual(400);
  expect(response.status).toBeLessThan(500);
  expect(await homePage(sandbox)).not.toContain(ALARM);
});
