// The record of a sign-in, as the client gives it: each step with its messages and checks, and nothing made up.

import { expect, test, vi } from 'vitest';
import { type FlowRecord, type FlowStep, STEPS } from '../../src/pingone/flow-steps.ts';
import { createSigningKey, publicJwk, type StandIn } from '../helpers/stand-in.ts';
import { DISCOVERY, errorOf, standInForTest } from './helpers.ts';

type Client = Awaited<ReturnType<typeof standInForTest>>['client'];

/** A whole sign-in: its steps by name, and what it ended with. */
async function recordOf(client: Client, standIn: StandIn, changes = {}) {
  const { authorizationUrl, pending } = await client.startSignIn();
  const records: FlowRecord[] = [];
  const finish = client.finishSignIn(
    { ...standIn.authorize(authorizationUrl), ...changes },
    pending,
    (flow) => {
      records.push(flow);
    },
  );
  const error = await finish.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(records).toHaveLength(1);
  const steps = records[0]?.steps ?? [];
  const step = (name: string) => steps.find(({ id }) => STEPS[id].name === name) as FlowStep;
  return { error, steps, step };
}

const shownOf = (parameters: { name: string; value: string }[] = [], name: string) =>
  parameters.find((parameter) => parameter.name === name)?.value;

test('it has every step in its order, each with file, function, time and duration', async () => {
  const { standIn, client } = await standInForTest();
  const before = Date.now();
  const { steps } = await recordOf(client, standIn);
  const sources = steps.map(({ id }): { name: string; file?: string; function?: string } => STEPS[id]);
  expect(sources.map(({ name, file, function: of }) => [name, file, of])).toEqual([
    ['Discovery', 'src/pingone/discovery.ts', 'createDiscovery'],
    ['Authorization request', 'src/pingone/authorization-request.ts', 'buildAuthorizationUrl'],
    ['Sign-on at PingOne', undefined, undefined],
    ['Authorization response', 'src/pingone/authorization-response.ts', 'checkAuthorizationResponse'],
    ['Token request', 'src/pingone/token-request.ts', 'requestTokens'],
    ['ID token', 'src/pingone/id-token.ts', 'validateIdToken'],
    ['Userinfo', 'src/pingone/userinfo.ts', 'requestUserinfo'],
  ]);
  for (const { result, atMs = 0, id: name, durationMs } of steps) {
    expect(result).toBe('done');
    expect(atMs, name).toBeGreaterThanOrEqual(before);
    expect(atMs, name).toBeLessThanOrEqual(Date.now());
    // A redirect is sent and gone.
    if (name !== 'authorizationRequest') expect(durationMs, name).toBeGreaterThanOrEqual(0);
  }
});

test('each check stands once, in the step in which it was made', async () => {
  const { standIn, client } = await standInForTest();
  const { steps, step } = await recordOf(client, standIn);
  expect(steps.map(({ checks }) => checks.length)).toEqual([0, 0, 0, 2, 1, 16, 2]);
  expect(step('Authorization response').checks).toContainEqual({
    name: 'iss of the response is the issuer',
    rule: 'RFC 9207, 2.4',
    result: 'not applicable',
    note: 'no iss came, and the provider does not announce one',
  });
});

test('the messages are those that the provider received, but for their secrets', async () => {
  const { standIn, client } = await standInForTest();
  const { step } = await recordOf(client, standIn);
  const [request] = step('Token request').exchanges;
  expect(request).toMatchObject({ method: 'POST', url: `${standIn.issuer}/token`, status: 200 });
  const sent = new URLSearchParams(standIn.requestsTo('token')[0]?.body);
  expect(request?.parameters.map(({ name }) => name)).toEqual([...sent.keys()]);
  expect(shownOf(request?.parameters, 'redirect_uri')).toBe(sent.get('redirect_uri'));
  expect(shownOf(request?.parameters, 'code')).toBe(
    `[authorization code, ${sent.get('code')?.length} characters]`,
  );
  expect(shownOf(request?.parameters, 'client_secret')).toBe('[client secret, set]');
  expect(shownOf(request?.parameters, 'code_verifier')).toBe('[code verifier, 43 characters]');

  const [userinfo] = step('Userinfo').exchanges;
  const length = standIn.accessToken.length;
  expect(shownOf(userinfo?.headers, 'authorization')).toBe(`Bearer [access token, ${length} characters]`);
  expect(userinfo?.body).toEqual(standIn.userinfo);

  const { header, claims } = step('ID token').idToken ?? {};
  expect(header).toEqual(standIn.header);
  expect(claims).toMatchObject({ iss: standIn.issuer, nonce: '[nonce, 43 characters]' });
});

