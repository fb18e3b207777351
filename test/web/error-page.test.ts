// The error page: complete for every code, the provider's words as text, and the same request ID as in the log.

import supertest from 'supertest';
import { expect, test, vi } from 'vitest';
import {
  ERROR_CODES,
  type ErrorCode,
  PageError,
  type PageErrorCode,
  textOf,
} from '../../src/error-texts/index.ts';
import { SignInError } from '../../src/pingone/index.ts';
import { RequestError, type RequestErrorCode } from '../../src/sign-in/index.ts';
import { createCheckCollector } from '../../src/web/checks.ts';
import { errorPage } from '../../src/web/error-page.ts';
import { createExpressApp, type SiteData } from '../../src/web/express-app.ts';
import { createLogger, requestLogging } from '../../src/web/logging.ts';

interface Options {
  errorDetails?: boolean;
  path?: string;
  site?: Partial<SiteData>;
  viewsAreGone?: boolean;
}

/** The page that this error becomes, and the log's lines. */
async function pageOf(error: unknown, options: Options = {}) {
  const { errorDetails = true, path = '/', viewsAreGone = false } = options;
  const lines: string[] = [];
  const site: SiteData = { provider: 'PingOne', flowUrl: '/flow', ...options.site };
  const app = createExpressApp(0, site);
  if (viewsAreGone) app.set('views', '/nowhere');
  app.use(requestLogging(createLogger('info', { write: (line) => void lines.push(line) })));
  const checks = createCheckCollector();
  app.use((req) => {
    const observe = checks.observe(req);
    const check = { type: 'check', step: 'id_token', section: 'Core 1' } as const;
    observe({ ...check, name: 'first <i>check</i>', result: 'passed' });
    observe({ ...check, name: 'second', result: 'not applicable', why: '<u>why</u>' });
    throw error;
  });
  app.use(errorPage({ baseUrl: 'http://localhost:3000', errorDetails, site, checks }));
  const { status, headers, text } = await supertest(app).get(path);
  return { status, headers, body: text, log: lines.map((line) => JSON.parse(line)) };
}

const escaped = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&#34;')
    .replaceAll("'", '&#39;');

/** The page as text: technical names in backticks, as in the catalogue. */
const textOn = (body: string) => body.replace(/<\/?code>/g, '`');

/** An error with this code, of the class that it belongs to. */
function errorOf(code: ErrorCode): SignInError | RequestError | PageError {
  const ofRequest = [new RequestError(code as RequestErrorCode), new PageError(code as PageErrorCode)];
  const found = ofRequest.find(({ status }) => status !== undefined);
  return found ?? new SignInError(code as SignInError['code']);
}

test.each(ERROR_CODES)(
  '%s has a complete page, for visitor and administrator, and the same code in the log',
  async (code) => {
    const error = errorOf(code);
    const text = textOf(error);
    const { status, headers, body, log } = await pageOf(error);
    expect([400, 401, 403, 404, 405, 409, 413, 429, 500, 502, 503]).toContain(status);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['retry-after']).toBe(status === 503 ? '5' : undefined);
    const { visitor, operator } = text;
    for (const sentence of [text.title, text.what, visitor]) {
      expect(textOn(body)).toContain(escaped(sentence));
    }
    for (const sentence of [operator.next, ...operator.causes])
      expect(textOn(body)).toContain(escaped(sentence));
    expect(body).toContain(`<title>${escaped(text.title).replaceAll('`', '')}`);
    expect(body).toContain(`<code>${code}</code>`);
    expect(body).toContain('href="http://localhost:3000/"');
    expect(body).toContain('</html>');
    expect(body).not.toMatch(/undefined|\[object|<%/);
    const [line] = log;
    expect(line).toMatchObject({
      level: status >= 500 ? 'error' : 'warn',
      msg: error instanceof SignInError ? 'sign-in failed' : 'request rejected',
      code,
    });
    expect(body).toContain(line.requestId);
  },
);

test('without ERROR_DETAILS the page has only the part for visitors, and the log has everything', async () => {
  const facts = { description: 'canary words', networkCode: 'ECANARY', correlationId: 'canary-id' };
  for (const code of ERROR_CODES) {
    const error = code in { internal_error: 1 } ? errorOf(code) : Object.assign(errorOf(code), { facts });
    const { body, log } = await pageOf(error, { errorDetails: false });
    expect(body).not.toMatch(/canary|For the administrator|Checks up to|first <i>|first &lt;/i);
    expect(textOn(body)).not.toContain(escaped(textOf(error).operator.next));
    if (code !== 'internal_error') expect(log[0].detail).toContain('ECANARY');
  }
});

test('the provider’s message and the facts are shown as text, and the message is marked as the provider’s', async () => {
  const words = `<script>alert(1)</script> "quoted" <%= 6 * 7 * 1001 %> \`code\``;
  const correlationId = '0a1b2c3d-0000-4000-8000-000000000001';
  const facts = { found: `<b>${words}</b>`, error: 'invalid_grant', description: words, correlationId };
  const { body, log } = await pageOf(new SignInError('token_invalid_grant', facts));
  expect(body).toContain(escaped(`invalid_grant: ${words}`));
  expect(body).toContain(escaped(`Found “<b>${words}</b>”.`));
  expect(body).toContain('Message from the provider');
  expect(body).toContain(correlationId);
  expect(body).toContain('first &lt;i&gt;check&lt;/i&gt;');
  expect(body).toContain('&lt;u&gt;why&lt;/u&gt;');
  expect(body).not.toMatch(/<(script|b|i|u)>/);
  expect(body).not.toContain('42042');
  expect(log[0].error.facts).toMatchObject({ description: words, correlationId });
});

test('the page has no label for a fact that is not known', async () => {
  const { body } = await pageOf(new SignInError('access_denied'));
  expect(body).not.toMatch(/Message from the provider|Correlation ID<\/dt>|WWW-Authenticate/);
});

test('Retry-After and the page say how long to wait', async () => {
  const error = Object.assign(new SignInError('pingone_busy', { retryAfterSeconds: 42 }), { status: 503 });
  const { headers, body } = await pageOf(error);
  expect(headers['retry-after']).toBe('42');
  expect(body).toContain('Wait 42 s, then start a new sign-in.');
});

test('where the sandbox signs users in, the page names the sandbox', async () => {
  const { body } = await pageOf(new SignInError('pingone_unreachable'), {
    site: { provider: 'the sandbox' },
  });
  expect(body).toContain('<h1>The sandbox cannot be reached</h1>');
});

test('the page names the fault that the sandbox injected into this callback', async () => {
  const faultTitleOf = vi.fn((url: string) => (url.endsWith('code=c') ? 'Wrong <b>state</b>' : undefined));
  const site: SiteData = {
    provider: 'the sandbox',
    faultsUrl: 'http://127.0.0.1:3001/#faults',
    faultTitleOf,
  };
  const spoilt = await pageOf(new SignInError('sign_in_unknown'), { site, path: '/callback?code=c' });
  expect(faultTitleOf).toHaveBeenCalledWith('http://localhost:3000/callback?code=c');
  expect(spoilt.body).toContain('<strong>Wrong &lt;b&gt;state&lt;/b&gt;</strong>');
  expect(spoilt.body).toContain('href="http://127.0.0.1:3001/#faults"');
  const other = await pageOf(new SignInError('access_denied'), { site, path: '/callback?code=d' });
  expect(other.body).not.toContain('fault');
});

test.each([
  ['/login?return_to=/orders?id=1', new RequestError('other_host'), '?return_to=%2Forders%3Fid%3D1'],
  ['/switch-user?return_to=/orders', new SignInError('pingone_timeout'), '?return_to=%2Forders'],
  ['/callback?code=c&state=s', new RequestError('sign_in_expired'), ''],
  [
    '/callback?code=c&state=s&return_to=/elsewhere',
    Object.assign(new SignInError('access_denied'), { returnTo: '/orders?id=1' }),
    '?return_to=%2Forders%3Fid%3D1',
  ],
])('after a failed sign-in both links to try again keep return_to (%s)', async (path, error, query) => {
  const { body } = await pageOf(error, { path });
  expect(body).toContain(`href="http://localhost:3000/login${query}">Try again</a>`);
  expect(body).toContain(`href="http://localhost:3000/switch-user${query}">Use another account</a>`);
});

test.each(['not_found', 'method_not_allowed', 'request_too_big'] as const)(
  'the page for %s has no link to a sign-in',
  async (code) => {
    expect((await pageOf(errorOf(code))).body).not.toMatch(/href="[^"]*\/(login|switch-user|flow)/);
  },
);

