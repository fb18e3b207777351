import { expect, test } from 'vitest';
import { Browser, locationOf, sandboxForFile, start, UUID } from './helpers.ts';

const sandbox = await sandboxForFile();

/** The response of every page of the sandbox. */
async function allPages() {
  const { origin } = new URL(sandbox.issuer);
  const browser = new Browser();
  const urls = [
    `${origin}/`,
    `${origin}/nowhere`,
    locationOf(await browser.request(start(sandbox).url)),
    start(sandbox, { client_id: 'unknown' }).url,
    start(sandbox, { redirect_uri: 'http://localhost:3000/other' }).url,
    `${sandbox.issuer}/signoff`,
    `${sandbox.issuer}/signoff?post_logout_redirect_uri=https://example.org/`,
  ];
  return Promise.all(urls.map((url) => browser.request(url)));
}

test('every page says that it is not PingOne, and has a language, a title and a heading', async () => {
  for (const response of await allPages()) {
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    const page = await response.text();
    expect(page).toContain('<strong>Sandbox</strong> — this is not PingOne');
    expect(page).toMatch(/<html lang="en">/);
    expect(page).toMatch(/<title>[^<]+<\/title>/);
    expect(page.match(/<h1>/g)).toHaveLength(1);
    expect(page).toContain('<main');
  }
});

test('no page has a script or loads anything from another origin', async () => {
  for (const response of await allPages()) {
    const page = await response.text();
    expect(page).not.toMatch(/<script|<style|<iframe|\son\w+=|style=|@import|url\(/i);
    const loaded = [...page.matchAll(/<(?:link|img)[^>]+(?:href|src)="([^"]*)"/g)].map(([, url]) => url);
    expect(loaded).toEqual(['/icon.svg', '/sandbox.css']);
    for (const url of loaded) {
      const file = await fetch(new URL(url ?? '', sandbox.issuer));
      expect(file.status).toBe(200);
      expect(await file.text()).not.toMatch(/@import|url\(|src=/);
    }
  }
});

test('every response has the security headers and a unique Correlation-Id', async () => {
  const responses = await allPages();
  for (const { headers } of responses) {
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')?.split(';').sort()).toEqual([
      "base-uri 'none'",
      "default-src 'none'",
      "form-action 'self' http: https:",
      "frame-ancestors 'none'",
      "img-src 'self'",
      "style-src 'self'",
    ]);
    expect(headers.get('correlation-id')).toMatch(UUID);
  }
  expect(new Set(responses.map(({ headers }) => headers.get('correlation-id'))).size).toBe(responses.length);
});

test('every cookie is HttpOnly and SameSite=Lax, and no name is used twice', async () => {
  const browser = new Browser();
  const first = await browser.request(start(sandbox).url);
  const chosen = await browser.post(locationOf(first), {
    user: await firstUser(browser, locationOf(first)),
  });
  const last = await browser.request(locationOf(chosen));
  const lines = [first, chosen, last].flatMap(({ headers }) => headers.getSetCookie());
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    expect(line).toMatch(/^sandbox_/);
    expect(line).toMatch(/; httponly/i);
    expect(line).toMatch(/; samesite=lax/i);
  }
});

test('the sign-on page has a button for each user, and one of them declines', async () => {
  const browser = new Browser();
  const page = await (await browser.request(locationOf(await browser.request(start(sandbox).url)))).text();
  const labels = [...page.matchAll(/sandbox-user-name">([^<]+)</g)].map(([, label]) => label);
  expect(labels).toEqual([
    'Sign on as Amara Okafor',
    'Sign on as Zoë Nguyễn-Łukasiewicz',
    'Decline as Mateo Quispe',
    'Sign on as Ingrid Solheim',
  ]);
  expect(page).toContain('access_denied');
});

test('no page shows the client secret', async () => {
  for (const response of await allPages()) {
    expect(await response.text()).not.toContain(sandbox.clientSecret);
  }
});

/** The value of the first user's button on the sign-on page. */
async function firstUser(browser: Browser, url: string) {
  return /name="user" value="([^"]+)"/.exec(await (await browser.request(url)).text())?.[1] ?? '';
}
