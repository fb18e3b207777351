// What an observer hears, in which order, and that it cannot change the sign-in.

import { expect, onTestFinished, test, vi } from 'vitest';
import type { ObserverEvent } from '../../../src/pingone/index.ts';
import {
  collect,
  DISCOVERY,
  errorOf,
  pendingForTest,
  providerForTest,
  REDIRECT_URI,
  respond,
  split,
  watch,
} from '../helpers.ts';

/** A short text for an event. */
function summarize(event: ObserverEvent): string {
  if (event.type === 'exchange') return `exchange ${event.step}${event.reused ? ', reused' : ''}`;
  return event.type === 'check' ? `check of ${event.step}` : event.type;
}

/** The texts of the events. Equal texts that follow each other appear once. */
const inShort = (events: ObserverEvent[]) =>
  events.map(summarize).filter((words, index, all) => words !== all[index - 1]);

test('an observer hears the events of a sign-in in the order in which they happen', async () => {
  const { provider, client } = await providerForTest();
  const first = await watch(client, provider);
  expect(inShort(first.events)).toEqual([
    'exchange discovery, reused',
    'exchange authorization_request',
    'exchange authorization_response',
    'check of authorization_response',
    'exchange token_request',
    'check of token_request',
    'check of id_token',
    'id_token',
    'check of id_token',
    'exchange jwk_set',
    'check of id_token',
    'exchange userinfo',
    'check of userinfo',
  ]);
  const second = await watch(client, provider);
  expect(inShort(second.events)[9]).toBe('exchange jwk_set, reused');
  expect(second.events.map(summarize).map((words) => words.replace(', reused', ''))).toEqual(
    first.events.map(summarize).map((words) => words.replace(', reused', '')),
  );
});

test('the discovery exchange is not marked as reused if the sign-in itself waited for it', async () => {
  const { client } = await providerForTest();
  const pending = pendingForTest();
  const { observer, events } = collect();
  await errorOf(client.finishSignIn({ state: 'another', code: 'c' }, pending, { observer }));
  const [discovery] = split(events).exchanges;
  expect(discovery).toMatchObject({ step: 'discovery', status: 200 });
  expect(discovery).not.toHaveProperty('reused');
});

test('an observer hears of exactly the authorization request that was sent', async () => {
  const { provider, client } = await providerForTest();
  provider.metadata['authorization_endpoint'] = `${provider.issuer}/authorize?policy=a%26b`;
  const request = { prompt: 'login', loginHint: 'ada', maxAgeSeconds: 9, acrValues: ['A'] } as const;
  const { authorizationUrl, pending } = await client.startSignIn({ ...request, acrValues: ['A'] });
  const { observer, events } = collect();
  provider.claims = { acr: 'A', auth_time: Math.floor(Date.now() / 1000) };
  await client.finishSignIn(respond(provider, authorizationUrl), pending, { observer });
  const exchange = split(events).exchanges.find(({ step }) => step === 'authorization_request');
  const sent = new URL(authorizationUrl);
  const [state, nonce] = ['state', 'nonce'].map(
    (name) => `[secret, ${sent.searchParams.get(name)?.length} characters]`,
  );
  expect(exchange).toEqual({
    type: 'exchange',
    step: 'authorization_request',
    method: 'GET',
    url: `${provider.issuer}/authorize`,
    parameters: [...sent.searchParams].map(([name, value]) => [name, { state, nonce }[name] ?? value]),
    startedAtMs: pending.startedAtMs,
  });
});

test('an observer hears of the authorization response as it arrived at the redirect URI', async () => {
  const { provider, client } = await providerForTest();
  const { exchanges, response } = await watch(client, provider, { changes: { iss: provider.issuer } });
  expect(exchanges.find(({ step }) => step === 'authorization_response')).toEqual({
    type: 'exchange',
    step: 'authorization_response',
    method: 'GET',
    url: REDIRECT_URI,
    parameters: [
      ['state', `[secret, ${response.state.length} characters]`],
      ['code', `[secret, ${response.code?.length} characters]`],
      ['iss', provider.issuer],
    ],
  });
  const { pending, authorizationUrl } = await client.startSignIn();
  const { observer, events } = collect();
  const { state } = provider.authorize(authorizationUrl);
  const refused = { state, error: 'access_denied', errorDescription: 'No' };
  await errorOf(client.finishSignIn(refused, pending, { observer }));
  expect(split(events).exchanges.at(-1)?.parameters?.slice(1)).toEqual([
    ['error', 'access_denied'],
    ['error_description', 'No'],
  ]);
});