test('discovery and keys that were kept stand there with the time they were asked for', async () => {
  const { standIn, client } = await standInForTest();
  const first = await recordOf(client, standIn);
  const second = await recordOf(client, standIn);
  expect(standIn.requestsTo('jwks')).toHaveLength(1);
  for (const name of ['Discovery', 'ID token']) {
    expect(second.step(name).exchanges).toEqual(first.step(name).exchanges);
    expect(second.step(name).exchanges[0]?.atMs).toBeLessThanOrEqual(second.step(name).atMs ?? 0);
  }
});

test('a signature that holds under fresh keys alone shows that they were fetched', async () => {
  const { standIn, client } = await standInForTest();
  await recordOf(client, standIn);
  const key = createSigningKey('default');
  standIn.signingKey = key;
  standIn.keys = [publicJwk(key)];
  const { step } = await recordOf(client, standIn);
  // Those that were kept were tried first.
  const { result, exchanges, atMs = 0 } = step('ID token');
  expect({ result, exchanges }).toMatchObject({
    result: 'done',
    exchanges: [{ status: 200 }, { status: 200 }],
  });
  expect(exchanges.map((exchange) => Number(exchange.atMs) >= atMs)).toEqual([false, true]);
});

test('with no userinfo endpoint nothing is sent, and why stands there', async () => {
  const { standIn, client } = await standInForTest();
  delete standIn.metadata['userinfo_endpoint'];
  const { step } = await recordOf(client, standIn);
  expect(step('Userinfo')).toMatchObject({
    result: 'done',
    exchanges: [],
    checks: [{ result: 'not applicable', note: 'the provider has no userinfo endpoint' }],
  });
});

test.each<[string, string, (standIn: StandIn) => void]>([
  [
    'Token request',
    'The token request was answered with status 400.',
    (standIn) => {
      standIn.scripts['token'] = () => ({ status: 400, body: { error: 'invalid_grant' } });
    },
  ],
  ['ID token', 'aud is "another".', (standIn) => void Object.assign(standIn.claims, { aud: 'another' })],
  [
    'Userinfo',
    'The userinfo request was answered with status 401.',
    (standIn) => {
      standIn.scripts['userinfo'] = () => ({ status: 401 });
    },
  ],
])('a sign-in that ends at the %s says why, and what did not happen', async (name, failure, arrange) => {
  const { standIn, client } = await standInForTest();
  arrange(standIn);
  const { steps, step } = await recordOf(client, standIn);
  expect(step(name)).toMatchObject({ result: 'failed', failure });
  const failed = steps.indexOf(step(name));
  expect(steps.map(({ result }) => result)).toEqual(
    steps.map((_, index) => (index < failed ? 'done' : index === failed ? 'failed' : 'skipped')),
  );
  for (const skipped of steps.slice(failed + 1)) expect(skipped).toMatchObject({ exchanges: [], checks: [] });
});

test('where discovery is gone when the browser comes back, the answer is not judged', async () => {
  const { standIn, client } = await standInForTest();
  standIn.scripts['.well-known/openid-configuration'] = () => ({ status: 500 });
  const pending = {
    state: 's'.repeat(43),
    nonce: 'n'.repeat(43),
    codeVerifier: 'v'.repeat(43),
    startedAtMs: Date.now(),
  };
  const show = vi.fn();
  const error = await errorOf(client.finishSignIn({ state: pending.state, code: 'c' }, pending, show));
  expect(error.code).toBe('pingone_failed');
  const [{ steps }] = show.mock.calls[0] as [FlowRecord];
  expect(steps.map(({ result }) => result)).toEqual([
    ...['failed', 'done', 'done'],
    ...['skipped', 'skipped', 'skipped', 'skipped'],
  ]);
  expect(steps[0]?.exchanges).toMatchObject([{ status: 500, body: 'not shown: no JSON object' }]);
});

test.each([{ alg: 'none' }, { typ: 'at+jwt' }])(
  'an ID token with %j is refused before any key is looked up, so none is shown',
  async (header) => {
    const { standIn, client } = await standInForTest();
    await recordOf(client, standIn);
    const part = (object: object) => Buffer.from(JSON.stringify(object)).toString('base64url');
    standIn.tokenAnswer = { id_token: `${part({ alg: 'RS256', ...header })}.${part({ sub: 's' })}.c2ln` };
    const { step } = await recordOf(client, standIn);
    expect(step('ID token')).toMatchObject({ result: 'failed', exchanges: [] });
  },
);

