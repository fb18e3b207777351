// Refresh: one token request, what ties its response to the user, and what is kept whatever else is wrong.

import { afterEach, expect, test, vi } from 'vitest';
import { createAfterSignIn, type SignIn, SignInError } from '../../../src/pingone/index.ts';
import { type Answer, type ProviderDouble, SUBJECT } from '../../helpers/provider-double.ts';
import { collect, errorOf, JSON_TYPE, providerForTest, signIn, split } from '../helpers.ts';
import { atHashOf, payloadOf, signed } from '../id-token/helpers.ts';

afterEach(() => void vi.useRealTimers());

const FIRST_TOKEN = 'refresh-token-of-the-sign-in';

/** A user who is signed in, at a provider that will issue other tokens from now on. */
async function signedInForTest(changes: Record<string, unknown> = {}) {
  const made = await providerForTest();
  const { provider, client } = made;
  provider.tokenAnswer = { refresh_token: FIRST_TOKEN };
  provider.claims = changes;
  const before = await signIn(client, provider);
  provider.tokenAnswer = {};
  provider.accessToken = 'access-token-of-the-refresh';
  provider.received.length = 0;
  const { refresh } = createAfterSignIn(client);
  return { ...made, before, refresh };
}

/** A refresh with hooks, whatever it ends with. */
async function watchRefresh({ refresh, before }: Pick<Made, 'refresh' | 'before'>) {
  const { observer, events } = collect();
  const told: string[] = [];
  const onRefreshToken = (token: string) => void told.push(token);
  const outcome = await refresh(before, { observer, onRefreshToken }).then(
    (refreshed) => ({ refreshed }),
    (error: unknown) => {
      if (error instanceof SignInError) return { error };
      throw error;
    },
  );
  return { told, events, ...split(events), refreshed: undefined, error: undefined, ...outcome };
}

type Made = Awaited<ReturnType<typeof signedInForTest>>;

const endpoints = (provider: ProviderDouble) => provider.received.map(({ path }) => path.split('/as/')[1]);

/** What the refresh responds with, without an ID token. */
const withoutIdToken = { id_token: undefined };

test('the refresh request is exactly this, sent once', async () => {
  const { provider, refresh, before } = await signedInForTest();
  await refresh(before);
  expect(endpoints(provider)).toEqual(['token', 'userinfo']);
  const [request] = provider.received;
  const form = [...new URLSearchParams(request?.body)];
  expect(form).toEqual([
    ['grant_type', 'refresh_token'],
    ['refresh_token', FIRST_TOKEN],
    ['client_id', provider.clientId],
    ['client_secret', provider.clientSecret],
  ]);
  expect(request?.method).toBe('POST');
  expect(request?.headers).not.toHaveProperty('authorization');
});

test('a refresh brings new tokens, new claims and the time they came', async () => {
  const { provider, refresh, before } = await signedInForTest();
  const startedAtMs = Date.now();
  provider.claims = { name: 'Ada Married' };
  provider.userinfo = { sub: SUBJECT, name: 'Ada Married' };
  const { signIn: after, userinfoError } = await refresh(before);
  expect(userinfoError).toBeUndefined();
  expect(after).toMatchObject({
    issuer: before.issuer,
    subject: SUBJECT,
    claims: { name: 'Ada Married' },
    userinfo: { name: 'Ada Married' },
    tokens: { access_token: provider.accessToken, refresh_token: provider.refreshToken },
  });
  expect(after.tokens.id_token).not.toBe(before.tokens.id_token);
  expect(after.receivedAtMs).toBeGreaterThanOrEqual(startedAtMs);
});

test('what does not come again stays as it was', async () => {
  const { provider, refresh, before } = await signedInForTest();
  for (const nothing of [undefined, null, '']) {
    provider.tokenAnswer = { id_token: nothing, refresh_token: nothing, scope: nothing, expires_in: nothing };
    if (nothing !== undefined) provider.tokenAnswer['id_token'] = undefined;
    const told: string[] = [];
    const { signIn: after } = await refresh(before, { onRefreshToken: (token) => void told.push(token) });
    expect(after).toMatchObject({
      claims: before.claims,
      tokens: { id_token: before.tokens.id_token, refresh_token: FIRST_TOKEN, scope: before.tokens.scope },
    });
    // The lifetime belongs to the access token that is gone.
    expect(after.tokens.expires_in).toBeUndefined();
    expect(told).toEqual([]);
  }
});

