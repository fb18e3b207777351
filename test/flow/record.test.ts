// The record of a sign-in, made from the events of the core's client: each step with its messages and checks, nothing else.

import { expect, onTestFinished, test } from 'vitest';
import { createRecorder } from '../../src/flow/record.ts';
import { type FlowStep, stepsOf } from '../../src/flow/steps.ts';
import { createPingOneClient, type PingOneClient, SignInError } from '../../src/pingone/index.ts';
import {
  createSigningKey,
  type ProviderDouble,
  publicJwk,
  startProviderDouble,
} from '../helpers/provider-double.ts';

async function startClient({ scope = 'openid profile email' } = {}) {
  const provider = await startProviderDouble();
  const { issuer, clientId, clientSecret } = provider;
  const redirectUri = 'http://localhost:3000/callback';
  const signOffUrl = 'http://localhost:3000/';
  const client = createPingOneClient(
    { issuer, clientId, clientSecret, scope, redirectUri, signOffUrl },
    () => {},
  );
  onTestFinished(async () => {
    await client.close();
    await provider.close();
  });
  return { provider, client };
}

/** A whole sign-in: its steps by id, and where the browser was sent. */
async function recordOf(client: PingOneClient, provider: ProviderDouble, changes = {}) {
  const { authorizationUrl, pending } = await client.startSignIn();
  const { observer, end } = createRecorder();
  const response = { ...provider.authorize(authorizationUrl), ...changes };
  const error = await client.finishSignIn(response, pending, { observer }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const record = end('sign-in', error instanceof SignInError ? error : undefined);
  if (!record) throw new Error('There was no event.');
  const steps = stepsOf(record);
  const step = (id: FlowStep['id']) => steps.find((one) => one.id === id) as FlowStep;
  return { authorizationUrl, error, record, steps, step };
}

test('the record has every step in order, each with its time and duration', async () => {
  const { provider, client } = await startClient();
  const before = Date.now() - 1;
  const { steps } = await recordOf(client, provider);
  expect(steps.map(({ id }) => id)).toEqual([
    ...['discovery', 'authorization_request', 'sign_on', 'authorization_response'],
    ...['token_request', 'id_token', 'userinfo', 'session'],
  ]);
  for (const { id, result, atMs = 0, durationMs } of steps) {
    expect(result).toBe('done');
    expect(atMs, id).toBeGreaterThanOrEqual(before);
    expect(atMs, id).toBeLessThanOrEqual(Date.now() + 1);
    // The app does not wait after a redirect, so this step has no duration.
    if (id !== 'authorization_request') expect(durationMs, id).toBeGreaterThanOrEqual(0);
  }
});

test('the duration of a step is from the last event of the step before it to its own last event', async () => {
  const { provider, client } = await startClient();
  provider.scripts['token'] = async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 80));
    return provider.goodResponse('token', request);
  };
  const { step } = await recordOf(client, provider);
  const { atMs = 0, durationMs = 0 } = step('token_request');
  expect(durationMs).toBeGreaterThanOrEqual(78);
  for (const id of ['discovery', 'authorization_response', 'session'] as const)
    expect(step(id).durationMs, id).toBeLessThan(durationMs);
  expect(step('id_token').atMs).toBeCloseTo(atMs + durationMs, 1);
});

test('the authorization request, which no process keeps, is shown as it was sent', async () => {
  const { provider, client } = await startClient();
  provider.metadata['authorization_endpoint'] = `${provider.issuer}/authorize?tenant=a&scope=theirs`;
  const { authorizationUrl, step } = await recordOf(client, provider);
  const sent = new URL(authorizationUrl);
  const [shown] = step('authorization_request').exchanges;
  expect(shown).toMatchObject({ method: 'GET', url: sent.origin + sent.pathname });
  const secrets = ['state', 'nonce'];
  expect(shown?.parameters).toEqual(
    [...sent.searchParams].map(([name, value]) => [
      name,
      secrets.includes(name) ? `[secret, ${value.length} characters]` : value,
    ]),
  );
  expect(shown?.parameters?.length).toBeGreaterThanOrEqual(9);
});

test('the record has the messages that the provider received, without their secrets', async () => {
  const { provider, client } = await startClient();
  const { step } = await recordOf(client, provider);
  const [request] = step('token_request').exchanges;
  expect(request).toMatchObject({ method: 'POST', url: `${provider.issuer}/token`, status: 200 });
  const sent = new URLSearchParams(provider.requestsTo('token')[0]?.body);
  const secrets = ['code', 'client_secret', 'code_verifier'];
  expect(request?.parameters).toEqual(
    [...sent].map(([name, value]) => [
      name,
      secrets.includes(name) ? `[secret, ${value.length} characters]` : value,
    ]),
  );
  expect(request?.body).toMatchObject({
    access_token: `[secret, ${provider.accessToken.length} characters]`,
    id_token: expect.stringMatching(/^\[secret, \d+ characters\]$/),
    token_type: 'Bearer',
  });
  const [userinfo] = step('userinfo').exchanges;
  expect(userinfo?.headers?.['authorization']).toBe(
    `Bearer [secret, ${provider.accessToken.length} characters]`,
  );
  expect(userinfo?.body).toEqual(provider.userinfo);
  expect(step('id_token').idToken).toMatchObject({
    header: provider.header,
    claims: { iss: provider.issuer, nonce: '[secret, 43 characters]' },
  });
});

