// Refresh: the token request, the checks that its response is about the same user, and what is kept if a check fails.

import { afterEach, expect, test, vi } from 'vitest';
import { createAfterSignIn, type SignIn, SignInError } from '../../../src/pingone/index.ts';
import { type ProviderDouble, type ScriptedResponse, SUBJECT } from '../../helpers/provider-double.ts';
import { collect, errorOf, JSON_TYPE, providerForTest, signIn, split } from '../helpers.ts';
import { atHashOf, payloadOf, signed } from '../id-token/helpers.ts';

afterEach(() => void vi.useRealTimers());

const FIRST_TOKEN = 'refresh-token-of-the-sign-in';

/** A signed-in user, and a provider that issues other tokens from now on. */
async function signedInForTest(changes: Record<string, unknown> = {}) {
  const made = await providerForTest();
  const { provider, client } = made;
  provider.tokenChanges = { refresh_token: FIRST_TOKEN };
  provider.claims = changes;
  const before = await signIn(client, provider);
  provider.tokenChanges = {};
  provider.accessToken = 'access-token-of-the-refresh';
  provider.received.length = 0;
  const { refresh } = createAfterSignIn(client);
  return { ...made, before, refresh };
}

/** A refresh with hooks, successful or not. */
async function watchRefresh({ refresh, before }: Pick<Made, 'refresh' | 'before'>) {
  const { observer, events } = collect();
  const refreshTokens: string[] = [];
  const onRefreshToken = (token: string) => void refreshTokens.push(token);
  const outcome = await refresh(before, { observer, onRefreshToken }).then(
    (refreshed) => ({ refreshed }),
    (error: unknown) => {
      if (error instanceof SignInError) return { error };
      throw error;
    },
  );
  return { refreshTokens, events, ...split(events), refreshed: undefined, error: undefined, ...outcome };
}

type Made = Awaited<ReturnType<typeof signedInForTest>>;

const endpoints = (provider: ProviderDouble) => provider.received.map(({ path }) => path.split('/as/')[1]);

/** Changes that remove the ID token from the token response. */
const withoutIdToken = { id_token: undefined };