test.each([[null], ['']])('an id_token that is %j means that none came', async (id_token) => {
  const { provider, refresh, before } = await signedInForTest();
  provider.tokenAnswer = { id_token };
  const { signIn: after } = await refresh(before);
  expect(after.tokens.id_token).toBe(before.tokens.id_token);
});

const NEW_TOKEN = 'refresh-token-that-must-not-be-lost';

test.each<[string, (provider: ProviderDouble) => Answer | Promise<Answer>]>([
  ['without an access token', () => ({ body: { refresh_token: NEW_TOKEN } })],
  [
    'of another token type',
    () => ({ body: { refresh_token: NEW_TOKEN, access_token: 'a', token_type: 'mac' } }),
  ],
  [
    'called text',
    () => ({ headers: { 'content-type': 'text/plain' }, body: `{"refresh_token":"${NEW_TOKEN}"}` }),
  ],
  ['of status 201', () => ({ status: 201, body: { refresh_token: NEW_TOKEN } })],
  [
    'nested too deeply',
    () => ({
      headers: JSON_TYPE,
      body: `{"refresh_token":"${NEW_TOKEN}","x":${'['.repeat(60)}${']'.repeat(60)}}`,
    }),
  ],
  ['with an ID token that is none', (p) => withTokens(p, { id_token: 'x.y.z' })],
  [
    'with an ID token of another user',
    async (p) => withTokens(p, { id_token: await tokenWith(p, { sub: 'other' }) }),
  ],
])('a new refresh token in a response %s is told first', async (_, answer) => {
  const made = await signedInForTest();
  const { provider, refresh, before } = made;
  provider.scripts['token'] = () => answer(provider);
  const heard: string[] = [];
  const hooks = {
    observer: ({ type }: { type: string }) => void heard.push(type),
    onRefreshToken: (token: string) => void heard.push(token),
  };
  const error = await errorOf(refresh(before, hooks));
  expect(heard).toContain(NEW_TOKEN);
  expect(heard.slice(0, heard.indexOf(NEW_TOKEN))).not.toContain('check');
  expect(error.message).not.toContain(NEW_TOKEN);
  expect(endpoints(provider)).not.toContain('userinfo');
});

function withTokens(provider: ProviderDouble, changes: Record<string, unknown>): Answer {
  const tokens = { access_token: provider.accessToken, token_type: 'Bearer', refresh_token: NEW_TOKEN };
  return { body: { ...tokens, ...changes } };
}

async function tokenWith(provider: ProviderDouble, claims: Record<string, unknown>): Promise<string> {
  provider.claims = claims;
  return provider.idToken();
}

test('a refresh without an ID token is confirmed by userinfo', async () => {
  const made = await signedInForTest();
  made.provider.tokenAnswer = withoutIdToken;
  const { refreshed, checks } = await watchRefresh(made);
  expect(refreshed?.signIn.tokens.access_token).toBe(made.provider.accessToken);
  expect(checks.map(({ name, result }) => `${name}: ${result}`)).toEqual([
    'the token response is complete: passed',
    'userinfo has a sub: passed',
    'sub of userinfo matches the ID token: passed',
  ]);
});

/** Responses after which nothing but userinfo could say whose tokens they are. */
const UNTIED: [
  string,
  (provider: ProviderDouble, before: SignIn) => Record<string, unknown> | Promise<object>,
][] = [
  ['no ID token', () => withoutIdToken],
  ['an ID token without at_hash', async (p) => ({ id_token: await tokenWith(p, { at_hash: undefined }) })],
  ['an ID token whose at_hash is empty', async (p) => ({ id_token: await tokenWith(p, { at_hash: '' }) })],
  ['an ID token whose at_hash is null', async (p) => ({ id_token: await tokenWith(p, { at_hash: null }) })],
  [
    'the ID token of before, which names another access token',
    (_, before) => ({ id_token: before.tokens.id_token }),
  ],
];