test('of two sign-ins that wait for one request of the keys, which fails, both show it', async () => {
  const { standIn, client } = await standInForTest();
  await client.ready();
  let asked = 0;
  standIn.scripts['jwks'] = async () => {
    asked += 1;
    await new Promise((resolve) => setTimeout(resolve, 150));
    return { status: 404 };
  };
  // One nonce at a time is known to the stand-in; no claim is looked at before the signature.
  const both = await Promise.all([recordOf(client, standIn), recordOf(client, standIn)]);
  expect(asked).toBe(1);
  for (const { step } of both)
    expect(step('ID token')).toMatchObject({ result: 'failed', exchanges: [{ status: 404 }] });
});

test('a sign-in that finds discovery failed a moment ago shows the request that failed', async () => {
  const { standIn, client } = await standInForTest();
  standIn.scripts[DISCOVERY] = () => ({ status: 500 });
  const pending = { state: 's', nonce: 'n', codeVerifier: 'v', startedAtMs: Date.now() };
  const show = vi.fn();
  for (const _ of [1, 2]) await errorOf(client.finishSignIn({ state: 's', code: 'c' }, pending, show));
  expect(standIn.requestsTo(DISCOVERY)).toHaveLength(1);
  const records = show.mock.calls.map(([flow]) => flow as FlowRecord);
  for (const { steps } of records) expect(steps[0]?.exchanges).toMatchObject([{ status: 500 }]);
  expect(records).toHaveLength(2);
});

test('of the keys what they are for is shown, of what they are made of the length', async () => {
  const { standIn, client } = await standInForTest();
  Object.assign(standIn.keys[0] ?? {}, { alg: 'RS256' });
  const { step } = await recordOf(client, standIn);
  const { kid } = standIn.signingKey;
  const length = { e: '[e, 4 characters]', n: '[n, 342 characters]' };
  expect(step('ID token').exchanges[0]?.body).toEqual({
    keys: [{ kid, kty: 'RSA', use: 'sig', alg: 'RS256', ...length }],
  });
});

test('of each token its kind and length are shown', async () => {
  const { standIn, client } = await standInForTest();
  const { step } = await recordOf(client, standIn);
  expect(step('Token request').exchanges[0]?.body).toMatchObject({
    access_token: `[access token, ${standIn.accessToken.length} characters]`,
    refresh_token: `[refresh token, ${standIn.refreshToken.length} characters]`,
    id_token: expect.stringMatching(/^\[ID token, \d+ characters\]$/),
    token_type: 'Bearer',
    scope: 'openid profile email',
  });
});

test('the app’s own parameters are never cut, nor is the query that an endpoint has already', async () => {
  const scope = `openid ${'scope '.repeat(100)}last`;
  const { standIn, client } = await standInForTest({ scope });
  standIn.metadata['token_endpoint'] = `${standIn.issuer}/token?tenant=a`;
  standIn.metadata['authorization_endpoint'] = `${standIn.issuer}/authorize?tenant=a&scope=theirs`;
  const { step } = await recordOf(client, standIn);
  const [asked] = step('Authorization request').exchanges;
  expect(asked?.url).toBe(`${standIn.issuer}/authorize?tenant=a`);
  expect(shownOf(asked?.parameters, 'scope')).toBe(scope);
  expect(shownOf(asked?.parameters, 'code_challenge')).toBe('[code challenge, 43 characters]');
  expect(step('Token request').exchanges[0]?.url).toBe(`${standIn.issuer}/token?tenant=a`);
  expect(standIn.requestsTo('token')[0]?.query.get('tenant')).toBe('a');
});

test('what came from outside says where it was cut', async () => {
  const { standIn, client } = await standInForTest();
  const errorDescription = 'why '.repeat(100);
  const { authorizationUrl, pending } = await client.startSignIn();
  const { state } = standIn.authorize(authorizationUrl);
  const show = vi.fn();
  await errorOf(client.finishSignIn({ state, error: 'server_error', errorDescription }, pending, show));
  const [{ steps }] = show.mock.calls[0] as [FlowRecord];
  const shown = shownOf(steps[3]?.exchanges[0]?.parameters, 'error_description');
  expect(shown).toBe(`${errorDescription.slice(0, 300)}… (400 characters)`);
});
