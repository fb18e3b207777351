// Causes every error in a running app: each code can occur, and each page is complete and states nothing unknown.

import { randomUUID } from 'node:crypto';
import { createServer as createTlsServer } from 'node:https';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '../src/error-texts/index.ts';
import { type StartOptions, startApp } from './helpers/app.ts';
import { createBrowser, type Page } from './helpers/browser.ts';
import { signInAtProvider } from './helpers/flow.ts';
import {
  CLIENT_ID,
  createSigningKey,
  type Script,
  type ScriptedResponse,
} from './helpers/provider-double.ts';
import { createCertificate } from './pingone/certificates.ts';
import { listen } from './pingone/servers.ts';
import { type Both, codeOn, send, start, startBoth } from './web/helpers.ts';
import { TestStore } from './web/test-store.ts';

/** Codes that no page shows: the app requests no step-up, refuses no user, and only logs the first. See test/sign-in/. */
const NOT_ON_PAGES = [
  'revocation_refused',
  'other_user',
  'user_refused',
  'id_token_auth_time',
  'id_token_acr',
] as const satisfies ErrorCode[];
type Code = Exclude<ErrorCode, (typeof NOT_ON_PAGES)[number]>;

/** PingOne's Correlation ID, in all of its responses here. */
const CORRELATION_ID = randomUUID();

/** How to get the page of a code, and what that page must say. */
interface Case {
  page: () => Promise<Page>;
  /** Words that only this page contains. */
  says?: string[];
}

async function bothForTest(options: StartOptions = {}): Promise<Both> {
  const both = await startBoth(options);
  onTestFinished(both.close);
  return both;
}

/** A whole sign-in with a changed test double. */
function signIn(change: (providerDouble: Both['providerDouble']) => void, ...says: string[]): Case {
  return {
    says,
    async page() {
      const both = await bothForTest();
      change(both.providerDouble);
      const { finish } = await start(createBrowser(), both.app.url, both.providerDouble);
      return finish();
    },
  };
}

const responds = (endpoint: string, response: ScriptedResponse | Script, ...says: string[]) =>
  signIn(
    (providerDouble) => {
      providerDouble.scripts[endpoint] = typeof response === 'function' ? response : () => response;
    },
    ...says,
  );

const correlated = { 'correlation-id': CORRELATION_ID };
const tokenError = (status: number, error: string, words: string, ...says: string[]) =>
  responds(
    'token',
    { status, headers: correlated, body: { error, error_description: words } },
    CORRELATION_ID,
    words,
    ...says,
  );
const claims = (changed: Record<string, unknown>, ...says: string[]) =>
  signIn((providerDouble) => void Object.assign(providerDouble.claims, changed), ...says);
const header = (changed: Record<string, unknown>, ...says: string[]) =>
  signIn((providerDouble) => void Object.assign(providerDouble.header, changed), ...says);

/** /login with a test double whose discovery has changed. */
function discovery(change: (providerDouble: Both['providerDouble']) => void, ...says: string[]): Case {
  return {
    says,
    async page() {
      const both = await bothForTest();
      change(both.providerDouble);
      return createBrowser().get(`${both.app.url}/login`);
    },
  };
}

/** An authorization response that is an error, or that has unusual parameters. */
function respondsWith(
  parameters: Record<string, string>,
  change?: (providerDouble: Both['providerDouble']) => void,
): Case {
  return {
    says: parameters['error'] ? [CORRELATION_ID, parameters['error']] : [],
    async page() {
      const both = await bothForTest();
      change?.(both.providerDouble);
      const browser = createBrowser();
      const { state } = await start(browser, both.app.url, both.providerDouble);
      const said = parameters['error'] && { error_description: `Words (Correlation ID: ${CORRELATION_ID})` };
      const query = new URLSearchParams({ state, ...parameters, ...(said || {}) });
      return browser.get(`${both.app.url}/callback?${query}`);
    },
  };
}

/** A refresh after a sign-in that succeeded. */
function refreshes(change: (providerDouble: Both['providerDouble']) => void, ...says: string[]): Case {
  return {
    says,
    async page() {
      const { app, providerDouble } = await bothForTest();
      const browser = createBrowser();
      await signInAtProvider(browser, app.url, providerDouble);
      change(providerDouble);
      return browser.post(`${app.url}/refresh`);
    },
  };
}