test.each(UNTIED)('with %s and no userinfo endpoint a refresh is not confirmed', async (_, answer) => {
  // A provider without that endpoint from the beginning: metadata is kept.
  const made = await providerForTest();
  const { provider, client } = made;
  delete provider.metadata['userinfo_endpoint'];
  const before = await signIn(client, provider);
  provider.accessToken = 'another-access-token';
  provider.tokenAnswer = { ...(await answer(provider, before)), refresh_token: NEW_TOKEN };
  const { error, told } = await watchRefresh({ refresh: createAfterSignIn(client).refresh, before });
  expect([error?.code, error?.kind]).toEqual(['refresh_unconfirmed', 'provider']);
  expect(error?.facts.step).toBe('refresh');
  expect(told).toEqual([NEW_TOKEN]);
});

test.each(UNTIED)('with %s a refresh fails while userinfo does', async (_, answer) => {
  const made = await signedInForTest();
  made.provider.tokenAnswer = { ...(await answer(made.provider, made.before)) };
  for (const status of [500, 429, 302]) {
    made.provider.scripts['userinfo'] = () => ({ status });
    const { error, told } = await watchRefresh(made);
    expect(error?.facts).toMatchObject({ step: 'userinfo', status });
    expect(error?.kind).not.toBe('identity');
    expect(told).toEqual([made.provider.refreshToken]);
  }
});

test('without a userinfo endpoint sub and at_hash of a new ID token confirm a refresh', async () => {
  const { provider, client } = await providerForTest();
  delete provider.metadata['userinfo_endpoint'];
  const before = await signIn(client, provider);
  provider.accessToken = 'another-access-token';
  const { signIn: after } = await createAfterSignIn(client).refresh(before);
  expect(after.tokens.access_token).toBe('another-access-token');
  expect(after.claims['at_hash']).toBe(atHashOf('another-access-token'));
});

test.each<[string, Answer | undefined, string]>([
  ['500', { status: 500 }, 'pingone_failed'],
  ['429', { status: 429 }, 'pingone_busy'],
  ['404', { status: 404 }, 'pingone_blocked'],
  ['HTML', { body: '<p>' }, 'pingone_response_invalid'],
  ['no sub', { body: {} }, 'userinfo_invalid'],
])(
  'after an ID token has confirmed the refresh, userinfo of %s leaves the claims of before',
  async (_, answer, code) => {
    const made = await signedInForTest();
    made.provider.scripts['userinfo'] = () => answer;
    made.provider.claims = { acr: 'Multi_Factor' };
    const { refreshed } = await watchRefresh(made);
    expect(refreshed?.userinfoError?.code).toBe(code);
    expect(refreshed?.signIn).toMatchObject({
      claims: { acr: 'Multi_Factor' },
      userinfo: made.before.userinfo,
      tokens: { access_token: made.provider.accessToken, refresh_token: made.provider.refreshToken },
    });
  },
);

test.each([
  [401, 'userinfo_refused', { error: 'invalid_token' }],
  [403, 'userinfo_refused', { error: 'insufficient_scope' }],
  [403, 'pingone_blocked', '<h1>Forbidden'],
])('a %i of userinfo is no moment: %s', async (status, code, body) => {
  const made = await signedInForTest();
  made.provider.scripts['userinfo'] = () => ({ status, body });
  const { error, told } = await watchRefresh(made);
  expect(error).toMatchObject({ code, kind: 'provider', facts: { step: 'userinfo', status } });
  expect(told).toEqual([made.provider.refreshToken]);
});

test('userinfo about another user ends it, also after an ID token has confirmed the refresh', async () => {
  const made = await signedInForTest();
  made.provider.userinfo = { sub: 'another-user' };
  for (const answer of [{}, withoutIdToken]) {
    made.provider.tokenAnswer = answer;
    const { error } = await watchRefresh(made);
    expect([error?.code, error?.kind]).toEqual(['userinfo_subject_mismatch', 'identity']);
  }
});

