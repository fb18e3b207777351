// Responses that PingOne does not send, but that the specifications allow, or that other providers and proxies send: an
// allowed response works, and every other response has a code and a fact that say why.

import { expect, onTestFinished, test, vi } from 'vitest';
import { createAfterSignIn, type SignInError } from '../../src/pingone/index.ts';
import { errorOf, JSON_TYPE, providerForTest, signIn } from '../pingone/helpers.ts';
import { appForTest, signIn as signInAt } from '../sign-in/helpers.ts';
import { createRandom, type Random, seed } from './helpers.ts';

const DISCOVERY = '.well-known/openid-configuration';
const NOTHING = [undefined, null, ''];

function anyCase(random: Random, text: string): string {
  return [...text].map((letter) => (random.chance(50) ? letter.toUpperCase() : letter)).join('');
}

test(`at every endpoint, a 2xx status other than 200 counts neither as a success nor as a refusal (SEED=${seed})`, async () => {
  const random = createRandom();
  for (let round = 0; round < 40; round += 1) {
    const { provider, client } = await providerForTest();
    const endpoint = random.pick([DISCOVERY, 'token', 'jwks', 'userinfo', 'revoke']);
    const status = random.pick([201, 202, 203, 204, 205, 206, 226, 201 + random.number(99)]);
    const body = random.pick<unknown>([
      { error: random.pick(['invalid_grant', 'invalid_client', 'x']), error_description: 'x' },
      { code: 'NOT_FOUND', message: 'x' },
      {},
      (await provider.goodResponse(endpoint)).body,
      '<html></html>',
      '',
    ]);
    provider.scripts[endpoint] = () => ({ status, body });
    const error = await errorOf(
      endpoint === 'revoke' ? createAfterSignIn(client).revoke('a-token') : signIn(client, provider),
    );
    const of = { endpoint, status, body };
    expect([error.code, error.kind, of]).toEqual(['pingone_response_invalid', 'provider', of]);
    expect(error.facts).toMatchObject({ status, why: 'status_not_200' });
    expect(provider.requestsTo(endpoint)).toHaveLength(1);
  }
});

test(`without a userinfo endpoint a new ID token with the same sub confirms a refresh (SEED=${seed})`, async () => {
  const random = createRandom();
  for (let round = 0; round < 40; round += 1) {
    const { provider, client } = await providerForTest();
    provider.metadata['userinfo_endpoint'] = random.pick(NOTHING);
    const before = await signIn(client, provider);
    provider.accessToken = `access-token-${round}`;
    const isSameUser = random.chance(75);
    const hasIdToken = random.chance(75);
    provider.claims = {
      ...(random.chance(70) && { at_hash: random.pick(NOTHING) }),
      ...(random.chance(50) && { nonce: random.pick(NOTHING) }),
      ...(!isSameUser && { sub: random.text(8) }),
    };
    if (!hasIdToken) provider.tokenChanges = { id_token: random.pick(NOTHING) };
    const expected = hasIdToken ? (isSameUser ? undefined : 'id_token_other_user') : 'refresh_unconfirmed';
    const outcome = await createAfterSignIn(client)
      .refresh(before)
      .then(
        ({ signIn: after }) => ({ accessToken: after.tokens.access_token }),
        ({ code }: SignInError) => ({ code }),
      );
    const of = { ...provider.claims, hasIdToken };
    expect([outcome, of]).toEqual([
      expected ? { code: expected } : { accessToken: provider.accessToken },
      of,
    ]);
  }
});

test(`a typ is compared without regard to case, and other types are refused (SEED=${seed})`, async () => {
  const random = createRandom();
  const { provider, client } = await providerForTest();
  for (let round = 0; round < 40; round += 1) {
    const isJwt = random.chance(50);
    const other = random.pick([
      'at+jwt',
      'logout+jwt',
      'jwt+x',
      'jw',
      'jwtt',
      'x.jwt',
      'j wt',
      'jwt\n',
      'ʲwt',
    ]);
    const typ = anyCase(random, isJwt ? 'jwt' : other);
    provider.header = { ...provider.header, typ };
    const outcome = await signIn(client, provider).then(
      () => 'signed in',
      ({ code, facts }: SignInError) => `${code} ${facts.expected}`,
    );
    expect([typ, outcome]).toEqual([typ, isJwt ? 'signed in' : 'id_token_type JWT']);
  }
});

