import { afterEach, expect, test, vi } from 'vitest';
import type { Answer } from '../helpers/stand-in.ts';
import { DISCOVERY, errorOf, signIn, standInForTest } from './helpers.ts';

afterEach(() => void vi.useRealTimers());

const JSON_TYPE = { 'content-type': 'application/json' };

const UNUSABLE: [string, Answer, string][] = [
  ['204', { status: 204 }, 'discovery_not_found'],
  ['301', { status: 301, headers: { location: '/elsewhere' } }, 'pingone_redirected'],
  ['404', { status: 404, body: {} }, 'discovery_not_found'],
  ['403', { status: 403, body: { code: 'ACCESS_FAILED', message: 'no' } }, 'discovery_not_found'],
  ['500', { status: 500, body: {} }, 'pingone_failed'],
  ['503', { status: 503, body: {} }, 'pingone_busy'],
  ['an array', { body: [] }, 'pingone_answer_invalid'],
  ['null', { headers: JSON_TYPE, body: 'null' }, 'pingone_answer_invalid'],
  ['HTML', { headers: { 'content-type': 'text/html' }, body: '<!doctype html>' }, 'pingone_answer_invalid'],
  ['broken JSON', { headers: JSON_TYPE, body: '{"issuer":' }, 'pingone_answer_invalid'],
  [
    'JSON that says it is text',
    { headers: { 'content-type': 'text/plain' }, body: {} },
    'pingone_answer_invalid',
  ],
];

test.each(UNUSABLE)('a discovery answer that is %s has a code of its own', async (_, answer, code) => {
  const { standIn, client } = await standInForTest();
  standIn.scripts[DISCOVERY] = () => answer;
  const error = await errorOf(client.ready());
  expect(error.code).toBe(code);
  expect(error.message).toMatch(/discovery|openid-configuration/);
});

test('a JSON answer may name a character set or a more special JSON', async () => {
  for (const type of ['application/json; charset=utf-8', 'Application/JSON ;x=y', 'application/vnd.x+json']) {
    const { standIn, client } = await standInForTest();
    standIn.scripts[DISCOVERY] = () => ({ headers: { 'content-type': type }, body: standIn.metadata });
    await client.ready();
  }
});

test('an error names PingOne’s Correlation ID', async () => {
  const id = '0f0e0d0c-1111-4222-8333-944455556666';
  for (const status of [302, 404, 429, 500]) {
    const { standIn, client } = await standInForTest();
    standIn.scripts[DISCOVERY] = () => ({ status, headers: { 'correlation-id': id } });
    expect((await errorOf(client.ready())).details.correlationId).toBe(id);
  }
  const { standIn, client } = await standInForTest();
  standIn.scripts[DISCOVERY] = () => ({ headers: { 'correlation-id': id }, body: 'no JSON' });
  expect((await errorOf(client.ready())).details.correlationId).toBe(id);
});

test('all who wait for discovery share one request', async () => {
  const { standIn, client } = await standInForTest();
  await Promise.all(Array.from({ length: 20 }, () => client.startSignIn()));
  expect(standIn.received).toHaveLength(1);
});

test('all who wait for discovery share its failure, and none hangs', async () => {
  const { standIn, client } = await standInForTest();
  standIn.scripts[DISCOVERY] = () => ({ status: 500 });
  const errors = await Promise.all(Array.from({ length: 20 }, () => errorOf(client.ready())));
  expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['pingone_failed']));
  expect(standIn.received).toHaveLength(1);
});

test('a failure is kept for a second, then discovery is asked again', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { standIn, client } = await standInForTest();
  standIn.scripts[DISCOVERY] = () => ({ status: 500 });
  await errorOf(client.ready());
  delete standIn.scripts[DISCOVERY];
  vi.setSystemTime(Date.now() + 999);
  expect((await errorOf(client.ready())).code).toBe('pingone_failed');
  expect(standIn.received).toHaveLength(1);
  vi.setSystemTime(Date.now() + 1);
  await client.ready();
  expect(standIn.received).toHaveLength(2);
});

