// The log: one JSON line for each event, with who did what and the result. Nothing from outside is in it unchanged.

import { createHash } from 'node:crypto';
import { createServer as createTlsServer } from 'node:https';
import { request } from 'undici';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { createLogger } from '../../src/web/logging.ts';
import { startApp } from '../helpers/app.ts';
import { createBrowser } from '../helpers/browser.ts';
import { signInAtProvider } from '../helpers/flow.ts';
import { SUBJECT } from '../helpers/provider-double.ts';
import { createCertificate } from '../pingone/certificates.ts';
import { listen } from '../pingone/servers.ts';
import { type Both, send, start, startBoth } from './helpers.ts';

let both: Both;
beforeEach(async () => {
  both = await startBoth();
  return both.close;
});

const requestLines = () => both.app.events('request ended');
/** The app writes a request's line after it has sent the response: the test may be quicker. */
const requestLine = async (count: number) => {
  await expect.poll(() => requestLines().length).toBe(count);
  return requestLines()[count - 1];
};

test('an OAuth error that comes to the callback without a state is in the log', async () => {
  await send('GET', `${both.app.url}/callback?error=invalid_scope&error_description=canary`);
  const [line] = both.app.events('sign-in failed');
  expect(line).toMatchObject({
    code: 'callback_malformed',
    error: { facts: { description: 'invalid_scope' } },
  });
  expect(both.app.log()).not.toContain('canary');
});

test.each([
  ['GET', '/', '/', 200, 'info'],
  ['HEAD', '/profile?canary=1', '/profile', 302, 'info'],
  ['GET', '/callback?code=canary&state=canary', '/callback', 400, 'info'],
  ['POST', '/login?canary', '/login', 405, 'info'],
  ['GET', '/canary', 'none', 404, 'info'],
  ['GET', '/readyz?canary', '/readyz', 200, 'info'],
])(
  'the line about %s %s has the route and the status, not the URL',
  async (method, path, route, status, level) => {
    await send(method, both.app.url + path, {
      cookie: 'canary=canary',
      'user-agent': 'canary',
      referer: 'https://canary.example/',
      authorization: 'Bearer canary',
      'x-forwarded-for': 'canary',
      'x-request-id': 'canary',
    });
    const line = await requestLine(1);
    expect(line).toEqual({
      level,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
      method,
      route,
      status,
      ms: expect.any(Number),
      msg: 'request ended',
    });
    expect(both.app.log()).not.toContain('canary');
  },
);

test('if the provider’s certificate is not accepted, the log says what is wrong with it', async () => {
  const server = createTlsServer(createCertificate('localhost'));
  const issuer = `https://localhost:${await listen(server)}/as`;
  const app = await startApp({ ...both.providerDouble, issuer });
  onTestFinished(app.close);
  expect((await send('GET', `${app.url}/login`)).status).toBe(502);
  expect(app.events('sign-in failed')).toEqual([
    expect.objectContaining({
      level: 'error',
      code: 'pingone_tls_failed',
      detail: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
      error: expect.objectContaining({ facts: expect.anything() }),
    }),
  ]);
});

test('a response with status 5xx is logged as an error, and its two lines have the request ID of its page', async () => {
  both.app.client.startSignIn = async () => {
    throw new TypeError('canary');
  };
  const { body } = await send('GET', `${both.app.url}/login`);
  const line = await requestLine(1);
  expect(line).toMatchObject({ level: 'error', status: 500, route: '/login' });
  expect(body).toContain(line.requestId);
  expect(both.app.events('sign-in failed')).toMatchObject([
    { requestId: line.requestId, code: 'internal_error' },
  ]);
});

test('each request has its own request ID', async () => {
  await Promise.all(Array.from({ length: 20 }, () => send('GET', both.app.url)));
  await requestLine(20);
  expect(new Set(requestLines().map(({ requestId }) => requestId)).size).toBe(20);
});

test('a sign-in, a failed sign-in and a sign-out are events, and they name the user by a hash', async () => {
  const browser = createBrowser();
  await signInAtProvider(browser, both.app.url, both.providerDouble);
  await browser.post(`${both.app.url}/logout`);
  const who = createHash('sha256')
    .update(`${both.providerDouble.issuer} ${SUBJECT}`)
    .digest('hex')
    .slice(0, 16);
  expect(both.app.events('sign-in succeeded')).toMatchObject([
    { level: 'info', who, requestId: expect.any(String) },
  ]);
  expect(both.app.events('signed out')).toMatchObject([
    { level: 'info', who, requestId: expect.any(String) },
  ]);
  expect(both.app.events('sign-in failed')).toEqual([]);

  both.providerDouble.claims = { nonce: 'another' };
  await signInAtProvider(browser, both.app.url, both.providerDouble);
  expect(both.app.events('sign-in failed')).toMatchObject([{ level: 'error', code: 'id_token_nonce' }]);
  expect(both.app.events('sign-in succeeded')).toHaveLength(1);
  expect(both.app.log()).not.toContain(SUBJECT);
  expect(both.app.log()).not.toMatch(/ada@example|Ada Example/);
});