test(`acr and auth_time of another type count as missing: only a sign-in that asked for them fails (SEED=${seed})`, async () => {
  const random = createRandom();
  const others = [true, false, {}, [], ['A'], [1], { acr: 'A' }, null];
  for (let round = 0; round < 40; round += 1) {
    const { provider, client } = await providerForTest();
    const seconds = Math.floor(Date.now() / 1000);
    provider.claims = {
      acr: random.pick<unknown>([...others, 1, seconds]),
      auth_time: random.pick<unknown>([...others, 'A', '', `${seconds}`]),
    };
    const asked = random.pick([{}, { acrValues: ['A', '1', 'true'] }, { maxAgeSeconds: 300 }]);
    const { authorizationUrl, pending } = await client.startSignIn(asked);
    const outcome = await client.finishSignIn(provider.authorize(authorizationUrl), pending).then(
      ({ claims: { acr, auth_time } }) => ({ acr, auth_time }),
      ({ code, kind }: SignInError) => ({ code, kind }),
    );
    const code = 'acrValues' in asked ? 'id_token_acr' : 'id_token_auth_time';
    const expected = Object.keys(asked).length > 0 ? { code, kind: 'user' } : provider.claims;
    expect([outcome, provider.claims]).toEqual([expected, provider.claims]);
    const { refresh } = createAfterSignIn(client);
    const before = await signIn(client, provider);
    expect((await refresh(before)).signIn.claims['auth_time']).toEqual(provider.claims['auth_time']);
  }
});

test(`the client reads a response with Content-Encoding: identity in any spelling (SEED=${seed})`, async () => {
  const random = createRandom();
  for (let round = 0; round < 60; round += 1) {
    const isIdentity = random.chance(50);
    const coding = random.pick([
      'gzip',
      'br',
      'identity, gzip',
      'identity;q=1',
      'identityx',
      '"identity"',
      'x',
    ]);
    const spaces = random.pick(['', ' ', '\t', ' \t ']);
    const field = isIdentity
      ? spaces + anyCase(random, random.pick(['identity', ''])) + spaces
      : anyCase(random, coding) + spaces;
    const endpoint = random.pick(['token', 'userinfo', 'jwks']);
    const { provider, client } = await providerForTest();
    provider.scripts[endpoint] = async (request) => ({
      ...(await provider.goodResponse(endpoint, request)),
      headers: { ...JSON_TYPE, 'content-encoding': field },
    });
    const outcome = await signIn(client, provider).then(
      () => 'signed in',
      ({ code, facts }: SignInError) => `${code} ${facts.why}`,
    );
    const expected = isIdentity ? 'signed in' : 'pingone_response_invalid compressed';
    expect([field, endpoint, outcome]).toEqual([field, endpoint, expected]);
  }
});

test(`all lines of WWW-Authenticate are in the error (SEED=${seed})`, async () => {
  const random = createRandom();
  const { provider, client } = await providerForTest();
  for (let round = 0; round < 30; round += 1) {
    const lines = [
      `Basic realm="${random.text(5)}"`,
      ...random.some(2, () => `Negotiate ${random.text(6)}`),
      'Bearer error="insufficient_scope"',
    ];
    const sent = random.shuffled(lines);
    const endpoint = random.pick(['token', 'userinfo']);
    provider.scripts = {
      [endpoint]: (_request, response) => {
        for (const line of sent) response.appendHeader('WWW-Authenticate', line);
        response.writeHead(401, JSON_TYPE).end('{"error":"invalid_client"}');
        return undefined;
      },
    };
    const { facts } = await errorOf(signIn(client, provider));
    expect([endpoint, facts.wwwAuthenticate]).toEqual([endpoint, sent.join(',')]);
  }
});

