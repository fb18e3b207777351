// A status alone decides nothing: of all responses of the token endpoint, only invalid_grant or one about another user ends a
// session. A refresh token that was issued is kept, whatever else the response says. Good metadata survives bad documents.

import { beforeEach, expect, test, vi } from 'vitest';
import { type Browser, createBrowser, type Page } from '../helpers/browser.ts';
import { signInAtProvider } from '../helpers/flow.ts';
import { type ScriptedResponse, SUBJECT } from '../helpers/provider-double.ts';
import { type Both, codeOn, startBoth } from '../web/helpers.ts';
import { createRandom, type Random, seed } from './helpers.ts';

const DISCOVERY = '.well-known/openid-configuration';

let both: Both;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  both = await startBoth();
  return async () => {
    await both.close();
    vi.useRealTimers();
  };
});

const later = (seconds: number) => void vi.setSystemTime(Date.now() + seconds * 1000);
const isSignedIn = async (browser: Browser) => (await browser.get(`${both.app.url}/profile`)).status === 200;
const signIn = (browser: Browser) => signInAtProvider(browser, both.app.url, both.providerDouble);

/** The code of a status, for every endpoint. */
function codeOfStatus(status: number): string | undefined {
  if (status < 300) return 'pingone_response_invalid';
  if (status < 400) return 'pingone_redirected';
  if (status === 429 || status === 503) return 'pingone_busy';
  return status >= 500 ? 'pingone_failed' : undefined;
}

const STATUSES = [
  201, 202, 206, 301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 413, 415, 418,
  422, 429, 431, 451, 500, 501, 502, 503, 504, 507, 520, 522, 599,
];
const OAUTH_ERRORS = [
  'invalid_request',
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'access_denied',
  'temporarily_unavailable',
  'INVALID_GRANT',
  'invalid_grant ',
  'invalid_grants',
  'expired_token',
];

interface Case extends ScriptedResponse {
  status: number;
  /** The app's code for this response of the token endpoint. */
  code: string;
}

/** A response that is neither a success nor invalid_grant, and the app's code for it. */
function failure(random: Random): Case {
  const status = random.pick(STATUSES);
  const location = status < 400 ? { location: 'https://elsewhere.example/' } : undefined;
  const ofStatus = codeOfStatus(status);
  const words = random.pick(['', 'invalid_grant', 'The refresh token is invalid_grant.']);
  const page = random.pick<unknown>([
    '',
    `<html>${words}</html>`,
    words,
    'Forbidden',
    '<?xml version="1.0"?>',
  ]);
  const object = random.pick<unknown>([
    {},
    { message: 'Forbidden' },
    { message: words },
    { message: '{"error":"invalid_grant"}' },
    { error: null, error_description: words },
    { error: '' },
    { error: ['invalid_grant'] },
    { error: { code: 'invalid_grant' } },
    { error: 400 },
    { Error: 'invalid_grant', ERROR: 'invalid_grant' },
    ['invalid_grant'],
    [{ error: 'invalid_grant' }],
    'invalid_grant',
  ]);
  const oauth = random.pick(OAUTH_ERRORS);
  const isAuthentication = oauth === 'invalid_client' || status === 401;
  const [body, code] = random.pick<[unknown, string]>([
    [page, 'pingone_blocked'],
    [object, 'pingone_blocked'],
    [{ error: oauth, error_description: words }, isAuthentication ? 'token_invalid_client' : 'token_refused'],
    [
      { id: '0a1b', code: random.pick(['INVALID_REQUEST', 'NOT_FOUND', 'invalid_grant']), message: words },
      'token_refused',
    ],
  ]);
  const headers =
    typeof body === 'string' ? { 'content-type': random.pick(['text/html', 'text/plain']) } : {};
  return { status, headers: { ...headers, ...location }, body, code: ofStatus ?? code };
}

const seen = (page: Page, of: unknown) => ({ code: codeOn(page), location: page.location, of });

