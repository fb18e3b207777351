// Every error code, made to happen for real: each is reachable, and each page is complete and claims nothing unknown.

import { randomUUID } from 'node:crypto';
import { createServer as createTlsServer } from 'node:https';
import { expect, onTestFinished, test, vi } from 'vitest';
import { errorTexts, type SignInErrorCode } from '../src/pingone/errors.ts';
import { createUsedStates } from '../src/web/used-states.ts';
import { type WebErrorCode, webErrorTexts } from '../src/web/web-errors.ts';
import { type StartOptions, startApp } from './helpers/app.ts';
import { createBrowser, type Page } from './helpers/browser.ts';
import { signInAtStandIn } from './helpers/flow.ts';
import { type Answer, CLIENT_ID, createSigningKey, type Script } from './helpers/stand-in.ts';
import { createCertificate } from './pingone/certificates.ts';
import { listen } from './pingone/servers.ts';
import { type Both, codeOn, send, start, startBoth } from './web/helpers.ts';
import { TestStore } from './web/test-store.ts';

type Code = SignInErrorCode | WebErrorCode;

/** PingOne's Correlation ID, in whatever it sends here. */
const CORRELATION_ID = randomUUID();

/** How the page of a code comes about, and what else is known of its case. */
interface Way {
  page: () => Promise<Page>;
  /** What only this case can say. */
  says?: string[];
  /** Where this case tells more than its code: what its likeliest cause says. */
  cause?: RegExp;
}

async function bothForTest(options: StartOptions = {}): Promise<Both> {
  const both = await startBoth(options);
  onTestFinished(both.close);
  return both;
}

/** A whole sign-in against a stand-in that has been changed. */
function signIn(change: (standIn: Both['standIn']) => void, ...says: string[]): Way {
  return {
    says,
    async page() {
      const both = await bothForTest();
      change(both.standIn);
      const { finish } = await start(createBrowser(), both.app.url, both.standIn);
      return finish();
    },
  };
}

const answers = (endpoint: string, answer: Answer | Script, ...says: string[]) =>
  signIn(
    (standIn) => {
      standIn.scripts[endpoint] = typeof answer === 'function' ? answer : () => answer;
    },
    ...says,
  );

const correlated = { 'correlation-id': CORRELATION_ID };
const tokenError = (status: number, error: string, words: string, ...says: string[]) =>
  answers(
    'token',
    { status, headers: correlated, body: { error, error_description: words } },
    CORRELATION_ID,
    words,
    ...says,
  );
const claims = (changed: Record<string, unknown>, ...says: string[]) =>
  signIn((standIn) => void Object.assign(standIn.claims, changed), ...says);
const header = (changed: Record<string, unknown>, ...says: string[]) =>
  signIn((standIn) => void Object.assign(standIn.header, changed), ...says);

/** /login against a provider whose discovery has been changed. */
function discovery(change: (standIn: Both['standIn']) => void, ...says: string[]): Way {
  return {
    says,
    async page() {
      const both = await bothForTest();
      change(both.standIn);
      return createBrowser().get(`${both.app.url}/login`);
    },
  };
}

/** An authorization response that is an error, or has other parameters than a code. */
function comesBack(parameters: Record<string, string>, change?: (standIn: Both['standIn']) => void): Way {
  return {
    says: parameters['error'] ? [CORRELATION_ID, parameters['error']] : [],
    async page() {
      const both = await bothForTest();
      change?.(both.standIn);
      const browser = createBrowser();
      const { state } = await start(browser, both.app.url, both.standIn);
      const said = parameters['error'] && { error_description: `Words (Correlation ID: ${CORRELATION_ID})` };
      const query = new URLSearchParams({ state, ...parameters, ...(said || {}) });
      return browser.get(`${both.app.url}/callback?${query}`);
    },
  };
}

/** A refresh of a sign-in that was good. */
function refreshes(change: (standIn: Both['standIn']) => void, ...says: string[]): Way {
  return {
    says,
    async page() {
      const { app, standIn } = await bothForTest();
      const browser = createBrowser();
      await signInAtStandIn(browser, app.url, standIn);
      change(standIn);
      return browser.post(`${app.url}/refresh`);
    },
  };
}

/** One request to an app, made by a browser that knows nothing. */
const asks = (path: string, options: StartOptions = {}, headers: Record<string, string> = {}): Way => ({
  async page() {
    const { app } = await bothForTest(options);
    return createBrowser().get(app.url + path, headers);
  },
});

