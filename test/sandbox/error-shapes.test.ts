// What PingOne returns for a redirect URI and a Signoff URL that are not registered: its envelope, or a page of its own.
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

test.each(CASES)('%s: JSON is PingOne’s envelope', async (target, message, url) => {
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
  '%s: a browser gets a page that says the same, and what is registered',
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

test('an unknown client_id gets a page whatever the request accepts, because PingOne’s words for it were not seen', async () => {
  for (const accept of ['application/json', 'text/html']) {
    const { url } = start(sandbox, { client_id: 'unknown' });
    const response = await new Browser().request(url, { headers: { accept } });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      400,
      'text/html; charset=utf-8',
    ]);
  }
});

test('a form that is too long is an error of the request, not of the sandbox', async () => {
  const body = new URLSearchParams({ id_token_hint: 'x'.repeat(20_000) });
  const response = await fetch(`${sandbox.issuer}/signoff`, { method: 'POST', body });
  expect(response.status).toBe(413);
  expect(await response.text()).toContain('The request could not be read');
});
