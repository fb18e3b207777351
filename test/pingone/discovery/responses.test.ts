import { afterEach, expect, test, vi } from 'vitest';
// Responses to the discovery request: which ones are refused, and how long the client keeps each.

import { createAfterSignIn } from '../../../src/pingone/index.ts';
import type { ScriptedResponse } from '../../helpers/provider-double.ts';
import { DISCOVERY, errorOf, JSON_TYPE, providerForTest, signIn, watch } from '../helpers.ts';

afterEach(() => void vi.useRealTimers());

const UNUSABLE: [string, ScriptedResponse, string][] = [
  ['204', { status: 204 }, 'pingone_response_invalid'],
  ['401', { status: 401 }, 'pingone_blocked'],
  ['301', { status: 301, headers: { location: '/elsewhere' } }, 'pingone_redirected'],
  ['404', { status: 404, body: {} }, 'discovery_not_found'],
  ['403', { status: 403, body: { code: 'ACCESS_FAILED', message: 'no' } }, 'pingone_blocked'],
  ['403 from a proxy or firewall', { status: 403, body: '<h1>Request blocked' }, 'pingone_blocked'],
  ['500', { status: 500, body: {} }, 'pingone_failed'],
  ['503', { status: 503, body: {} }, 'pingone_busy'],
  ['an array', { body: [] }, 'pingone_response_invalid'],
  ['null', { headers: JSON_TYPE, body: 'null' }, 'pingone_response_invalid'],
  ['HTML', { headers: { 'content-type': 'text/html' }, body: '<!doctype html>' }, 'pingone_response_invalid'],
  ['broken JSON', { headers: JSON_TYPE, body: '{"issuer":' }, 'pingone_response_invalid'],
  [
    'JSON with the content type text/plain',
    { headers: { 'content-type': 'text/plain' }, body: {} },
    'pingone_response_invalid',
  ],
];

test.each(UNUSABLE)(
  'a discovery response that is %s is refused with the error code for this case',
  async (_, response, code) => {
    const { provider, client } = await providerForTest();
    provider.scripts[DISCOVERY] = () => response;
    const error = await errorOf(client.ready());
    expect(error.code).toBe(code);
    expect(error.facts.step).toBe('discovery');
    expect(error.message).not.toMatch(/doctype|blocked<|issuer":/);
  },
);

test('the content type of a JSON response may have a charset parameter or the suffix +json', async () => {
  for (const type of ['application/json; charset=utf-8', 'Application/JSON ;x=y', 'application/vnd.x+json']) {
    const { provider, client } = await providerForTest();
    provider.scripts[DISCOVERY] = () => ({ headers: { 'content-type': type }, body: provider.metadata });
    await client.ready();
  }
});

test('the facts of an error contain PingOne’s Correlation ID', async () => {
  const id = '0f0e0d0c-1111-4222-8333-944455556666';
  for (const status of [302, 404, 429, 500]) {
    const { provider, client } = await providerForTest();
    provider.scripts[DISCOVERY] = () => ({ status, headers: { 'correlation-id': id } });
    expect((await errorOf(client.ready())).facts.correlationId).toBe(id);
  }
  const { provider, client } = await providerForTest();
  provider.scripts[DISCOVERY] = () => ({ headers: { 'correlation-id': id }, body: 'no JSON' });
  expect((await errorOf(client.ready())).facts.correlationId).toBe(id);
});

test('sign-ins that wait for discovery share one request', async () => {
  const { provider, client } = await providerForTest();
  await Promise.all(Array.from({ length: 20 }, () => client.startSignIn()));
  expect(provider.received).toHaveLength(1);
});

test('calls that wait for discovery share its failure, and none hangs', async () => {
  const { provider, client } = await providerForTest();
  provider.scripts[DISCOVERY] = () => ({ status: 500 });
  const errors = await Promise.all(Array.from({ length: 20 }, () => errorOf(client.ready())));
  expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['pingone_failed']));
  expect(provider.received).toHaveLength(1);
});

test('the client keeps a failure for one second, and then requests the document again', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { provider, client } = await providerForTest();
  provider.scripts[DISCOVERY] = () => ({ status: 500 });
  await errorOf(client.ready());
  delete provider.scripts[DISCOVERY];
  vi.setSystemTime(Date.now() + 999);
  expect((await errorOf(client.ready())).code).toBe('pingone_failed');
  expect(provider.received).toHaveLength(1);
  vi.setSystemTime(Date.now() + 1);
  await client.ready();
  expect(provider.received).toHaveLength(2);
});

test.each<[string, () => string, number, number]>([
  ['in seconds', () => '40', 40, 40],
  ['as a date', () => new Date(Date.now() + 50_000).toUTCString(), 50, 50],
  ['as a date in the past', () => new Date(0).toUTCString(), 1, 1],
  ['of 0 seconds', () => '0', 1, 1],
  ['of an hour or more', () => '86400', 3600, 60],
])(
  'the client waits as long as a Retry-After %s says, but at most one minute',
  async (_, retryAfter, said, seconds) => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-03-01T12:00:00Z') });
    const { provider, client } = await providerForTest();
    provider.scripts[DISCOVERY] = () => ({ status: 429, headers: { 'retry-after': retryAfter() } });
    const error = await errorOf(client.ready());
    expect(error.code).toBe('pingone_busy');
    expect(error.facts.retryAfterSeconds).toBe(said);
    delete provider.scripts[DISCOVERY];
    vi.setSystemTime(Date.now() + seconds * 1000 - 1);
    expect((await errorOf(client.ready())).code).toBe('pingone_busy');
    vi.setSystemTime(Date.now() + 1);
    await client.ready();
    expect(provider.received).toHaveLength(2);
  },
);