test('a sign-out without a session is no event', async () => {
  await createBrowser().post(`${both.app.url}/logout`);
  expect(both.app.events('signed out')).toEqual([]);
});

test('a refused request is an event, too, so that attempts can be seen', async () => {
  await send('POST', `${both.app.url}/logout`, { 'sec-fetch-site': 'cross-site' });
  expect(both.app.events('request rejected')).toMatchObject([{ level: 'warn', code: 'cross_site_request' }]);
});

test('a refused prefetch is no failed sign-in, and a refused request with another Sec-Purpose is one', async () => {
  await send('GET', `${both.app.url}/login`, { 'sec-purpose': 'prefetch;prerender' });
  expect(both.app.events('request rejected')).toMatchObject([{ code: 'prefetch_refused' }]);
  expect(both.app.events('sign-in failed')).toEqual([]);
  await send('GET', `${both.app.url}/login?iss=canary`, { 'sec-purpose': 'prefetcher' });
  expect(both.app.events('sign-in failed')).toMatchObject([{ code: 'initiate_login_issuer' }]);
});

test('no value from outside adds a line to the log or a control character for a terminal', async () => {
  const evil = '\r\n{"level":"info","msg":"sign-in succeeded"}\n\u001b[2J\u001b]0;title\u0007\u2028\u0085';
  const { state } = await (async () => {
    const browser = createBrowser();
    const started = await start(browser, both.app.url, both.providerDouble);
    const query = new URLSearchParams({ state: started.state, error: evil, error_description: evil });
    await browser.get(`${both.app.url}/callback?${query}`);
    return started;
  })();
  const name = encodeURIComponent(evil);
  await send('GET', `${both.app.url}/callback?${name}=1&${name}=2&state=${state}`);
  await send('GET', `${both.app.url}/${name}`);
  await send('GET', `${both.app.url}/login?return_to=${name}`);
  await requestLine(5);
  const lines = both.app.log().split('\n');
  expect(lines.pop()).toBe('');
  for (const line of lines) expect(JSON.parse(line)).toHaveProperty('level');
  expect(both.app.events('sign-in succeeded')).toEqual([]);
  const controls = [...both.app.log()].filter((character) => character < ' ' && character !== '\n');
  expect(controls).toEqual([]);
});

test('the log has the type, code, place and cause of an error, and nothing else of its content', () => {
  const lines: string[] = [];
  const logger = createLogger('info', { write: (line) => void lines.push(line) });
  const cause = Object.assign(new RangeError('canary cause'), { code: 'ECAUSE', payload: 'canary payload' });
  const error = new TypeError('canary\n    at canary (canary:1:1)', { cause });
  logger.warn({ error: Object.assign(error, { code: 'ERR_CANARY'.slice(0, 3), body: 'canary body' }) });
  logger.warn({ error: Object.assign(new Error('canary'), { stack: undefined, code: 7 }) });
  logger.warn({ error: Object.assign(new Error('canary'), { code: { toString: 1 } }) });
  logger.warn({ error: 'canary' });
  logger.warn({ error: null });
  const written = lines.map((line) => JSON.parse(line).error);
  expect(written).toMatchObject([
    {
      type: 'TypeError',
      code: 'ERR',
      at: expect.arrayContaining([expect.stringMatching(/^at .*logging\.test\.ts/)]),
      cause: { type: 'RangeError', code: 'ECAUSE' },
    },
    { type: 'Error', code: '7' },
    { type: 'Error', code: '{"toString":1}' },
    { type: 'string' },
    { type: 'object' },
  ]);
  expect(lines.join('')).not.toContain('canary');
});

test('a message below the log level is not written', () => {
  const lines: string[] = [];
  const logger = createLogger('warn', { write: (line) => void lines.push(line) });
  logger.info('not this');
  logger.warn('this');
  expect(lines).toHaveLength(1);
});

test('the line about a request that the browser gave up says so', async () => {
  const { callbackUrl, cookie } = await start(createBrowser(), both.app.url, both.providerDouble);
  const aborter = new AbortController();
  both.providerDouble.scripts['token'] = () => {
    aborter.abort();
    return undefined;
  };
  const headers = { cookie: `${cookie.name}=${cookie.value}` };
  await expect(request(callbackUrl, { headers, signal: aborter.signal })).rejects.toThrow();
  await expect.poll(() => requestLines().at(-1)).toMatchObject({ route: '/callback', aborted: true });
});