test.each<[string, () => string, number, number]>([
  ['in seconds', () => '40', 40, 40],
  ['as a date', () => new Date(Date.now() + 50_000).toUTCString(), 50, 50],
  ['as a date in the past', () => new Date(0).toUTCString(), 1, 1],
  ['of an hour or more', () => '86400', 3600, 60],
])('Retry-After %s is obeyed, for a minute at most', async (_, retryAfter, said, seconds) => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-03-01T12:00:00Z') });
  const { standIn, client } = await standInForTest();
  standIn.scripts[DISCOVERY] = () => ({ status: 429, headers: { 'retry-after': retryAfter() } });
  const error = await errorOf(client.ready());
  expect(error.code).toBe('pingone_busy');
  expect(error.details.retryAfterSeconds).toBe(said);
  delete standIn.scripts[DISCOVERY];
  vi.setSystemTime(Date.now() + seconds * 1000 - 1);
  expect((await errorOf(client.ready())).code).toBe('pingone_busy');
  vi.setSystemTime(Date.now() + 1);
  await client.ready();
  expect(standIn.received).toHaveLength(2);
});

test.each([['soon'], ['']])('a Retry-After of %j counts as none', async (value) => {
  const { standIn, client } = await standInForTest();
  standIn.scripts[DISCOVERY] = () => ({ status: 503, headers: { 'retry-after': value } });
  expect((await errorOf(client.ready())).details).not.toHaveProperty('retryAfterSeconds');
});

test('a clock that is set back stops nobody: discovery is asked again at once', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { standIn, client } = await standInForTest();
  standIn.scripts[DISCOVERY] = () => ({ status: 500 });
  await errorOf(client.ready());
  vi.setSystemTime(Date.now() - 3_600_000);
  delete standIn.scripts[DISCOVERY];
  await client.ready();
  expect(standIn.received).toHaveLength(2);
});

const DAY_MS = 24 * 60 * 60 * 1000;

test('the document is kept for 24 hours, then asked for again', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { standIn, client } = await standInForTest();
  await client.ready();
  vi.setSystemTime(Date.now() + DAY_MS - 1);
  await client.ready();
  expect(standIn.received).toHaveLength(1);
  standIn.metadata['end_session_endpoint'] = 'https://new.example/signoff';
  vi.setSystemTime(Date.now() + 1);
  await client.ready();
  await expect.poll(client.signOffEndpoint).toBe('https://new.example/signoff');
  expect(standIn.received).toHaveLength(2);
});

test('the last good document survives an outage after its 24 hours, asked for once a second', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { standIn, client } = await standInForTest();
  await client.ready();
  standIn.scripts[DISCOVERY] = () => ({ status: 500 });
  vi.setSystemTime(Date.now() + DAY_MS);
  await signIn(client, standIn);
  expect(standIn.requestsTo(DISCOVERY)).toHaveLength(2);
  vi.setSystemTime(Date.now() + 1000);
  await signIn(client, standIn);
  expect(standIn.requestsTo(DISCOVERY)).toHaveLength(3);
});

test('after 24 hours nobody waits for the document to be renewed', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { standIn, client } = await standInForTest();
  await client.ready();
  let answer = () => {};
  standIn.scripts[DISCOVERY] = (_, response) => {
    answer = () => void response.end();
    return undefined;
  };
  vi.setSystemTime(Date.now() + DAY_MS);
  await signIn(client, standIn);
  await signIn(client, standIn);
  await expect.poll(() => standIn.requestsTo(DISCOVERY)).toHaveLength(2);
  answer();
});

test('a document with another issuer after 24 hours is no outage: sign-ins stop, and go on when it is right', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { standIn, client } = await standInForTest();
  const { pending } = await client.startSignIn();
  const { issuer } = standIn;
  standIn.metadata['issuer'] = 'https://evil.example/as';
  vi.setSystemTime(Date.now() + DAY_MS);
  await client.ready();
  await expect.poll(() => client.ready().catch((error) => error.code)).toBe('discovery_issuer_mismatch');
  const response = { state: pending.state, code: 'a-code' };
  expect((await errorOf(client.finishSignIn(response, pending))).code).toBe('discovery_issuer_mismatch');
  // Also when it is asked for again: what was known is not used any more.
  vi.setSystemTime(Date.now() + 1000);
  expect((await errorOf(client.startSignIn())).code).toBe('discovery_issuer_mismatch');
  expect(standIn.requestsTo('token')).toEqual([]);
  standIn.metadata['issuer'] = issuer;
  vi.setSystemTime(Date.now() + 1000);
  await signIn(client, standIn);
});