test.each([
  ['an error with a code', Object.assign(new Error('canary'), { code: 'ERR_CANARY', input: 'canary' })],
  ['an error of JSON.parse', parseError()],
  ['a text', 'canary'],
  ['an object', { canary: 'canary', toString: 1 }],
])('%s from other code becomes a page and a log line that quote nothing of it', async (_, error) => {
  const { status, body, log } = await pageOf(error);
  expect(status).toBe(500);
  expect(body).toContain('<code>internal_error</code>');
  expect(body + JSON.stringify(log)).not.toContain('canary');
  expect(log[0]).toMatchObject({ level: 'error', code: 'internal_error' });
});

function parseError(): unknown {
  try {
    return JSON.parse('canary');
  } catch (error) {
    return error;
  }
}

test('the log has the message and the place of an error in this app, and the page has them with ERROR_DETAILS', async () => {
  const error = Object.assign(new TypeError('own\n\u001b[2Jmessage'), { status: 418, expose: true });
  const shown = await pageOf(error);
  expect(shown.status).toBe(500);
  expect(shown.body).toMatch(/own {2}\[2Jmessage, at .*error-page\.test\.ts/);
  const hidden = await pageOf(error, { errorDetails: false });
  expect(hidden.body).not.toMatch(/message|\.test\.ts/);
  for (const { log } of [shown, hidden]) {
    expect(log[0]).toMatchObject({
      level: 'error',
      code: 'internal_error',
      detail: expect.stringMatching(/own {2}\[2Jmessage, at .*error-page\.test\.ts/),
      error: { type: 'TypeError', at: expect.anything() },
    });
  }
});

test('an error page that cannot be rendered becomes plain text, and the log says so', async () => {
  const error = new SignInError('access_denied');
  const { status, headers, body, log } = await pageOf(error, { viewsAreGone: true });
  expect(status).toBe(502);
  expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(body).toContain(textOf(error).title);
  expect(body).toContain(log[0].requestId);
  expect(log.map(({ msg }) => msg)).toEqual(['sign-in failed', 'error page not rendered', 'request ended']);
});

test('if an error comes in the middle of a response, the connection is closed, and the log says why', async () => {
  const lines: string[] = [];
  const site: SiteData = { provider: 'PingOne' };
  const app = createExpressApp(0, site);
  app.use(requestLogging(createLogger('info', { write: (line) => void lines.push(line) })));
  app.get('/', (_req, res) => {
    res.write('half of it');
    throw new RequestError('session_unavailable');
  });
  app.use(
    errorPage({
      baseUrl: 'http://localhost:3000',
      errorDetails: false,
      site,
      checks: createCheckCollector(),
    }),
  );
  await expect(supertest(app).get('/')).rejects.toThrow(/aborted|socket hang up/);
  expect(lines.join('')).toContain('session_unavailable');
});