test('the refresh sends one request, exactly in this form', async () => {
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

test('a refresh returns new tokens, new claims and the time of their arrival', async () => {
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

test('a refresh keeps the earlier ID token, refresh token and scope if the response has no new ones', async () => {
  const { provider, refresh, before } = await signedInForTest();
  for (const absent of [undefined, null, '']) {
    provider.tokenChanges = {
      id_token: absent,
      refresh_token: absent,
      scope: absent,
      expires_in: absent,
    };
    if (absent !== undefined) provider.tokenChanges['id_token'] = undefined;
    const refreshTokens: string[] = [];
    const { signIn: after } = await refresh(before, {
      onRefreshToken: (token) => void refreshTokens.push(token),
    });
    expect(after).toMatchObject({
      claims: before.claims,
      tokens: { id_token: before.tokens.id_token, refresh_token: FIRST_TOKEN, scope: before.tokens.scope },
    });
    // The earlier lifetime belongs to the earlier access token.
    expect(after.tokens.expires_in).toBeUndefined();
    expect(refreshTokens).toEqual([]);
  }
});

test.each([[null], ['']])('an id_token that is %j counts as absent', async (id_token) => {
  const { provider, refresh, before } = await signedInForTest();
  provider.tokenChanges = { id_token };
  const { signIn: after } = await refresh(before);
  expect(after.tokens.id_token).toBe(before.tokens.id_token);
});

const NEW_TOKEN = 'refresh-token-that-must-not-be-lost';

test.each<[string, (provider: ProviderDouble) => ScriptedResponse | Promise<ScriptedResponse>]>([
  ['without an access token', () => ({ body: { refresh_token: NEW_TOKEN } })],
  [
    'with another token type',
    () => ({ body: { refresh_token: NEW_TOKEN, access_token: 'a', token_type: 'mac' } }),
  ],
  [
    'with the content type text/plain',
    () => ({ headers: { 'content-type': 'text/plain' }, body: `{"refresh_token":"${NEW_TOKEN}"}` }),
  ],
  ['with status 201', () => ({ status: 201, body: { refresh_token: NEW_TOKEN } })],
  [
    'with too many nested levels',
    () => ({
      headers: JSON_TYPE,
      body: `{"refresh_token":"${NEW_TOKEN}","x":${'['.repeat(60)}${']'.repeat(60)}}`,
    }),
  ],
  ['with a malformed ID token', (p) => withTokens(p, { id_token: 'x.y.z' })],
  [
    'with an ID token about another user',
    async (p) => withTokens(p, { id_token: await tokenWith(p, { sub: 'other' }) }),
  ],
])('the caller gets a new refresh token from a response %s before any check', async (_, respond) => {
  const made = await signedInForTest();
  const { provider, refresh, before } = made;
  provider.scripts['token'] = () => respond(provider);
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

function withTokens(provider: ProviderDouble, changes: Record<string, unknown>): ScriptedResponse {
  const tokens = { access_token: provider.accessToken, token_type: 'Bearer', refresh_token: NEW_TOKEN };
  return { body: { ...tokens, ...changes } };
}

async function tokenWith(provider: ProviderDouble, claims: Record<string, unknown>): Promise<string> {
  provider.claims = claims;
  return provider.idToken();
}

test('userinfo confirms a refresh without an ID token', async () => {
  const made = await signedInForTest();
  made.provider.tokenChanges = withoutIdToken;
  const { refreshed, checks } = await watchRefresh(made);
  expect(refreshed?.signIn.tokens.access_token).toBe(made.provider.accessToken);
  expect(checks.map(({ name, result }) => `${name}: ${result}`)).toEqual([
    'the token response is valid: passed',
    'userinfo has a sub: passed',
    'sub of userinfo matches the ID token: passed',
  ]);
});

type Change = [
  string,
  (provider: ProviderDouble, before: SignIn) => Record<string, unknown> | Promise<object>,
];

/** Responses with a new ID token that does not name the access token. */
const WITHOUT_AT_HASH: Change[] = [
  ['an ID token without at_hash', async (p) => ({ id_token: await tokenWith(p, { at_hash: undefined }) })],
  ['an ID token whose at_hash is empty', async (p) => ({ id_token: await tokenWith(p, { at_hash: '' }) })],
  ['an ID token whose at_hash is null', async (p) => ({ id_token: await tokenWith(p, { at_hash: null }) })],
];

/** Responses without a new ID token. */
const WITHOUT_NEW_ID_TOKEN: Change[] = [
  ['no ID token', () => withoutIdToken],
  [
    'the earlier ID token, whose at_hash belongs to another access token',
    (_, before) => ({ id_token: before.tokens.id_token }),
  ],
];

/** A refresh at a provider that has no userinfo endpoint from the beginning, because the client keeps the metadata. */
async function watchWithoutUserinfo(change: Change[1]) {
  const { provider, client } = await providerForTest();
  delete provider.metadata['userinfo_endpoint'];
  const before = await signIn(client, provider);
  provider.accessToken = 'another-access-token';
  provider.tokenChanges = { ...(await change(provider, before)), refresh_token: NEW_TOKEN };
  return watchRefresh({ refresh: createAfterSignIn(client).refresh, before });
}

test.each(WITHOUT_NEW_ID_TOKEN)(
  'a refresh with %s is not confirmed if there is no userinfo endpoint',
  async (_, change) => {
    const { error, refreshTokens } = await watchWithoutUserinfo(change);
    expect([error?.code, error?.kind]).toEqual(['refresh_unconfirmed', 'provider']);
    expect(error?.facts.step).toBe('refresh');
    expect(refreshTokens).toEqual([NEW_TOKEN]);
  },
);

test.each(WITHOUT_AT_HASH)(
  'a refresh with %s is confirmed by its sub if there is no userinfo endpoint',
  async (_, change) => {
    const { refreshed, checks } = await watchWithoutUserinfo(change);
    expect(refreshed?.signIn.tokens.access_token).toBe('another-access-token');
    expect(checks.find(({ name }) => name === 'sub matches the sign-in')?.result).toBe('passed');
  },
);

const signatureOf = (idToken: string) =>
  Buffer.from(idToken.slice(idToken.lastIndexOf('.') + 1), 'base64url');

/** The last character of 256 bytes in base64url has four bits that mean nothing. */
function encodedInAnotherWay(idToken: string): string {
  const tokens = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'].map(
    (last) => idToken.slice(0, -1) + last,
  );
  const same = tokens.find((one) => one !== idToken && signatureOf(one).equals(signatureOf(idToken)));
  if (!same) throw new Error('There is no other encoding.');
  return same;
}

test('an ID token that is not newer than the earlier one confirms no refresh', async () => {
  const { provider, client } = await providerForTest();
  delete provider.metadata['userinfo_endpoint'];
  provider.claims = { at_hash: undefined };
  const before = await signIn(client, provider);
  const { id_token } = before.tokens;
  const older = { ...before.claims, iat: Number(before.claims['iat']) - 5 };
  const key = provider.signingKey.privateKey;
  for (const token of [encodedInAnotherWay(id_token), signed(provider.header, JSON.stringify(older), key)]) {
    provider.tokenChanges = { access_token: 'of-another-user', id_token: token, refresh_token: NEW_TOKEN };
    const { error } = await watchRefresh({ refresh: createAfterSignIn(client).refresh, before });
    expect(error?.code).toBe('refresh_unconfirmed');
  }
});

test.each([...WITHOUT_AT_HASH, ...WITHOUT_NEW_ID_TOKEN])(
  'a refresh whose response has %s fails if userinfo fails',
  async (_, change) => {
    const made = await signedInForTest();
    made.provider.tokenChanges = { ...(await change(made.provider, made.before)) };
    for (const status of [500, 429, 302]) {
      made.provider.scripts['userinfo'] = () => ({ status });
      const { error, refreshTokens } = await watchRefresh(made);
      expect(error?.facts).toMatchObject({ step: 'userinfo', status });
      expect(error?.kind).not.toBe('identity');
      expect(refreshTokens).toEqual([made.provider.refreshToken]);
    }
  },
);

test('without a userinfo endpoint, the sub and at_hash of a new ID token confirm a refresh', async () => {
  const { provider, client } = await providerForTest();
  delete provider.metadata['userinfo_endpoint'];
  const before = await signIn(client, provider);
  provider.accessToken = 'another-access-token';
  const { signIn: after } = await createAfterSignIn(client).refresh(before);
  expect(after.tokens.access_token).toBe('another-access-token');
  expect(after.claims['at_hash']).toBe(atHashOf('another-access-token'));
});

test.each<[string, ScriptedResponse | undefined, string]>([
  ['500', { status: 500 }, 'pingone_failed'],
  ['429', { status: 429 }, 'pingone_busy'],
  ['404', { status: 404 }, 'pingone_blocked'],
  ['HTML', { body: '<p>' }, 'pingone_response_invalid'],
  ['no sub', { body: {} }, 'userinfo_invalid'],
])(
  'if an ID token has confirmed the refresh, a userinfo response with %s keeps the earlier userinfo claims',
  async (_, response, code) => {
    const made = await signedInForTest();
    made.provider.scripts['userinfo'] = () => response;
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
])('a userinfo response with status %i ends the refresh with %s', async (status, code, body) => {
  const made = await signedInForTest();
  made.provider.scripts['userinfo'] = () => ({ status, body });
  const { error, refreshTokens } = await watchRefresh(made);
  expect(error).toMatchObject({ code, kind: 'provider', facts: { step: 'userinfo', status } });
  expect(refreshTokens).toEqual([made.provider.refreshToken]);
});

test('userinfo about another user ends the refresh, even if an ID token has confirmed it', async () => {
  const made = await signedInForTest();
  made.provider.userinfo = { sub: 'another-user' };
  for (const changes of [{}, withoutIdToken]) {
    made.provider.tokenChanges = changes;
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
  const { error, refreshTokens, checks } = await watchRefresh(made);
  expect([error?.code, error?.kind]).toEqual([code, kind]);
  expect(checks.at(-1)).toMatchObject({ result: 'failed', code, step: 'id_token' });
  expect(error?.message).not.toContain(nonce);
  expect(refreshTokens).toEqual([made.provider.refreshToken]);
  expect(endpoints(made.provider)).toEqual(['token']);
});

test('the error about an earlier auth_time contains both values', async () => {
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
  ['no second auth_time', { auth_time: NOW_SECONDS - 100 }, {}],
  ['an auth_time that is null', { auth_time: NOW_SECONDS - 100 }, { auth_time: null }],
  ['an auth_time that the sign-in did not have', {}, { auth_time: NOW_SECONDS - 9999 }],
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

test('an ID token of a refresh with an invalid signature is refused', async () => {
  const made = await signedInForTest();
  const { provider } = made;
  const good = await provider.idToken();
  const forged = signed(
    provider.header,
    payloadOf(good).replace('Single', 'Multi'),
    provider.signingKey.privateKey,
  );
  provider.tokenChanges = { id_token: `${forged.slice(0, forged.lastIndexOf('.'))}.${good.split('.')[2]}` };
  const { error } = await watchRefresh(made);
  expect(error?.code).toBe('id_token_signature');
});

test.each<[string, ScriptedResponse, string, string]>([
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
  ['401 with an empty body', { status: 401, body: '' }, 'pingone_blocked', 'provider'],
  ['404', { status: 404, body: {} }, 'pingone_blocked', 'provider'],
  ['429', { status: 429, headers: { 'retry-after': '7' } }, 'pingone_busy', 'connection'],
  ['500', { status: 500 }, 'pingone_failed', 'provider'],
])('a refresh that gets %s is sent once and ends with %s', async (_, response, code, kind) => {
  const made = await signedInForTest();
  made.provider.scripts['token'] = () => response;
  const { error, refreshTokens } = await watchRefresh(made);
  expect([error?.code, error?.kind, error?.facts.step]).toEqual([code, kind, 'refresh']);
  // This fact alone tells the caller that the session has ended.
  expect(error?.facts.error === 'invalid_grant').toBe(code === 'refresh_refused');
  expect(refreshTokens).toEqual([]);
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

test('a refresh without a refresh token sends no request', async () => {
  const { provider, refresh, before } = await signedInForTest();
  const { refresh_token: _, ...tokens } = before.tokens;
  await expect(refresh({ ...before, tokens })).rejects.toThrow(TypeError);
  expect(provider.received).toEqual([]);
});

test('if the keys cannot be fetched, the refresh fails before it sends the refresh token', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const made = await signedInForTest();
  vi.setSystemTime(Date.now() + 3_600_000);
  made.provider.scripts['jwks'] = () => ({ status: 500 });
  const { error } = await watchRefresh(made);
  expect(error?.facts.step).toBe('jwk_set');
  expect(endpoints(made.provider)).toEqual(['jwks']);
});

test('an observer hears of each exchange and check of a refresh, without secrets', async () => {
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
      'auth_time is the same or later',
    ]),
  );
  const { accessToken, refreshToken, clientSecret, nonce } = made.provider;
  for (const secret of [FIRST_TOKEN, accessToken, refreshToken, clientSecret, nonce])
    expect(JSON.stringify(events)).not.toContain(secret);
});
