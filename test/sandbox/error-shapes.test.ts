// The response to an unregistered redirect URI or Signoff URL: PingOne's error as JSON, or a page.
import { expect, test } from 'vitest';
import { Browser, SIGN_OFF_URL, sandboxForFile, start, UUID } from './helpers.ts';

const sandbox = await sandboxForFile();
const UNREGISTERED = 'https://app.example.com/"<img>';

const redirectUri = start(sandbox, { redirect_uri: UNREGISTERED }).url;
const signOffUrl = `${sandbox.issuer}/signoff?${new URLSearchParams({ post_logout_redirect_uri: UNREGISTERED })}`;
const CASES = [
  ['redirect_uri', 'Redirect URI mismatch', redirectUri],
  ['post_logout_redirect_uri', 'Invalid post logout redirect URI', signOffUrl],
] as const;

test.each(CASES)('%s: a request for JSON gets PingOne’s error', async (target, message, url) => {
  for (const accept of ['application/json', '*/*', 'application/json, text/html;q=0.9']) {
    const response = await new Browser().request(url, { headers: { accept } });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      400,
      'application/json; charset=utf-8',
    ]);
    expect(response.headers.get('cache-control')).toContain('no-store');
    expect(response.headers.get('location')).toBeNull();
    const body = (await response.json()) as { id: string };
    expect(body).toEqual({
      id: expect.stringMatching(UUID),
      code: 'INVALID_DATA',
      message: expect.stringMatching(/./),
      details: [{ code: 'INVALID_VALUE', target, message }],
    });
    expect(body.id).toBe(response.headers.get('correlation-id'));
  }
});

test.each(CASES)(
  '%s: a browser gets a page with the same error and the registered value',
  async (target, message, url) => {
    const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';
    const response = await new Browser().request(url, { headers: { accept } });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      400,
      'text/html; charset=utf-8',
    ]);
    const page = await response.text();
    expect(page).toContain(`<h1>${message}</h1>`);
    expect(page).toContain(`INVALID_DATA: INVALID_VALUE, ${target}, ${message}`);
    expect(page).toContain('https://app.example.com/&#34;&lt;img&gt;');
    expect(page).toContain(target === 'redirect_uri' ? 'http://localhost:3000/callback' : SIGN_OFF_URL);
    expect(page).toContain(response.headers.get('correlation-id'));
  },
);

test('an unknown client_id always gets a page, because PingOne’s own error is not known', async () => {
  for (const accept of ['application/json', 'text/html']) {
    const { url } = start(sandbox, { client_id: 'unknown' });
    const response = await new Browser().request(url, { headers: { accept } });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      400,
      'text/html; charset=utf-8',
    ]);
  }
});

test('a form that is too long is an error in the request, not in the sandbox', async () => {
  const body = new URLSearchParams({ id_token_hint: 'x'.repeat(20_000) });
  const response = await fetch(`${sandbox.issuer}/signoff`, { method: 'POST', body });
  expect(response.status).toBe(413);
  expect(await response.text()).toContain('The sandbox cannot read the request');
});