test('each check is listed once, in the step that made it', async () => {
  const { provider, client } = await startClient();
  const { record, steps, step } = await recordOf(client, provider);
  const made = record.events.filter(({ type }) => type === 'check');
  expect(steps.flatMap(({ checks }) => checks)).toEqual(made);
  expect(step('authorization_response').checks).toMatchObject([
    { result: 'passed' },
    { name: 'iss of the response is the issuer', result: 'not applicable' },
  ]);
  expect(step('id_token').checks.length).toBeGreaterThan(10);
});

test('the step of the ID token shows the keys, and whether they were reused', async () => {
  const { provider, client } = await startClient();
  const kept = async () => (await recordOf(client, provider)).step('id_token').exchanges;
  expect(await kept()).toMatchObject([{ step: 'jwk_set', status: 200 }]);
  expect(await kept()).toMatchObject([{ step: 'jwk_set', status: 200, reused: true }]);
  const key = createSigningKey('default');
  provider.signingKey = key;
  provider.keys = [publicJwk(key)];
  // The app tries the stored keys first.
  const both = await kept();
  expect(both.map(({ reused }) => reused)).toEqual([true, undefined]);
});

test('without a userinfo endpoint the step sends nothing and says why', async () => {
  const { provider, client } = await startClient();
  delete provider.metadata['userinfo_endpoint'];
  const { step } = await recordOf(client, provider);
  expect(step('userinfo')).toMatchObject({
    result: 'done',
    exchanges: [],
    checks: [{ result: 'not applicable', why: 'the provider has no userinfo endpoint' }],
  });
});

test.each<[FlowStep['id'], (provider: ProviderDouble) => unknown]>([
  ['discovery', ({ metadata }) => Object.assign(metadata, { issuer: 'https://another.example' })],
  [
    'token_request',
    ({ scripts }) =>
      Object.assign(scripts, { token: () => ({ status: 400, body: { error: 'invalid_grant' } }) }),
  ],
  ['token_request', ({ scripts }) => Object.assign(scripts, { token: () => ({ body: 'no JSON' }) })],
  ['id_token', ({ scripts }) => Object.assign(scripts, { jwks: () => ({ status: 404 }) })],
  ['id_token', ({ claims }) => Object.assign(claims, { aud: 'another' })],
  ['userinfo', ({ scripts }) => Object.assign(scripts, { userinfo: () => ({ status: 401 }) })],
])('the record of a sign-in that fails at %s says which steps did not happen', async (id, arrange) => {
  const { provider, client } = await startClient();
  // A sign-in can start only after discovery has succeeded once.
  const { authorizationUrl, pending } = await client.startSignIn();
  const another = id === 'discovery' ? await startClient() : { provider, client };
  arrange(another.provider);
  const { observer, end } = createRecorder();
  const response = provider.authorize(authorizationUrl);
  const error: unknown = await another.client
    .finishSignIn(response, pending, { observer })
    .catch((thrown) => thrown);
  if (!(error instanceof SignInError)) throw new Error('The sign-in did not fail.');
  const record = end('sign-in', error);
  const steps = record ? stepsOf(record) : [];
  const failed = steps.findIndex((step) => step.id === id);
  expect(steps.map(({ result }) => result)).toEqual(
    steps.map((step, index) => {
      if (index === failed) return 'failed';
      // These two steps were done before.
      const isOver = step.id === 'authorization_request' || step.id === 'sign_on';
      return index < failed || isOver ? 'done' : 'skipped';
    }),
  );
  for (const skipped of steps.slice(failed + 1).filter(({ result }) => result === 'skipped'))
    expect(skipped).toMatchObject({ exchanges: [], checks: [] });
});

test('the app’s own parameters are never cut', async () => {
  const scope = `openid ${'scope '.repeat(100)}last`;
  const { provider, client } = await startClient({ scope });
  const { step } = await recordOf(client, provider);
  expect(step('authorization_request').exchanges[0]?.parameters).toContainEqual(['scope', scope]);
});

test('a long value from outside is cut, and its length is shown', async () => {
  const { provider, client } = await startClient();
  const errorDescription = 'why '.repeat(100);
  const changes = { code: undefined, error: 'server_error', errorDescription };
  const { step } = await recordOf(client, provider, changes);
  expect(step('authorization_response').exchanges[0]?.parameters).toContainEqual([
    'error_description',
    `${errorDescription.slice(0, 256)} (cut, length: 400)`,
  ]);
});

test('without an event there is no record', () => {
  expect(createRecorder().end('sign-in')).toBeUndefined();
});

test('the body of a cached response is cut only once', () => {
  const body = { text: 'x'.repeat(300) };
  const shown = () => {
    const { observer, end } = createRecorder();
    observer({
      type: 'exchange',
      step: 'discovery',
      method: 'GET',
      url: 'https://a.example',
      reused: true,
      body,
    });
    return end('sign-in')?.events.find((event) => event.type === 'exchange')?.body;
  };
  const first = shown();
  expect(first).toEqual({ text: `${'x'.repeat(256)} (cut, length: 300)` });
  expect(shown()).toBe(first);
});