const NOW_SECONDS = Math.floor(Date.now() / 1000);

test.each<[string, Record<string, unknown>, string, string]>([
  ['another sub', { sub: 'another-user' }, 'id_token_other_user', 'identity'],
  ['another nonce', { nonce: 'another-nonce' }, 'id_token_nonce', 'identity'],
  ['another iss', { iss: 'https://evil.example/as' }, 'id_token_issuer', 'identity'],
  ['another aud', { aud: 'another-app' }, 'id_token_audience', 'identity'],
  ['another azp', { azp: 'another-app' }, 'id_token_authorized_party', 'identity'],
  ['an earlier auth_time', { auth_time: NOW_SECONDS - 101 }, 'id_token_auth_time_earlier', 'provider'],
  ['the at_hash of another token', { at_hash: atHashOf('x') }, 'id_token_at_hash', 'provider'],
  ['an exp that has passed', { exp: NOW_SECONDS - 61 }, 'id_token_expired', 'clock'],
])('an ID token with %s is refused: %s', async (_, claims, code, kind) => {
  const made = await signedInForTest({ auth_time: NOW_SECONDS - 100 });
  const { nonce } = made.provider;
  made.provider.claims = claims;
  const { error, told, checks } = await watchRefresh(made);
  expect([error?.code, error?.kind]).toEqual([code, kind]);
  expect(checks.at(-1)).toMatchObject({ result: 'failed', code, step: 'id_token' });
  expect(error?.message).not.toContain(nonce);
  expect(told).toEqual([made.provider.refreshToken]);
  expect(endpoints(made.provider)).toEqual(['token']);
});

test('an earlier auth_time is refused with both values', async () => {
  const made = await signedInForTest({ auth_time: NOW_SECONDS });
  made.provider.claims = { auth_time: NOW_SECONDS - 3600 };
  const { error } = await watchRefresh(made);
  const [first, later] = [NOW_SECONDS, NOW_SECONDS - 3600].map((at) => new Date(at * 1000).toISOString());
  expect(error?.facts).toMatchObject({
    expected: `auth_time ${first} or later`,
    found: `auth_time ${later}`,
  });
});

test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
  ['a later auth_time', { auth_time: NOW_SECONDS - 100 }, { auth_time: NOW_SECONDS }],
  ['the same auth_time', { auth_time: NOW_SECONDS - 100 }, { auth_time: NOW_SECONDS - 100 }],
  ['no auth_time any more', { auth_time: NOW_SECONDS - 100 }, {}],
  ['an auth_time that is null', { auth_time: NOW_SECONDS - 100 }, { auth_time: null }],
  ['an auth_time for the first time', {}, { auth_time: NOW_SECONDS - 9999 }],
  ['no nonce', {}, { nonce: undefined }],
  ['a nonce that is null', {}, { nonce: null }],
  ['the same nonce', {}, {}],
])('an ID token with %s is accepted', async (_, first, second) => {
  const made = await signedInForTest(first);
  made.provider.claims = second;
  const { error, refreshed } = await watchRefresh(made);
  expect(error).toBeUndefined();
  expect(refreshed?.signIn.subject).toBe(SUBJECT);
});

test('the ID token of a refresh is signed by the provider, or refused', async () => {
  const made = await signedInForTest();
  const { provider } = made;
  const good = await provider.idToken();
  const forged = signed(
    provider.header,
    payloadOf(good).replace('Single', 'Multi'),
    provider.signingKey.privateKey,
  );
  provider.tokenAnswer = { id_token: `${forged.slice(0, forged.lastIndexOf('.'))}.${good.split('.')[2]}` };
  const { error } = await watchRefresh(made);
  expect(error?.code).toBe('id_token_signature');
});