/** One request to an app, from a browser without cookies. */
const requests = (path: string, options: StartOptions = {}, headers: Record<string, string> = {}): Case => ({
  async page() {
    const { app } = await bothForTest(options);
    return createBrowser().get(app.url + path, headers);
  },
});

const now = () => Math.floor(Date.now() / 1000);
const CLOCKS = ['; difference: '];

const CASES: Record<Code, Case> = {
  pingone_unreachable: responds('token', (_, response) => void response.destroy(), 'UND_ERR_SOCKET'),
  pingone_timeout: responds('token', () => new Promise(() => {})),
  pingone_tls_failed: {
    says: ['DEPTH_ZERO_SELF_SIGNED_CERT', 'NODE_EXTRA_CA_CERTS'],
    async page() {
      const server = createTlsServer(createCertificate('localhost'), () => undefined);
      const issuer = `https://localhost:${await listen(server)}/as`;
      const app = await startApp({ issuer, clientId: CLIENT_ID, clientSecret: 'never-sent' });
      onTestFinished(app.close);
      return createBrowser().get(`${app.url}/login`);
    },
  },
  pingone_redirected: responds('token', { status: 307, headers: { location: '/' } }, 'status 307'),
  pingone_blocked: responds('token', { status: 403, body: { message: 'Forbidden' } }, 'status 403'),
  pingone_response_too_big: responds('token', { body: { long: 'x'.repeat(257 * 1024) } }, '256 KiB'),
  pingone_response_invalid: responds(
    'token',
    { headers: { 'content-type': 'text/html' }, body: 'Hello' },
    'text/html',
  ),
  pingone_busy: responds(
    'token',
    { status: 429, headers: { ...correlated, 'retry-after': '17' } },
    'Wait 17 s, then start a new sign-in.',
    CORRELATION_ID,
  ),
  pingone_failed: responds('token', { status: 500, headers: correlated }, 'status 500', CORRELATION_ID),
  discovery_not_found: discovery((providerDouble) => {
    providerDouble.scripts['.well-known/openid-configuration'] = () => ({ status: 404 });
  }, 'status 404'),
  discovery_invalid: discovery(
    (providerDouble) => void delete providerDouble.metadata['token_endpoint'],
    'token_endpoint',
  ),
  discovery_issuer_mismatch: discovery(
    (providerDouble) => void Object.assign(providerDouble.metadata, { issuer: 'https://another.example/as' }),
    'https://another.example/as',
  ),
  client_secret_post_not_offered: discovery((providerDouble) => {
    providerDouble.metadata['token_endpoint_auth_methods_supported'] = ['private_key_jwt'];
  }, 'private_key_jwt'),
  callback_malformed: requests('/callback?code=c'),
  sign_in_unknown: {
    says: ['length: 7'],
    async page() {
      const { app, providerDouble } = await bothForTest();
      const browser = createBrowser();
      await start(browser, app.url, providerDouble);
      return browser.get(`${app.url}/callback?code=c&state=another`);
    },
  },
  issuer_mismatch: {
    ...respondsWith({ code: 'c', iss: 'https://another.example' }),
    says: ['https://another.example'],
  },
  issuer_missing: respondsWith({ code: 'c' }, (providerDouble) => {
    providerDouble.metadata['authorization_response_iss_parameter_supported'] = true;
  }),
  access_denied: respondsWith({ error: 'access_denied' }),
  login_required: respondsWith({ error: 'login_required' }),
  authorization_invalid_request: respondsWith({ error: 'invalid_request' }),
  authorization_invalid_scope: respondsWith({ error: 'invalid_scope' }),
  authorization_unauthorized_client: respondsWith({ error: 'unauthorized_client' }),
  authorization_server_error: respondsWith({ error: 'server_error' }),
  authorization_temporarily_unavailable: respondsWith({ error: 'temporarily_unavailable' }),
  authorization_refused: respondsWith({ error: 'something_else' }),
  token_invalid_client: tokenError(
    401,
    'invalid_client',
    'Request denied: Unsupported authentication method',
    'Token Endpoint Authentication Method',
  ),
  token_invalid_grant: tokenError(400, 'invalid_grant', 'No such code'),
  token_refused: tokenError(400, 'unsupported_grant_type', 'No'),
  refresh_refused: refreshes(
    (providerDouble) => {
      const body = { error: 'invalid_grant', error_description: 'Expired' };
      providerDouble.scripts['token'] = () => ({ status: 400, headers: correlated, body });
    },
    CORRELATION_ID,
    'Expired',
  ),
  refresh_unconfirmed: {
    async page() {
      const { app, providerDouble } = await bothForTest();
      delete providerDouble.metadata['userinfo_endpoint'];
      const browser = createBrowser();
      await signInAtProvider(browser, app.url, providerDouble);
      providerDouble.tokenChanges = { id_token: undefined };
      return browser.post(`${app.url}/refresh`);
    },
  },
  token_response_invalid: responds('token', { body: { token_type: 'Bearer' } }, 'access_token'),
  userinfo_refused: responds(
    'userinfo',
    { status: 401, headers: { ...correlated, 'www-authenticate': 'Bearer error="invalid_token"' } },
    'status 401',
    'Bearer error="invalid_token"',
    CORRELATION_ID,
  ),
  userinfo_invalid: responds('userinfo', { body: { name: 'No Sub' } }),
  userinfo_subject_mismatch: responds('userinfo', { body: { sub: 'another' } }),
  id_token_malformed: signIn(
    (providerDouble) => void Object.assign(providerDouble.tokenChanges, { id_token: 'a.b' }),
  ),
  id_token_critical_header: header({ crit: ['b64'], b64: true }),
  id_token_key_unusable: signIn((providerDouble) => {
    providerDouble.keys = [{ ...providerDouble.keys[0], e: 'AQ' }];
  }),
  id_token_type: header({ typ: 'at+jwt' }, 'at+jwt'),
  id_token_algorithm: header({ alg: 'PS256' }, 'PS256'),
  id_token_key_unknown: header({ kid: 'unknown' }),
  id_token_signature: signIn(
    (providerDouble) => void Object.assign(providerDouble, { signingKey: createSigningKey('default') }),
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
  id_token_other_user: refreshes(
    (providerDouble) => void Object.assign(providerDouble.claims, { sub: 'another' }),
  ),
  id_token_auth_time_earlier: {
    async page() {
      const { app, providerDouble } = await bothForTest();
      providerDouble.claims = { auth_time: 2 };
      const browser = createBrowser();
      await signInAtProvider(browser, app.url, providerDouble);
      providerDouble.claims = { auth_time: 1 };
      return browser.post(`${app.url}/refresh`);
    },
  },
  id_token_nonce: claims({ nonce: 'another' }),
  id_token_at_hash: claims({ at_hash: 'another' }),
  sign_in_cookie_missing: { ...requests(`/callback?code=c&state=${'s'.repeat(42)}`), says: ['length: 42'] },
  query_too_long: requests(`/callback?code=${'c'.repeat(9_000)}&state=s`),
  initiate_login_issuer: {
    ...requests('/login?iss=https://another.example'),
    says: ['https://another.example'],
  },
  not_a_navigation: requests('/login', {}, { 'sec-fetch-dest': 'image' }),
  other_host: {
    ...requests('/login', {}, { host: '127.0.0.1:3000' }),
    says: ['127.0.0.1:3000', 'one machine'],
  },
  sign_in_unreadable: {
    async page() {
      const { app, providerDouble } = await bothForTest();
      const browser = createBrowser();
      const { cookie, finish } = await start(browser, app.url, providerDouble);
      browser.setCookie(cookie.name, 'changed');
      return finish();
    },
  },
  sign_in_expired: {
    says: CLOCKS,
    async page() {
      const { app, providerDouble } = await bothForTest();
      const { finish } = await start(createBrowser(), app.url, providerDouble);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 32 * 60_000 });
      return finish().finally(() => vi.useRealTimers());
    },
  },
  sign_in_used: {
    async page() {
      const { app, providerDouble } = await bothForTest();
      const browser = createBrowser();
      const { callbackUrl, cookie, finish } = await start(browser, app.url, providerDouble);
      await finish();
      browser.dropCookies();
      browser.setCookie(cookie.name, cookie.value);
      return browser.get(`${callbackUrl}&iss=another`);
    },
  },
  not_signed_in: {
    async page() {
      const sessionStore = new TestStore();
      const { app, providerDouble } = await bothForTest({ sessionStore });
      const browser = createBrowser();
      await signInAtProvider(browser, app.url, providerDouble);
      providerDouble.scripts['token'] = () => {
        // The user signs out in another tab while this request waits for PingOne.
        sessionStore.held.clear();
        return { body: { access_token: 'a', token_type: 'Bearer' } };
      };
      return browser.post(`${app.url}/refresh`);
    },
  },
  refresh_token_missing: {
    async page() {
      const { app, providerDouble } = await bothForTest();
      providerDouble.tokenChanges = { refresh_token: undefined };
      const browser = createBrowser();
      await signInAtProvider(browser, app.url, providerDouble);
      return browser.post(`${app.url}/refresh`);
    },
  },
  too_many_requests: {
    says: ['Wait 60 s, then open the sign-in only once.'],
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
  not_found: requests('/nowhere'),
  method_not_allowed: requests('/logout'),
  cross_site_request: {
    async page() {
      const { app } = await bothForTest();
      return send('POST', `${app.url}/logout`, { origin: 'https://another.example' });
    },
  },
  prefetch_refused: requests('/login', {}, { 'sec-purpose': 'prefetch' }),
  session_unavailable: {
    async page() {
      const sessionStore = new TestStore();
      sessionStore.failing.add('set');
      const { app, providerDouble } = await bothForTest({ sessionStore });
      const { finish } = await start(createBrowser(), app.url, providerDouble);
      return finish();
    },
  },
  insecure_connection: requests('/login', { baseUrl: 'https://app.example', trustProxy: 1 }),
  internal_error: {
    says: ['a bug', 'errors.test.ts'],
    async page() {
      const { app } = await bothForTest();
      app.client.startSignIn = () => Promise.reject(new TypeError('a bug'));
      return createBrowser().get(`${app.url}/login`);
    },
  },
};