test.each([
  ['soon'],
  [''],
  ['1.5'],
  ['-5'],
  ['0x10'],
  ['1e3'],
  ['12 '.repeat(3)],
  ['2030-01-01'],
  ['9'.repeat(10)],
])('a Retry-After of %j is ignored', async (value) => {
  const { provider, client } = await providerForTest();
  provider.scripts[DISCOVERY] = () => ({ status: 503, headers: { 'retry-after': value } });
  expect((await errorOf(client.ready())).facts).not.toHaveProperty('retryAfterSeconds');
});

test('if the clock is set back after a failure, the client requests the document again at once', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { provider, client } = await providerForTest();
  provider.scripts[DISCOVERY] = () => ({ status: 500 });
  await errorOf(client.ready());
  vi.setSystemTime(Date.now() - 3_600_000);
  delete provider.scripts[DISCOVERY];
  await client.ready();
  expect(provider.received).toHaveLength(2);
});

const DAY_MS = 24 * 60 * 60 * 1000;

test('the client keeps the document for 24 hours, and then requests it again', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { provider, client } = await providerForTest();
  await client.ready();
  vi.setSystemTime(Date.now() + DAY_MS - 1);
  await client.ready();
  expect(provider.received).toHaveLength(1);
  provider.metadata['end_session_endpoint'] = 'https://new.example/signoff';
  vi.setSystemTime(Date.now() + 1);
  await client.ready();
  const { signOffUrl } = createAfterSignIn(client);
  await expect.poll(() => signOffUrl()).toContain('https://new.example/signoff');
  expect(provider.received).toHaveLength(2);
});

test('after 24 hours, the client keeps the document during an outage, and requests it once a second', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { provider, client } = await providerForTest();
  await client.ready();
  provider.scripts[DISCOVERY] = () => ({ status: 500 });
  vi.setSystemTime(Date.now() + DAY_MS);
  for (let round = 0; round < 3; round += 1) await signIn(client, provider);
  expect(provider.requestsTo(DISCOVERY)).toHaveLength(2);
  vi.setSystemTime(Date.now() + 1000);
  for (let round = 0; round < 3; round += 1) await signIn(client, provider);
  expect(provider.requestsTo(DISCOVERY)).toHaveLength(3);
});

test('after 24 hours, no sign-in waits for the new document', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { provider, client } = await providerForTest();
  await client.ready();
  let endResponse = () => {};
  provider.scripts[DISCOVERY] = (_, response) => {
    endResponse = () => void response.end();
    return undefined;
  };
  vi.setSystemTime(Date.now() + DAY_MS);
  await signIn(client, provider);
  await signIn(client, provider);
  await expect.poll(() => provider.requestsTo(DISCOVERY)).toHaveLength(2);
  endResponse();
});

test.each<[string, ScriptedResponse | ((issuer: string) => ScriptedResponse), string]>([
  ['a 404', { status: 404, body: {} }, 'discovery_not_found'],
  ['a 403', { status: 403, body: 'blocked' }, 'pingone_blocked'],
  ['a 503', { status: 503 }, 'pingone_busy'],
  ['HTML', { headers: { 'content-type': 'text/html' }, body: '<p>' }, 'pingone_response_invalid'],
  ['the document of another issuer', { body: { issuer: 'https://evil.example/as' } }, 'discovery_invalid'],
  ['a document without endpoints', (issuer) => ({ body: { issuer } }), 'discovery_invalid'],
])('after 24 hours, %s does not replace valid metadata, and a valid document does', async (_, response) => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { provider, client } = await providerForTest();
  const { pending } = await client.startSignIn();
  vi.setSystemTime(Date.now() + DAY_MS);
  provider.scripts[DISCOVERY] = () => (typeof response === 'function' ? response(provider.issuer) : response);
  for (let round = 2; round < 6; round += 1) {
    const { signedIn } = await watch(client, provider);
    expect(signedIn?.issuer).toBe(provider.issuer);
    await expect.poll(() => provider.requestsTo(DISCOVERY)).toHaveLength(round);
    vi.setSystemTime(Date.now() + 3_600_000);
  }
  delete provider.scripts[DISCOVERY];
  provider.metadata['authorization_endpoint'] = `${provider.issuer}/new-authorize`;
  await client.startSignIn();
  await expect.poll(async () => (await client.startSignIn()).authorizationUrl).toContain('/new-authorize');
  expect(pending.state).toBeDefined();
});

test('after 24 hours, the client uses no part of a complete document of another issuer', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { provider, client } = await providerForTest();
  await client.ready();
  const issuer = 'https://evil.example/as';
  const foreign = Object.fromEntries(
    Object.entries(provider.metadata).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replace(provider.issuer, issuer) : value,
    ]),
  );
  provider.scripts[DISCOVERY] = () => ({ body: foreign });
  vi.setSystemTime(Date.now() + DAY_MS);
  await client.startSignIn();
  await expect.poll(() => provider.requestsTo(DISCOVERY)).toHaveLength(2);
  const { authorizationUrl } = await client.startSignIn();
  expect(authorizationUrl.startsWith(provider.issuer)).toBe(true);
});
