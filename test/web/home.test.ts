// GET /: what it shows to whom.

import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startApp } from '../helpers/app.ts';
import { createBrowser } from '../helpers/browser.ts';
import { signInAtStandIn } from '../helpers/flow.ts';
import { type Both, send, startBoth } from './helpers.ts';

let both: Both;
beforeAll(async () => {
  both = await startBoth();
});
afterAll(() => both.close());

test('signed out it shows the way in, and nothing of a notice that was not given', async () => {
  const { body } = await send('GET', both.app.url);
  expect(body).toContain('href="/login"');
  expect(body).not.toContain('action="/logout"');
  expect(body).not.toContain('You are signed out.');
  expect(body).not.toContain('class="notice"');
});

test('signed in it shows the profile and the way out, whatever the query says', async () => {
  const browser = createBrowser();
  await signInAtStandIn(browser, both.app.url, both.standIn);
  for (const path of ['/', '/?state=s']) {
    const { body } = await browser.get(both.app.url + path);
    expect(body).toContain('href="/profile"');
    expect(body).toContain('<form method="post" action="/logout">');
    expect(body).not.toContain('You are signed out.');
    expect(body).not.toContain('href="/login"');
  }
});

test.each(['/?state=s', '/?state=', '/?other=1&state=<script>alert(1)</script>', '/?state=a&state=b'])(
  '%s says that one is signed out, and repeats nothing',
  async (path) => {
    const { status, body, headers } = await send('GET', both.app.url + encodeURI(path));
    expect(status).toBe(200);
    expect(body).toContain('You are signed out.');
    expect(body).not.toContain('alert(1)');
    expect(headers['set-cookie']).toBeUndefined();
  },
);

test('the signed-out page has the browser forget what it kept, claims and all', async () => {
  const { body } = await send('GET', `${both.app.url}/?state=s`);
  expect(body).toContain('src="/signed-out.svg"');
  const mark = await send('GET', `${both.app.url}/signed-out.svg`);
  expect(mark.headers['content-type']).toBe('image/svg+xml; charset=utf-8');
  expect(mark.headers['set-cookie']).toMatch(
    /^pingone_signed_out=1; Max-Age=1; Path=\/; .*HttpOnly; SameSite=Lax$/,
  );
});

test.each(['/', '/?estate=s', '/?', '/?x=state'])('%s does not', async (path) => {
  expect((await send('GET', both.app.url + path)).body).not.toContain('You are signed out.');
});

test('a notice is on every page, as text', async () => {
  const app = await startApp(both.standIn, { notice: 'Made-up people <b>only</b>' });
  onTestFinished(app.close);
  const browser = createBrowser();
  await signInAtStandIn(browser, app.url, both.standIn);
  for (const path of ['/', '/profile', '/nothing']) {
    expect((await browser.get(app.url + path)).body).toContain('Made-up people &lt;b&gt;only&lt;/b&gt;');
  }
});