/** The status of each page that is not 502. */
const STATUS: Partial<Record<Code, number>> = {
  pingone_unreachable: 503,
  pingone_timeout: 504,
  pingone_busy: 503,
  callback_malformed: 400,
  sign_in_unknown: 400,
  issuer_mismatch: 400,
  issuer_missing: 400,
  access_denied: 403,
  login_required: 403,
  authorization_temporarily_unavailable: 503,
  refresh_refused: 403,
  sign_in_cookie_missing: 400,
  query_too_long: 400,
  initiate_login_issuer: 400,
  not_a_navigation: 401,
  other_host: 400,
  sign_in_unreadable: 400,
  sign_in_expired: 400,
  sign_in_used: 400,
  not_signed_in: 401,
  refresh_token_missing: 409,
  too_many_requests: 429,
  request_too_big: 413,
  not_found: 404,
  method_not_allowed: 405,
  cross_site_request: 403,
  prefetch_refused: 503,
  session_unavailable: 503,
  insecure_connection: 400,
  internal_error: 500,
};

const unescaped = (html: string) =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&gt;', '>')
    .replaceAll('&lt;', '<')
    .replaceAll('&#34;', '"')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');

test('each error code has a case, unless no page shows it', () => {
  expect([...Object.keys(CASES), ...NOT_ON_PAGES].sort()).toEqual(ERROR_CODES.toSorted());
});

test.each(Object.entries(CASES) as [Code, Case][])(
  'the page of %s is complete and contains no unknown value',
  async (code, { page: reach, says = [] }) => {
    const page = await reach();
    const text = unescaped(page.body);
    expect(codeOn(page)).toBe(code);
    expect(page.location).toBeUndefined();
    expect(page.status).toBe(STATUS[code] ?? 502);
    expect(page.headers['retry-after'] !== undefined).toBe([429, 503].includes(page.status));

    // What happened, what users and administrators can do, and the ID of the request in the log.
    expect(page.body).toMatch(/<h1>\w/);
    expect(page.body).toMatch(/<h2>What to do<\/h2>\s*<p>\w/);
    expect(page.body).toMatch(/<h3>Possible causes<\/h3>\s*<ol>\s*<li>/);
    expect(page.body).toMatch(/<h3>Next step<\/h3>\s*<p>\w/);
    expect(text).toMatch(/Request ID, also in the log [\da-f-]{36}/);
    for (const words of says) expect(text).toContain(words);

    // Nothing unknown.
    expect(text).not.toMatch(/undefined|\[object|NaN|null/);
    expect(page.body.includes('Correlation ID</dt>')).toBe(says.includes(CORRELATION_ID));
  },
);
