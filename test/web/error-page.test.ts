// The error page: complete for every code, PingOne's words as text, and the same request id as in the log.

import express from 'express';
import supertest from 'supertest';
import { expect, test } from 'vitest';
import { type ErrorText, errorTexts, SignInError, type SignInErrorCode } from '../../src/pingone/errors.ts';
import { errorPage } from '../../src/web/error-page.ts';
import { createLogger, requestLogging } from '../../src/web/logging.ts';
import { createPages, type RenderPage } from '../../src/web/pages.ts';
import { WebError, type WebErrorCode, webErrorTexts } from '../../src/web/web-errors.ts';

/** The page that this error becomes, and the log's lines. */
async function pageOf(error: unknown, renderPage: RenderPage = createPages({})) {
  const lines: string[] = [];
  const app = express();
  app.use(requestLogging(createLogger('info', { write: (line) => void lines.push(line) })));
  app.get('/', () => {
    throw error;
  });
  app.use(errorPage(renderPage, 'http://localhost:3000'));
  const { status, headers, text } = await supertest(app).get('/');
  return { status, headers, body: text, log: lines.map((line) => JSON.parse(line)) };
}

const escaped = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&#34;')
    .replaceAll("'", '&#39;');

const ALL: [string, ErrorText, Error][] = [
  ...Object.entries(errorTexts).map<[string, ErrorText, Error]>(([code, text]) => [
    code,
    text,
    new SignInError(code as SignInErrorCode),
  ]),
  ...Object.entries(webErrorTexts).map<[string, ErrorText, Error]>(([code, text]) => [
    code,
    text,
    new WebError(code as WebErrorCode),
  ]),
];

test.each(ALL)('%s has a complete page and the same code in the log', async (code, text, error) => {
  const { status, headers, body, log } = await pageOf(error);
  expect(status).toBe(text.status);
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(headers['retry-after']).toBe(status === 503 ? '5' : undefined);
  for (const sentence of [text.title, text.what, text.next, ...text.causes]) {
    expect(sentence.trim()).not.toBe('');
    expect(body).toContain(escaped(sentence));
  }
  expect(text.causes.length).toBeGreaterThan(0);
  expect(body).toContain(`<title>${escaped(text.title)}`);
  expect(body).toContain(`<code>${code}</code>`);
  expect(body).toMatch(/href="(http:\/\/localhost:3000)?\/login"/);
  expect(body).toContain('</html>');
  expect(body).not.toMatch(/undefined|\[object|<%/);
  const [line] = log;
  expect(line).toMatchObject({
    level: status >= 500 ? 'error' : 'warn',
    msg: error instanceof SignInError ? 'sign-in failed' : 'request refused',
    code,
  });
  expect(body).toContain(line.requestId);
});

test('no two codes of the two lists are the same, and all have a status of a failure', () => {
  expect(new Set(ALL.map(([code]) => code)).size).toBe(ALL.length);
  for (const [, { status }] of ALL)
    expect([400, 403, 404, 405, 409, 413, 429, 500, 502, 503, 504]).toContain(status);
});

test('PingOne’s words and the particulars are shown as text, marked as its words', async () => {
  const words = `<script>alert(1)</script> "quoted" <%= 6 * 7 * 1001 %>`;
  const { body, log } = await pageOf(
    new SignInError('token_invalid_grant', {
      detail: `Found <b>${words}</b>.`,
      pingOneSaid: words,
      correlationId: '0a1b2c3d-0000-4000-8000-000000000001',
      checks: [
        { name: 'first <i>check</i>', rule: 'Core 1', result: 'passed' },
        { name: 'second', rule: 'Core 2', result: 'failed', note: '<u>note</u>' },
      ],
    }),
  );
  expect(body).toContain(escaped(words));
  expect(body).toContain(escaped(`Found <b>${words}</b>.`));
  expect(body).toContain('In PingOne’s words');
  expect(body).toContain('0a1b2c3d-0000-4000-8000-000000000001');
  expect(body).toContain('first &lt;i&gt;check&lt;/i&gt;');
  expect(body).toContain('&lt;u&gt;note&lt;/u&gt;');
  expect(body).not.toMatch(/<(script|b|i|u)>/);
  expect(body).not.toContain('42042');
  expect(log[0]).toMatchObject({ pingOneSaid: words, correlationId: '0a1b2c3d-0000-4000-8000-000000000001' });
});

test('what is not known is not spoken of', async () => {
  const { body } = await pageOf(new SignInError('access_denied'));
  expect(body).not.toContain('In PingOne’s words');
  expect(body).not.toContain('Correlation ID</dt>');
  expect(body).not.toContain('Checks made');
});

test('how long to wait stands in Retry-After and on the page', async () => {
  const { headers, body } = await pageOf(new SignInError('pingone_busy', { retryAfterSeconds: 42 }));
  expect(headers['retry-after']).toBe('42');
  expect(body).toContain('42 seconds');
});

test.each([
  ['an error', new TypeError('canary-message at /srv/app/secret.ts')],
  ['an error with a status of its own', Object.assign(new Error('canary'), { status: 418, expose: true })],
  ['a text', 'canary'],
  ['an object', { canary: 'canary' }],
])('%s of somebody else is a page that says nothing of it', async (_, error) => {
  const { status, body, log } = await pageOf(error);
  expect(status).toBe(500);
  expect(body).toContain('<code>internal_error</code>');
  expect(body).not.toMatch(/canary|TypeError|\.ts\b| at /);
  expect(JSON.stringify(log)).not.toContain('canary');
  expect(log[0]).toMatchObject({ level: 'error', code: 'internal_error' });
});

test('an error page that cannot be rendered becomes plain text, and the log says so', async () => {
  const { status, headers, body, log } = await pageOf(new SignInError('access_denied'), () => {
    throw new Error('canary: the template is broken');
  });
  expect(status).toBe(403);
  expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(body).toContain(errorTexts.access_denied.title);
  expect(body).toContain(log[0].requestId);
  expect(log.map(({ msg }) => msg)).toEqual(['sign-in failed', 'error page failed', 'request']);
  expect(body + JSON.stringify(log)).not.toContain('canary');
});

test('there is no page of another name', () => {
  expect(() => createPages({})('../package', {})).toThrow('There is no page ../package.');
});

test('an answer that breaks in the middle is cut off, and the log says why', async () => {
  const lines: string[] = [];
  const app = express();
  app.use(requestLogging(createLogger('info', { write: (line) => void lines.push(line) })));
  app.get('/', (_req, res) => {
    res.write('half of it');
    throw new WebError('session_store_unavailable');
  });
  app.use(errorPage(createPages({}), 'http://localhost:3000'));
  await expect(supertest(app).get('/')).rejects.toThrow(/aborted|socket hang up/);
  expect(lines.join('')).toContain('session_store_unavailable');
});