test('an observer hears of the request, the response and the time of an exchange', async () => {
  const { provider, client } = await providerForTest();
  provider.scripts['userinfo'] = async () => ({
    ...(await provider.goodResponse('userinfo')),
    headers: { 'correlation-id': 'abc', 'set-cookie': 'a=b', 'cache-control': 'no-store' },
  });
  const before = Date.now();
  const { exchanges, events } = await watch(client, provider);
  const userinfo = exchanges.at(-1);
  expect(userinfo).toMatchObject({
    step: 'userinfo',
    method: 'GET',
    url: `${provider.issuer}/userinfo`,
    headers: {
      accept: 'application/json',
      authorization: `Bearer [secret, ${provider.accessToken.length} characters]`,
    },
    status: 200,
    responseHeaders: {
      'content-type': 'application/json',
      'correlation-id': 'abc',
      'cache-control': 'no-store',
    },
    body: provider.userinfo,
  });
  expect(userinfo?.responseHeaders).not.toHaveProperty('set-cookie');
  expect(userinfo?.startedAtMs).toBeGreaterThanOrEqual(before);
  expect(userinfo?.startedAtMs).toBeLessThanOrEqual(Date.now());
  expect(userinfo?.durationMs).toBeGreaterThanOrEqual(0);
  const token = exchanges.find(({ step }) => step === 'token_request');
  const sent = new URLSearchParams(provider.requestsTo('token')[0]?.body);
  expect(token?.parameters?.map(([name]) => name)).toEqual([...sent.keys()]);
  expect(token?.body).toMatchObject({
    token_type: 'Bearer',
    expires_in: 3600,
    scope: 'openid profile email',
  });
  const decoded = events.find(({ type }) => type === 'id_token');
  expect(decoded).toMatchObject({
    header: provider.header,
    claims: { iss: provider.issuer, acr: 'Single_Factor' },
  });
});

test.each<[string, string]>([
  ['reset', 'ECONNRESET'],
  ['too large', 'UND_ERR_RES_EXCEEDED_MAX_SIZE'],
])('an observer hears of an exchange whose response is %s, with the failure %s', async (how, failure) => {
  const { provider, client } = await providerForTest();
  provider.scripts['token'] = (_, response) => {
    if (how === 'reset') response.socket?.resetAndDestroy();
    return how === 'reset' ? undefined : { body: 'x'.repeat(300 * 1024) };
  };
  const { exchanges, error } = await watch(client, provider);
  const { failure: heard, ...exchange } = exchanges.at(-1) ?? {};
  expect(exchange).toMatchObject({ step: 'token_request', method: 'POST' });
  expect(exchange).not.toHaveProperty('status');
  expect([error?.code, error?.facts.networkCode]).toContain(heard);
  expect([failure, 'UND_ERR_SOCKET']).toContain(heard);
});

test('an observer hears of a failed check, with its code and the expected and found values', async () => {
  const { provider, client } = await providerForTest();
  provider.claims = { aud: 'another-app' };
  const { checks } = await watch(client, provider);
  expect(checks.at(-1)).toEqual({
    type: 'check',
    step: 'id_token',
    name: 'aud contains only the client ID',
    section: 'Core 3.1.3.7 (3)',
    result: 'failed',
    code: 'id_token_audience',
    expected: provider.clientId,
    found: 'another-app',
  });
});

test.each<[string, (event: ObserverEvent) => unknown]>([
  [
    'throws',
    () => {
      throw new Error('of the observer');
    },
  ],
  ['rejects', async () => Promise.reject(new Error('of the observer'))],
  ['rejects with undefined', () => Promise.reject(undefined)],
  ['changes what it hears', spoil],
])('an observer that %s does not change the sign-in', async (_, observer) => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  onTestFinished(() => void process.off('unhandledRejection', unhandled));
  const { provider, client } = await providerForTest();
  provider.userinfo = { ...(provider.userinfo as object), address: { country: 'GB', lines: ['a'] } };
  provider.claims = { amr: ['pwd'], address: { country: 'GB' } };
  const calls = vi.fn(observer);
  const signIn = async () => {
    const { authorizationUrl, pending } = await client.startSignIn();
    return client.finishSignIn(respond(provider, authorizationUrl), pending, { observer: calls });
  };
  for (const done of [await signIn(), await signIn()])
    expect(done).toMatchObject({
      userinfo: provider.userinfo as object,
      claims: provider.claims,
      tokens: { access_token: provider.accessToken },
    });
  // It does not change what the next observer hears, either.
  const { exchanges } = await watch(client, provider);
  expect(exchanges[0]).toMatchObject({ step: 'discovery', status: 200, body: { issuer: provider.issuer } });
  provider.scripts['token'] = () => ({ status: 400, body: { error: 'invalid_grant' } });
  expect((await errorOf(signIn())).code).toBe('token_invalid_grant');
  expect(calls.mock.calls.length).toBeGreaterThan(60);
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(unhandled).not.toHaveBeenCalled();
});

test('an observer that adds a field to each event still hears all events', async () => {
  const { provider, client } = await providerForTest();
  for (let count = 0; count < 2; count += 1) {
    const heard: string[] = [];
    const { authorizationUrl, pending } = await client.startSignIn();
    const observer = (event: ObserverEvent & { at?: number }) => {
      event.at = Date.now();
      heard.push(summarize(event));
    };
    await client.finishSignIn(respond(provider, authorizationUrl), pending, { observer });
    expect(heard).toContain('exchange discovery, reused');
    expect(heard).toContain(count === 0 ? 'exchange jwk_set' : 'exchange jwk_set, reused');
  }
});

/** Overwrites every value that it can reach. */
function spoil(value: object): void {
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner === 'object' && inner !== null) spoil(inner);
    else Reflect.set(value, name, 'spoiled');
  }
}

test('the observer of each sign-in hears of a failure of discovery that its sign-in meets', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { provider, client } = await providerForTest();
  provider.scripts[DISCOVERY] = () => ({ status: 503, body: { error: 'temporarily_unavailable' } });
  for (const reused of [undefined, true]) {
    const { observer, events } = collect();
    const pending = pendingForTest();
    await errorOf(client.finishSignIn({ state: pending.state, code: 'c' }, pending, { observer }));
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ type: 'exchange', step: 'discovery', status: 503 });
    expect(split(events).exchanges[0]?.reused).toBe(reused);
  }
});