test(`of all failures of the token endpoint only invalid_grant ends a session, and each failure has its code (SEED=${seed})`, async () => {
  const random = createRandom();
  const { app, providerDouble: double } = both;
  const browser = createBrowser();
  await signIn(browser);
  for (let round = 0; round < 60; round += 1) {
    later(2);
    const { code, ...response } = failure(random);
    double.scripts['token'] = () => response;
    const before = double.received.length;
    const page = await browser.post(`${app.url}/refresh`);
    expect(seen(page, response)).toEqual({ code, location: undefined, of: response });
    expect([await isSignedIn(browser), response]).toEqual([true, response]);
    // The app sends one token request, and no other request after it.
    expect(double.received.slice(before).map(({ path }) => path.split('/as/')[1])).toEqual(['token']);
    const callback = await signIn(createBrowser());
    expect(seen(callback, response)).toEqual({ code, location: undefined, of: response });
    const isBusy =
      code === 'pingone_busy' || JSON.stringify(response.body).includes('temporarily_unavailable');
    expect([callback.status, response]).toEqual([isBusy ? 503 : 502, response]);
  }
  const tokens = double.requestsTo('token').map(({ body }) => new URLSearchParams(body).get('refresh_token'));
  expect(new Set(tokens.filter((token) => token !== null))).toEqual(new Set([double.refreshToken]));

  for (const status of [400, 401, 403]) {
    const other = createBrowser();
    double.scripts = {};
    await signIn(other);
    later(2);
    double.scripts['token'] = () => ({
      status,
      body: { error: 'invalid_grant', error_description: random.text(9) },
    });
    expect(codeOn(await other.post(`${app.url}/refresh`))).toBe('refresh_refused');
    expect(await isSignedIn(other)).toBe(false);
  }
});

test(`the next refresh sends the refresh token that was issued last, whatever else the response says (SEED=${seed})`, async () => {
  const random = createRandom();
  const { app, providerDouble: double } = both;
  const browser = createBrowser();
  await signIn(browser);
  let newest = double.refreshToken;
  for (let round = 0; round < 60; round += 1) {
    later(2);
    const issued = random.pick([`issued-${round}-${random.text(20)}`, undefined, null, '', 7, ['x']]);
    const odd = random.pick<Record<string, unknown>>([
      {},
      { expires_in: random.pick<unknown>(['3600', null, '', -1, 0, Number.MAX_VALUE, 'soon', {}, [], true]) },
      { scope: random.pick<unknown>([null, '', [], 7]) },
      { token_type: random.pick<unknown>(['mac', null, 7, undefined]) },
      { access_token: random.pick<unknown>([undefined, null, '', 'a b', 7, 'x'.repeat(20_000)]) },
      { id_token: random.pick<unknown>([undefined, null, '', 'broken', 'a.b.c', 7]) },
      { error: random.pick<unknown>(['invalid_grant', null, '']) },
    ]);
    const status = random.chance(80) || 'error' in odd ? 200 : random.pick([201, 202, 206]);
    const claims = random.pick([
      {},
      {},
      { exp: 1 },
      { iat: 1 },
      { at_hash: 'x' },
      { auth_time: random.pick<unknown>([null, '']) },
    ]);
    double.claims = claims;
    double.scripts['token'] = async () => {
      const { body } = await double.goodResponse('token');
      return { status, body: { ...(body as object), refresh_token: issued, ...odd } };
    };
    double.scripts['userinfo'] = () => (random.chance(80) ? { body: double.userinfo } : { status: 500 });
    await browser.post(`${app.url}/refresh`);
    const sent = double.requestsTo('token').at(-1)?.body;
    expect(new URLSearchParams(sent).get('refresh_token')).toBe(newest);
    expect([await isSignedIn(browser), issued, odd, claims]).toEqual([true, issued, odd, claims]);
    if (typeof issued === 'string' && issued !== '') newest = issued;
  }
  expect(double.requestsTo('revoke')).toEqual([]);
});

test(`null and "" in an optional field of a response count as not given (SEED=${seed})`, async () => {
  const random = createRandom();
  const optional = {
    metadata: [
      'userinfo_endpoint',
      'end_session_endpoint',
      'revocation_endpoint',
      'token_endpoint_auth_methods_supported',
      'authorization_response_iss_parameter_supported',
    ],
    tokenChanges: ['refresh_token', 'scope', 'expires_in'],
    claims: ['auth_time', 'azp', 'nbf', 'at_hash', 'acr'],
  } as const;
  for (let round = 0; round < 25; round += 1) {
    const own = await startBoth();
    const chosen: [string, unknown][] = [];
    for (const [part, names] of Object.entries(optional))
      for (const name of names) {
        if (random.chance(50)) continue;
        const nothing = random.pick([null, '']);
        chosen.push([name, nothing]);
        Object.assign(own.providerDouble[part as keyof typeof optional], { [name]: nothing });
      }
    const browser = createBrowser();
    const page = await signInAtProvider(browser, own.app.url, own.providerDouble);
    expect([page.status, codeOn(page), chosen]).toEqual([303, undefined, chosen]);
    later(2);
    const hasRefreshToken = !chosen.some(([name]) => name === 'refresh_token');
    const refresh = await browser.post(`${own.app.url}/refresh`);
    const expected = hasRefreshToken ? undefined : 'refresh_token_missing';
    expect([codeOn(refresh), chosen]).toEqual([expected, chosen]);
    expect((await browser.post(`${own.app.url}/logout`)).status).toBe(200);
    await own.close();
  }
});