test.each<[string, Answer, string, string]>([
  ['400 invalid_grant', { status: 400, body: { error: 'invalid_grant' } }, 'refresh_refused', 'user'],
  ['401 invalid_grant', { status: 401, body: { error: 'invalid_grant' } }, 'refresh_refused', 'user'],
  [
    '401 invalid_client',
    { status: 401, body: { error: 'invalid_client' } },
    'token_invalid_client',
    'configuration',
  ],
  [
    '401 unauthorized_client',
    { status: 401, body: { error: 'unauthorized_client' } },
    'token_invalid_client',
    'configuration',
  ],
  ['400 invalid_scope', { status: 400, body: { error: 'invalid_scope' } }, 'token_refused', 'configuration'],
  ['403 HTML', { status: 403, body: '<h1>Request blocked' }, 'pingone_blocked', 'provider'],
  [
    '403 {"message":"Forbidden"}',
    { status: 403, body: { message: 'Forbidden' } },
    'pingone_blocked',
    'provider',
  ],
  ['401 without words', { status: 401, body: '' }, 'pingone_blocked', 'provider'],
  ['404', { status: 404, body: {} }, 'pingone_blocked', 'provider'],
  ['429', { status: 429, headers: { 'retry-after': '7' } }, 'pingone_busy', 'connection'],
  ['500', { status: 500 }, 'pingone_failed', 'provider'],
])('a refresh that gets %s is sent once and is called %s', async (_, answer, code, kind) => {
  const made = await signedInForTest();
  made.provider.scripts['token'] = () => answer;
  const { error, told } = await watchRefresh(made);
  expect([error?.code, error?.kind, error?.facts.step]).toEqual([code, kind, 'refresh']);
  // Whoever keeps the session needs no more than this to know that it is over.
  expect(error?.facts.error === 'invalid_grant').toBe(code === 'refresh_refused');
  expect(told).toEqual([]);
  expect(endpoints(made.provider)).toEqual(['token']);
});

test('an error that quotes the refresh token shows no part of it', async () => {
  const made = await signedInForTest();
  const error_description = `Token ${FIRST_TOKEN} was used`;
  made.provider.scripts['token'] = () => ({
    status: 400,
    body: { error: 'invalid_grant', error_description },
  });
  const { error, events } = await watchRefresh(made);
  expect(error?.message).not.toContain('token-of-the');
  expect(JSON.stringify(events)).not.toContain('token-of-the');
});

test('without a refresh token nothing is sent', async () => {
  const { provider, refresh, before } = await signedInForTest();
  const { refresh_token: _, ...tokens } = before.tokens;
  await expect(refresh({ ...before, tokens })).rejects.toThrow(TypeError);
  expect(provider.received).toEqual([]);
});

test('keys that cannot be fetched are missed before the refresh token is sent', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const made = await signedInForTest();
  vi.setSystemTime(Date.now() + 3_600_000);
  made.provider.scripts['jwks'] = () => ({ status: 500 });
  const { error } = await watchRefresh(made);
  expect(error?.facts.step).toBe('jwk_set');
  expect(endpoints(made.provider)).toEqual(['jwks']);
});

test('an observer hears of the whole refresh, without a secret', async () => {
  const made = await signedInForTest();
  const { exchanges, checks, events } = await watchRefresh(made);
  expect(exchanges.filter(({ reused }) => !reused).map(({ step }) => step)).toEqual(['refresh', 'userinfo']);
  expect(exchanges[0]).toMatchObject({ step: 'discovery', reused: true });
  expect(exchanges.find(({ step }) => step === 'refresh')?.parameters).toEqual([
    ['grant_type', 'refresh_token'],
    ['refresh_token', '[secret, 28 characters]'],
    ['client_id', made.provider.clientId],
    ['client_secret', expect.stringMatching(/^\[secret, \d+ characters\]$/)],
  ]);
  expect(checks[0]).toMatchObject({ step: 'refresh', result: 'passed' });
  expect(checks.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'sub matches the sign-in',
      'nonce matches the sign-in',
      'auth_time is not earlier than before',
    ]),
  );
  const { accessToken, refreshToken, clientSecret, nonce } = made.provider;
  for (const secret of [FIRST_TOKEN, accessToken, refreshToken, clientSecret, nonce])
    expect(JSON.stringify(events)).not.toContain(secret);
});
