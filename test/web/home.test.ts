// GET /: what it shows to signed-out and to signed-in users.

import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startApp } from '../helpers/app.ts';
import { createBrowser } from '../helpers/browser.ts';
import { signInAtProvider } from '../helpers/flow.ts';
import { type Both, send, startBoth } from './helpers.ts';

let both: Both;
beforeAll(async () => {
  both = await startBoth();
});
afterAll(() => both.close());

test('the home page shows a signed-out user the link to sign in, and no notice', async () => {
  const { body } = await send('GET', both.app.url);
  expect(body).toContain('href="/login"');
  expect(body).not.toContain('action="/logout"');
  expect(body).not.toContain('You are signed out.');
  expect(body).not.toContain('class="notice"');
});

test('the home page shows a signed-in user the link to the claims page and the sign-out button, whatever the query says', async () => {
  const browser = createBrowser();
  await signInAtProvider(browser, both.app.url, both.providerDouble);
  for (const path of ['/', '/?state=s']) {
    const { body } = await browser.get(both.app.url + path);
    expect(body).toContain('href="/profile"');
    expect(body).toContain('<form method="post" action="/logout">');
    expect(body).not.toContain('You are signed out.');
    expect(body).not.toContain('href="/login"');
  }
});

test.each(['/?state=s', '/?state=', '/?other=1&state=<script>alert(1)</script>', '/?state=a&state=b'])(
  '%s says that the user is signed out, and shows nothing of the query',
  async (path) => {
    const { status, body, headers } = await send('GET', both.app.url + encodeURI(path));
    expect(status).toBe(200);
    expect(body).toContain('You are signed out.');
    expect(body).not.toContain('alert(1)');
    expect(headers['set-cookie']).toBeUndefined();
  },
);

test('the signed-out page makes the browser drop every page that it kept in memory, claims included', async () => {
  const { body } = await send('GET', `${both.app.url}/?state=s`);
  expect(body).toContain('src="/signed-out.svg"');
  const mark = await send('GET', `${both.app.url}/signed-out.svg`);
  expect(mark.headers['content-type']).toBe('image/svg+xml; charset=utf-8');
  expect(mark.headers['set-cookie']).toMatch(
    /^pingone_signed_out=1; Max-Age=1; Path=\/; .*HttpOnly; SameSite=Lax$/,
  );
});

test.each(['/', '/?estate=s', '/?', '/?x=state'])(
  '%s does not say that the user is signed out',
  async (path) => {
    expect((await send('GET', both.app.url + path)).body).not.toContain('You are signed out.');
  },
);

test('the configuration in use is shown only with ERROR_DETAILS, and without secrets', async () => {
  const { issuer, clientId, clientSecret } = both.providerDouble;
  const shown = (await send('GET', both.app.url)).body;
  for (const value of [
    issuer,
    clientId,
    `${both.app.url}/callback`,
    'openid profile email',
    'npm run doctor',
  ])
    expect(shown).toContain(value);
  expect(shown).not.toContain(clientSecret);
  const app = await startApp(both.providerDouble, { errorDetails: false });
  onTestFinished(app.close);
  const hidden = (await send('GET', app.url)).body;
  for (const value of [issuer, clientId, 'npm run doctor']) expect(hidden).not.toContain(value);
});

test('where the sandbox signs users in, the home page links to the faults', async () => {
  expect((await send('GET', both.app.url)).body).not.toContain('#faults');
  const site = { provider: 'the sandbox', faultsUrl: 'http://127.0.0.1:3001/#faults' } as const;
  const app = await startApp(both.providerDouble, { site });
  onTestFinished(app.close);
  expect((await send('GET', app.url)).body).toContain('href="http://127.0.0.1:3001/#faults"');
});

/** The words of a page, without its title and without names of files, variables, claims and documents. */
function wordsOf(body: string): string {
  return body
    .replace(/<(title|code|a class="brand")[^>]*>.*?<\/(title|code|a)>|<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

test('where the sandbox signs users in, every page says so, and no page names PingOne', async () => {
  const app = await startApp(both.providerDouble, { site: { provider: 'the sandbox' } });
  onTestFinished(app.close);
  const NOTICE = 'This app uses its own sandbox, not PingOne. The users of the sandbox are made up.';
  const browser = createBrowser();
  const pages = ['/', '/flow', '/nothing', '/?state=s'];
  const bodies = await Promise.all(pages.map(async (path) => (await browser.get(app.url + path)).body));
  await signInAtProvider(browser, app.url, both.providerDouble);
  bodies.push((await browser.get(`${app.url}/profile`)).body, (await browser.get(`${app.url}/flow`)).body);
  bodies.push((await browser.post(`${app.url}/logout`)).body);
  both.providerDouble.scripts['token'] = () => ({ status: 400, body: { error: 'invalid_grant' } });
  bodies.push((await signInAtProvider(browser, app.url, both.providerDouble)).body);
  delete both.providerDouble.scripts['token'];
  for (const body of bodies) {
    expect(wordsOf(body)).toContain(NOTICE);
    // The documentation of a step and the console belong to PingOne.
    const rest = wordsOf(body)
      .replace(NOTICE, '')
      .replace(/PingOne: Exchange code|In a PingOne tenant/g, '');
    expect(rest).not.toContain('PingOne');
  }
});