test(`a failure of userinfo at a refresh is noted or becomes an error, and never ends the session (SEED=${seed})`, async () => {
  const random = createRandom();
  const { app, providerDouble: double } = both;
  const browser = createBrowser();
  double.userinfo = { sub: SUBJECT, name: 'the earlier name' };
  await signIn(browser);
  for (let round = 0; round < 80; round += 1) {
    later(2);
    const status = random.pick([...STATUSES, 401, 401, 403, 403, 403]);
    const says = random.pick([
      {},
      { 'www-authenticate': `Bearer error="insufficient_scope", scope="${random.text(6)}"` },
    ]);
    const body = random.pick<unknown>([
      '',
      '<html></html>',
      {},
      { error: 'insufficient_scope' },
      { code: 'ACCESS_FAILED' },
    ]);
    const headers = { ...says, ...(status < 400 && { location: 'https://elsewhere.example/' }) };
    const isRefusal =
      'www-authenticate' in says || (typeof body === 'object' && Object.keys(body ?? {}).length > 0);
    const code = codeOfStatus(status) ?? (isRefusal ? 'userinfo_refused' : 'pingone_blocked');
    const hasIdToken = random.chance(50);
    double.tokenChanges = hasIdToken ? {} : { id_token: undefined };
    double.accessToken = `access-${round}`;
    double.scripts['userinfo'] = () => ({ status, headers, body });
    const page = await browser.post(`${app.url}/refresh`);
    const isOfTheMoment = hasIdToken && status !== 401 && status !== 403;
    const of = { status, says, body, hasIdToken };
    expect(seen(page, of)).toEqual({
      code: isOfTheMoment ? undefined : code,
      location: isOfTheMoment ? `${app.url}/profile` : undefined,
      of,
    });
    if (!isOfTheMoment && 'www-authenticate' in says && code === 'userinfo_refused')
      expect(page.body).toContain('insufficient_scope');
    const profile = await browser.get(`${app.url}/profile`);
    expect([profile.status, profile.body.includes('the earlier name'), of]).toEqual([200, true, of]);
    expect([profile.body.includes(code), of]).toEqual([isOfTheMoment, of]);
  }
});

test(`good metadata stays in use, whatever response comes after 24 hours (SEED=${seed})`, async () => {
  const random = createRandom();
  const { app, providerDouble: double } = both;
  await signIn(createBrowser());
  for (let round = 0; round < 30; round += 1) {
    later(25 * 3600);
    const { metadata } = double;
    const document = random.pick<unknown>([
      {
        ...metadata,
        issuer: random.pick<unknown>([`${double.issuer}/`, 'https://evil.example/as', null, 7, undefined]),
      },
      {
        ...metadata,
        [random.pick(['token_endpoint', 'authorization_endpoint', 'jwks_uri'])]: random.pick<unknown>([
          null,
          '',
          'x',
          'http://evil.example/',
          7,
          undefined,
        ]),
      },
      { ...metadata, token_endpoint_auth_methods_supported: ['client_secret_basic'] },
      { issuer: double.issuer },
      {},
      [],
      null,
      'x',
      '',
      '<html></html>',
    ]);
    const { status, headers, body } = random.chance(50)
      ? { status: 200, headers: {}, body: document }
      : failure(random);
    double.scripts[DISCOVERY] = () => ({ status, headers: headers ?? {}, body });
    // The first sign-in starts discovery in the background. The second comes after its result.
    for (let times = 0; times < 2; times += 1)
      expect([(await signIn(createBrowser())).status, status, body]).toEqual([303, status, body]);
    later(2);
    expect([(await signIn(createBrowser())).status, status, body]).toEqual([303, status, body]);
  }
  expect(app.events('sign-in failed')).toEqual([]);
  expect(double.requestsTo(DISCOVERY).length).toBeGreaterThan(25);
});

test(`without metadata each failed response has its code, also a refusal at the edge of the network (SEED=${seed})`, async () => {
  const random = createRandom();
  const { app, providerDouble: double } = both;
  for (let round = 0; round < 60; round += 1) {
    later(120);
    const { code: _, ...response } = failure(random);
    double.scripts[DISCOVERY] = () => response;
    const page = await createBrowser().get(`${app.url}/login`);
    const isOfEdge = response.status === 401 || response.status === 403;
    const code = codeOfStatus(response.status) ?? (isOfEdge ? 'pingone_blocked' : 'discovery_not_found');
    expect(seen(page, response)).toEqual({ code, location: undefined, of: response });
  }
  delete double.scripts[DISCOVERY];
  later(120);
  expect((await signIn(createBrowser())).status).toBe(303);
});