const now = () => Math.floor(Date.now() / 1000);
const CLOCKS = ['this machine’s clock is', 's apart'];

const WAYS: Record<Code, Way> = {
  pingone_unreachable: {
    ...answers('token', (_, response) => void response.destroy(), 'UND_ERR_SOCKET'),
    cause: /closed the connection/,
  },
  pingone_timeout: answers('token', () => new Promise(() => {}), 'did not end in time'),
  pingone_tls_failed: {
    says: ['DEPTH_ZERO_SELF_SIGNED_CERT', 'NODE_EXTRA_CA_CERTS'],
    cause: /private certificate authority/,
    async page() {
      const server = createTlsServer(createCertificate('localhost'), () => undefined);
      const issuer = `https://localhost:${await listen(server)}/as`;
      const app = await startApp({ issuer, clientId: CLIENT_ID, clientSecret: 'never-sent' });
      onTestFinished(app.close);
      return createBrowser().get(`${app.url}/login`);
    },
  },
  pingone_redirected: answers('token', { status: 307, headers: { location: '/' } }, 'status 307'),
  pingone_answer_too_big: answers('token', { body: { long: 'x'.repeat(1024 * 1024) } }, 'more than 1 MiB'),
  pingone_answer_invalid: {
    ...answers('token', { headers: { 'content-type': 'text/html' }, body: 'Hello' }, 'text/html'),
    cause: /login page/,
  },
  pingone_busy: {
    ...answers(
      'token',
      { status: 429, headers: { ...correlated, 'retry-after': '17' } },
      'Wait 17 seconds.',
      CORRELATION_ID,
    ),
    cause: /request rate/,
  },
  pingone_failed: answers('token', { status: 500, headers: correlated }, 'status 500', CORRELATION_ID),
  discovery_not_found: discovery((standIn) => {
    standIn.scripts['.well-known/openid-configuration'] = () => ({ status: 404 });
  }, 'status 404'),
  discovery_invalid: discovery((standIn) => void delete standIn.metadata['token_endpoint'], 'token_endpoint'),
  discovery_issuer_mismatch: discovery(
    (standIn) => void Object.assign(standIn.metadata, { issuer: 'https://another.example/as' }),
    'https://another.example/as',
  ),
  client_secret_post_not_offered: discovery((standIn) => {
    standIn.metadata['token_endpoint_auth_methods_supported'] = ['private_key_jwt'];
  }, 'private_key_jwt'),
  callback_malformed: asks('/callback?code=c'),
  sign_in_unknown: {
    cause: /typed, changed/,
    async page() {
      const { app, standIn } = await bothForTest();
      const browser = createBrowser();
      await start(browser, app.url, standIn);
      return browser.get(`${app.url}/callback?code=c&state=another`);
    },
  },
  issuer_mismatch: {
    ...comesBack({ code: 'c', iss: 'https://another.example' }),
    says: ['https://another.example'],
  },
  issuer_missing: comesBack({ code: 'c' }, (standIn) => {
    standIn.metadata['authorization_response_iss_parameter_supported'] = true;
  }),
  access_denied: comesBack({ error: 'access_denied' }),
  login_required: comesBack({ error: 'login_required' }),
  authorization_invalid_request: comesBack({ error: 'invalid_request' }),
  authorization_invalid_scope: comesBack({ error: 'invalid_scope' }),
  authorization_unauthorized_client: comesBack({ error: 'unauthorized_client' }),
  authorization_server_error: comesBack({ error: 'server_error' }),
  authorization_temporarily_unavailable: comesBack({ error: 'temporarily_unavailable' }),
  authorization_refused: comesBack({ error: 'something_else' }),
  token_invalid_client: {
    ...tokenError(401, 'invalid_client', 'Request denied: Unsupported authentication method'),
    cause: /Token Endpoint Authentication Method/,
  },
  token_invalid_grant: tokenError(400, 'invalid_grant', 'No such code'),
  token_refused: tokenError(400, 'unsupported_grant_type', 'No'),
  refresh_refused: refreshes(
    (standIn) => {
      const body = { error: 'invalid_grant', error_description: 'Run out' };
      standIn.scripts['token'] = () => ({ status: 400, headers: correlated, body });
    },
    CORRELATION_ID,
    'Run out',
  ),
  token_answer_invalid: answers('token', { body: { token_type: 'Bearer' } }, 'access_token'),
  userinfo_refused: answers('userinfo', { status: 401, headers: correlated }, 'status 401', CORRELATION_ID),
  userinfo_invalid: answers('userinfo', { body: { name: 'Nobody' } }),
  userinfo_subject_mismatch: answers('userinfo', { body: { sub: 'another' } }),
  id_token_malformed: signIn((standIn) => void Object.assign(standIn.tokenAnswer, { id_token: 'a.b' })),
  id_token_type: header({ typ: 'at+jwt' }, 'at+jwt'),
  id_token_algorithm: header({ alg: 'PS256' }, 'PS256'),
  id_token_key_unknown: header({ kid: 'unknown' }),
  id_token_signature: signIn(
    (standIn) => void Object.assign(standIn, { signingKey: createSigningKey('default') }),
  ),
  id_token_claim_missing: claims({ iat: undefined }, 'iat'),
  id_token_issuer: claims({ iss: 'https://another.example' }, 'https://another.example'),
  id_token_audience: claims({ aud: 'another-app' }, 'another-app'),
  id_token_authorized_party: claims({ azp: 'another-app' }, 'another-app'),
  id_token_subject: claims({ sub: '' }),
  id_token_expired: claims({ exp: now() - 3600 }, ...CLOCKS),
  id_token_issued_in_future: claims({ iat: now() + 3600 }, ...CLOCKS),
  id_token_too_old: claims({ iat: now() - 3600 }, ...CLOCKS),
  id_token_not_yet_valid: claims({ nbf: now() + 3600 }, ...CLOCKS),
  id_token_other_sign_in: refreshes((standIn) => void Object.assign(standIn.claims, { sub: 'another' })),
  id_token_nonce: claims({ nonce: 'another' }),
  id_token_at_hash: claims({ at_hash: 'another' }),
  sign_in_cookie_missing: { ...asks(`/callback?code=c&state=${'s'.repeat(42)}`), cause: /typed, changed/ },
  other_host: {
    ...asks('/login', {}, { host: '127.0.0.1:3000' }),
    says: ['127.0.0.1:3000'],
    cause: /three hosts/,
  },
  sign_in_unreadable: {
    async page() {
      const { app, standIn } = await bothForTest();
      const browser = createBrowser();
      const { cookie, finish } = await start(browser, app.url, standIn);
      browser.setCookie(cookie.name, 'changed');
      return finish();
    },
  },
  sign_in_expired: {
    says: CLOCKS,
    cause: /clock was set/,
    async page() {
      const { app, standIn } = await bothForTest();
      const { finish } = await start(createBrowser(), app.url, standIn);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 12 * 60_000 });
      return finish().finally(() => vi.useRealTimers());
    },
  },
  sign_in_used: {
    async page() {
      const { app, standIn } = await bothForTest();
      const browser = createBrowser();
      const { callbackUrl, finish } = await start(browser, app.url, standIn);
      await finish();
      return createBrowser().get(callbackUrl);
    },
  },
  not_signed_in: {
    async page() {
      const sessionStore = new TestStore();
      const { app, standIn } = await bothForTest({ sessionStore });
      const browser = createBrowser();
      await signInAtStandIn(browser, app.url, standIn);
      standIn.scripts['token'] = () => {
        // Signed out in another tab, while this request waits for PingOne.
        sessionStore.held.clear();
        return { body: { access_token: 'a', token_type: 'Bearer' } };
      };
      return browser.post(`${app.url}/refresh`);
    },
  },
  refresh_token_missing: {
    async page() {
      const { app, standIn } = await bothForTest();
      standIn.tokenAnswer = { refresh_token: undefined };
      const browser = createBrowser();
      await signInAtStandIn(browser, app.url, standIn);
      return browser.post(`${app.url}/refresh`);
    },
  },
  too_many_sign_ins: asks('/login', { usedStates: createUsedStates(0) }),
  too_many_requests: {
    says: ['seconds'],
    async page() {
      const { app } = await bothForTest({ loginRateLimit: 1 });
      await createBrowser().get(`${app.url}/login`);
      return createBrowser().get(`${app.url}/login`);
    },
  },
  request_too_big: {
    async page() {
      const { app } = await bothForTest();
      return createBrowser().post(`${app.url}/logout`, { much: 'x'.repeat(2000) });
    },
  },
  not_found: asks('/nowhere'),
  method_not_allowed: asks('/logout'),
  cross_site_request: {
    async page() {
      const { app } = await bothForTest();
      return send('POST', `${app.url}/logout`, { origin: 'https://another.example' });
    },
  },
  prefetch_refused: asks('/login', {}, { 'sec-purpose': 'prefetch' }),
  session_store_unavailable: {
    async page() {
      const sessionStore = new TestStore();
      sessionStore.failing.add('set');
      const { app, standIn } = await bothForTest({ sessionStore });
      const { finish } = await start(createBrowser(), app.url, standIn);
      return finish();
    },
  },
  insecure_connection: asks('/login', { baseUrl: 'https://app.example', trustProxy: 1 }),
  internal_error: asks('/login', {
    // A bug in this app: the only way to this page.
    usedStates: { ...createUsedStates(), mustHaveRoom: () => Promise.reject(new TypeError('a bug')) },
  }),
};