test(`a response with too many fields and a token that is too long have errors that say so (SEED=${seed})`, async () => {
  const random = createRandom();
  for (let round = 0; round < 30; round += 1) {
    const { provider, client } = await providerForTest();
    const [code, why, change] = random.pick<[string, string | undefined, () => void]>([
      [
        'pingone_response_invalid',
        'too_many_fields',
        () => {
          const list = Array(3_001 + random.number(500)).fill(random.number(9));
          provider.userinfo = { ...(provider.userinfo as object), list };
        },
      ],
      [
        'pingone_response_invalid',
        'not_a_json_object',
        () => {
          const body = random.pick(['[]', 'null', '{"a":1', '', '7']);
          provider.scripts['userinfo'] = () => ({ headers: JSON_TYPE, body });
        },
      ],
      [
        'token_response_invalid',
        'too_long',
        () => {
          const name = random.pick(['id_token', 'access_token']);
          provider.tokenChanges = { [name]: 'x'.repeat(16_385 + random.number(9_000)) };
          if (name === 'access_token') provider.tokenChanges['id_token'] = 'x';
        },
      ],
      [
        'token_response_invalid',
        undefined,
        () => {
          const long = { access_token: 'x'.repeat(16_385) };
          provider.tokenChanges = { ...random.pick([{}, long]), id_token: random.pick(NOTHING) };
        },
      ],
    ]);
    change();
    const { code: found, facts } = await errorOf(signIn(client, provider));
    expect([found, facts.why]).toEqual([code, why]);
  }
});

test(`routes get an access token until it expires, unless the refresh ends the session (SEED=${seed})`, async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const random = createRandom();
  const app = await appForTest();
  const { double } = app;
  for (let round = 0; round < 60; round += 1) {
    const expiresIn = 20 + random.number(3_000);
    const leeway = Math.min(30, expiresIn / 2);
    const hasRefreshToken = random.chance(80);
    double.accessToken = `before-${round}`;
    double.tokenChanges = { expires_in: expiresIn, ...(!hasRefreshToken && { refresh_token: null }) };
    double.claims = {};
    double.scripts = {};
    const browser = await signInAt(app);

    const [phase, age] = random.pick<['fresh' | 'last' | 'expired', number]>([
      ['fresh', expiresIn - leeway - 2],
      ['last', expiresIn - leeway + 2],
      ['last', expiresIn - 2],
      ['expired', expiresIn + 2],
    ]);
    vi.setSystemTime(Date.now() + age * 1000);
    const outcome = random.pick(['good', 'fails', 'refused', 'other user']);
    double.accessToken = `after-${round}`;
    if (outcome === 'other user') double.claims = { sub: random.text(6) };
    if (outcome === 'refused')
      double.scripts['token'] = () => ({ status: 400, body: { error: 'invalid_grant' } });
    if (outcome === 'fails') {
      const status = random.pick([201, 302, 401, 403, 404, 429, 500, 503]);
      double.scripts['token'] = () => ({ status });
    }

    const page = await browser.get(`${app.url}/api`);
    const isRefreshed = phase !== 'fresh' && hasRefreshToken && outcome === 'good';
    const hasEnded = phase !== 'fresh' && hasRefreshToken && ['refused', 'other user'].includes(outcome);
    const isKept = !isRefreshed && !hasEnded && phase !== 'expired';
    const expected = isRefreshed ? `after-${round}` : isKept ? `before-${round}` : 'none';
    const found = page.status === 200 ? page.body : 'none';
    const of = { phase, outcome, hasRefreshToken };
    expect([found, of]).toEqual([expected, of]);
    expect([(await browser.get(`${app.url}/orders`)).status, of]).toEqual([hasEnded ? 302 : 200, of]);
  }
});