const TEXTS = { ...errorTexts, ...webErrorTexts };
const CONSOLE_PATH = 'Applications > Applications > your application';

/** Codes whose page has a sentence on this very case: what was found, and where. */
const NAMES_ITS_CASE = [
  /^(pingone|discovery|client_secret_post|token)_/,
  /^id_token_(type|algorithm|claim_missing|issuer|audience|authorized_party)$/,
  /^id_token_(expired|issued_in_future|too_old|not_yet_valid)$/,
  /^(callback_malformed|issuer_mismatch|refresh_refused|userinfo_refused)$/,
  /^(sign_in_(unknown|cookie_missing|expired)|other_host|too_many_requests)$/,
];

const unescaped = (html: string) =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&gt;', '>')
    .replaceAll('&lt;', '<')
    .replaceAll('&#34;', '"')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');

test.each(Object.entries(WAYS) as [Code, Way][])('%s', async (code, { page: reach, says = [], cause }) => {
  const page = await reach();
  const text = unescaped(page.body);
  expect(codeOn(page)).toBe(code);
  expect(page.location).toBeUndefined();
  // /login, where nothing has begun, calls all that PingOne cannot do for the moment a 503.
  const atLogin = new URL(page.url).pathname === '/login' && code.startsWith('pingone_');
  expect(page.status).toBe(atLogin ? 503 : TEXTS[code].status);

  // What happened, why, what to do next, and under which id it is in the log.
  expect(text).toContain(TEXTS[code].title);
  expect(text).toContain(TEXTS[code].what);
  // The likeliest cause first: in the order of the table, unless this case knows better.
  const [, list = ''] = page.body.match(/<h2>Likely causes<\/h2>\s*<ol>([\s\S]*?)<\/ol>/) ?? [];
  const causes = [...list.matchAll(/<li>(.+?)<\/li>/g)].map(([, item = '']) => unescaped(item));
  if (cause) expect(causes[0]).toMatch(cause);
  else expect(causes).toEqual(TEXTS[code].causes);
  const [, detail] = page.body.match(/<p class="detail">(.+?)<\/p>/) ?? [];
  expect(detail !== undefined).toBe(NAMES_ITS_CASE.some((codes) => codes.test(code)));
  expect(page.body.match(/<h2>What to do<\/h2>\s*<p>([\s\S]*?)<\/p>/)?.[1]).toMatch(/\w/);
  expect(text).toMatch(/Request id \(in the log, too\) [\da-f-]{36}/);
  for (const words of says) expect(text).toContain(words);

  // Nothing that is not known.
  expect(text).not.toMatch(/undefined|\[object|NaN|null/);
  expect(text.includes('Correlation ID')).toBe(
    says.includes(CORRELATION_ID) || /Correlation ID/.test(TEXTS[code].next),
  );
  expect(page.body.includes('In PingOne’s words')).toBe(
    says.includes(CORRELATION_ID) && !/busy|failed|userinfo/.test(code),
  );
  if (text.includes('words stand')) expect(page.body).toContain('<blockquote>');
  // A click path leads to PingOne's console, so only where a setting there can be the cause.
  const isOfBrowser =
    (code in webErrorTexts && code !== 'refresh_token_missing') ||
    code.startsWith('pingone_timeout') ||
    code.startsWith('sign_in');
  if (isOfBrowser) expect(text).not.toContain(CONSOLE_PATH);
});
